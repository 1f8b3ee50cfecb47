# Gradients, then linear regression by hand.
import random

import torch

x = torch.arange(4.0, requires_grad=True)
x.grad
y = 2 * torch.dot(x, x)
y
y.backward()
x.grad, x.grad == 4 * x
x.grad.zero_()
y = x.sum()
y.backward()
x.grad
x.grad = None
u = (x * x).detach()
z = u * x
z.sum().backward()
x.grad == u
(x * x).requires_grad, u.requires_grad, x.is_leaf, y.grad_fn is not None
x.grad.zero_();
(x ** 2).backward(torch.ones(4))
x.grad
(x ** 2).backward()


def f(a):
    b = a * 2
    while b.norm() < 1000:
        b = b * 2
    return b if b.sum() > 0 else 100 * b


a = torch.tensor(0.7, requires_grad=True)
d = f(a)
d.backward()
a.grad == d / a
with torch.no_grad():
    w = a * 3
w.requires_grad
torch.autograd.grad((x ** 3).sum(), x)
g = torch.autograd.grad((x ** 3).sum(), x, create_graph=True)[0]
torch.autograd.grad(g.sum(), x)
torch.autograd.functional.jacobian(lambda v: v ** 2, torch.tensor([1.0, 2.0]))
torch.autograd.functional.hessian(lambda v: (v ** 3).sum(), torch.tensor([1.0, 2.0]))
true_w, true_b = torch.tensor([2, -3.4]), 4.2


def synthetic_data(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    y = torch.matmul(X, w) + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape((-1, 1))


features, labels = synthetic_data(true_w, true_b, 200)
features[0], labels[0], features.shape, labels.shape


def data_iter(batch_size, features, labels):
    indices = list(range(len(features)))
    random.shuffle(indices)
    for i in range(0, len(features), batch_size):
        pick = torch.tensor(indices[i:min(i + batch_size, len(features))])
        yield features[pick], labels[pick]


for X, y in data_iter(4, features, labels):
    print(X, "\n", y)
    break
w = torch.normal(0, 0.01, size=(2, 1), requires_grad=True)
b = torch.zeros(1, requires_grad=True)
linreg = lambda X: torch.matmul(X, w) + b
squared_loss = lambda y_hat, y: (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


for epoch in range(4):
    for X, y in data_iter(10, features, labels):
        squared_loss(linreg(X), y).sum().backward()
        sgd([w, b], 0.05, 10)
    with torch.no_grad():
        print(f"epoch {epoch + 1}, loss {float(squared_loss(linreg(features), labels).mean()):.4f}")
(true_w - w.reshape(true_w.shape)).abs().max() < 0.02, (true_b - b).abs() < 0.02
w.numpy()
x += 1
torch.arange(3, requires_grad=True)
