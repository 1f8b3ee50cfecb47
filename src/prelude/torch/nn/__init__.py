"""The names of torch.nn: a list, not a program; a module is loaded when one of its names is used."""
from . import functional, init, modules, parameter, utils
from .modules import *
from .modules.parallel import DataParallel
