"""The names of torch: a list, not a program; a module is loaded when one of its names is used."""
from . import amp, autograd, cuda, distributions, func, nn, optim, random, testing, utils
from .func import vmap
from ._mixed_precision import autocast, GradScaler
from ._windows import (
    bartlett_window, blackman_window, dropout, embedding, hamming_window, hann_window, narrow_copy, range, vander,
)
