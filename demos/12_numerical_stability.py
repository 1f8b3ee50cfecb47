"""Vanishing and exploding gradients: long products, Xavier initialisation, gradient clipping."""

import torch
from torch import nn

torch.manual_seed(0)

# The gradient of a deep network is a product of one matrix for each layer. Random matrices: it explodes.
M = torch.eye(4)
for i in range(1, 101):
    M = torch.randn(4, 4) @ M
    if i in (1, 10, 50, 100):
        print(f"{i:3} random matrices: largest entry about 10^{M.abs().max().log10().round().int().item()}")

# The slope of the sigmoid is at most 1/4, so a chain of them vanishes.
x = torch.linspace(-6, 6, 5, requires_grad=True)
torch.sigmoid(x).sum().backward()
print("slope of sigmoid:", x.grad)
x = torch.tensor(0.5, requires_grad=True)
h = x
for layer in range(20):
    h = torch.sigmoid(h)
h.backward()
print(f"slope of 20 sigmoids in a row: below 1e-12: {x.grad.item() < 1e-12}")

# Numbers have an end: float32 overflows past 3.4e38 and underflows below 1e-45; products of probabilities do.
# The remedy is to turn products into sums, by logarithms.
p = torch.full((200,), 0.5)
print("product of 200 halves:", p.prod(), "sum of their logarithms:", p.log().sum())


# What each layer does to the spread of its input decides. Constant variance forward needs Var(w) = 1 / fan_in,
# backward 1 / fan_out; Xavier initialisation takes the mean of the two.
def spread(initialise, layers=10, width=100):
    torch.manual_seed(1)
    h = torch.randn(50, width)
    for _ in range(layers):
        w = torch.empty(width, width)
        initialise(w)
        h = torch.tanh(h @ w)
    return h.std().item()


print(f"too small, std 0.01: {spread(lambda w: w.normal_(0, 0.01)):.1e}")
print(f"too large, std 1:    {spread(lambda w: w.normal_(0, 1)):.2f} (saturated at -1 and 1)")
print(f"Xavier uniform:      {spread(nn.init.xavier_uniform_):.2f}")
print(f"Xavier normal:       {spread(nn.init.xavier_normal_):.2f}")
w = nn.init.xavier_uniform_(torch.empty(100, 50))
print("bound sqrt(6 / (in + out)) = 0.2 kept:", bool(w.abs().max() <= 0.2), f"variance {w.var().item():.4f}")


# Gradients of the layers of one network, first to last, after each initialisation.
def gradient_norms(initialise):
    torch.manual_seed(2)
    layers = []
    for _ in range(6):
        layer = nn.Linear(20, 20)
        initialise(layer.weight)
        nn.init.zeros_(layer.bias)
        layers += [layer, nn.Tanh()]
    net = nn.Sequential(*layers)
    net(torch.randn(10, 20)).pow(2).mean().backward()
    return [m.weight.grad.norm().item() for m in net if isinstance(m, nn.Linear)]


for name, initialise in [("small ", lambda w: nn.init.normal_(w, std=0.05)), ("Xavier", nn.init.xavier_normal_)]:
    print(name, " ".join(f"{norm:.1e}" for norm in gradient_norms(initialise)))


# Clipping: a gradient longer than theta is scaled back to theta, its direction kept.
def clip(params, theta):
    norm = torch.sqrt(sum((p.grad ** 2).sum() for p in params))
    if norm > theta:
        for p in params:
            p.grad[:] *= theta / norm
    return norm


w = torch.tensor([3.0, 4.0], requires_grad=True)
(w ** 2).sum().backward()
print("gradient", w.grad)
print("its norm", clip([w], 1.0).item())
print("clipped ", w.grad)
w.grad = torch.tensor([6.0, 8.0])
print("library:", nn.utils.clip_grad_norm_([w], max_norm=1.0).item())
print("        ", w.grad)
w.grad = torch.tensor([0.3, 0.4])
clip([w], 1.0)
print("short gradients stay as they are:", w.grad)

# By value: each component on its own, which may turn the direction.
w.grad = torch.tensor([6.0, 0.5])
nn.utils.clip_grad_value_([w], 1.0)
print("by value:", w.grad)
