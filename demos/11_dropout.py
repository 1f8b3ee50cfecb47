"""Dropout: noise without bias on hidden units, in training only."""

import torch
from torch import nn

torch.manual_seed(0)


# Each element becomes 0 with probability p, and x / (1 - p) otherwise, so that its expectation stays x.
def dropout_layer(X, p):
    assert 0 <= p <= 1
    if p == 1:
        return torch.zeros_like(X)
    if p == 0:
        return X
    mask = (torch.rand(X.shape) > p).float()
    return mask * X / (1.0 - p)


X = torch.arange(16, dtype=torch.float32).reshape(2, 8)
print(X)
for p in [0.0, 0.5, 1.0]:
    print(f"p = {p}")
    print(dropout_layer(X, p))

# The mean over many draws is the input again, while the variance grows with p.
ones = torch.ones(100000)
for p in [0.2, 0.5, 0.8]:
    noisy = dropout_layer(ones, p)
    print(f"p = {p}: mean {noisy.mean().item():.2f}, variance {noisy.var().item():.2f}, by formula {p / (1 - p):.2f}")

# nn.Dropout does the same, and nothing at all in evaluation mode.
layer = nn.Dropout(0.5)
print("train:", layer(torch.ones(8)))
layer.eval()
print("eval: ", layer(torch.ones(8)))

# Gradients flow through the elements that stayed, with the same scale.
layer.train()
x = torch.ones(8, requires_grad=True)
out = layer(x)
out.sum().backward()
print("gradient equals the mask:", torch.equal(x.grad, out.detach()))


# In a network, dropout follows the hidden layers.
class Net(nn.Module):
    def __init__(self, inputs, hidden, classes, p):
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.dropout = nn.Dropout(p)
        self.out = nn.Linear(hidden, classes)

    def forward(self, X):
        return self.out(self.dropout(torch.relu(self.hidden(X))))


net = Net(4, 16, 3, p=0.5)
print(net)
X = torch.randn(2, 4)
print("training, two passes agree:  ", torch.equal(net(X), net(X)))
net.eval()
print("evaluation, two passes agree:", torch.equal(net(X), net(X)))
