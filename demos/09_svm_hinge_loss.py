"""A support vector machine: the widest margin by gradient descent on the hinge loss."""

import torch

torch.manual_seed(0)

# Two clouds that a line separates.
n = 40
y = torch.cat([torch.ones(n), -torch.ones(n)])
X = torch.randn(2 * n, 2) * 0.7 + y[:, None] * torch.tensor([2.0, 1.5])


# The hinge loss is zero once an example lies on the right side with a margin of 1, and grows linearly before.
# Among the lines that satisfy all, the penalty on w prefers the widest margin, which is 2 / |w|.
def objective(w, b, lam):
    margin = y * (X @ w + b)
    return torch.clamp(1 - margin, min=0).mean() + lam / 2 * (w ** 2).sum()


def fit(lam, lr=0.2, steps=300):
    w = torch.zeros(2, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    for step in range(steps + 1):
        loss = objective(w, b, lam)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
            w.grad.zero_()
            b.grad.zero_()
        if step % 100 == 0:
            print(f"  step {step:3}: loss {loss.item():.3f}")
    return w.detach(), b.detach()


for lam in [0.1, 0.01]:
    print(f"lambda {lam}:")
    w, b = fit(lam)
    margin = y * (X @ w + b)
    print(f"  accuracy {(margin > 0).float().mean().item():.3f}, width of the margin {2 / w.norm().item():.2f}")
    print(f"  examples inside the margin: {(margin < 1).sum().item()} of {len(y)}")

# Only the examples at or inside the margin pull at the line: the gradient of all others is zero.
w = w.clone().requires_grad_()
losses = torch.clamp(1 - y * (X @ w + b), min=0)
inside = losses > 0
(everyone,) = torch.autograd.grad(losses.sum(), w, retain_graph=True)
(supporters,) = torch.autograd.grad(losses[inside].sum(), w)
print("gradient of the support vectors alone is the whole gradient:", torch.allclose(everyone, supporters))

# The kernel trick: a circle cannot be separated by a line in (x1, x2), but can in (x1^2, x2^2).
angle = torch.linspace(0, 6.0, 20)
circle = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)
X = torch.cat([0.5 * circle, 2 * circle]) ** 2
y = torch.cat([-torch.ones(20), torch.ones(20)])
print("circles in squared coordinates:")
w, b = fit(0.001)
print("  accuracy", (y * (X @ w + b) > 0).float().mean().item())
