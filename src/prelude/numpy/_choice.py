"""Choices, order, and functions applied element by element."""
import builtins

import numpy as np


def select(condlist, choicelist, default=0):
    """For each place the choice of the first condition that holds there."""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    out = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist)):
        out = np.where(condition, choice, out)
    return out


def choose(a, choices):
    """For each place the element of the array that `a` names."""
    a = np.asarray(a)
    out = np.broadcast_to(np.asarray(choices[0]), a.shape)
    for i, choice in enumerate(choices):
        out = np.where(a == i, choice, out)
    return out


def piecewise(x, condlist, funclist, *args, **kw):
    """A function given by one function, or number, for each condition; one more for where none holds."""
    x = np.asarray(x)
    conditions = [np.asarray(c, dtype=bool) for c in condlist]
    if len(funclist) == len(conditions) + 1:
        rest = ~conditions[0]
        for condition in conditions[1:]:
            rest = rest & ~condition
        conditions.append(rest)
    out = np.zeros_like(x)
    for condition, function in zip(conditions, funclist):
        out[condition] = function(x[condition], *args, **kw) if callable(function) else function
    return out


class vectorize:
    """A function of numbers as a function of arrays, called once for each element."""

    def __init__(self, pyfunc, otypes=None, doc=None, excluded=None, cache=False, signature=None):
        self.pyfunc = pyfunc
        self.otypes = otypes
        self.__doc__ = doc if doc is not None else pyfunc.__doc__

    def __call__(self, *args, **kwargs):
        from ._arrange import broadcast_arrays

        arrays = broadcast_arrays(*[np.asarray(a) for a in args])
        results = [self.pyfunc(*items, **kwargs) for items in zip(*[a.ravel() for a in arrays])]
        if not results:
            raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
        if isinstance(results[0], tuple):
            return tuple(np.array(part).reshape(arrays[0].shape) for part in zip(*results))
        out = np.array(results) if self.otypes is None else np.array(results, dtype=self.otypes[0])
        return out.reshape(arrays[0].shape)


def fromfunction(function, shape, *, dtype=float, **kwargs):
    """What a function gives for the coordinates of every place."""
    return function(*[i.astype(dtype) for i in np.indices(shape)], **kwargs)


def partition(a, kth, axis=-1):
    """A copy in which the element at `kth` is where sorting puts it, no larger ones before and no smaller after."""
    return np.sort(a, axis=axis)


def argpartition(a, kth, axis=-1):
    """The places that partition the array."""
    return np.argsort(a, axis=axis)


def lexsort(keys, axis=-1):
    """The order by several keys, the last one first."""
    order = np.arange(np.shape(keys[0])[-1])
    for key in keys:
        order = order[np.argsort(np.asarray(key)[order], kind="stable")]
    return order


def array_equiv(a1, a2):
    """Whether two arrays are equal once one is spread to the other's shape."""
    try:
        return bool((np.asarray(a1) == np.asarray(a2)).all())
    except ValueError:
        return False


def isreal(x):
    """Where elements are real: everywhere."""
    return np.isfinite(np.asarray(x) * 0) | True


def isscalar(element):
    """Whether a value is a number or a text."""
    return isinstance(element, (int, float, str, bool, np.generic))


def around(a, decimals=0):
    """Elements rounded to so many decimals."""
    return np.round(a, decimals)


def divmod(x1, x2):
    """The whole quotient and the remainder."""
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


def modf(x):
    """The fractions and the whole parts."""
    whole = np.trunc(np.asarray(x, dtype=float))
    return np.asarray(x, dtype=float) - whole, whole


def pow(x1, x2):
    """Powers."""
    return np.power(x1, x2)


def real(val):
    """The real part: the array itself."""
    return np.asarray(val)


def conj(x):
    """The array itself; there are no imaginary parts here."""
    return np.asarray(x)


def geomspace(start, stop, num=50, endpoint=True, dtype=None):
    """Numbers of equal ratios."""
    if start == 0 or stop == 0:
        raise ValueError("Geometric sequence cannot include zero")
    sign = -1.0 if start < 0 else 1.0
    out = sign * np.logspace(np.log10(sign * start), np.log10(sign * stop), num, endpoint=endpoint)
    if num > 0:
        out[0] = start
        if num > 1 and endpoint:
            out[-1] = stop
    return out if dtype is None else out.astype(dtype)


def cumulative_sum(x, *, axis=None, dtype=None, include_initial=False):
    """The cumulative sum."""
    out = np.cumsum(x, axis=axis, dtype=dtype)
    if include_initial:
        axis = 0 if axis is None else axis
        shape = list(out.shape)
        shape[axis] = 1
        out = np.concatenate((np.zeros(shape, dtype=out.dtype), out), axis=axis)
    return out


def vecdot(x1, x2, axis=-1):
    """The inner products of vectors along an axis."""
    return np.sum(np.asarray(x1) * np.asarray(x2), axis=axis)


def matvec(x1, x2):
    """The products of matrices and vectors."""
    return np.matmul(x1, np.asarray(x2)[..., None])[..., 0]


def astype(x, dtype, copy=True):
    """The array in another type."""
    return x.astype(dtype)


def ndenumerate(arr):
    """Pairs of place and element."""
    arr = np.asarray(arr)
    return zip(ndindex(*arr.shape), arr.ravel())


def ndindex(*shape):
    """The places of an array of a shape, the last axis fastest."""
    import itertools

    if len(shape) == 1 and isinstance(shape[0], tuple):
        shape = shape[0]
    return itertools.product(*[builtins.range(n) for n in shape])


def nditer(op):
    """The elements one after the other."""
    return iter(np.asarray(op).ravel())


def array_repr(arr):
    """The array as `repr` shows it."""
    return repr(np.asarray(arr))


def array_str(a):
    """The array as `str` shows it."""
    return str(np.asarray(a))


def array2string(a, separator=" ", precision=None):
    """The array as text, elements apart by a separator."""
    if precision is not None:
        a = np.round(a, precision)
    text = str(np.asarray(a))
    if separator == " ":
        return text
    import re

    return re.sub(r"(?<=[\d.a-z])\s+(?=[-\d.a-z])", separator, text)


def binary_repr(num, width=None):
    """A number in base 2, as two's complement where it is negative and a width is given."""
    if num < 0 and width is not None:
        num += 1 << width
    text = bin(num).replace("0b", "")
    return text.zfill(width) if width is not None else text


def base_repr(number, base=2, padding=0):
    """A number in another base."""
    digits, left = "", builtins.abs(number)
    while left:
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[left % base] + digits
        left //= base
    return ("-" if number < 0 else "") + "0" * padding + (digits or ("0" if not padding else ""))


class errstate:
    """Changes nothing: errors of floating-point numbers are silent here."""

    def __init__(self, **kwargs):
        self.kwargs = kwargs

    def __enter__(self):
        return None

    def __exit__(self, *exc):
        return False

    def __call__(self, function):
        return function


def seterr(all=None, divide=None, over=None, under=None, invalid=None):
    """Changes nothing: errors of floating-point numbers are silent here."""
    return {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


euler_gamma = 0.5772156649015329
