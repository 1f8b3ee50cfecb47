"""The rarer statistics: means of rates, quantiles, relations of two series, the normal distribution."""
import math
from collections import namedtuple

from statistics import StatisticsError

LinearRegression = namedtuple("LinearRegression", ("slope", "intercept"))


def harmonic_mean(data, weights=None):
    """The mean of rates: the count over the sum of reciprocals."""
    data = list(data)
    if not data:
        raise StatisticsError("harmonic_mean requires at least one data point")
    weights = [1] * len(data) if weights is None else list(weights)
    if any(x < 0 for x in data):
        raise StatisticsError("harmonic mean does not support negative values")
    if any(x == 0 for x in data):
        return 0
    return sum(weights) / sum(w / x for w, x in zip(weights, data))


def multimode(data):
    """All values that occur most often."""
    counts = {}
    for x in data:
        counts[x] = counts.get(x, 0) + 1
    most = max(counts.values(), default=0)
    return [x for x, count in counts.items() if count == most]


def quantiles(data, *, n=4, method="exclusive"):
    """The n - 1 cut points that divide the data into n equally likely parts."""
    if n < 1:
        raise StatisticsError("n must be at least 1")
    data = sorted(data)
    if len(data) < 2:
        raise StatisticsError("must have at least two data points")
    if method not in ("inclusive", "exclusive"):
        raise ValueError(f"Unknown method: {method!r}")
    m = len(data) - 1 if method == "inclusive" else len(data) + 1
    result = []
    for i in range(1, n):
        if method == "inclusive":
            j, delta = divmod(i * m, n)
            result.append((data[j] * (n - delta) + data[j + 1] * delta) / n)
        else:
            j = min(max(i * m // n, 1), len(data) - 1)
            delta = i * m - j * n
            result.append((data[j - 1] * (n - delta) + data[j] * delta) / n)
    return result


def median_grouped(data, interval=1):
    """The 50th percentile of data grouped in classes."""
    data = sorted(data)
    if not data:
        raise StatisticsError("no median for empty data")
    x = data[len(data) // 2]
    below, inside = sum(d < x for d in data), data.count(x)
    return x - interval / 2 + interval * (len(data) / 2 - below) / inside


def _pairs(x, y, name):
    x, y = list(x), list(y)
    if len(x) != len(y):
        raise StatisticsError(f"{name} requires that both inputs have same number of data points")
    if len(x) < 2:
        raise StatisticsError(f"{name} requires at least two data points")
    mean_x, mean_y = math.fsum(x) / len(x), math.fsum(y) / len(y)
    xy = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
    return mean_x, mean_y, xy, math.fsum((a - mean_x) ** 2 for a in x), math.fsum((b - mean_y) ** 2 for b in y), len(x)


def covariance(x, y, /):
    """The sample covariance of two series."""
    _, _, xy, _, _, count = _pairs(x, y, "covariance")
    return xy / (count - 1)


def correlation(x, y, /):
    """Pearson's correlation of two series."""
    _, _, xy, xx, yy, _ = _pairs(x, y, "correlation")
    if not xx or not yy:
        raise StatisticsError("at least one of the inputs is constant")
    return xy / math.sqrt(xx * yy)


def linear_regression(x, y, /, *, proportional=False):
    """Slope and intercept of the line that fits best."""
    mean_x, mean_y, xy, xx, _, _ = _pairs(x, y, "linear regression")
    if proportional:
        x, y = list(x), list(y)
        return LinearRegression(math.fsum(a * b for a, b in zip(x, y)) / math.fsum(a * a for a in x), 0.0)
    if not xx:
        raise StatisticsError("x is constant")
    return LinearRegression(xy / xx, mean_y - xy / xx * mean_x)


class NormalDist:
    """A normal distribution with mean `mu` and deviation `sigma`."""

    def __init__(self, mu=0.0, sigma=1.0):
        if sigma < 0.0:
            raise StatisticsError("sigma must be non-negative")
        self.mean = float(mu)
        self.stdev = float(sigma)

    @classmethod
    def from_samples(cls, data):
        from statistics import fmean, stdev

        data = list(data)
        return cls(fmean(data), stdev(data))

    @property
    def variance(self):
        return self.stdev * self.stdev

    def pdf(self, x):
        apart = x - self.mean
        return math.exp(apart * apart / (-2.0 * self.variance)) / math.sqrt(math.tau * self.variance)

    def cdf(self, x):
        return 0.5 * (1.0 + math.erf((x - self.mean) / (self.stdev * math.sqrt(2.0))))

    def zscore(self, x):
        return (x - self.mean) / self.stdev

    def __repr__(self):
        return f"NormalDist(mu={self.mean!r}, sigma={self.stdev!r})"
