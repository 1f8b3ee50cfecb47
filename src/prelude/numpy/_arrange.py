"""Arrays taken apart, put together and filled."""
import builtins

import numpy as np
from ._subscripts import _line


def pad(array, pad_width, mode="constant", **kwargs):
    """The array with a border: constant, edge, reflect, symmetric or wrap."""
    array = np.asarray(array)
    widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).tolist()
    if builtins.any(w < 0 for pair in widths for w in pair):
        raise ValueError("index can't contain negative values")
    if mode == "constant":
        fills = np.broadcast_to(np.asarray(kwargs.get("constant_values", 0)), (array.ndim, 2)).tolist()
        for axis, ((before, after), (first, last)) in enumerate(zip(widths, fills)):
            parts = []
            for count, value in ((before, first), (after, last)):
                shape = list(array.shape)
                shape[axis] = count
                parts.append(np.full(shape, value, dtype=array.dtype))
            array = np.concatenate((parts[0], array, parts[1]), axis=axis)
        return array
    for axis, (before, after) in enumerate(widths):
        n = array.shape[axis]
        places = np.arange(-before, n + after)
        if mode == "edge":
            places = np.clip(places, 0, n - 1)
        elif mode == "wrap":
            places = places % n
        elif mode == "reflect":
            places = places % builtins.max(2 * n - 2, 1)
            places = np.where(places >= n, 2 * n - 2 - places, places)
        elif mode == "symmetric":
            places = places % (2 * n)
            places = np.where(places >= n, 2 * n - 1 - places, places)
        else:
            raise ValueError(f"mode '{mode}' is not supported")
        array = np.take(array, places, axis=axis)
    return array


def insert(arr, obj, values, axis=None):
    """The array with values before the places `obj`."""
    arr = np.asarray(arr)
    if axis is None:
        arr, axis = arr.ravel(), 0
    n = arr.shape[axis]
    if isinstance(obj, (int, np.integer)):
        if not -n <= obj <= n:
            raise IndexError(f"index {obj} is out of bounds for axis {axis} with size {n}")
        at = obj + n if obj < 0 else obj
        values = np.asarray(values).astype(arr.dtype)
        shape = list(arr.shape)
        if arr.ndim == 1:
            values = np.atleast_1d(values)
        elif values.ndim < arr.ndim:
            shape[axis] = 1
            values = np.broadcast_to(np.expand_dims(values, axis) if values.ndim else values, shape)
        parts = np.split(arr, [at], axis=axis)
        return np.concatenate((parts[0], values, parts[1]), axis=axis)
    places = np.where(np.asarray(obj) < 0, np.asarray(obj) + n, obj)
    order = np.argsort(places, kind="stable")
    final = places[order] + np.arange(len(places))
    shape = list(arr.shape)
    shape[axis] = n + len(places)
    old = np.ones(shape[axis], dtype=bool)
    old[final] = False
    out = np.moveaxis(np.empty(shape, dtype=arr.dtype), axis, 0)
    out[old] = np.moveaxis(arr, axis, 0)
    values = np.asarray(values)
    out[final] = np.moveaxis(values, axis, 0)[order] if values.ndim == arr.ndim and len(values) > 1 else values
    return np.moveaxis(out, 0, axis)


def delete(arr, obj, axis=None):
    """The array without the places `obj`."""
    arr = np.asarray(arr)
    if axis is None:
        arr, axis = arr.ravel(), 0
    n = arr.shape[axis]
    keep = np.ones(n, dtype=bool)
    if isinstance(obj, (int, np.integer)) and not -n <= obj < n:
        raise IndexError(f"index {obj} is out of bounds for axis {axis} with size {n}")
    keep[np.asarray(obj) if isinstance(obj, (list, tuple)) else obj] = False
    return np.compress(keep, arr, axis=axis)


def compress(condition, a, axis=None):
    """The places along an axis where a condition holds."""
    a = np.asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    return np.take(a, np.flatnonzero(np.asarray(condition)), axis=axis)


def extract(condition, arr):
    """The elements where a condition holds."""
    return np.ravel(arr)[np.ravel(condition).astype(bool)]


def place(arr, mask, vals):
    """Writes values, repeated as needed, where a mask is true."""
    mask = np.asarray(mask, dtype=bool)
    arr[mask] = resize(vals, (int(mask.sum()),))


def putmask(a, mask, values):
    """Writes the values at the places where a mask is true."""
    mask = np.asarray(mask, dtype=bool)
    a[mask] = resize(values, a.shape)[mask]


def put(a, ind, v):
    """Writes values at places of the array taken flat."""
    ind = np.ravel(ind)
    flat = a.ravel().copy()
    flat[ind] = resize(v, ind.shape)
    a[...] = flat.reshape(a.shape)


def put_along_axis(arr, indices, values, axis):
    """Writes values at the places that indices name along an axis."""
    indices = np.asarray(indices)
    places = list(np.indices(indices.shape))
    places[axis] = indices
    arr[tuple(places)] = values


