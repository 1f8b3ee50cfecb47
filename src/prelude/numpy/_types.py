"""What is asked of types: which one results, their limits, their kinds."""
import torch
import numpy as np


def issubdtype(arg1, arg2):
    """Whether a type is of a kind: `np.issubdtype(a.dtype, np.floating)`."""
    kind = arg2 if isinstance(arg2, type) and issubclass(arg2, np.generic) else np.dtype(arg2).type
    own = arg1 if isinstance(arg1, type) and issubclass(arg1, np.generic) else np.dtype(arg1).type
    return issubclass(own, kind)


def result_type(*arrays_and_dtypes):
    """The type of the sum of arrays and types."""
    total = None
    for given in arrays_and_dtypes:
        plain = isinstance(given, (int, float, np.ndarray, np.generic)) and not isinstance(given, type)
        part = given if plain else np.zeros(1, dtype=given)
        total = part if total is None else total + part
    return np.asarray(total).dtype


def promote_types(type1, type2):
    """The type that holds the values of both."""
    return result_type(type1, type2)


def can_cast(from_, to, casting="safe"):
    """Whether every value of a type can be held by another one."""
    if casting == "unsafe":
        return True
    if casting == "same_kind":
        ranks = {"b": 0, "u": 1, "i": 1, "f": 2}
        return ranks[np.dtype(from_).kind] <= ranks[np.dtype(to).kind]
    return result_type(from_, to) == np.dtype(to)


class finfo:
    """The limits of a floating-point type."""

    def __init__(self, dtype):
        self.dtype = np.dtype(dtype) if not isinstance(dtype, np.generic) else dtype.dtype
        if self.dtype.kind != "f":
            raise ValueError(f"data type {self.dtype.type!r} not inexact")
        known = torch.finfo(getattr(torch, self.dtype.name))
        number = self.dtype.type
        self.bits, self.resolution = known.bits, number(known.resolution)
        self.eps, self.max, self.min = number(known.eps), number(known.max), number(known.min)
        self.tiny = self.smallest_normal = number(known.tiny)

    def __repr__(self):
        return f"finfo(resolution={self.resolution}, min={self.min}, max={self.max}, dtype={self.dtype})"


class iinfo:
    """The limits of an integer type."""

    def __init__(self, dtype):
        self.dtype = np.dtype(dtype)
        if self.dtype.kind not in "iu":
            raise ValueError(f"Invalid integer data type '{self.dtype.kind}'.")
        known = torch.iinfo(getattr(torch, self.dtype.name))
        self.bits, self.max, self.min = known.bits, known.max, known.min

    def __repr__(self):
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def indices(dimensions, dtype=int, sparse=False):
    """The coordinates of every place, one array for each axis."""
    lines = [np.arange(n, dtype=dtype) for n in dimensions]
    if sparse:
        return tuple(line.reshape((-1,) + (1,) * (len(lines) - i - 1)) for i, line in enumerate(lines))
    return np.stack(np.meshgrid(*lines, indexing="ij"))
