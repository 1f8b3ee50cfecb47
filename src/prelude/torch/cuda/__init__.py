"""The names of torch.cuda: a list, not a program; a module is loaded when one of its names is used."""
from . import amp
