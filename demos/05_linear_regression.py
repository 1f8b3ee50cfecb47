"""Linear regression by minibatch stochastic gradient descent, first from scratch, then with torch.nn."""

import random

import torch
from torch import nn
from torch.utils import data

torch.manual_seed(1)
random.seed(1)

# Data from a known line, with noise: what is learnt can be compared with the truth.
true_w = torch.tensor([2.0, -3.4])
true_b = 4.2
n = 1000
features = torch.normal(0, 1, (n, 2))
labels = features @ true_w + true_b + torch.normal(0, 0.01, (n,))
labels = labels.reshape(-1, 1)
print("features", tuple(features.shape), "labels", tuple(labels.shape))


# The gradient over all examples is expensive; a random minibatch estimates it.
def minibatches(batch_size, features, labels):
    indices = list(range(len(features)))
    random.shuffle(indices)
    for start in range(0, len(indices), batch_size):
        batch = torch.tensor(indices[start:start + batch_size])
        yield features[batch], labels[batch]


def model(X, w, b):
    return X @ w + b


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


w = torch.normal(0, 0.01, (2, 1), requires_grad=True)
b = torch.zeros(1, requires_grad=True)
batch_size, lr = 20, 0.1
for epoch in range(3):
    for X, y in minibatches(batch_size, features, labels):
        loss = squared_loss(model(X, w, b), y).sum()
        loss.backward()
        sgd([w, b], lr, batch_size)
    with torch.no_grad():
        print(f"epoch {epoch + 1}: loss {squared_loss(model(features, w, b), labels).mean().item():.6f}")
print("error of w below 0.01:", bool(((w.reshape(2) - true_w).abs() < 0.01).all()))
print("error of b below 0.01:", bool((b - true_b).abs() < 0.01))

# The same with the library: a data loader, a layer, a loss and an optimiser.
loader = data.DataLoader(data.TensorDataset(features, labels), batch_size, shuffle=True)
net = nn.Sequential(nn.Linear(2, 1))
net[0].weight.data.normal_(0, 0.01)
net[0].bias.data.fill_(0)
criterion = nn.MSELoss()
trainer = torch.optim.SGD(net.parameters(), lr=0.05)
for epoch in range(3):
    for X, y in loader:
        loss = criterion(net(X), y)
        trainer.zero_grad()
        loss.backward()
        trainer.step()
    print(f"epoch {epoch + 1}: loss {criterion(net(features), labels).item():.6f}")
print("error of w below 0.01:", bool(((net[0].weight.data - true_w).abs() < 0.01).all()))
