"""The names of torch.nn.utils: a list, not a program; a module is loaded when one of its names is used."""
from . import clip_grad, convert_parameters, parametrizations, parametrize, rnn
from .clip_grad import clip_grad_norm, clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm
from .convert_parameters import parameters_to_vector, vector_to_parameters
from ._older_norms import remove_spectral_norm, remove_weight_norm, skip_init, spectral_norm, weight_norm
