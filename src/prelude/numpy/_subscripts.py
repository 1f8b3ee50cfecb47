"""Arrays and index tuples written as subscripts: `np.r_[1:4, 9]`, `np.c_[x, y]`, `np.s_[::2]`, `np.ix_`."""
import numpy as np


def _line(s):
    """The numbers of a slice; an imaginary step counts them."""
    start = 0 if s.start is None else s.start
    if isinstance(s.step, complex):
        return np.linspace(start, s.stop, int(abs(s.step)))
    return np.arange(start, s.stop, 1 if s.step is None else s.step)


class _Joined:
    """What stands in a subscript, joined: one after the other, or as columns."""

    def __init__(self, columns):
        self.columns = columns

    def __getitem__(self, key):
        parts = []
        for part in key if isinstance(key, tuple) else (key,):
            if isinstance(part, str):
                raise NotImplementedError("directives in the subscript of np.r_ and np.c_: join with np.concatenate")
            part = _line(part) if isinstance(part, slice) else np.asarray(part)
            if self.columns:
                part = part.reshape(-1, 1) if part.ndim < 2 else part
            elif part.ndim == 0:
                part = part.reshape(1)
            parts.append(part)
        return np.concatenate(parts, axis=-1 if self.columns else 0)


class _Subscript:
    """The subscript itself, to be kept and used later."""

    def __init__(self, always_tuple):
        self.always_tuple = always_tuple

    def __getitem__(self, key):
        return (key,) if self.always_tuple and not isinstance(key, tuple) else key


r_ = _Joined(False)
c_ = _Joined(True)
s_ = _Subscript(False)
index_exp = _Subscript(True)


def ix_(*args):
    """Indices for the rows, columns and so on of a block: each sequence along an axis of its own."""
    out = []
    for i, sequence in enumerate(args):
        sequence = np.asarray(sequence)
        if sequence.ndim != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if sequence.size == 0:
            sequence = sequence.astype(np.intp)
        if sequence.dtype == bool:
            sequence = sequence.nonzero()[0]
        out.append(sequence.reshape((1,) * i + (-1,) + (1,) * (len(args) - i - 1)))
    return tuple(out)
