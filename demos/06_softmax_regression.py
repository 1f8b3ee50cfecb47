"""Softmax regression: probabilities for classes, cross-entropy, and why libraries take the logits."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(2)


# Softmax turns rows of scores into rows of probabilities.
def softmax(z):
    exponentials = torch.exp(z)
    return exponentials / exponentials.sum(dim=1, keepdim=True)


scores = torch.tensor([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])
print(softmax(scores))
print("rows sum to", softmax(scores).sum(dim=1))

# exp overflows for large scores; subtracting the largest one changes nothing but that.
large = torch.tensor([[1000.0, 1001.0, 1002.0]])
print("naive: ", softmax(large))
print("stable:", softmax(large - large.max(dim=1, keepdim=True).values))
print("torch: ", torch.softmax(large, dim=1))


# Cross-entropy picks the probability of the true class: an index of rows and one of classes.
def cross_entropy(y_hat, y):
    return -torch.log(y_hat[range(len(y_hat)), y])


y = torch.tensor([2, 0])
print("cross-entropy:", cross_entropy(softmax(scores), y))
print("from logits:  ", F.cross_entropy(scores, y, reduction="none"))

# Its gradient with respect to the scores is simply softmax(scores) - one_hot(y).
z = scores.clone().requires_grad_()
F.cross_entropy(z, y, reduction="sum").backward()
print("gradient as derived:", torch.allclose(z.grad, softmax(scores) - F.one_hot(y, 3)))

# Three clouds of points, one for each class.
centres = torch.tensor([[0.0, 3.0], [3.0, -1.5], [-3.0, -1.5]])
targets = torch.arange(3).repeat(60)
inputs = centres[targets] + torch.randn(180, 2)


def accuracy(logits, targets):
    return (logits.argmax(dim=1) == targets).float().mean().item()


net = nn.Linear(2, 3)
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
print(f"before training: accuracy {accuracy(net(inputs), targets):.3f}")
for step in range(1, 61):
    loss = F.cross_entropy(net(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step}: loss {loss.item():.4f}  accuracy {accuracy(net(inputs), targets):.3f}")

# Which class was taken for which: rows are the truth, columns the prediction.
confusion = torch.zeros(3, 3, dtype=torch.int64)
for truth, guess in zip(targets, net(inputs).argmax(dim=1)):
    confusion[truth, guess] += 1
print(confusion)
