"""Arrays as sets of their elements: results are sorted, each element once."""
import numpy as np


def union1d(ar1, ar2):
    """The elements of either."""
    return np.unique(np.concatenate((np.ravel(ar1), np.ravel(ar2))))


def intersect1d(ar1, ar2, assume_unique=False, return_indices=False):
    """The elements of both."""
    first, at1 = np.unique(ar1, return_index=True)
    second, at2 = np.unique(ar2, return_index=True)
    common = first[np.isin(first, second)]
    if not return_indices:
        return common
    return common, at1[np.searchsorted(first, common)], at2[np.searchsorted(second, common)]


def setdiff1d(ar1, ar2, assume_unique=False):
    """The elements of the first that are not in the second."""
    first = np.ravel(ar1) if assume_unique else np.unique(ar1)
    return first[~np.isin(first, ar2)]


def setxor1d(ar1, ar2, assume_unique=False):
    """The elements of exactly one."""
    first, second = np.unique(ar1), np.unique(ar2)
    return np.sort(np.concatenate((first[~np.isin(first, second)], second[~np.isin(second, first)])))
