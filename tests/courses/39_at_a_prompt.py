import torch, math
from torch import nn
import torch.nn.functional as F
torch.tensor([1e-5, 1.0, 1000.0])
torch.tensor([1e-10, 1.0])
torch.tensor([float('nan'), 1, float('-inf')])
torch.tensor([[1e8, 1.5], [3, 2]])
torch.tensor([123456789.0, 0.1])
torch.arange(2000).reshape(4, 500)
torch.arange(1001.)
torch.full((3, 3), 2.5, dtype=torch.float16)
torch.tensor([1+2j, 3.5-1j])
torch.zeros(0, 3)
torch.empty(2, 0).sum(1)
torch.tensor(3.14159265358979)
torch.tensor(3.14159265358979, dtype=torch.float64)
torch.set_printoptions(precision=2, sci_mode=False)
torch.tensor([1e-5, 1.0, 1000.0])
torch.set_printoptions(profile="default")
torch.tensor([[True, False], [False, True]])
torch.tensor([1, 2, 3], dtype=torch.uint8) - 5
torch.tensor([200, 100], dtype=torch.uint8) + torch.tensor([100, 100], dtype=torch.uint8)
torch.int32, torch.float, torch.long, torch.double
torch.iinfo(torch.int8), torch.finfo(torch.float32).eps
torch.finfo(torch.float16)
x = torch.arange(12).view(3, 4)
x[:, [0, 2]], x[x % 2 == 0], x[..., -1], x[None].shape, x[1:, ::2]
x[torch.tensor([0, 2]), torch.tensor([1, 3])]
x[5]
x[:, 4]
x[1.5]
x["a"]
x[[0, 5]]
x[torch.tensor([True, False])]
x.view(5, 2)
x.reshape(-1, 5)
x.t().view(12)
x.transpose(0, 2)
x.sum(dim=2)
x.float().mean(dim=(0, 1), keepdim=True)
x.mean()
torch.cat([x, x.float()]).dtype
torch.cat([x, torch.zeros(2, 3)])
torch.stack([torch.zeros(2), torch.zeros(3)])
x.tolist()
x.numpy()
x.float().numpy()
x.stride(), x.t().stride(), x.t().is_contiguous(), x.storage_offset(), x[1].storage_offset()
x.item()
x.unfold(1, 2, 1)
torch.tensor([[1, 2], [3]])
torch.tensor("a")
torch.tensor([1, "a"])
torch.ones(2, 3) @ torch.ones(2, 3)
torch.ones(3).dot(torch.ones(4))
torch.ones(3, dtype=torch.long) @ torch.ones(3)
torch.mm(torch.ones(2), torch.ones(2, 2))
nn.Linear(3, 2)(torch.ones(4))
nn.Linear(3, 2)(torch.ones(1, 3, dtype=torch.float64))
nn.Linear(3, 2)
nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Dropout(0.2), nn.Linear(4, 1))
nn.Conv2d(1, 6, 5, padding=2), nn.MaxPool2d(2), nn.BatchNorm2d(6), nn.LayerNorm(4), nn.Embedding(10, 3)
nn.LSTM(3, 4, 2, batch_first=True), nn.GRU(3, 4), nn.MultiheadAttention(8, 2)
nn.TransformerEncoderLayer(8, 2, 16)
torch.manual_seed(42); torch.randn(2, 3)
torch.randint(0, 10, (5,)), torch.randperm(6), torch.rand(2), torch.bernoulli(torch.full((5,), .5)), torch.normal(0, 1, (2,)), torch.multinomial(torch.tensor([.1, .2, .7]), 4, replacement=True)
w = torch.tensor([1., 2.], requires_grad=True)
w.backward()
(w * 2).sum().backward(); w.grad
w.grad.zero_(); (w ** 3).sum().backward(); w.grad
w += 1
with torch.no_grad(): w += 1
w
w.numpy()
w.detach().numpy()
y = (w ** 2).sum()
y.backward(); y.backward()
z = w * 2; z.retain_grad(); z.sum().backward(); z.grad, z.is_leaf, w.is_leaf, z.grad_fn
w.data, w.requires_grad, w.detach().requires_grad
a = torch.ones(3, requires_grad=True); b = a.exp(); b.add_(1); b.sum().backward()
torch.autograd.grad((a ** 2).sum(), a)
torch.autograd.grad((a ** 2).sum(), torch.ones(2, requires_grad=True))
torch.autograd.functional.hessian(lambda v: (v ** 3).sum(), torch.tensor([1., 2.]))
torch.func.grad(lambda v: (v ** 3).sum())(torch.tensor([1., 2.]))
torch.func.vmap(torch.dot)(torch.ones(3, 2), torch.arange(6.).view(3, 2))
F.cross_entropy(torch.tensor([[1., 2., 3.]]), torch.tensor([2]))
F.cross_entropy(torch.tensor([[1., 2., 3.]]), torch.tensor([3]))
F.cross_entropy(torch.tensor([[1., 2., 3.]]), torch.tensor([2.]))
F.cross_entropy(torch.tensor([[1., 2., 3.]]), torch.tensor([[2]]))
F.mse_loss(torch.ones(3), torch.zeros(3, 1))
F.nll_loss(torch.zeros(2, 3), torch.tensor([0, 1, 2]))
F.binary_cross_entropy(torch.tensor([1.5]), torch.tensor([1.]))
F.one_hot(torch.tensor([0, 2, 1])), F.one_hot(torch.tensor([0, 2]), 4).dtype
F.softmax(torch.tensor([1., 2., 3.]))
F.pad(torch.ones(2, 2), (1, 0, 0, 2), value=7.)
torch.einsum('ij,jk->ik', torch.ones(2, 3), torch.ones(3, 2))
torch.einsum('ij,jk', torch.ones(2, 3), torch.ones(2, 2))
torch.topk(torch.tensor([1., 5., 3.]), 2)
torch.sort(torch.tensor([[3, 1, 2], [9, 7, 8]]), dim=1, descending=True)
torch.max(torch.tensor([[1., 4.], [3., 2.]]), dim=0)
torch.tensor([1., 4.]).max(), torch.tensor([3, 1]).argmax(), torch.tensor([[1, 2], [0, 5]]).amax(1)
torch.unique(torch.tensor([3, 1, 3, 2]), return_counts=True)
torch.linspace(0, 1, 5), torch.logspace(0, 2, 3), torch.eye(2, 3), torch.arange(0, 1, .25), torch.arange(5, 0, -2)
torch.arange(1, 0)
torch.linalg.inv(torch.zeros(2, 2))
torch.linalg.cholesky(torch.tensor([[1., 2.], [2., 1.]]))
torch.linalg.solve(torch.eye(2) * 2, torch.tensor([2., 4.]))
torch.linalg.svd(torch.diag(torch.tensor([3., 2.])))
torch.linalg.eigh(torch.tensor([[2., 0.], [0., 1.]]))
torch.det(torch.tensor([[1., 2.], [3., 4.]])), torch.trace(torch.eye(3)), torch.linalg.matrix_rank(torch.ones(3, 3))
torch.allclose(torch.tensor([1.]), torch.tensor([1.0001])), torch.equal(torch.ones(2), torch.ones(2)), torch.isclose(torch.tensor([1., 2.]), torch.tensor([1., 2.1]))
torch.where(torch.tensor([1, -1]) > 0, 1., 0.), torch.clamp(torch.tensor([-2., .5, 3.]), 0, 1), torch.sign(torch.tensor([-3., 0.])), torch.round(torch.tensor([.5, 1.5, 2.5]))
torch.tensor([1, 2]) / 0, torch.tensor([1.]) // 0, torch.tensor([-5]) % 3, torch.fmod(torch.tensor([-5.]), 3)
torch.tensor([1, 2]) // 0
bool(torch.tensor([1, 2]))
if torch.ones(2): pass
float(torch.tensor([2.5])), int(torch.tensor(7.9)), float(torch.ones(2))
len(torch.tensor(3))
for t in torch.tensor(3): pass
torch.ones(2).foo
torch.foo
torch.ones(2).sum(foo=1)
torch.zeros((2, 3), dtype="float32")
torch.ones(-1)
torch.ones(2, 3).permute(0, 1, 2)
torch.ones(2, 3).squeeze(5)
torch.ones(2, 3).expand(4, 3)
torch.ones(1, 3).expand(4, -1).shape, torch.ones(2, 3).unsqueeze(-1).shape, torch.ones(2, 1, 3).squeeze().shape, torch.ones(2, 3).flatten().shape
torch.ones(2).to("cuda")
torch.cuda.is_available(), torch.device("cpu"), torch.ones(1).device
torch.__version__[:1]
nn.ReLU()(torch.tensor([-1., 2.])), nn.Softmax(dim=0)(torch.ones(2)), nn.GELU()(torch.tensor([1.])), nn.Tanh()(torch.tensor([1.]))
m = nn.Linear(2, 1); m.weight.shape, m.bias.shape, sum(p.numel() for p in m.parameters()), list(m.state_dict())
opt = torch.optim.SGD(m.parameters(), lr=.1, momentum=.9); opt
torch.optim.Adam(m.parameters())
torch.optim.SGD([torch.ones(2)], lr=.1), torch.optim.SGD([], lr=.1)
torch.optim.SGD(m.parameters(), lr=-1)
