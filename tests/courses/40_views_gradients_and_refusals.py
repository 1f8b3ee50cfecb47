import torch, math
import numpy as np
from torch import nn
import torch.nn.functional as F
# in-place and views
a = torch.zeros(2, 3); v = a[0]; v += 1; a
b = a.t(); b[0, 1] = 9; a, a._version, b._base is a
a.data_ptr() == a[0].data_ptr(), a[1].data_ptr() - a.data_ptr()
c = a.clone(); c is a, (c == a).all(), c.equal(a)
a.add_(torch.ones(3, dtype=torch.float64)), a.dtype
torch.ones(2, dtype=torch.int) .add_(1.5)
torch.ones(2, dtype=torch.int).div_(2)
i = torch.arange(3); i *= 2.0
i /= 2
e = torch.ones(1, 3).expand(2, 3); e += 1
e.add_(1)
x = torch.ones(3, requires_grad=True)
x[0] = 5
y = x * 1; y[0] = 5; y
y.sum().backward(); x.grad
x.grad = None; u = x.view(3, 1); u.fill_(2)
with torch.no_grad(): z = x * 2
z.requires_grad, z.grad_fn
z.requires_grad_(); z
torch.arange(3, requires_grad=True)
torch.arange(3.).requires_grad_().int()
torch.ones(2, requires_grad=True).sum().item()
(x ** 2).mean().backward(); x.grad
x.grad += 1; x.grad
x.sum().backward(torch.ones(2))
x.backward(torch.ones(3)); x.grad
(x * 2).backward(torch.ones(2))
p = x.exp(); p.backward(gradient=torch.tensor([1., 0., 0.])); x.grad
x.grad.zero_()
q = x.sin(); g, = torch.autograd.grad(q.sum(), x, create_graph=True); g
torch.autograd.grad(g.sum(), x)
torch.autograd.grad(q.sum(), x, create_graph=True)
s = (x * x).sum(); s.backward(retain_graph=True); s.backward(); x.grad
torch.autograd.grad((x[0], ), x, allow_unused=True)
torch.autograd.grad(x[0] * 2, [x, torch.ones(1, requires_grad=True)], allow_unused=True)
torch.max(x, torch.zeros(3)), torch.maximum(x, x.detach() * 2), x.clamp(min=2.5), x.abs()
torch.relu(torch.tensor([0., -1., 1.], requires_grad=True)).sum()
n = torch.tensor([0., 0.], requires_grad=True); n.norm().backward(); n.grad
n.grad = None; torch.sqrt(n).sum().backward(); n.grad
n.grad = None; (n / n).sum().backward(); n.grad
m = torch.tensor([1., 3., 3.], requires_grad=True); m.max().backward(); m.grad
m.grad = None; m.max(0)[0].backward(); m.grad
m.grad = None; m.sort()[0][1].backward(); m.grad
m.grad = None; torch.where(m > 2, m, 0 * m).sum().backward(); m.grad
m.grad = None; m.prod().backward(); m.grad
m.grad = None; m.cumsum(0).sum().backward(); m.grad
m.grad = None; m.std().backward(); m.grad
m.grad = None; torch.logsumexp(m, 0).backward(); m.grad
m.grad = None; m[[0, 0, 1]].sum().backward(); m.grad
m.grad = None; m.repeat(2).sum().backward(); m.grad
m.grad = None; m.expand(2, 3).sum().backward(); m.grad
torch.autograd.functional.jacobian(lambda t: t ** 2, torch.tensor([1., 2.]))
torch.autograd.functional.jvp(lambda t: t ** 2, torch.tensor([1., 2.]), torch.tensor([1., 1.]))
torch.autograd.functional.vjp(lambda t: t ** 2, torch.tensor([1., 2.]), torch.tensor([1., 1.]))
torch.func.jacrev(torch.sin)(torch.tensor([0., 1.])), torch.func.hessian(lambda t: (t ** 3).sum())(torch.tensor([1., 2.]))
A = torch.tensor([[2., 1.], [1., 3.]], requires_grad=True)
torch.linalg.det(A).backward(); A.grad
A.grad = None; torch.inverse(A).sum().backward(); A.grad
A.grad = None; torch.linalg.norm(A, 2).backward(); A.grad
A.grad = None; torch.trace(A @ A.T).backward(); A.grad
torch.linalg.norm(A.detach(), ord='fro'), torch.linalg.norm(A.detach(), ord='nuc'), torch.norm(A.detach(), p=1), torch.norm(A.detach(), p=float('inf')), torch.linalg.norm(A.detach(), 1), A.detach().norm(dim=1)
torch.linalg.lstsq(torch.tensor([[1., 1.], [1., 2.], [1., 3.]]), torch.tensor([[1.], [2.], [2.]])).solution
torch.linalg.qr(torch.tensor([[1., 2.], [3., 4.]]))
torch.linalg.eig(torch.tensor([[0., 1.], [-1., 0.]]))
torch.linalg.pinv(torch.tensor([[1., 2.], [3., 4.], [5., 6.]]))
torch.linalg.cond(A.detach()), torch.linalg.slogdet(A.detach()), torch.linalg.matrix_power(A.detach(), 3), torch.matrix_exp(torch.zeros(2, 2))
torch.linalg.inv(torch.ones(2, 3))
torch.linalg.solve(torch.ones(2, 2), torch.ones(2))
torch.outer(torch.arange(3.), torch.arange(2.)), torch.cross(torch.tensor([1., 0, 0]), torch.tensor([0., 1, 0]), dim=0), torch.kron(torch.eye(2), torch.ones(1, 2))
torch.triu(torch.ones(3, 3)), torch.tril(torch.ones(3, 3), -1), torch.diag(torch.tensor([1, 2])), torch.diagonal(torch.arange(9).view(3, 3), 1)
torch.meshgrid(torch.arange(2), torch.arange(3), indexing='ij')
torch.tensor([[1, 2], [3, 4]]).flip(0), torch.roll(torch.arange(4), 1), torch.rot90(torch.arange(4).view(2, 2)), torch.tile(torch.tensor([1, 2]), (2, 2))
torch.chunk(torch.arange(5), 2), torch.split(torch.arange(5), [1, 4]), torch.arange(6).view(2, 3).unbind(1)
torch.split(torch.arange(5), [1, 3])
torch.gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[0], [1]])), torch.zeros(2, 3).scatter_(1, torch.tensor([[0], [2]]), 1.)
torch.gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[0], [2]]))
torch.index_select(torch.arange(6).view(2, 3), 1, torch.tensor([0, 2])), torch.take(torch.arange(6), torch.tensor([5])), torch.nonzero(torch.tensor([0, 1, 1])), torch.masked_select(torch.arange(3), torch.tensor([True, False, True]))
torch.histc(torch.tensor([1., 2., 1.]), 4, 0, 3), torch.bincount(torch.tensor([0, 1, 1])), torch.bucketize(torch.tensor([1, 5]), torch.tensor([2, 4])), torch.searchsorted(torch.tensor([1, 3, 5]), 3)
torch.quantile(torch.tensor([1., 2., 3., 4.]), .5), torch.median(torch.tensor([1., 2., 3., 4.])), torch.mode(torch.tensor([1, 2, 2])), torch.var_mean(torch.tensor([1., 2.])), torch.std(torch.ones(1))
torch.count_nonzero(torch.eye(3)), torch.diff(torch.tensor([1, 4, 9])), torch.cumprod(torch.tensor([1, 2, 3]), 0), torch.cummax(torch.tensor([1, 3, 2]), 0), torch.any(torch.tensor([False, True])), torch.all(torch.ones(2))
torch.erf(torch.tensor(.5)), torch.special.expit(torch.tensor(0.)), torch.lgamma(torch.tensor(4.)), torch.atan2(torch.tensor(1.), torch.tensor(1.)), torch.hypot(torch.tensor(3.), torch.tensor(4.)), torch.lerp(torch.tensor(0.), torch.tensor(10.), .3), torch.addmm(torch.ones(2, 2), torch.eye(2), torch.eye(2), beta=2)
torch.bitwise_and(torch.tensor(6), torch.tensor(3)), torch.tensor(6) | 1, ~torch.tensor([True]), torch.tensor(1) << 3, torch.logical_xor(torch.tensor(True), torch.tensor(False))
torch.result_type(torch.tensor([1]), 2.), torch.promote_types(torch.int8, torch.uint8), torch.can_cast(torch.float, torch.int), torch.tensor(1).type(), torch.tensor(1.).type(torch.int)
torch.tensor([1.9, -1.9]).int(), torch.tensor([0., 2.]).bool(), torch.tensor(300).to(torch.uint8), torch.tensor([float('nan')]).int()
torch.float32 == torch.float, torch.tensor([1.]).dtype is torch.float32, torch.get_default_dtype()
F.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3)), F.max_pool2d(torch.arange(16.).view(1, 1, 4, 4), 2), F.avg_pool1d(torch.arange(4.).view(1, 1, 4), 2), F.interpolate(torch.arange(4.).view(1, 1, 2, 2), scale_factor=2)
F.conv2d(torch.ones(1, 3, 4, 4), torch.ones(1, 1, 3, 3))
F.layer_norm(torch.arange(4.), (4,)), F.normalize(torch.tensor([3., 4.]), dim=0), F.cosine_similarity(torch.ones(1, 2), torch.ones(1, 2)), F.embedding(torch.tensor([1]), torch.arange(6.).view(3, 2)), F.log_softmax(torch.ones(2), 0), F.smooth_l1_loss(torch.ones(1), torch.zeros(1)), F.kl_div(torch.zeros(2), torch.ones(2), reduction='sum'), F.hinge_embedding_loss(torch.ones(2), torch.tensor([1., -1.]))
F.scaled_dot_product_attention(torch.ones(1, 2, 4), torch.ones(1, 2, 4), torch.arange(8.).view(1, 2, 4))
nn.Embedding(3, 2)(torch.tensor([3]))
nn.Conv2d(3, 1, 3)(torch.ones(1, 1, 5, 5))
nn.BatchNorm1d(3)(torch.ones(1, 3))
nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0, 1], dtype=torch.int32))
nn.Linear(2, 2).weight.grad, nn.Parameter(torch.ones(2)), nn.ParameterList([nn.Parameter(torch.ones(1))]), nn.ModuleList([nn.ReLU()]), nn.ModuleDict({'a': nn.Tanh()})
nn.Sequential(nn.Flatten(), nn.Linear(4, 2))(torch.ones(1, 1, 3, 3))
nn.Sequential(nn.Linear(2, 2))[1]
bn = nn.BatchNorm1d(2); bn(torch.tensor([[1., 2.], [3., 6.]])), bn.running_mean, bn.num_batches_tracked
torch.manual_seed(0); nn.Dropout(.5)(torch.ones(8)), F.dropout(torch.ones(4), training=False)
torch.manual_seed(0); mha = nn.MultiheadAttention(4, 2, batch_first=True); mha(torch.ones(1, 2, 4), torch.ones(1, 2, 4), torch.ones(1, 2, 4))
torch.distributions.Normal(0., 1.).log_prob(torch.tensor(0.)), torch.distributions.Categorical(torch.tensor([.5, .5])).entropy()
torch.complex(torch.tensor(1.), torch.tensor(2.)).abs(), torch.view_as_real(torch.tensor([1+2j])), torch.polar(torch.tensor(1.), torch.tensor(0.))
torch.compile(lambda x: x + 1)(torch.ones(1))
torch.tensor([1, 2], names=("a",))
torch.vmap(lambda x: x.sum())(torch.ones(2, 3)), torch.broadcast_shapes((2, 1), (3,)), torch.broadcast_to(torch.ones(1), (2,)), torch.broadcast_tensors(torch.ones(1), torch.ones(2))
torch.broadcast_shapes((2,), (3,))
torch.ones(2, 3).shape[0], torch.ones(2, 3).size(1), torch.ones(2, 3).ndim, torch.ones(2, 3).numel(), torch.ones(2).nbytes, torch.ones(2).element_size(), *torch.ones(2, 3).shape
torch.Size([2, 3]) + (1,), torch.Size([2, 3]).numel(), torch.ones(2, 3).shape == (2, 3)
hash(torch.ones(1)) == 1, torch.ones(1) in [torch.zeros(1)], torch.ones(2) in [torch.zeros(2)]
1 in torch.arange(3), torch.ones(2) == None, torch.ones(2) != 1
max(torch.tensor([3, 1])), sum(torch.arange(3)), sorted(torch.tensor([3., 1.])), list(torch.arange(2)), abs(torch.tensor(-1)), round(torch.tensor(2.5)), divmod(torch.tensor(7), 2), pow(torch.tensor(2), 3), -torch.ones(1), +torch.ones(1)
range(torch.tensor(3)), [10, 20, 30][torch.tensor(1)], "ab" * torch.tensor(2)
np.float32(1.5) * torch.ones(2), torch.ones(2) * np.float64(2), np.array([1., 2.]) * torch.ones(2), torch.ones(2).numpy().dtype
round(torch.tensor([1.26, 2.5]), 1)
divmod(7, torch.tensor(2))
round(np.array([1.5]))
round(np.float32(2.567), 1), round(np.float64(2.567), 2), divmod(np.array([7]), 2)
torch.ones(2, memory_format=torch.contiguous_format)
torch.ones_like(torch.ones(2), memory_format=torch.preserve_format)
torch.manual_seed(0); m = nn.utils.weight_norm(nn.Linear(2, 3)); m.weight_g.shape, m(torch.ones(1, 2)), sorted(n for n, _ in m.named_parameters())
nn.utils.remove_weight_norm(m).weight.shape, nn.utils.spectral_norm(nn.Linear(2, 2)).weight.shape
hasattr(torch, "grad"), hasattr(torch.optim, "StepLR"), hasattr(nn, "put"), hasattr(nn.utils, "pad_sequence"), hasattr(nn.modules, "Linear"), hasattr(torch.optim, "sgd")
torch.optim.StepLR
nn.relu(torch.ones(2))
w = torch.ones(2, requires_grad=True)
def step(p): p.data.sub_(p.grad); print("stepped", p.grad); p.grad = None
handle = w.register_post_accumulate_grad_hook(step); (w * 2).sum().backward(); w, w.grad
(w * 3).sum().backward(); handle.remove(); (w * 3).sum().backward(); w, w.grad
(w * 2).register_post_accumulate_grad_hook(step)
torch.ones(1).register_post_accumulate_grad_hook(step)
w.register_post_accumulate_grad_hook(lambda p: 5); w.sum().backward()
