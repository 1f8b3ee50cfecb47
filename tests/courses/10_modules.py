# nn.Module: what registration does, and how to look inside.
import torch
from torch import nn
from torch.nn import functional as F


class MLP(nn.Module):
    def __init__(self, sizes=(4, 8, 2)):
        super().__init__()
        self.hidden = nn.Linear(sizes[0], sizes[1])
        self.out = nn.Linear(sizes[1], sizes[2])
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, X):
        self.calls += 1
        return self.out(F.relu(self.hidden(X)))


net = MLP()
net
X = torch.rand(2, 4)
net(X)
net.calls, net.training, net.hidden.in_features, net.out.bias
[(name, p.shape) for name, p in net.named_parameters()]
list(net.children()), [name for name, _ in net.named_modules()], [n for n, b in net.named_buffers()]
sum(p.numel() for p in net.parameters())
net.state_dict().keys()
net.state_dict()["out.bias"]
type(net), type(net.hidden), type(net.hidden.weight), isinstance(net, nn.Module)
net.hidden.weight.data[0] = 42
net.hidden.weight.data[0], net.hidden.weight.grad is None
net(X).sum().backward()
net.out.bias.grad
net.zero_grad()
net.out.bias.grad is None
clone = MLP()
clone.load_state_dict(net.state_dict())
torch.equal(clone(X), net(X))
clone.load_state_dict({"hidden.weight": torch.zeros(8, 4)})
clone.load_state_dict({"hidden.weight": torch.zeros(2, 2), "other": torch.zeros(1)}, strict=False)
clone.load_state_dict({"hidden.weight": torch.zeros(8, 4)}, strict=False)
net.nothing


class Forgot(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(2, 2)


Forgot()


class FixedHidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.rand_weight = torch.rand((4, 4))
        self.linear = nn.Linear(4, 4)

    def forward(self, X):
        X = self.linear(X)
        X = F.relu(X @ self.rand_weight + 1)
        X = self.linear(X)
        while X.abs().sum() > 1:
            X /= 2
        return X.sum()


net2 = FixedHidden()
net2(X), len(list(net2.parameters()))


class CenteredLayer(nn.Module):
    def forward(self, X):
        return X - X.mean()


CenteredLayer()(torch.tensor([1.0, 2, 3, 4, 5])), CenteredLayer()


class MyLinear(nn.Module):
    def __init__(self, in_units, units):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(in_units, units))
        self.bias = nn.Parameter(torch.randn(units,))

    def forward(self, X):
        return F.relu(torch.matmul(X, self.weight.data) + self.bias.data)

    def extra_repr(self):
        return f"{self.weight.shape[0]} -> {self.weight.shape[1]}"


dense = MyLinear(5, 3)
dense, dense.weight, dense(torch.rand(2, 5))
chimera = nn.Sequential(net, nn.Linear(2, 3), dense)
chimera
net.eval(), net.training, net.hidden.training
net.train();
net.double()(X.double()).dtype, net.float().hidden.weight.dtype, net.to(torch.float64).out.bias.dtype
nn.Module()(X)
net.hidden = 3
net.hidden(torch.rand(2, 5).double())
net.add_module("extra", nn.Identity())
net.extra, hasattr(net, "extra"), "extra" in dir(net)
net.requires_grad_(False)
all(not p.requires_grad for p in net.parameters())
