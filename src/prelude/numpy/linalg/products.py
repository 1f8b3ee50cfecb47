"""Products and norms under the names of the array standard, and products of several matrices."""
import numpy as np


def multi_dot(arrays, *, out=None):
    """The product of several matrices, in the order that needs the fewest multiplications."""
    arrays = [np.asanyarray(a) for a in arrays]
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    first, last = arrays[0].ndim, arrays[-1].ndim
    if first == 1:
        arrays[0] = arrays[0].reshape(1, -1)
    if last == 1:
        arrays[-1] = arrays[-1].reshape(-1, 1)
    for a in arrays:
        if a.ndim != 2:
            raise np.linalg.LinAlgError(f"{a.ndim}-dimensional array given. Array must be two-dimensional")
    product = _in_order(arrays, _cheapest(arrays), 0, len(arrays) - 1)
    if first == 1 and last == 1:
        return product[0, 0]
    return product.ravel() if first == 1 or last == 1 else product


def _cheapest(arrays):
    """Where to split each run of matrices (Cormen et al., Introduction to Algorithms, 15.2)."""
    n = len(arrays)
    sizes = [a.shape[0] for a in arrays] + [arrays[-1].shape[1]]
    cost = [[0] * n for _ in range(n)]
    split = [[0] * n for _ in range(n)]
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            cost[i][j] = float("inf")
            for k in range(i, j):
                whole = cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
                if whole < cost[i][j]:
                    cost[i][j], split[i][j] = whole, k
    return split


def _in_order(arrays, split, i, j):
    if i == j:
        return arrays[i]
    k = split[i][j]
    return _in_order(arrays, split, i, k) @ _in_order(arrays, split, k + 1, j)


def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """A norm of vectors; of all elements when no axis is given."""
    x = np.asarray(x)
    if axis is None:
        found = np.linalg.norm(x.ravel(), ord=ord)
        return found.reshape((1,) * x.ndim) if keepdims else found
    return np.linalg.norm(x, ord=ord, axis=axis, keepdims=keepdims)


def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    """A norm of the matrices in the last two dimensions."""
    return np.linalg.norm(np.asarray(x), axis=(-2, -1), keepdims=keepdims, ord=ord)


def svdvals(x, /):
    """The singular values, from the largest on."""
    return np.linalg.svd(x, compute_uv=False)


def matrix_transpose(x, /):
    """The matrices in the last two dimensions transposed."""
    return np.swapaxes(x, -1, -2)


def outer(x1, x2, /):
    """The products of all elements of two vectors."""
    x1, x2 = np.asanyarray(x1), np.asanyarray(x2)
    if x1.ndim != 1 or x2.ndim != 1:
        raise ValueError(f"Input arrays must be one-dimensional, but they are x1.ndim={x1.ndim} and x2.ndim={x2.ndim}.")
    return np.outer(x1, x2)


def cross(x1, x2, /, *, axis=-1):
    """The cross product of vectors of three elements."""
    x1, x2 = np.asanyarray(x1), np.asanyarray(x2)
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise ValueError("Both input arrays must be (arrays of) 3-dimensional vectors, "
                         f"but they are {x1.shape[axis]} and {x2.shape[axis]} dimensional instead.")
    return np.cross(x1, x2, axis=axis)


def matmul(x1, x2, /):
    """The product of matrices."""
    return np.matmul(x1, x2)


def vecdot(x1, x2, /, *, axis=-1):
    """The products of vectors along an axis."""
    return np.vecdot(x1, x2, axis=axis)


def tensordot(x1, x2, /, *, axes=2):
    """The sum of products over axes of both."""
    return np.tensordot(x1, x2, axes=axes)


def trace(x, /, *, offset=0, dtype=None):
    """The sums of the diagonals of the matrices in the last two dimensions."""
    found = np.diagonal(np.asarray(x), offset, -2, -1).sum(-1)
    return found if dtype is None else found.astype(dtype)


def diagonal(x, /, *, offset=0):
    """The diagonals of the matrices in the last two dimensions."""
    return np.diagonal(np.asarray(x), offset, -2, -1)
