import numpy as np
rng = np.random.default_rng(0)
rng.random((2, 2)), rng.standard_normal(2), rng.integers(0, 10, 3), rng.integers(5, size=(2,), endpoint=True), rng.choice(5, 3, replace=False), rng.choice([1., 2., 3.], p=[.1, .2, .7]), rng.permutation(5), rng.uniform(1, 2, 2), rng.normal(5, 2)
rng.random(2, dtype=np.float32)
rng.choice(np.arange(6).reshape(3, 2), 2, axis=0), rng.permutation(np.arange(6).reshape(2, 3), axis=1)
v = np.arange(4); rng.shuffle(v), v
a = np.array([[1, 2], [3, 4]], dtype=float)
a.sum(axis=0), a.mean(1), a.max(), a.argmax(), a.T, a @ a, a * a, a / 2, a // 2, a % 2, a ** 2, -a, a > 2, ~(a > 2), a[a > 2], a[0], a[:, 1], a[-1, -1], a.shape, a.dtype, a.size, a.ndim, len(a), a.tolist(), a.astype(int), a.flatten(), a.copy() is a, a.item(0), a.std(), a.var(ddof=1), a.cumsum(), a.prod(), a.min(axis=1, keepdims=True), a.round(1), a.clip(2, 3), a.any(), a.all(), a.nonzero(), a.trace(), a.diagonal(), a.repeat(2), a.reshape(-1), a.swapaxes(0, 1), a.squeeze(), a.dot(a), a.argsort(), a.ptp() if hasattr(a, "ptp") else "gone", a.nbytes, a.itemsize, a.strides, a.real is a
np.set_printoptions(precision=3, suppress=True); np.array([1/3, 1e-8, 1234.5678]), np.pi
np.set_printoptions(); np.set_printoptions(precision=8, suppress=False); np.array([1e-10, 1.]), np.array([1e10, 1.]), np.array([.1, 100.]), np.array([np.nan, np.inf, -1.5]), np.array([1, -2]), np.array([True]), np.array([]), np.array(5), np.array([1, 2.5, 3 + 2j]), np.arange(1200), np.zeros((3, 400)), np.array([[1.5], [22.25]]), np.array([[[1]]]), np.float32(.1), np.float64(3), np.int32(5), np.bool_(True)
print(np.arange(3), np.array([1.5, 2]), np.eye(2), np.array([[1, 2], [3, 4]]), np.float32(.1), np.array(3.), np.array([]))
x = np.linspace(0, 1, 3); x += 1; x, x.dtype, np.exp(x), np.log(x), np.sqrt(x), np.sin(x), np.tanh(x), np.maximum(x, 1.2), np.where(x > 1, x, 0), np.abs(-x), np.sign(-x), np.power(x, 2), np.mod(x, .3), np.floor(x), np.rint(x), np.trunc(x), np.square(x), np.reciprocal(x), np.isnan(x), np.logical_and(x > 1, x < 2), np.hypot(3, 4), np.arctan2(1, 1), np.deg2rad(180), np.cbrt(8), np.log1p(x), np.expm1(x), np.exp2(3), np.logaddexp(0, 0), np.heaviside(x - 1.5, .5), np.clip(x, 1.1, 1.4), np.fmax(np.nan, 1), np.gcd(12, 18), np.invert(5), np.left_shift(1, 3)
np.array([1, 2, 3]) + np.array([1, 2])
np.ones((2, 3)) @ np.ones((2, 3))
np.array([[1, 2], [3]])
a[5]
a[0, 0, 0]
a.reshape(3)
np.zeros(3)[1.5]
np.array([1, 2]).foo
np.linalg.inv(np.zeros((2, 2)))
np.linalg.cholesky(-np.eye(2))
np.concatenate([])
np.stack([np.ones(2), np.ones(3)])
np.arange(3).astype("foo")
if np.ones(2): pass
int(np.ones(2))
np.ones(3)[np.array([True, False])]
a[[0, 5]]
b = a; b[0, 0] = 100; a[0, 0]
c = a[0]; c[:] = 7; a, np.copyto(a, 1), a, a.fill(3), a, np.put(a, [0], 9), a, np.place(a, a > 5, [0]), a
1 / np.array([0., 1.]), np.array([0.]) / 0, np.log(np.array([0.])), np.array([1]) // np.array([0]), np.sqrt(np.array([-1.])), np.int32(2**31 - 1) + np.int32(1), np.uint8(250) + np.uint8(10), np.array([250], dtype=np.uint8) + 10
np.array([1, 2]) == np.array([1, 3]), (np.array([1, 2]) == [1, 2]).all(), np.array([1]) == None, np.array_equal([1, 2], (1, 2)), np.nan == np.nan, np.nan in [np.nan], np.array([1, 2]).__class__, isinstance(np.float64(1), float), type(np.array([1])[0]), np.float64(1) + 1, 1 + np.int64(2), np.int64(3) / 2, np.int64(7) // 2, np.float32(1) + 1.5, np.float32(1) * np.float64(1), np.int8(5) * 2, True + np.int64(1), np.bool_(True) & False, -np.bool_(True) if False else 0
for row in np.eye(2): print(row)
for i, v in np.ndenumerate(np.eye(2)): print(i, v)
[int(i) for i in np.arange(3)], sum(np.arange(4)), max(np.array([1, 3])), sorted(np.array([3, 1])), list(np.array([1, 2])), 2 in np.array([1, 2]), [1, 2] * np.int64(2), np.array([1, 2]) * [3, 4], [1, 2] + np.array([1, 1]), (1, 2) @ np.ones(2), 2 ** np.arange(3), np.arange(3) ** -1.
np.arange(3) ** -1
m = np.arange(24).reshape(2, 3, 4); m[..., 0], m[:, None].shape, m[0, :, [0, 1]].shape, m[[0, 1], [0, 1]].shape, m[m > 20], m[1, ::-1, 2], m[np.newaxis].shape, m.transpose(2, 0, 1).shape, m.sum((0, 2)), m[:, [True, False, True]].shape, m[np.array([[0], [1]]), [0, 2]].shape, m.max(axis=(0, 1)), m.reshape(2, -1), np.einsum("ijk->k", m), np.tensordot(m, m, axes=([0, 1, 2], [0, 1, 2])), m.mean(), np.argsort(m, axis=1)[0, :, 0], np.unravel_index(13, m.shape), np.ravel_multi_index((1, 0, 1), m.shape)
