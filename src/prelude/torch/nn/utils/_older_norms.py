"""The older form of weight norm: the weight is computed by a hook before every forward."""
import torch
from torch.nn import Parameter
from .parametrizations.constraints import _WeightNorm


class WeightNorm:
    """The hook that computes a weight from its length `NAME_g` and its direction `NAME_v`."""

    def __init__(self, name, dim):
        self.name = name
        self.dim = dim
        self.norm = _WeightNorm(dim)

    def compute_weight(self, module):
        return self.norm(getattr(module, self.name + "_g"), getattr(module, self.name + "_v"))

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module, name="weight", dim=0):
    """Splits a weight into direction and length."""
    import warnings

    warnings.warn("`torch.nn.utils.weight_norm` is deprecated in favor of "
                  "`torch.nn.utils.parametrizations.weight_norm`.", FutureWarning)
    hook = WeightNorm(name, dim)
    weight = getattr(module, name)
    del module._parameters[name]
    module.register_parameter(name + "_g", Parameter(hook.norm._norm(weight).data))
    module.register_parameter(name + "_v", Parameter(weight.data))
    setattr(module, name, hook.compute_weight(module))
    handle = module.register_forward_pre_hook(hook)
    module.__dict__.setdefault("_weight_norms", {})[name] = (hook, handle)
    return module


def remove_weight_norm(module, name="weight"):
    """Makes the weight a parameter again."""
    if name not in module.__dict__.get("_weight_norms", {}):
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    hook, handle = module._weight_norms.pop(name)
    handle.remove()
    weight = hook.compute_weight(module)
    delattr(module, name)
    del module._parameters[name + "_g"]
    del module._parameters[name + "_v"]
    setattr(module, name, Parameter(weight.data))
    return module


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """Keeps the largest singular value of a weight at 1, by the newer parametrization."""
    from .parametrizations.constraints import spectral_norm

    return spectral_norm(module, name, n_power_iterations, eps, dim)


def remove_spectral_norm(module, name="weight"):
    """Makes the weight a parameter again."""
    from .parametrize import remove_parametrizations

    return remove_parametrizations(module, name)


def skip_init(module_cls, *args, **kwargs):
    """A module whose parameters nobody has set yet."""
    kwargs.pop("device", None)
    return module_cls(*args, **kwargs)
