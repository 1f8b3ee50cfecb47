"""Functions given by their values: interpolation, slopes, polynomials, convolution, windows."""
import numpy as np


def interp(x, xp, fp, left=None, right=None, period=None):
    """The values at x of the broken line through the points (xp, fp)."""
    number = np.ndim(x) == 0
    x, xp, fp = np.atleast_1d(np.asarray(x, dtype=float)), np.asarray(xp, dtype=float), np.asarray(fp, dtype=float)
    if len(xp) != len(fp):
        raise ValueError("fp and xp are not of the same length.")
    if period is not None:
        x, xp = x % abs(period), xp % abs(period)
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate((xp[-1:] - abs(period), xp, xp[:1] + abs(period)))
        fp = np.concatenate((fp[-1:], fp, fp[:1]))
    at = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(len(xp) - 2, 0))
    following = np.minimum(at + 1, len(xp) - 1)
    width = np.where(xp[following] == xp[at], 1.0, xp[following] - xp[at])
    out = (fp[following] - fp[at]) / width * (x - xp[at]) + fp[at]
    out = np.where(x < xp[0], fp[0] if left is None else left, out)
    out = np.where(x > xp[-1], fp[-1] if right is None else right, out)
    out = np.where(x == xp[-1], fp[-1], out)
    return out[0] if number else out


