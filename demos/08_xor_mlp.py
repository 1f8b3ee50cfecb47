"""XOR with a multilayer perceptron: one hidden layer and a nonlinearity do what no line can."""

import torch
from torch import nn

X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])

# By hand: one hidden unit computes OR, the other NAND, the output is their AND.
W1 = torch.tensor([[20.0, -20.0], [20.0, -20.0]])
b1 = torch.tensor([-10.0, 30.0])
W2 = torch.tensor([[20.0], [20.0]])
b2 = torch.tensor([-30.0])
h = torch.sigmoid(X @ W1 + b1)
print("hidden units (or, nand):")
print(h.round())
print("their and:", torch.sigmoid(h @ W2 + b2).round().flatten())

# Without a nonlinearity two layers are one: (X W1) W2 = X (W1 W2).
print("two linear layers are one:", torch.allclose((X @ W1) @ W2, X @ (W1 @ W2)))

# Three activations and their slopes.
points = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0], requires_grad=True)
for name, activation in [("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("relu", torch.relu)]:
    out = activation(points)
    (slope,) = torch.autograd.grad(out.sum(), points)
    print(f"{name:8}", out.detach())
    print("   slope", slope)

# Learnt: the weights start small and random, gradient descent does the rest.
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
print(net)
print("parameters:", sum(p.numel() for p in net.parameters()))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
for step in range(1, 401):
    loss = criterion(net(X), Y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step == 1 or step % 100 == 0:
        print(f"step {step:3}: loss {loss.item():.4f}")
with torch.no_grad():
    probability = torch.sigmoid(net(X))
print("answers:", (probability > 0.5).int().flatten().tolist())

# The same network without its activation stays at chance.
torch.manual_seed(0)
linear = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 1))
optimizer = torch.optim.SGD(linear.parameters(), lr=0.5)
for step in range(400):
    loss = criterion(linear(X), Y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"without activation: loss {loss.item():.4f} (chance is log 2 = {torch.tensor(2.0).log().item():.4f})")
