"""The names of torch.autograd: a list, not a program; a module is loaded when one of its names is used."""
from . import functional
from ._gradcheck import gradcheck, gradgradcheck