def gradient(f, *varargs, axis=None, edge_order=1):
    """Slopes by central differences, one-sided at the ends; a list with one array for each axis."""
    f = np.asarray(f)
    if not np.issubdtype(f.dtype, np.floating):
        f = f.astype(float)
    axes = range(f.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    axes = [a % f.ndim for a in axes]
    if len(varargs) not in (0, 1, len(axes)):
        raise TypeError("invalid number of arguments")
    steps = [1.0] * len(axes) if not varargs else list(varargs) * len(axes) if len(varargs) == 1 else list(varargs)
    results = []
    for a, step in zip(axes, steps):
        lines = np.moveaxis(f, a, 0)
        if len(lines) < edge_order + 1:
            raise ValueError("Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) "
                             "elements are required.")
        places = np.asarray(step, dtype=float)
        places = np.arange(len(lines)) * places if places.ndim == 0 else places
        gaps = np.diff(places).reshape((-1,) + (1,) * (lines.ndim - 1))
        before, after = gaps[:-1], gaps[1:]
        out = np.empty_like(lines)
        if np.ndim(step) == 0:
            out[1:-1] = (lines[2:] - lines[:-2]) / (2.0 * step)
        else:
            out[1:-1] = (-after / (before * (before + after)) * lines[:-2]
                         + (after - before) / (before * after) * lines[1:-1]
                         + before / (after * (before + after)) * lines[2:])
        if edge_order == 1:
            out[0] = (lines[1] - lines[0]) / gaps[0]
            out[-1] = (lines[-1] - lines[-2]) / gaps[-1]
        else:
            out[0] = (-1.5 * lines[0] + 2.0 * lines[1] - 0.5 * lines[2]) / gaps[0]
            out[-1] = (0.5 * lines[-3] - 2.0 * lines[-2] + 1.5 * lines[-1]) / gaps[-1]
        results.append(np.moveaxis(out, 0, a))
    return results[0] if len(results) == 1 else tuple(results)


def ediff1d(ary, to_end=None, to_begin=None):
    """The differences of neighbours in an array taken flat."""
    parts = [np.diff(np.ravel(ary))]
    if to_begin is not None:
        parts.insert(0, np.ravel(to_begin))
    if to_end is not None:
        parts.append(np.ravel(to_end))
    return np.concatenate(parts)


def vander(x, N=None, increasing=False):
    """The powers of each element as a row, the highest first."""
    x = np.asarray(x)
    count = len(x) if N is None else N
    powers = np.arange(count) if increasing else np.arange(count - 1, -1, -1)
    return x[:, None] ** powers


def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    """The coefficients, the highest power first, of the polynomial that fits points best."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if x.ndim != 1:
        raise TypeError("expected 1D vector for x")
    if x.size == 0:
        raise TypeError("expected non-empty vector for x")
    if len(x) != len(y):
        raise TypeError("expected x and y to have same length")
    left, right = vander(x, deg + 1), y
    if w is not None:
        w = np.asarray(w, dtype=float)
        left, right = left * w[:, None], (right.T * w).T
    scale = np.sqrt((left * left).sum(axis=0))
    solution = np.linalg.lstsq(left / scale, right, rcond=None)[0]
    return (solution.T / scale).T


def polyval(p, x):
    """The values of a polynomial whose coefficients are given, the highest power first."""
    if isinstance(p, poly1d):
        p = p.coeffs
    x = np.asarray(x)
    y = np.zeros_like(x)
    for coefficient in np.asarray(p):
        y = y * x + coefficient
    return y


def polyadd(a1, a2):
    """The sum of polynomials."""
    a1, a2 = np.atleast_1d(a1), np.atleast_1d(a2)
    size = max(len(a1), len(a2))
    return np.concatenate((np.zeros(size - len(a1), a1.dtype), a1)) + np.concatenate(
        (np.zeros(size - len(a2), a2.dtype), a2))


def polymul(a1, a2):
    """The product of polynomials."""
    return convolve(a1, a2)


def polyder(p, m=1):
    """The derivative of a polynomial."""
    p = np.asarray(p)
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


def polyint(p, m=1, k=0):
    """An integral of a polynomial."""
    p = np.asarray(p)
    for _ in range(m):
        p = np.concatenate((p / np.arange(len(p), 0, -1), [k]))
    return p


class poly1d:
    """A polynomial: called, it gives its value."""

    def __init__(self, c_or_r, r=False, variable=None):
        if isinstance(c_or_r, poly1d):
            c_or_r = c_or_r.coeffs
        coeffs = np.atleast_1d(c_or_r)
        if r:
            product = np.ones(1)
            for root in coeffs:
                product = convolve(product, np.array([1.0, -root]))
            coeffs = product
        used = np.flatnonzero(coeffs)
        self.coeffs = coeffs[used[0]:] if len(used) else coeffs[-1:] * 0
        self.variable = variable or "x"

    @property
    def c(self):
        return self.coeffs

    @property
    def order(self):
        return len(self.coeffs) - 1

    o = order

    def __call__(self, x):
        return polyval(self.coeffs, x)

    def deriv(self, m=1):
        return poly1d(polyder(self.coeffs, m))

    def integ(self, m=1, k=0):
        return poly1d(polyint(self.coeffs, m, k))

    def __getitem__(self, power):
        return self.coeffs[self.order - power] if 0 <= power <= self.order else 0

    def __len__(self):
        return self.order

    def __add__(self, other):
        return poly1d(polyadd(self.coeffs, poly1d(other).coeffs))

    def __sub__(self, other):
        return poly1d(polyadd(self.coeffs, -poly1d(other).coeffs))

    def __mul__(self, other):
        return poly1d(polymul(self.coeffs, poly1d(other).coeffs))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return poly1d(-self.coeffs)

    def __repr__(self):
        return f"poly1d({list(self.coeffs.tolist())})"


def convolve(a, v, mode="full"):
    """The convolution of two vectors: the coefficients of the product of polynomials."""
    a, v = np.atleast_1d(np.asarray(a)), np.atleast_1d(np.asarray(v))
    if len(a) == 0:
        raise ValueError("a cannot be empty")
    if len(v) == 0:
        raise ValueError("v cannot be empty")
    if len(v) > len(a):
        a, v = v, a
    kind = np.result_type(a.dtype, v.dtype)
    full = np.zeros(len(a) + len(v) - 1, dtype=kind)
    for i, weight in enumerate(v):
        full[i:i + len(a)] += (a * weight).astype(kind)
    if mode == "full":
        return full
    if mode == "same":
        start = (len(v) - 1) // 2
        return full[start:start + len(a)]
    if mode == "valid":
        return full[len(v) - 1:len(a)]
    raise ValueError(f"mode must be one of 'valid', 'same', or 'full' (got '{mode}')")


def correlate(a, v, mode="valid"):
    """The correlation of two vectors: the convolution with the second one reversed."""
    a, v = np.atleast_1d(np.asarray(a)), np.atleast_1d(np.asarray(v))
    if len(v) > len(a):
        return convolve(a[::-1], v, mode)[::-1] if mode != "full" else convolve(a, v[::-1], mode)
    return convolve(a, v[::-1], mode)


def _cosines(M, *weights):
    """A window made of cosines: weights[0] + weights[1] * cos(...) + ..."""
    if M < 1:
        return np.array([])
    if M == 1:
        return np.ones(1)
    n = np.arange(1 - M, M, 2)
    return sum(w * np.cos(k * np.pi * n / (M - 1)) for k, w in enumerate(weights))


def hanning(M):
    """The Hann window."""
    return _cosines(M, 0.5, 0.5)


def hamming(M):
    """The Hamming window."""
    return _cosines(M, 0.54, 0.46)


def blackman(M):
    """The Blackman window."""
    return _cosines(M, 0.42, 0.5, 0.08)


def bartlett(M):
    """The triangular window that ends in zeros."""
    if M < 1:
        return np.array([])
    if M == 1:
        return np.ones(1)
    n = np.arange(1 - M, M, 2)
    return np.where(n <= 0, 1 + n / (M - 1), 1 - n / (M - 1))


def unwrap(p, period=6.283185307179586):
    """Angles without jumps of more than half a turn."""
    p = np.asarray(p, dtype=float)
    steps = np.diff(p)
    folded = (steps + period / 2) % period - period / 2
    folded = np.where((folded == -period / 2) & (steps > 0), period / 2, folded)
    change = np.where(np.abs(steps) < period / 2, 0.0, folded - steps)
    return np.concatenate((p[:1], p[1:] + np.cumsum(change)))
