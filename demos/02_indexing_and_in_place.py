"""Indexing and in-place operations: views, copies, and which object a name means."""

import torch

z = torch.arange(24).reshape(2, 3, 4)
print(z)

# An integer removes its dimension, a slice keeps it.
print("z[:, 1, :]  ", tuple(z[:, 1, :].shape))
print(z[:, 1, :])
print("z[:, 1:2, :]", tuple(z[:, 1:2, :].shape))
print("z[..., -1]  ", tuple(z[..., -1].shape))
print("z[0, ::2]   ", tuple(z[0, ::2].shape))
print("z[None]     ", tuple(z[None].shape))

# Lists and tensors pick elements, masks filter them; these are copies.
v = torch.tensor([5.0, -2.0, 7.0, -1.0])
print(v[[3, 0, 0]])
print(v[v > 0])
rows = torch.tensor([0, 1])
columns = torch.tensor([2, 0])
print("picked pairwise:", z[0][rows, columns])

# Slices are views: they share the elements with their tensor.
first = v[:2]
first[0] = 50.0
print("through the view:", v)
copy = v[[0, 1]]
copy[0] = -1.0
print("not through a copy:", v)

# Writing through an index: numbers, whole slices, masks.
grid = torch.zeros(3, 4)
grid[1] = 1.0
grid[:, 2] = torch.tensor([7.0, 8.0, 9.0])
grid[grid == 0] = -1.0
print(grid)

# `a = a + b` makes a new tensor and binds the name to it; `a += b` and `a[:] = ...` write into the old one.
a = torch.ones(3)
b = torch.full((3,), 2.0)
before = id(a)
a = a + b
print("a = a + b   keeps the object:", id(a) == before)

before = id(a)
a += b
print("a += b      keeps the object:", id(a) == before, a)

before = id(a)
a[:] = a * 10
print("a[:] = ...  keeps the object:", id(a) == before, a)

before = id(a)
a.mul_(0.5).sub_(1)
print("a.mul_(0.5) keeps the object:", id(a) == before, a)

# Shapes change without moving elements as long as strides can say it; after a transpose they cannot.
m = torch.arange(6).reshape(2, 3)
print(m.view(3, 2))
print("m.T is contiguous:", m.T.is_contiguous())
try:
    m.T.view(6)
except RuntimeError as error:
    print("RuntimeError:", error)
print("reshape copies where it has to:", m.T.reshape(6))
