"""Linear algebra: scalars, vectors, matrices, sums along an axis, products, norms."""

import torch

# A tensor of one number, a vector, a matrix.
scalar = torch.tensor(3.0)
x = torch.arange(4)
A = torch.arange(20).reshape(5, 4)
print(scalar, "dimensions:", scalar.dim())
print(x, "length", len(x), "third element", x[3].item())
print(A)
print("shape", tuple(A.shape), "elements", A.numel())

# The transpose is a view with exchanged strides.
print(A.T)
S = torch.tensor([[1, 2, 3], [2, 0, 4], [3, 4, 5]])
print("symmetric:", torch.equal(S, S.T))

# Elementwise (Hadamard) product; for matrices that is not the matrix product.
A = A.float()
B = A.clone()
print((A * B)[:2])

# A sum over an axis removes that axis; keepdims leaves it with size 1.
print("sum of all:", A.sum())
print("axis 0:", A.sum(axis=0), tuple(A.sum(axis=0).shape))
print("axis 1:", A.sum(axis=1), tuple(A.sum(axis=1).shape))
print("kept:", tuple(A.sum(axis=1, keepdims=True).shape))
print("mean:", A.mean().item(), "=", (A.sum() / A.numel()).item())
print("mean of the columns:", A.mean(axis=0))
print("running sums:")
print(A.cumsum(axis=0)[:3])

# Products: vector . vector, matrix . vector, matrix . matrix.
u = torch.arange(4, dtype=torch.float32)
ones = torch.ones(4)
print("dot:", torch.dot(u, ones), "=", (u * ones).sum())
print("mv: ", torch.mv(A, u))
print("mm: ")
print(torch.mm(A, torch.ones(4, 3)))
print("@ decides by the shapes:", tuple((A @ u).shape), tuple((A @ A.T).shape))

# Norms measure how large a vector is.
w = torch.tensor([3.0, -4.0])
print("L2:", torch.norm(w), "L1:", torch.norm(w, 1), "max:", torch.norm(w, float("inf")))
print("Frobenius norm of a 4 x 9 matrix of ones:", torch.norm(torch.ones(4, 9)).item())

# Solving a system, and checking the solution.
M = torch.tensor([[3.0, 1.0], [1.0, 2.0]])
y = torch.tensor([9.0, 8.0])
solution = torch.linalg.solve(M, y)
print("solution:", solution)
print("residual below 1e-5:", bool((M @ solution - y).norm() < 1e-5))
print(f"determinant: {torch.linalg.det(M).item():.4f}")
