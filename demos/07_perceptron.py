"""The perceptron: the oldest learning rule, what it learns, and what it cannot (XOR)."""

import torch


def train(X, Y, epochs=20):
    """Turns the weights towards every example on the wrong side, until there is none."""
    w = torch.zeros(X.shape[1])
    b = torch.tensor(0.0)
    for epoch in range(1, epochs + 1):
        mistakes = 0
        for x, y in zip(X, Y):
            # y is the truth (+1 or -1) and w . x + b the score: a product <= 0 means that they disagree.
            if y * (torch.dot(w, x) + b) <= 0:
                w = w + y * x
                b = b + y
                mistakes += 1
        if mistakes == 0:
            return w, b, epoch
    return w, b, None


def show(name, X, Y):
    w, b, epoch = train(X, Y)
    verdict = f"separated in epoch {epoch}" if epoch else "not separated in 20 epochs"
    print(f"{name}: {verdict}, w = {w.tolist()}, b = {b.item()}")
    predicted = torch.where(X @ w + b > 0, 1, -1)
    print(f"{name}: predictions {predicted.tolist()} for {Y.int().tolist()}")


X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

# AND and OR can be separated by a line.
show("and", X, torch.tensor([-1.0, -1.0, -1.0, 1.0]))
show("or ", X, torch.tensor([-1.0, 1.0, 1.0, 1.0]))

# XOR cannot: the classes lie across from each other, and the rule runs in circles.
show("xor", X, torch.tensor([-1.0, 1.0, 1.0, -1.0]))

# A product of the inputs as a third feature makes it separable again: the model stays linear, the features do not.
product = X[:, :1] * X[:, 1:]
show("xor with x1*x2", torch.cat([X, product], dim=1), torch.tensor([-1.0, 1.0, 1.0, -1.0]))

# Separable clouds: the number of mistakes is bounded by (radius / margin)^2, however many points there are.
torch.manual_seed(0)
side = torch.where(torch.rand(100) < 0.5, -1.0, 1.0)
cloud = torch.randn(100, 2) + 3 * side[:, None]
w, b, epoch = train(cloud, side)
margins = side * (cloud @ w + b)
print("clouds: epoch", epoch, "all on the right side:", bool((margins > 0).all()))
