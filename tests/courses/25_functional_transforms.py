# Derivatives and batches of functions with torch.func.
import torch
from torch import nn
from torch.func import functional_call, grad, grad_and_value, hessian, jacfwd, jacrev, vmap

f = lambda x: torch.sin(x)
grad(f)(torch.tensor(0.0)), grad(grad(f))(torch.tensor(1.0)), [round(grad(f)(torch.tensor(t)).item(), 4) for t in (0.5, 1.0)]
x = torch.tensor([1.0, 2.0, 3.0])
grad(lambda v: (v ** 2).sum())(x), x.grad
grad(lambda a, b: (a * b).sum(), argnums=(0, 1))(x, x + 1), grad(lambda a, b: (a * b).sum(), argnums=1)(x, x + 1)
grad_and_value(lambda v: v.norm())(x), grad(lambda v: (v.sum(), v.mean()), has_aux=True)(x)
jacrev(lambda v: v ** 2)(x), jacfwd(lambda v: v.cumsum(0))(x), hessian(lambda v: (v ** 3).sum())(x)
jacrev(lambda W, v: W @ v, argnums=0)(torch.ones(2, 3), x).shape
vmap(torch.dot)(torch.ones(4, 3), torch.arange(12.0).reshape(4, 3))
vmap(lambda v: v / v.sum())(torch.arange(1.0, 7.0).reshape(2, 3)), vmap(lambda a, b: a @ b, in_dims=(0, None))(torch.eye(3), x)
vmap(lambda v: v * 2, in_dims=1, out_dims=1)(torch.ones(2, 3)).shape, vmap(grad(torch.tanh))(x)
vmap(vmap(lambda a: a + 1))(torch.zeros(2, 2))
torch.manual_seed(0);
net = nn.Sequential(nn.Linear(3, 2), nn.Tanh(), nn.Linear(2, 1))
params = {name: p.detach() for name, p in net.named_parameters()}
list(params), functional_call(net, params, (x,))


def loss(params, X, y):
    return ((functional_call(net, params, (X,)) - y) ** 2).mean()


X, y = torch.randn(8, 3), torch.randn(8, 1)
loss(params, X, y)
for step in range(5):
    grads, value = grad_and_value(loss)(params, X, y)
    params = {name: p - 0.1 * grads[name] for name, p in params.items()}
    print(f"{step} {value.item():.4f}")
per_sample = vmap(grad(loss), in_dims=(None, 0, 0))(params, X, y)
{name: tuple(g.shape) for name, g in per_sample.items()}
torch.allclose(per_sample["2.bias"].mean(0), grad(loss)(params, X, y)["2.bias"], atol=1e-6)
torch.allclose(net[0].weight, params["0.weight"])
grad(lambda v: v)(x)


class Cube(torch.autograd.Function):
    """A function with a derivative of our own."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * 3 * x ** 2


v = torch.tensor([1.0, 2.0], requires_grad=True)
Cube.apply(v).sum().backward()
v.grad, Cube.apply(v)
torch.autograd.gradcheck(Cube.apply, (torch.randn(3, dtype=torch.double, requires_grad=True),))


def newton(g, x, steps=5):
    """A root of g by Newton's method."""
    for _ in range(steps):
        x = x - g(x) / grad(g)(x)
    return x


newton(lambda t: t ** 2 - 2, torch.tensor(1.0)), newton(lambda t: torch.cos(t) - t, torch.tensor(1.0))
