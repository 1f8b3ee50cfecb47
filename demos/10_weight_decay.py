"""Weight decay: a penalty on large weights keeps a model with too many parameters from learning the noise."""

import torch
from torch import nn

torch.manual_seed(0)

# 200 inputs, 20 training examples: the model can fit anything, also the noise.
n_train, n_test, inputs = 20, 100, 200
true_w, true_b = torch.ones(inputs, 1) * 0.01, 0.05


def synthetic(n):
    X = torch.randn(n, inputs)
    return X, X @ true_w + true_b + torch.randn(n, 1) * 0.01


train_X, train_y = synthetic(n_train)
test_X, test_y = synthetic(n_test)


def penalty(w):
    return (w ** 2).sum() / 2


def fit(lam, lr=0.003, epochs=50):
    torch.manual_seed(1)
    w = torch.normal(0, 1, (inputs, 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    for epoch in range(epochs):
        for X, y in zip(train_X.split(5), train_y.split(5)):
            loss = ((X @ w + b - y) ** 2 / 2).mean() + lam * penalty(w)
            loss.backward()
            with torch.no_grad():
                for param in [w, b]:
                    param -= lr * param.grad
                    param.grad.zero_()
    with torch.no_grad():
        train = ((train_X @ w + b - train_y) ** 2 / 2).mean().item()
        test = ((test_X @ w + b - test_y) ** 2 / 2).mean().item()
        print(f"lambda {lam}: training loss {train:.4f}, test loss {test:.2f}, |w| {w.norm().item():.3f}")


# The test loss falls with the norm of the weights.
for lam in [0, 1, 5]:
    fit(lam)

# The update shows where the name comes from: w <- (1 - lr * lam) w - lr * gradient.
lr, lam = 0.1, 0.3
X = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]])
y = torch.tensor([[1.0], [2.0], [0.0]])
start = torch.tensor([[0.5], [-0.25]])

w = start.clone().requires_grad_()
(((X @ w - y) ** 2).mean() + lam * penalty(w)).backward()
penalised = start - lr * w.grad

w = start.clone().requires_grad_()
((X @ w - y) ** 2).mean().backward()
decayed = (1 - lr * lam) * start - lr * w.grad
print("penalty in the loss:   ", penalised.flatten())
print("decay in the update:   ", decayed.flatten())

# Optimisers have it built in, for each parameter group; a bias is usually left alone.
net = nn.Linear(2, 1)
net.weight.data.copy_(start.T)
net.bias.data.zero_()
optimizer = torch.optim.SGD([{"params": net.weight, "weight_decay": lam}, {"params": net.bias}], lr=lr)
((net(X) - y) ** 2).mean().backward()
optimizer.step()
print("weight_decay of SGD:   ", net.weight.data.flatten())
print("bias without decay:    ", net.bias.data)
