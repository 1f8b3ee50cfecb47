"""The names of torch.utils: a list, not a program; a module is loaded when one of its names is used."""
from . import checkpoint, data
