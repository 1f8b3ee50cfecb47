"""Gradients and Jacobians: what backward() computes, when it accumulates, and derivatives of vectors."""

import torch

# The gradient of a scalar function of a vector has one entry for every component: f = x1^2 + 2 x2^2 + 3 x3^2.
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
f = (torch.tensor([1.0, 2.0, 3.0]) * x ** 2).sum()
f.backward()
print("gradient:", x.grad)
print("as derived by hand (2 x1, 4 x2, 6 x3):", torch.equal(x.grad, torch.tensor([2.0, 8.0, 18.0])))

# Gradients accumulate until they are cleared.
x = torch.arange(4.0, requires_grad=True)
x.sum().backward()
print("after one backward: ", x.grad)
x.sum().backward()
print("after a second one: ", x.grad)
x.grad.zero_()
x.sum().backward()
print("after clearing:     ", x.grad)

# A graph is freed by its backward pass: going through it again needs retain_graph=True.
y = (x * x).sum()
y.backward()
try:
    y.backward()
except RuntimeError as error:
    print("RuntimeError:", str(error).split(".")[0])

# A vector result needs the vector that its Jacobian is multiplied with from the left.
x.grad = None
y = x * x
y.backward(gradient=torch.ones(4))
print("ones @ Jacobian:", x.grad)

# detach() cuts: what comes before counts as a constant.
x.grad = None
y = x * x
u = y.detach()
(u * x).sum().backward()
print("u is a constant:", torch.equal(x.grad, u))

# Control flow is recorded as it ran: f is linear piece by piece, so its gradient is f(a) / a.
def f(a):
    b = a * 2
    while b.norm() < 1000:
        b = b * 2
    return b if b.sum() > 0 else 100 * b

a = torch.tensor(1.5, requires_grad=True)
d = f(a)
d.backward()
print("through a loop:", a.grad, (a.grad == d / a).item())

# A vector function of a vector has a matrix of derivatives.
def polar(v):
    r, angle = v
    return torch.stack([r * torch.cos(angle), r * torch.sin(angle)])

point = torch.tensor([2.0, 0.0])
jacobian = torch.autograd.functional.jacobian(polar, point)
print("Jacobian of (r, angle) -> (x, y):")
print(jacobian)
print("its determinant is r:", torch.linalg.det(jacobian).item())

# The Hessian is the Jacobian of the gradient.
def g(v):
    return v[0] ** 3 + 2 * v[0] * v[1] ** 2

print("Hessian:")
print(torch.autograd.functional.hessian(g, torch.tensor([1.0, 2.0])))

# The same step by step: create_graph=True makes the gradient differentiable.
x = torch.tensor(2.0, requires_grad=True)
y = x ** 4
(first,) = torch.autograd.grad(y, x, create_graph=True)
(second,) = torch.autograd.grad(first, x)
print("x^4 at 2:", y.item(), first.item(), second.item())
