# Hooks, gradient clipping, parameters as vectors, copies of models, warnings.
import copy
import warnings

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_, parameters_to_vector, vector_to_parameters

torch.manual_seed(0);
net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
X = torch.randn(5, 3)
shapes = {}


def remember(name):
    def hook(module, inputs, output):
        shapes[name] = tuple(output.shape)

    return hook


handles = [layer.register_forward_hook(remember(name)) for name, layer in net.named_children()]
net(X).shape, shapes
for handle in handles:
    handle.remove()
shapes.clear()
net(X).shape, shapes
h = net[0].register_forward_pre_hook(lambda module, args: (args[0] * 0,))
net(X)[0], torch.allclose(net(X)[0], net(X)[1])
h.remove()
h = net.register_forward_hook(lambda module, args, output: output * 10)
net(X)[0]
h.remove()
grads = []
h = net[2].register_full_backward_hook(lambda module, gi, go: grads.append((gi[0].shape, go[0].shape)))
net(X).sum().backward()
grads
h.remove()
x = torch.ones(2, requires_grad=True)
handle = x.register_hook(lambda g: g * 100)
(x * 3).sum().backward()
x.grad
y = x * 2
y.retain_grad()
y.sum().backward()
y.grad
net.zero_grad()
(net(X) ** 2).sum().mul(50).backward()
total = clip_grad_norm_(net.parameters(), max_norm=1.0)
total, torch.sqrt(sum((p.grad ** 2).sum() for p in net.parameters()))
clip_grad_norm_(net.parameters(), 0.5, norm_type=1), clip_grad_norm_(net.parameters(), 2.0, norm_type=float("inf"))
clip_grad_value_(net.parameters(), 0.01)
max(p.grad.abs().max() for p in net.parameters())
vec = parameters_to_vector(net.parameters())
vec.shape, vec[:4]
vector_to_parameters(torch.zeros_like(vec), net.parameters())
net(X).abs().sum()
twin = copy.deepcopy(net)
with torch.no_grad():
    twin[0].bias.fill_(1.0)
net[0].bias, twin[0].bias
frozen = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 1))
for p in frozen[0].parameters():
    p.requires_grad = False
frozen(X).sum().backward()
[p.grad is None for p in frozen.parameters()], frozen[0].weight.requires_grad
opt = torch.optim.SGD([p for p in frozen.parameters() if p.requires_grad], lr=0.1)
len(opt.param_groups[0]["params"])
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nn.LSTM(2, 2, dropout=0.5)
nn.GRU(2, 2, dropout=0.5)
nn.MSELoss()(torch.ones(3), torch.ones(3, 1))


def ema_update(average, model, decay=0.9):
    """An exponential moving average of a model's weights."""
    with torch.no_grad():
        for a, p in zip(average.parameters(), model.parameters()):
            a.mul_(decay).add_(p, alpha=1 - decay)


average = copy.deepcopy(twin)
for _ in range(3):
    for p in twin.parameters():
        p.data += 1
    ema_update(average, twin)
average[0].bias, average[2].bias
M = torch.normal(0, 1, size=(4, 4))
for i in range(50):
    M = M @ torch.normal(0, 1, (4, 4))
torch.isfinite(M).all(), M.abs().max() > 1e3
x = torch.arange(-8.0, 8.0, 4.0, requires_grad=True)
torch.sigmoid(x).backward(torch.ones_like(x))
x.grad
