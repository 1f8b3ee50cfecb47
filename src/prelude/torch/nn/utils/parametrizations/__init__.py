"""The names of torch.nn.utils.parametrizations: a list, not a program; a module is loaded when one of its names is used."""
from .constraints import orthogonal, spectral_norm, weight_norm
