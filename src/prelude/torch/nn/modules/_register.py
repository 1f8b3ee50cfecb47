"""The checks behind registering parameters, buffers and modules by name."""
import torch
from ..parameter import Parameter, is_lazy
from .module import Module


def check_name(module, name, table, kind):
    """Refuses what cannot be a new name in a table."""
    if table is None:
        raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
    if not isinstance(name, str):
        raise TypeError(f"{kind} name should be a string. Got {torch.typename(name)}")
    if hasattr(module, name) and name not in table:
        raise KeyError(f"attribute '{name}' already exists")
    if "." in name:
        raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
    if name == "":
        raise KeyError(f'{kind} name can\'t be empty string ""')


def check_parameter(module, name, param):
    check_name(module, name, module._parameters, "parameter")
    if param is None:
        return
    if not isinstance(param, Parameter):
        expected = "torch.nn.Parameter or None required"
        raise TypeError(f"cannot assign '{torch.typename(param)}' object to parameter '{name}' ({expected})")
    if not is_lazy(param) and param.grad_fn is not None:
        raise ValueError(
            f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. "
            f"To express '{name}' as a function of another Tensor, compute the value in the forward() method."
        )


def check_buffer(module, name, tensor):
    check_name(module, name, module._buffers, "buffer")
    if tensor is not None and not isinstance(tensor, torch.Tensor):
        expected = "torch Tensor or None required"
        raise TypeError(f"cannot assign '{torch.typename(tensor)}' object to buffer '{name}' ({expected})")


def check_module(module, name, child):
    if child is not None and not isinstance(child, Module):
        raise TypeError(f"{torch.typename(child)} is not a Module subclass")
    check_name(module, name, module._modules, "module")


def assign(module, name, value):
    """Gives a registered name a value that is neither a parameter nor a module."""
    if name in module._parameters:
        if value is not None:
            expected = "torch.nn.Parameter or None expected"
            raise TypeError(f"cannot assign '{torch.typename(value)}' as parameter '{name}' ({expected})")
        module._parameters[name] = None
    elif name in module._modules:
        if value is not None:
            expected = "torch.nn.Module or None expected"
            raise TypeError(f"cannot assign '{torch.typename(value)}' as child module '{name}' ({expected})")
        module._modules[name] = None
    else:
        if value is not None and not isinstance(value, torch.Tensor):
            expected = "torch.nn.Buffer, torch.Tensor or None expected"
            raise TypeError(f"cannot assign '{torch.typename(value)}' as buffer '{name}' ({expected})")
        module._buffers[name] = value
