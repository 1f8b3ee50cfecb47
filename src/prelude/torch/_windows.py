"""Window functions, and torch's functions that are written with others."""
import math

import torch


def range(start=0, end=None, step=1, *, dtype=None, requires_grad=False, device=None, layout=None, out=None):
    """Numbers from start to end, the end included; torch.arange leaves it out, as Python does."""
    import warnings

    warnings.warn("torch.range is deprecated and will be removed in a future release because its behavior is inconsistent "
                  "with Python's range builtin. Instead, use torch.arange, which produces values in [start, end).")
    if end is None:
        start, end = 0, start
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = math.floor((end - start) / step) + 1
    dtype = torch.get_default_dtype() if dtype is None else dtype
    values = (torch.arange(count, dtype=torch.float64) * step + start).to(dtype)
    return values.requires_grad_() if requires_grad else values


def _cosines(name, length, periodic, weights, dtype, requires_grad):
    """weights[0] - weights[1] * cos(2 pi n / N) + weights[2] * cos(4 pi n / N)."""
    if length < 0:
        raise RuntimeError(f"{name} requires non-negative window_length, got window_length={length}")
    dtype = torch.get_default_dtype() if dtype is None else dtype
    if not dtype.is_floating_point:
        raise RuntimeError(f"{name} expects floating point dtypes, got: {dtype}")
    if length == 0:
        return torch.empty(0, dtype=dtype)
    if length == 1:
        return torch.ones(1, dtype=dtype)
    places = torch.arange(length, dtype=dtype) * (2 * math.pi / (length if periodic else length - 1))
    window = torch.cos(places) * -weights[1]
    if len(weights) > 2:
        window = torch.cos(places * 2) * weights[2] + window
    window = window + weights[0]
    return window.requires_grad_() if requires_grad else window


def hann_window(window_length, periodic=True, *, dtype=None, layout=None, device=None, requires_grad=False):
    """The Hann window: half a period of a cosine, zero at its ends."""
    return _cosines("hann_window", window_length, periodic, (0.5, 0.5), dtype, requires_grad)


def hamming_window(window_length, periodic=True, alpha=0.54, beta=0.46, *, dtype=None, layout=None, device=None,
                   requires_grad=False):
    """The Hamming window: alpha - beta * cos."""
    return _cosines("hamming_window", window_length, periodic, (alpha, beta), dtype, requires_grad)


def blackman_window(window_length, periodic=True, *, dtype=None, layout=None, device=None, requires_grad=False):
    """The Blackman window, of two cosines."""
    return _cosines("blackman_window", window_length, periodic, (0.42, 0.5, 0.08), dtype, requires_grad)


def bartlett_window(window_length, periodic=True, *, dtype=None, layout=None, device=None, requires_grad=False):
    """The triangular window, zero at its ends."""
    if window_length < 0:
        raise RuntimeError(f"bartlett_window requires non-negative window_length, got window_length={window_length}")
    dtype = torch.get_default_dtype() if dtype is None else dtype
    if window_length < 2:
        return torch.ones(window_length, dtype=dtype)
    last = window_length if periodic else window_length - 1
    places = torch.arange(window_length, dtype=dtype) * (2 / last)
    window = torch.where(places <= 1, places, 2 - places)
    return window.requires_grad_() if requires_grad else window


def vander(x, N=None, increasing=False):
    """The powers of each element as a row, the highest first."""
    if x.dim() != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    count = x.size(0) if N is None else N
    if count < 0:
        raise RuntimeError("N must be non-negative.")
    powers = torch.arange(count) if increasing else torch.arange(count - 1, -1, -1)
    return x.unsqueeze(-1) ** powers


def narrow_copy(input, dim, start, length):
    """A copy of a part along a dimension."""
    return input.narrow(dim, start, length).clone()


def dropout(input, p, train):
    """Elements set to zero with probability p and the others divided by 1 - p, where `train` is true."""
    return torch.nn.functional.dropout(input, p, train)


def embedding(weight, indices, padding_idx=-1, scale_grad_by_freq=False, sparse=False):
    """Rows of a table by index."""
    return torch.nn.functional.embedding(indices, weight)
