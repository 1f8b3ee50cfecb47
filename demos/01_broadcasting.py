"""Broadcasting: how two tensors of different shapes meet, element by element."""

import torch

# Elementwise operators need operands of one shape. When the shapes differ, they are aligned from the right, and each
# pair of sizes has to be equal or hold a 1; a size of 1 (or a missing one) is repeated, without copying anything.
column = torch.arange(3).reshape(3, 1)
row = torch.arange(2).reshape(1, 2)
print("column", tuple(column.shape), "+ row", tuple(row.shape), "=")
print(column + row)

# What broadcasting does, written out: both operands are expanded to the common shape first.
wide = column.expand(3, 2)
tall = row.expand(3, 2)
print("the expanded operands:")
print(wide)
print(tall)
print("same result:", torch.equal(column + row, wide + tall))
print("strides of the expanded column:", wide.stride(), "(0: the same element again)")

# Missing dimensions count as 1, so a vector meets a matrix row by row.
matrix = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
per_column = torch.tensor([10.0, 20.0, 30.0])
print(matrix + per_column)

# One number for every row needs a column: None in an index adds the dimension.
per_row = torch.tensor([100.0, 200.0])
print(matrix + per_row[:, None])

# keepdim keeps the reduced dimension as 1, so that a sum over rows still fits the matrix.
sums = matrix.sum(dim=1, keepdim=True)
print("row sums", tuple(sums.shape))
print(matrix / sums)

# An outer product is the broadcast product of a column and a row.
x = torch.arange(1, 5)
print("multiplication table:")
print(x[:, None] * x)

# Distances between all pairs of points: [3, 1, 2] - [1, 3, 2] gives [3, 3, 2].
points = torch.tensor([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
print("pairwise distances:")
print(((points[:, None] - points[None]) ** 2).sum(-1).sqrt())

# Two sizes that differ, neither of them 1, cannot meet.
try:
    matrix + per_row
except RuntimeError as error:
    print("RuntimeError:", error)
