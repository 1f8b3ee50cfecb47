"""Statistics of arrays: histograms, and what leaves NaN out."""
import numpy as np


def histogram(a, bins=10, range=None, density=None, weights=None):
    """How many elements lie between neighbouring edges, and the edges; the last bin has both its ends."""
    a = np.asarray(a).ravel()
    edges = histogram_bin_edges(a, bins, range)
    if weights is not None:
        weights = np.asarray(weights).ravel()
        if len(weights) != len(a):
            raise ValueError("weights should have the same shape as a.")
    inside = (a >= edges[0]) & (a <= edges[-1])
    places = np.minimum(np.searchsorted(edges, a[inside], side="right"), len(edges) - 1) - 1
    kept = None if weights is None else weights[inside]
    counts = np.bincount(places, weights=kept, minlength=len(edges) - 1)
    if density:
        widths = np.diff(edges)
        counts = counts / widths / counts.sum()
    return counts, edges


def histogram_bin_edges(a, bins=10, range=None, weights=None):
    """The edges of the bins of a histogram."""
    a = np.asarray(a).ravel()
    if isinstance(bins, str):
        raise NotImplementedError("bins are a number or a sequence of edges here")
    if not isinstance(bins, (int, np.integer)):
        edges = np.asarray(bins)
        if (edges[:-1] > edges[1:]).any():
            raise ValueError("`bins` must increase monotonically, when an array")
        return edges
    if bins < 1:
        raise ValueError("`bins` must be positive, when an integer")
    if range is not None:
        low, high = range
        if low > high:
            raise ValueError("max must be larger than min in range parameter.")
    elif a.size == 0:
        low, high = 0.0, 1.0
    else:
        low, high = float(a.min()), float(a.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1)


def histogram2d(x, y, bins=10, range=None, density=None, weights=None):
    """How many pairs lie in each cell of a grid, and the edges along x and y."""
    pair = bins if isinstance(bins, (tuple, list)) and len(bins) == 2 else (bins, bins)
    spans = range if range is not None else (None, None)
    x, y = np.asarray(x).ravel(), np.asarray(y).ravel()
    first, second = histogram_bin_edges(x, pair[0], spans[0]), histogram_bin_edges(y, pair[1], spans[1])
    inside = (x >= first[0]) & (x <= first[-1]) & (y >= second[0]) & (y <= second[-1])
    rows = np.minimum(np.searchsorted(first, x[inside], side="right"), len(first) - 1) - 1
    columns = np.minimum(np.searchsorted(second, y[inside], side="right"), len(second) - 1) - 1
    width = len(second) - 1
    kept = None if weights is None else np.asarray(weights).ravel()[inside]
    counts = np.bincount(rows * width + columns, weights=kept, minlength=(len(first) - 1) * width)
    counts = counts.reshape(len(first) - 1, width).astype(float)
    if density:
        counts = counts / counts.sum() / np.diff(first)[:, None] / np.diff(second)[None, :]
    return counts, first, second


def digitize(x, bins, right=False):
    """The number of the bin of each element: bins[i - 1] <= x < bins[i]."""
    bins = np.asarray(bins)
    side = "left" if right else "right"
    if len(bins) > 1 and bins[0] > bins[-1]:
        return len(bins) - np.searchsorted(bins[::-1], x, side=side)
    return np.searchsorted(bins, x, side=side)


def _without_nan(a, value):
    a = np.asarray(a)
    return np.where(np.isnan(a), value, a) if np.issubdtype(a.dtype, np.floating) else a


def _counts(a, axis, keepdims):
    return np.sum(~np.isnan(np.asarray(a)), axis=axis, keepdims=keepdims)


def _all_nan(a, axis, words):
    if np.isnan(np.asarray(a)).all(axis=axis).any():
        import warnings

        warnings.warn(words, RuntimeWarning)
        return True
    return False


def nanmax(a, axis=None, keepdims=False):
    """The largest elements, NaN left out."""
    found = np.max(_without_nan(a, -np.inf), axis=axis, keepdims=keepdims)
    if _all_nan(a, axis, "All-NaN slice encountered"):
        found = np.where(np.isnan(np.asarray(a)).all(axis=axis, keepdims=keepdims), np.nan, found)
    return found


def nanmin(a, axis=None, keepdims=False):
    """The smallest elements, NaN left out."""
    found = np.min(_without_nan(a, np.inf), axis=axis, keepdims=keepdims)
    if _all_nan(a, axis, "All-NaN slice encountered"):
        found = np.where(np.isnan(np.asarray(a)).all(axis=axis, keepdims=keepdims), np.nan, found)
    return found


def nanargmax(a, axis=None):
    """Where the largest elements are, NaN left out."""
    if np.isnan(np.asarray(a)).all(axis=axis).any():
        raise ValueError("All-NaN slice encountered")
    return np.argmax(_without_nan(a, -np.inf), axis=axis)


def nanargmin(a, axis=None):
    """Where the smallest elements are, NaN left out."""
    if np.isnan(np.asarray(a)).all(axis=axis).any():
        raise ValueError("All-NaN slice encountered")
    return np.argmin(_without_nan(a, np.inf), axis=axis)


def nanvar(a, axis=None, ddof=0, keepdims=False):
    """The variance, NaN left out."""
    a = np.asarray(a)
    count = _counts(a, axis, True)
    mean = np.sum(_without_nan(a, 0.0), axis=axis, keepdims=True) / count
    squares = np.sum(_without_nan((a - mean) ** 2, 0.0), axis=axis, keepdims=keepdims)
    return squares / (_counts(a, axis, keepdims) - ddof)


def nanstd(a, axis=None, ddof=0, keepdims=False):
    """The standard deviation, NaN left out."""
    return np.sqrt(nanvar(a, axis, ddof, keepdims))


def nancumsum(a, axis=None):
    """The cumulative sum, NaN as 0."""
    return np.cumsum(_without_nan(a, 0.0), axis=axis)


def nancumprod(a, axis=None):
    """The cumulative product, NaN as 1."""
    return np.cumprod(_without_nan(a, 1.0), axis=axis)


def _along(function, a, axis, *args):
    """A function of the numbers of each line along an axis; of all where it is None."""
    a = np.asarray(a)
    if axis is None:
        flat = a.ravel()
        return function(flat[~np.isnan(flat)], *args)
    return apply_along_axis(lambda line: function(line[~np.isnan(line)], *args), axis, a)


def nanmedian(a, axis=None):
    """The median, NaN left out."""
    return _along(np.median, a, axis)


def nanpercentile(a, q, axis=None):
    """The value below which q percent of the elements lie, NaN left out."""
    return _along(np.percentile, a, axis, q)


def nanquantile(a, q, axis=None):
    """The value below which the share q of the elements lies, NaN left out."""
    return _along(np.quantile, a, axis, q)


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """What a function gives for each line along an axis."""
    arr = np.asarray(arr)
    lines = np.moveaxis(arr, axis, -1)
    shape = lines.shape[:-1]
    results = [np.asarray(func1d(line, *args, **kwargs)) for line in lines.reshape(-1, lines.shape[-1])]
    out = np.stack(results).reshape(shape + results[0].shape)
    if results[0].ndim == 0:
        return out
    return np.moveaxis(out, -1, axis) if results[0].ndim == 1 else out


def apply_over_axes(func, a, axes):
    """A function of an array and an axis, applied for one axis after the other."""
    for axis in [axes] if isinstance(axes, int) else axes:
        reduced = func(a, axis)
        a = reduced if np.ndim(reduced) == np.ndim(a) else np.expand_dims(reduced, axis)
    return a
