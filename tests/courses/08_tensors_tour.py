# A tour of tensors: creation, shapes, indexing, arithmetic, randomness.
import numpy as np
import torch

x = torch.arange(12, dtype=torch.float32)
x, x.shape, x.numel(), x.dtype, len(x)
X = x.reshape(3, 4)
X
X[-1], X[1:3], X[:, 1], X[0, 2], X[..., -1], X[[0, 2], [1, 3]]
X[1, 2] = 17
X[:1, :] = 12
X
torch.zeros((2, 3, 4)).shape, torch.ones(2, 2), torch.full((2,), 7), torch.eye(2), torch.linspace(0, 1, 5)
torch.tensor([[2, 1], [4, 3]]), torch.tensor([1.5, 2]), torch.tensor([True, False]), torch.tensor(3)
a, b = torch.tensor([1.0, 2, 4, 8]), torch.tensor([2, 2, 2, 2])
a + b, a - b, a * b, a / b, a ** b, a // 3, a % 3, -a
torch.exp(a), torch.sqrt(a), a.log2(), a.clamp(2, 5)
torch.cat((X, X), dim=0).shape, torch.cat((X, X), dim=1).shape, torch.stack([a, a]).shape
X == 12, (X > 5).sum(), X.sum(), X.sum(dim=0), X.mean(dim=1, keepdim=True), X.max(), X.argmax()
torch.arange(3).reshape(3, 1) + torch.arange(2).reshape(1, 2)
before = id(b)
b += 1
id(b) == before
A = X.numpy()
type(A), type(torch.from_numpy(A)), torch.tensor([3.5]).item(), float(torch.tensor([3.5])), int(torch.tensor(3))
np.ones((2, 2)) * 3, torch.from_numpy(np.array([1.0, 2.0])).dtype
torch.mm(torch.ones(2, 3), torch.ones(3, 1)), torch.mv(X, a), torch.dot(a, a), X @ X.T
torch.norm(torch.tensor([3.0, -4.0])), torch.abs(torch.tensor([3.0, -4.0])).sum(), torch.linalg.norm(X)
X.T, X.t().shape, X.permute(1, 0).shape, X.unsqueeze(0).shape, X.unsqueeze(-1).squeeze().shape
X.view(2, 6), X.flatten(), X.view(-1, 2).shape
torch.manual_seed(7);
torch.rand(3), torch.randn(2, 2), torch.randint(0, 10, (5,)), torch.randperm(6), torch.normal(0.0, 1.0, (2,))
torch.bernoulli(torch.full((8,), 0.3)), torch.multinomial(torch.tensor([0.1, 0.2, 0.7]), 5, replacement=True)
torch.where(X > 10, X, torch.zeros_like(X)), torch.cumsum(a, dim=0), a.flip(0), torch.sort(a, descending=True)
torch.topk(a, 2), torch.unique(torch.tensor([3, 1, 3])), torch.outer(a[:2], a[:2]), torch.einsum("ij,j->i", X, a)
for row in X:
    print(row.sum().item())
first, second, third = X
second
a.unfold(0, 2, 1), a.tolist(), a.to(torch.int64), a.double().dtype, a.half(), a.bool()
torch.equal(a, a.clone()), torch.allclose(a, a + 1e-9), torch.is_tensor(a), a.is_contiguous(), X.T.is_contiguous()
a.reshape(3, 2)
X @ X
torch.tensor([1, 2]) + torch.tensor([1, 2, 3])
X[5]
torch.ones(2, 3).view(4)
f"{a[0]:.2f} {a[0].item()} {a.mean():.4f}", print(a), str(a.shape)
