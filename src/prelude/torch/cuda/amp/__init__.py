"""The names of torch.cuda.amp: a list, not a program; a module is loaded when one of its names is used."""
from . import grad_scaler
from .grad_scaler import autocast, GradScaler
