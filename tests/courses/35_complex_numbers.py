"""Complex numbers: parts and angles, arithmetic, views of parts, gradients, and what has no order."""
import cmath
import torch
import numpy as np

# Making them
torch.tensor([1+2j])
torch.tensor([1.5+2j, -3-0.25j, 4])
torch.tensor(2-1j)
torch.tensor([[1+2j, 3], [4j, -5-6j]], dtype=torch.complex128)
z = torch.complex(torch.tensor([3., 0., -1.]), torch.tensor([4., 2., 0.]))
z
z.dtype, z.is_complex(), torch.is_complex(z), z.is_floating_point(), z.dtype.is_complex, z.element_size(), z.type()
torch.polar(torch.tensor([1., 2.]), torch.tensor([0.5, -0.3]))
torch.zeros(2, dtype=torch.cfloat), torch.ones(2, dtype=torch.cdouble), torch.full((2,), 1j), torch.eye(2, dtype=torch.cfloat)
torch.empty(0, dtype=torch.complex64)
torch.manual_seed(0)
torch.randn(3, dtype=torch.cfloat)
torch.rand(2, dtype=torch.cdouble)
torch.linspace(0, 1, 3, dtype=torch.cfloat)
torch.arange(3, dtype=torch.cfloat)
torch.tensor([1j], dtype=torch.float32)

# Parts
z.real, z.imag, z.abs(), z.angle(), z.conj()
torch.real(z), torch.imag(z), torch.conj(z), torch.isreal(z)
torch.view_as_real(z)
torch.view_as_complex(torch.tensor([[1., 2.], [3., 4.]]))
w = torch.tensor([1+1j, 2+2j])
w.real[0] = 10
w.imag = torch.tensor([-1., -2.])
w
torch.view_as_real(w)[1, 0] = 7
w
w[0] = 3j
w[1:] = 0.5
w
w.fill_(2-2j)
w.tolist(), w[0].item(), type(w[0].item())
torch.tensor([1., 2.]).real
torch.tensor([1., 2.]).imag
complex(w[0]), abs(w[0]), bool(w[0])
float(w[0])

# Arithmetic
z + 1, z - 2j, 1j * z, z / (1+1j), 1 / z[:1], -z
q = z[:2]
q * q, q ** 2, 2 ** q, (q + 1) ** 0.5, q.reciprocal(), q.square()
z == 3+4j, z != z, z.eq(z), torch.equal(z, z), torch.allclose(z, z + 1e-9)
torch.tensor([1., 2.]) * 1j, torch.tensor([1, 2]) + 1j, torch.tensor([1.], dtype=torch.float64) * 1j
torch.promote_types(torch.float64, torch.complex64), torch.result_type(torch.ones(1), 1j), torch.can_cast(torch.cfloat, torch.float)
z.add_(1).mul_(2j)
torch.ones(2).add_(1j)
z = torch.tensor([0.5+0.3j, -1.2+0.4j, 2-1j])
z.exp(), z.log(), z.sqrt(), z.sin(), z.cos(), z.tanh()
z.sum(), z.mean(), z.prod(), z.cumsum(0), z.var(), z.norm()
z.to(torch.complex128), z.cdouble().dtype, torch.ones(1).cfloat()
torch.stack([z, z]).shape, torch.cat([z, torch.ones(1)]), z.flip(0), z[z.real > 0], torch.where(z.imag > 0, z, 0j)
m = torch.tensor([[1j, 2], [3, 4-1j]])
m @ m, m @ m[0], m.mH, m.T, m.trace(), torch.vdot(m[0], m[1]), torch.dot(m[0], m[1])
torch.einsum("ij,ij->", m, m)
f"{torch.tensor(1.5+2j):.1f}", str(torch.tensor(1j))
print(torch.arange(1200).cfloat() * 1j)
print(torch.ones(12, dtype=torch.cdouble) * (1.25+3j))

# No order, no rounding
z < z
z.max()
z.sort()
z.argmax()
z.floor()
z.round()
z % 2
z // 2
z.clamp(0)
torch.relu(z)
torch.softmax(z, 0)
torch.sign(z), 1
z.sgn()
~z

# Gradients
x = torch.tensor([1+2j, 3-1j], requires_grad=True)
y = x * (2-1j)
y
y.abs()
loss = torch.view_as_real(y).pow(2).sum()
loss.backward()
x.grad
x.grad = None
(x * x.conj()).real.sum().backward()
x.grad
x.sum().backward()
t = torch.tensor([0.5, 1.0], requires_grad=True)
signal = torch.exp(1j * t)
signal
signal.imag.sum().backward()
t.grad, torch.cos(t)
t.grad = None
torch.complex(t, 2 * t).abs().sum().backward()
t.grad
a = torch.tensor([[1j, 2], [3, 4-1j]], requires_grad=True)
(a @ a.mH).real.sum().backward()
a.grad
p = torch.tensor([1+1j], requires_grad=True)
opt = torch.optim.SGD([p], lr=0.25)
for _ in range(3):
    opt.zero_grad()
    (p - (2-1j)).abs().pow(2).sum().backward()
    opt.step()
p
torch.autograd.gradcheck(lambda v: v * v.conj() + v.exp(), (z.cdouble().requires_grad_(),))

# NumPy
np.array([1+2j, 3.5])
np.array([1j]) * 2, np.abs(np.array([3+4j])), np.sqrt(np.array([-1+0j])), np.array([1j]).dtype
np.complex128(1+2j), np.array([3+4j]).real, np.conj(np.array([3+4j]))
torch.from_numpy(np.array([1j])), z.numpy()
