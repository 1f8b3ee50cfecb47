import numpy as np
a = np.arange(6).reshape(2, 3)
np.ravel(a, order="F"), a.ravel("F"), a.flatten("F"), a.reshape(3, 2, order="F"), np.reshape(a, (3, 2), order="F"), a.T.ravel(), a.T.ravel("K")
np.searchsorted([1, 2, 3, 4, 5], 3), np.searchsorted([3, 1, 2], [1, 2.5], sorter=[1, 2, 0]), np.searchsorted([1, 2, 2, 3], 2, side="right")
b = a.astype(a.dtype, copy=False); b is a, a.astype(a.dtype) is a, np.array(a, copy=False) is a, np.asarray(a) is a, np.array(a) is a
np.array([1, 2], copy=False)
np.array([1, 2], ndmin=2), np.array([1, 2], dtype=float, ndmin=3).shape
out = np.zeros(3); np.add([1, 2, 3], 1., out=out), out, np.multiply(out, 2, out=out) is out
np.concatenate([[1., 2.], [3.]], out=out), out, np.stack([[1., 2.], [3., 4.]], out=np.zeros((2, 2)))
m = np.zeros(2); np.mean(np.ones((3, 2)), axis=0, out=m), m, np.sum(np.ones((3, 2)), axis=0, out=m), m, np.clip([5., -5.], -1, 1, out=m), m
np.median([[1., 2.], [3., 4.]], axis=0, out=m), np.percentile([[1., 2.], [3., 4.]], 50, axis=0, out=m), m, np.round([1.26, 2.51], 1, out=m), m
np.max([[1., 2.], [3., 4.]], axis=0, out=m), np.cumsum([1., 2.], out=m), np.dot(np.eye(2), [1., 2.], out=m), m
np.fromiter((i * i for i in range(5)), dtype=int, count=3), np.fromiter([1, 2], float)
np.sum([1, 2, 3], where=[True, False, True]), np.sum([1, 2], initial=10), np.max([1, 5], initial=9), np.mean([1., 2., 3.], where=[True, True, False]), np.any([0, 1], where=[True, False])
np.sum([1, 2], dtype=float), np.mean([1, 2], dtype=np.float32), np.prod([1, 2], dtype=float), np.cumsum([1, 2], dtype=float), np.std([1., 2.], ddof=1), np.var([[1., 2.]], axis=1, ddof=1, keepdims=True)
np.sort([3, 1, 2], kind="stable"), np.argsort([3, 1, 2], kind="mergesort"), np.sort([[2, 1]], axis=None), np.argmax([[1, 5], [7, 2]], axis=0, keepdims=True)
np.linspace(0, 1, 5, endpoint=False), np.linspace(0, 1, 3, retstep=True), np.linspace(0, 4, 3, dtype=int), np.logspace(0, 2, 3, base=2), np.arange(3, dtype=float), np.linspace([0, 1], [1, 2], 3)
np.nan_to_num([np.nan, np.inf, -np.inf], nan=1., posinf=2., neginf=3.), np.full((2,), 3, dtype=float), np.full_like([1, 2], 2.5), np.full_like([1, 2], 2.5, dtype=float), np.zeros_like([1.], shape=(2, 2)), np.ones_like([1], dtype=bool)
np.take(a, [0, 5]), np.take(a, [0, 2], axis=1), np.take(a, [7], mode="wrap"), np.take(a, [9], mode="clip"), np.repeat([1, 2], [2, 3]), np.repeat(a, 2, axis=0), np.tile([1, 2], (2, 1)), np.roll(a, 1, axis=1), np.flip(a, 1)
np.unique([3, 1, 3], return_index=True, return_inverse=True, return_counts=True), np.unique([[1, 1], [1, 1]], axis=0), np.where([True, False], 1, 2), np.argwhere([0, 1]), np.nonzero([0, 1]), np.flatnonzero([0, 1]), np.count_nonzero(a, axis=0)
np.histogram([1, 2, 1], bins=[0, 1, 2, 3]), np.histogram([1., 2., 1.], bins=2, density=True), np.histogram([1, 2], bins=2, range=(0, 4), weights=[1., 3.]), np.bincount([0, 1, 1], minlength=4), np.bincount([0, 1], weights=[.5, 2.]), np.digitize([1, 2.5], [0, 2, 3], right=True)
np.pad([1, 2], 1), np.pad([1, 2], (1, 2), constant_values=(9, 8)), np.pad([[1]], ((0, 1), (1, 0)), mode="edge"), np.pad([1, 2, 3], 2, mode="reflect"), np.diff([1, 4, 9], n=2), np.diff([1, 4], prepend=0), np.gradient([1., 4., 9.], 2), np.trapezoid([1, 2, 3], dx=.5)
np.einsum("ij,jk->ik", np.ones((2, 3)), np.ones((3, 2)), optimize=True), np.einsum("ii", np.eye(3)), np.tensordot(np.ones((2, 3)), np.ones((3, 2)), axes=([1], [0])), np.kron([1, 2], [1, 1]), np.outer([1, 2], [3, 4]), np.inner([1, 2], [3, 4]), np.vdot([1, 2], [3, 4]), np.cross([1, 0, 0], [0, 1, 0])
np.allclose([1.], [1.00001]), np.isclose([1., np.nan], [1., np.nan], equal_nan=True), np.array_equal([1], [1]), np.isin([1, 2], [2, 3], invert=True), np.interp(1.5, [1, 2], [10, 20]), np.polyfit([0, 1, 2], [1, 3, 5], 1).round(3), np.polyval([2, 1], 3), np.cov([[1., 2., 3.], [1., 4., 9.]], ddof=0), np.corrcoef([1, 2, 3], [1, 2, 4])
np.quantile([1, 2, 3, 4], [.25, .5], method="lower"), np.percentile([1, 2, 3], 40, method="nearest"), np.average([1, 2, 3], weights=[3, 1, 0]), np.average([[1, 2], [3, 4]], axis=0, weights=[1, 3], returned=True), np.ptp([1, 5, 3]), np.argpartition([3, 1, 2], 1)[:2], np.lexsort(([1, 0], [2, 2]))
np.split(np.arange(6), 3), np.array_split(np.arange(5), 2), np.hsplit(a, [1]), np.vsplit(a, 2), np.squeeze([[1]], axis=0), np.expand_dims([1, 2], (0, 2)).shape, np.moveaxis(np.ones((1, 2, 3)), 0, -1).shape, np.swapaxes(a, 0, 1).shape, np.transpose(np.ones((1, 2, 3)), (2, 0, 1)).shape, np.atleast_2d([1]).shape
np.expand_dims([1, 2], (0, 0))
np.swapaxes(a, 0.5, 1)
np.sum(a, axis=1.5)
np.max([1, 2], where=[True, False])
np.average([1., 2.], weights=[1., -1.])
np.average([[1, 2], [3, 4]], weights=[1, 2])
np.median(np.arange(12.).reshape(2, 2, 3), axis=(0, 2)), np.median(np.arange(12.).reshape(2, 2, 3), axis=(0, 2), keepdims=True), np.quantile(np.arange(12.).reshape(2, 2, 3), [.25, .5], axis=(1, 2))
np.add(1, 2, out=np.zeros(3)), np.sum([1.5], axis=0, out=np.zeros((), dtype=float))
np.take([1, 2, 3], [-1, 0]), np.take([1, 2], 5)
np.cov([[1., 2.], [3., 5.]], rowvar=False), np.cov([1., 2., 4.], [1., 3., 2.]), np.cov([1., 2., 4.], bias=True), np.corrcoef([[1., 2.], [3., 5.]], rowvar=False)
np.unique([[3, 1], [1, 2]], return_inverse=True), np.unique([[1, 2], [1, 2], [0, 5]], axis=0, return_counts=True, return_inverse=True), np.diff([[1, 4], [9, 16]], axis=0, append=[[0, 0]]), np.count_nonzero(a, axis=1, keepdims=True), np.count_nonzero([True, False])
