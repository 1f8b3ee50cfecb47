# From the perceptron to a network that learns XOR; a support vector machine by hinge loss.
import torch
from torch import nn

X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, XOR = torch.tensor([0, 0, 0, 1]), torch.tensor([0, 1, 1, 0])


def perceptron(X, y, epochs=10):
    """The weights found by the perceptron rule, and the epochs it took."""
    w, b = torch.zeros(2), torch.zeros(1)
    for epoch in range(epochs):
        mistakes = 0
        for x, t in zip(X, 2 * y - 1):
            if t * (w @ x + b) <= 0:
                w += t * x
                b += t
                mistakes += 1
        if mistakes == 0:
            return w, b, epoch
    return w, b, None


perceptron(X, AND), perceptron(X, XOR)
torch.manual_seed(0);
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
optimizer = torch.optim.SGD(model.parameters(), lr=1.0, momentum=0.9)
criterion = nn.BCELoss()
y = XOR.float().reshape(-1, 1)
for step in range(1, 61):
    optimizer.zero_grad()
    loss = criterion(model(X), y)
    loss.backward()
    optimizer.step()
    if step in (1, 5, 10):
        print(f"step {step:2d} loss {loss.item():.4f}")
loss.item() < 0.3, (model(X) > 0.5).int().flatten()
torch.manual_seed(1);
points = torch.cat([torch.randn(20, 2) + 2, torch.randn(20, 2) - 2])
signs = torch.cat([torch.ones(20), -torch.ones(20)])
w, b = torch.zeros(2, requires_grad=True), torch.zeros(1, requires_grad=True)
for epoch in range(20):
    margin = signs * (points @ w + b)
    hinge = torch.clamp(1 - margin, min=0).mean() + 0.01 * w.pow(2).sum()
    hinge.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        b -= 0.1 * b.grad
    w.grad.zero_()
    b.grad.zero_()
    if epoch % 5 == 4:
        print(epoch + 1, round(hinge.item(), 4))
((points @ w + b).sign() == signs).float().mean(), w, b


def softmax(X):
    X_exp = torch.exp(X)
    partition = X_exp.sum(1, keepdim=True)
    return X_exp / partition


S = softmax(torch.rand((2, 5)))
S, S.sum(1)
net = nn.Sequential(nn.Flatten(), nn.Linear(6, 3))
blobs = torch.randn(90, 2, 3) + torch.arange(3).repeat_interleave(30)[:, None, None]
target = torch.arange(3).repeat_interleave(30)
trainer = torch.optim.SGD(net.parameters(), lr=0.5, weight_decay=1e-3)
for epoch in range(5):
    order = torch.randperm(90)
    for i in range(0, 90, 30):
        pick = order[i:i + 30]
        l = nn.functional.cross_entropy(net(blobs[pick]), target[pick])
        trainer.zero_grad()
        l.backward()
        trainer.step()
    with torch.no_grad():
        accuracy = (net(blobs).argmax(1) == target).float().mean()
    print(f"epoch {epoch} loss {l:.4f} accuracy {accuracy:.3f}")
net[1].weight.norm(), net[1].bias
