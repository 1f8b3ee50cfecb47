# Underfitting, overfitting, weight decay, cross-validation.
import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

n, degree = 60, 8
torch.manual_seed(2);
x = torch.randn(n)
true_w = torch.zeros(degree)
true_w[0:4] = torch.tensor([5, 1.2, -3.4, 5.6])
poly = torch.stack([x ** i / math.gamma(i + 1) for i in range(degree)], dim=1)
labels = poly @ true_w + torch.normal(0, 0.1, (n,))
x[:2], poly[:2, :], labels[:2]


def evaluate_loss(net, loader, loss):
    total, count = 0.0, 0
    for X, y in loader:
        out = net(X)
        l = loss(out, y.reshape(out.shape))
        total, count = total + l.sum().item(), count + l.numel()
    return total / count


def train(train_x, test_x, train_y, test_y, epochs=30, wd=0.0):
    loss = nn.MSELoss(reduction="none")
    net = nn.Sequential(nn.Linear(train_x.shape[-1], 1, bias=False))
    batch = min(10, train_y.shape[0])
    train_iter = DataLoader(TensorDataset(train_x, train_y.reshape(-1, 1)), batch, shuffle=True)
    test_iter = DataLoader(TensorDataset(test_x, test_y.reshape(-1, 1)), batch)
    trainer = torch.optim.SGD(net.parameters(), lr=0.01, weight_decay=wd)
    for epoch in range(epochs):
        for X, y in train_iter:
            trainer.zero_grad()
            loss(net(X), y).mean().backward()
            trainer.step()
    print(f"train {evaluate_loss(net, train_iter, loss):.4f} test {evaluate_loss(net, test_iter, loss):.4f}")
    return net[0].weight.data


half = n // 2
torch.manual_seed(3);
train(poly[:half, :4], poly[half:, :4], labels[:half], labels[half:])
train(poly[:half, :2], poly[half:, :2], labels[:half], labels[half:]);
train(poly[:half], poly[half:], labels[:half], labels[half:], wd=1.0).norm()
w = torch.linalg.lstsq(poly[:half], labels[:half, None]).solution
w.flatten()[:4].round(decimals=1)
ridge = torch.linalg.solve(poly.T @ poly + 0.1 * torch.eye(degree), poly.T @ labels)
ridge[:4], torch.linalg.norm(ridge) < torch.linalg.norm(w) + 1


def get_k_fold(k, i, X, y):
    """Training and validation parts of fold i."""
    assert k > 1
    size = X.shape[0] // k
    X_train = y_train = X_valid = y_valid = None
    for j in range(k):
        idx = slice(j * size, (j + 1) * size)
        X_part, y_part = X[idx, :], y[idx]
        if j == i:
            X_valid, y_valid = X_part, y_part
        elif X_train is None:
            X_train, y_train = X_part, y_part
        else:
            X_train = torch.cat([X_train, X_part], 0)
            y_train = torch.cat([y_train, y_part], 0)
    return X_train, X_valid, y_train, y_valid


[tuple(part.shape for part in get_k_fold(3, i, poly, labels)) for i in range(2)]
for i in range(3):
    train(*get_k_fold(3, i, poly[:, :4], labels), epochs=5)


def l2_penalty(w):
    return torch.sum(w.pow(2)) / 2


l2_penalty(torch.ones(4)), l2_penalty(torch.tensor([3.0, 4.0]))


class EarlyStopping:
    """Says when a loss has not improved for `patience` checks."""

    def __init__(self, patience=2, delta=0.0):
        self.patience, self.delta = patience, delta
        self.best, self.bad = math.inf, 0

    def __call__(self, loss):
        if loss < self.best - self.delta:
            self.best, self.bad = loss, 0
        else:
            self.bad += 1
        return self.bad >= self.patience


stop = EarlyStopping()
[stop(l) for l in (1.0, 0.8, 0.9, 0.7, 0.75, 0.71)], stop.best
with torch.no_grad():
    residual = labels - poly @ ridge
f"{residual.std():.2f}", residual.abs().max() < 1, residual.mean().abs() < 0.1
