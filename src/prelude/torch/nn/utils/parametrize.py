"""Parameters computed from others: a module's weight as a function of an unconstrained one."""
import torch
from torch import nn
from contextlib import contextmanager

_cache_depth = [0]
_cache = {}


@contextmanager
def cached():
    """A block in which each parametrized tensor is computed once."""
    _cache_depth[0] += 1
    try:
        yield
    finally:
        _cache_depth[0] -= 1
        if not _cache_depth[0]:
            _cache.clear()


class ParametrizationList(nn.ModuleList):
    """The functions that make one tensor, in order, and the original that they start from."""

    def __init__(self, modules, original, unsafe=False):
        super().__init__(modules)
        self.unsafe = unsafe
        self.is_tensor = True
        new = original
        with torch.no_grad():
            for module in reversed(self):
                if hasattr(module, "right_inverse"):
                    new = module.right_inverse(new)
        if isinstance(new, (tuple, list)):
            self.is_tensor = False
            self.ntensors = len(new)
            for i, tensor in enumerate(new):
                self._keep(f"original{i}", tensor, original)
        else:
            self.ntensors = 1
            if new.dtype != original.dtype:
                raise ValueError("When `right_inverse` outputs one tensor, it may not change the dtype.\n"
                                 f"original.dtype: {original.dtype}\nright_inverse(original).dtype: {new.dtype}")
            self._keep("original", new, original)

    def _keep(self, name, tensor, original):
        if isinstance(original, nn.Parameter):
            kept = original if tensor is original else nn.Parameter(tensor, requires_grad=tensor.requires_grad
                                                                    or original.requires_grad)
            self.register_parameter(name, kept)
        else:
            self.register_buffer(name, tensor)

    def _originals(self):
        if self.is_tensor:
            return (self.original,)
        return tuple(getattr(self, f"original{i}") for i in range(self.ntensors))

    def right_inverse(self, value):
        """Sets the originals so that the functions give `value`."""
        with torch.no_grad():
            for module in reversed(self):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
                value = module.right_inverse(value)
            values = (value,) if self.is_tensor else value
            for original, new in zip(self._originals(), values):
                original.set_(new) if original.shape != new.shape else original.copy_(new)

    def forward(self):
        modules = list(self._modules.values())
        value = modules[0](*self._originals())
        for module in modules[1:]:
            value = module(value)
        return value


def _property(name):
    def get(self):
        listed = self.parametrizations[name]
        if not _cache_depth[0]:
            return listed()
        key = (id(self), name)
        if key not in _cache:
            _cache[key] = listed()
        return _cache[key]

    def assign(self, value):
        self.parametrizations[name].right_inverse(value)

    return property(get, assign)


def is_parametrized(module, tensor_name=None):
    """Whether a module (or its tensor of a name) is parametrized."""
    table = module.__dict__.get("_modules", {}).get("parametrizations")
    if table is None or not isinstance(table, nn.ModuleDict):
        return False
    return len(table) > 0 if tensor_name is None else tensor_name in table


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    """Makes a tensor of a module the value of a function of it; several are applied one after the other."""
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        listed = module.parametrizations[tensor_name]
        if hasattr(parametrization, "right_inverse") and listed.is_tensor:
            with torch.no_grad():
                listed.right_inverse(parametrization.right_inverse(getattr(module, tensor_name)))
        listed.append(parametrization)
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
                         f"'{tensor_name}'")
    original = getattr(module, tensor_name)
    with torch.no_grad():
        if not unsafe:
            shown = original
            if hasattr(parametrization, "right_inverse"):
                shown = parametrization.right_inverse(original)
            made = parametrization(*shown) if isinstance(shown, (tuple, list)) else parametrization(shown)
            if not isinstance(made, torch.Tensor):
                raise ValueError(f"A parametrization must return a tensor. Got {type(made).__name__}.")
            if made.shape != original.shape:
                raise ValueError("Registering a parametrization may not change the shape of the tensor, unless `unsafe` "
                                 f"flag is enabled.\nUnparametrized shape: {original.shape}\nParametrized shape: "
                                 f"{made.shape}")
    listed = ParametrizationList([parametrization], original, unsafe=unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        kind = type(module)
        module.__class__ = type("Parametrized" + kind.__name__, (kind,), {"_parametrized_class": kind})
        module.parametrizations = nn.ModuleDict()
    setattr(type(module), tensor_name, _property(tensor_name))
    module.parametrizations[tensor_name] = listed
    return module


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    """Makes a parametrized tensor a parameter again: with the value it has, or with the original's."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    listed = module.parametrizations[tensor_name]
    originals = listed._originals()
    if leave_parametrized:
        with torch.no_grad():
            value = getattr(module, tensor_name).detach().clone()
    elif listed.is_tensor:
        value = originals[0]
    else:
        raise ValueError("Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms "
                         "of a sequence of tensors.")
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if isinstance(originals[0], nn.Parameter):
        if leave_parametrized and listed.is_tensor:
            originals[0].data = value
            value = originals[0]
        elif not isinstance(value, nn.Parameter):
            value = nn.Parameter(value, requires_grad=originals[0].requires_grad)
        module.register_parameter(tensor_name, value)
    else:
        module.register_buffer(tensor_name, value)
    if not is_parametrized(module):
        delattr(module, "parametrizations")
        module.__class__ = type(module)._parametrized_class
    return module


def type_before_parametrizations(module):
    """The class that a module had before it was parametrized."""
    return type(module)._parametrized_class if is_parametrized(module) else type(module)


def transfer_parametrizations_and_params(from_module, to_module, tensor_name=None):
    """Copies the parametrizations of one module to another."""
    import copy

    names = list(from_module.parametrizations) if tensor_name is None else [tensor_name]
    for name in names:
        for function in from_module.parametrizations[name]:
            register_parametrization(to_module, name, copy.deepcopy(function))
    return to_module
