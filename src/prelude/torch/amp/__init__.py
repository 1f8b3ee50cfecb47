"""The names of torch.amp: a list, not a program; a module is loaded when one of its names is used."""
from . import autocast_mode, grad_scaler
from .autocast_mode import autocast, custom_bwd, custom_fwd, is_autocast_available
from .grad_scaler import GradScaler