def resize(a, new_shape):
    """The elements, repeated as needed, in a new shape."""
    shape = (new_shape,) if isinstance(new_shape, int) else tuple(new_shape)
    count = 1
    for size in shape:
        count *= size
    flat = np.ravel(a)
    if len(flat) == 0:
        return np.zeros(shape, dtype=flat.dtype)
    return np.tile(flat, -(-count // len(flat)))[:count].reshape(shape)


def trim_zeros(filt, trim="fb"):
    """A vector without the zeros at its ends."""
    used = np.flatnonzero(np.asarray(filt))
    if len(used) == 0:
        return filt[:0]
    start = used[0] if "f" in trim.lower() else 0
    end = used[-1] + 1 if "b" in trim.lower() else len(filt)
    return filt[start:end]


def dstack(tup):
    """Arrays stacked along a third axis."""
    return np.concatenate([np.atleast_3d(a) for a in tup], axis=2)


def row_stack(tup):
    """Arrays stacked as rows."""
    return np.vstack(tup)


def concat(arrays, axis=0):
    """Arrays joined along an axis."""
    return np.concatenate(arrays, axis=axis)


def block(arrays):
    """An array put together from nested lists of blocks."""

    def join(item, depth):
        if not isinstance(item, list):
            return np.atleast_1d(item)
        parts = [join(part, depth - 1) for part in item]
        rank = builtins.max(builtins.max(p.ndim for p in parts), depth)
        parts = [p.reshape((1,) * (rank - p.ndim) + p.shape) for p in parts]
        return np.concatenate(parts, axis=-depth)

    def depth_of(item):
        return 1 + builtins.max(depth_of(part) for part in item) if isinstance(item, list) else 0

    depth = depth_of(arrays)
    return join(arrays, depth) if depth else np.asarray(arrays)


def permute_dims(a, axes=None):
    """The axes in another order."""
    return np.transpose(a, axes)


def rollaxis(a, axis, start=0):
    """An axis moved before another one."""
    axis = axis % a.ndim
    start = start + a.ndim if start < 0 else start
    return np.moveaxis(a, axis, start - 1 if axis < start else start)


def broadcast_arrays(*args):
    """Arrays spread to one shape."""
    shape = broadcast_shapes(*[np.shape(a) for a in args])
    return tuple(np.broadcast_to(a, shape) for a in args)


def broadcast_shapes(*args):
    """The shape that shapes have together."""
    shapes = [(s,) if isinstance(s, int) else tuple(s) for s in args]
    size = builtins.max((len(s) for s in shapes), default=0)
    out = [1] * size
    for i, shape in enumerate(shapes):
        for k in range(1, len(shape) + 1):
            if shape[-k] != 1:
                if out[-k] not in (1, shape[-k]):
                    first = next(j for j, s in enumerate(shapes) if len(s) >= k and s[-k] == out[-k])
                    raise ValueError("shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is "
                                     f"between arg {first} with shape {shapes[first]} and arg {i} with shape {shape}.")
                out[-k] = shape[-k]
    return tuple(out)


def fill_diagonal(a, val, wrap=False):
    """Writes a value, or values, to the diagonal."""
    if a.ndim < 2:
        raise ValueError("array must be at least 2-d")
    places = np.arange(builtins.min(a.shape))
    a[(places,) * a.ndim] = val


def diag_indices(n, ndim=2):
    """The places of a diagonal."""
    return (np.arange(n),) * ndim


def tri(N, M=None, k=0, dtype=float):
    """Ones on and below a diagonal, zeros above."""
    M = N if M is None else M
    return (np.arange(N)[:, None] >= np.arange(M)[None, :] - k).astype(dtype)


def ravel_multi_index(multi_index, dims, mode="raise"):
    """Places in an array taken flat, from places along its axes."""
    flat = 0
    for index, size in zip(multi_index, dims):
        index = np.asarray(index)
        if mode == "wrap":
            index = index % size
        elif mode == "clip":
            index = np.clip(index, 0, size - 1)
        elif ((index < 0) | (index >= size)).any():
            raise ValueError("invalid entry in coordinates array")
        flat = flat * size + index
    return flat


def copyto(dst, src, where=True):
    """Writes an array into another, where a condition holds."""
    dst[...] = np.where(where, src, dst)


class _Grid:
    """Coordinates by subscript: `mgrid[0:3, 0:5]` in full, `ogrid[0:3, 0:5]` ready to broadcast."""

    def __init__(self, sparse):
        self.sparse = sparse

    def __getitem__(self, key):
        slices = key if isinstance(key, tuple) else (key,)
        lines = [_line(s) for s in slices]
        if not isinstance(key, tuple):
            return lines[0]
        grids = np.meshgrid(*lines, indexing="ij")
        if not self.sparse:
            return np.stack(grids)
        return tuple(line.reshape((1,) * i + (-1,) + (1,) * (len(lines) - i - 1)) for i, line in enumerate(lines))


mgrid = _Grid(False)
ogrid = _Grid(True)
