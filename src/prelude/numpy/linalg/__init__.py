"""The names of numpy.linalg: a list, not a program; a module is loaded when one of its names is used."""
from .products import (
    cross, diagonal, matmul, matrix_norm, matrix_transpose, multi_dot, outer, svdvals, tensordot, trace, vecdot,
    vector_norm,
)
