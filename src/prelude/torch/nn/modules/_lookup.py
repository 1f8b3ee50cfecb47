"""Modules, parameters and buffers by their dotted names."""
from ..parameter import Parameter
from .module import Module


def submodule(module, target):
    for part in target.split(".") if target else []:
        if not hasattr(module, part):
            raise AttributeError(f"{module._get_name()} has no attribute `{part}`")
        module = getattr(module, part)
        if not isinstance(module, Module):
            raise AttributeError(f"`{part}` is not an nn.Module")
    return module


def _owner(module, target):
    path, _, name = target.rpartition(".")
    owner = submodule(module, path)
    if not hasattr(owner, name):
        raise AttributeError(f"{owner._get_name()} has no attribute `{name}`")
    return owner, name


def parameter(module, target):
    owner, name = _owner(module, target)
    if not isinstance(getattr(owner, name), Parameter):
        raise AttributeError(f"`{name}` is not an nn.Parameter")
    return getattr(owner, name)


def buffer(module, target):
    owner, name = _owner(module, target)
    if name not in owner._buffers:
        raise AttributeError(f"`{name}` is not a buffer")
    return owner._buffers[name]
