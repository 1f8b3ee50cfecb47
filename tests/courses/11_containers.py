# Sequential, lists and dicts of modules and parameters, shared weights.
from collections import OrderedDict

import torch
from torch import nn

net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
X = torch.rand(size=(2, 4))
net, net(X)
net[0], net[-1], net[0:2], len(net), [type(layer).__name__ for layer in net]
net[2].state_dict()
net[2].bias, net[2].bias.data
type(net[2].bias), net[2].weight.grad is None, net.state_dict()["2.bias"].data
net.append(nn.Tanh())
net[1] = nn.Sigmoid()
net
del net[3]
net[7]
named = nn.Sequential(OrderedDict([("fc", nn.Linear(4, 2)), ("act", nn.ReLU())]))
named, named.fc, named[1]


def block1():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 4), nn.ReLU())


def block2():
    net = nn.Sequential()
    for i in range(2):
        net.add_module(f"block {i}", block1())
    return net


rgnet = nn.Sequential(block2(), nn.Linear(4, 1))
rgnet(X), rgnet
rgnet[0][1][0].bias.data
shared = nn.Linear(8, 8)
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), shared, nn.ReLU(), shared, nn.ReLU(), nn.Linear(8, 1))
net(X).shape
net[2].weight.data[0] == net[4].weight.data[0]
net[2].weight.data[0, 0] = 100
net[2].weight is net[4].weight, len(list(net.parameters())), len(net.state_dict())


class MySequential(nn.Module):
    def __init__(self, *args):
        super().__init__()
        for idx, module in enumerate(args):
            self._modules[str(idx)] = module

    def forward(self, X):
        for block in self._modules.values():
            X = block(X)
        return X


MySequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1))(X), MySequential(nn.Tanh())


class Branches(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(n)])
        self.acts = nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(1) * i) for i in range(n)])
        self.gates = nn.ParameterDict({"in": nn.Parameter(torch.zeros(4))})

    def forward(self, X, act):
        for layer, scale in zip(self.layers, self.scales):
            X = self.acts[act](layer(X) * scale + self.gates["in"])
        return X


b = Branches(3)
b
b(X, "tanh"), [n for n, _ in b.named_parameters()]
b.layers.append(nn.Linear(4, 2))
b.layers[-1], len(b.layers), list(b.acts.keys()), b.layers[:2], len(b.scales), "in" in b.gates
b.acts["gelu"] = nn.GELU()
[k for k in b.acts], b.acts
b(X, "swish")
Unregistered = type("Unregistered", (nn.Module,), {})
u = Unregistered()
u.layers = [nn.Linear(2, 2)]
list(u.parameters()), u
nn.Sequential(nn.Linear(2, 2), 5)
nn.ModuleList([nn.ReLU(), nn.ReLU(), nn.Linear(1, 1), nn.Linear(1, 1)])
