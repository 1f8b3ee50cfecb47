"""The names of statistics: a list, not a program; a module is loaded when one of its names is used."""
from .relations import (
    correlation, covariance, harmonic_mean, linear_regression, LinearRegression, median_grouped, multimode,
    NormalDist, quantiles,
)
