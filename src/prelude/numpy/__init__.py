"""The names of numpy: a list, not a program; a module is loaded when one of its names is used."""
from ._arrange import (
    block, broadcast_arrays, broadcast_shapes, compress, concat, copyto, delete, diag_indices, dstack, extract,
    fill_diagonal, insert, mgrid, ogrid, pad, permute_dims, place, put, put_along_axis, putmask, ravel_multi_index,
    resize, rollaxis, row_stack, tri, trim_zeros,
)
from ._choice import (
    argpartition, around, array2string, array_equiv, array_repr, array_str, astype, base_repr, binary_repr, choose,
    conj, cumulative_sum, divmod, errstate, euler_gamma, fromfunction, geomspace, isreal, isscalar, lexsort, matvec,
    modf, ndenumerate, ndindex, nditer, partition, piecewise, pow, real, select, seterr, vecdot, vectorize,
)
from ._functions import (
    bartlett, blackman, convolve, correlate, ediff1d, gradient, hamming, hanning, interp, poly1d, polyadd, polyder,
    polyfit, polyint, polymul, polyval, unwrap, vander,
)
from ._sets import intersect1d, setdiff1d, setxor1d, union1d
from ._statistics import (
    apply_along_axis, apply_over_axes, digitize, histogram, histogram2d, histogram_bin_edges, nanargmax, nanargmin,
    nancumprod, nancumsum, nanmax, nanmedian, nanmin, nanpercentile, nanquantile, nanstd, nanvar,
)
from ._types import can_cast, finfo, iinfo, indices, issubdtype, promote_types, result_type
from ._subscripts import c_, index_exp, ix_, r_, s_
