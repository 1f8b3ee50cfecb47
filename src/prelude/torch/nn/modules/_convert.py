"""Conversion of a module's tensors to another dtype or device."""
import torch
from ..parameter import is_lazy


def convert(module, fn):
    """Replaces the values of all parameters, gradients and buffers by `fn` of them; returns the module."""
    for child in module.children():
        child._apply(fn)
    for parameter in module._parameters.values():
        if parameter is not None and not is_lazy(parameter):
            grad = parameter.grad
            with torch.no_grad():
                parameter.grad = None
                parameter.data = fn(parameter.data)
                if grad is not None:
                    parameter.grad = fn(grad)
    for name, buffer in module._buffers.items():
        if buffer is not None:
            module._buffers[name] = fn(buffer)
    return module


def converter(*args, device=None, dtype=None, non_blocking=False, memory_format=None):
    """The function of a tensor that the arguments of `to` describe."""
    for arg in args:
        if isinstance(arg, torch.dtype):
            dtype = arg
        elif isinstance(arg, torch.Tensor):
            device, dtype = arg.device, arg.dtype
        elif arg is not None and not isinstance(arg, bool):
            device = arg
    if dtype is not None and not dtype.is_floating_point:
        raise TypeError(f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}")

    def fn(tensor):
        if device is not None:
            tensor = tensor.to(device)
        return tensor.to(dtype) if dtype is not None and tensor.is_floating_point() else tensor

    return fn
