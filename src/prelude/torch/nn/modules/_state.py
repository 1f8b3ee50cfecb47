"""State dictionaries: the named tensors of a module, taken out and put back."""
from collections import OrderedDict

import torch
from ..parameter import Parameter, is_lazy


class _IncompatibleKeys:
    """What `load_state_dict` found: keys of the module that the dict lacks, and keys that the module does not know."""

    def __init__(self, missing_keys, unexpected_keys):
        self.missing_keys = missing_keys
        self.unexpected_keys = unexpected_keys

    def __iter__(self):
        return iter((self.missing_keys, self.unexpected_keys))

    def __getitem__(self, index):
        return (self.missing_keys, self.unexpected_keys)[index]

    def __len__(self):
        return 2

    def __eq__(self, other):
        return tuple(self) == tuple(other)

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def persistent(module):
    """Pairs (name, tensor) of a module's own parameters and persistent buffers."""
    for name, tensor in module._parameters.items():
        if tensor is not None:
            yield name, tensor
    for name, tensor in module._buffers.items():
        if tensor is not None and name not in module._non_persistent_buffers_set:
            yield name, tensor


def collect(module, destination, prefix, keep_vars):
    """The state dict of a module and all below it, added to `destination`."""
    if destination is None:
        destination = OrderedDict()
    for name, tensor in persistent(module):
        destination[prefix + name] = tensor if keep_vars or is_lazy(tensor) else tensor.detach()
    for name, child in module._modules.items():
        if child is not None:
            child.state_dict(destination=destination, prefix=prefix + name + ".", keep_vars=keep_vars)
    return destination


def put(module, prefix, state, assign, missing, unexpected, errors):
    """Copies the entries under a prefix into a module and all below it; notes what does not fit."""
    own = dict(persistent(module))
    for name, tensor in own.items():
        key = prefix + name
        if key not in state:
            missing.append(key)
            continue
        value = state[key]
        if not isinstance(value, torch.Tensor):
            errors.append(
                f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object '
                f"from checkpoint but received {type(value)}"
            )
            continue
        if is_lazy(tensor):
            if is_lazy(value):
                continue
            tensor.materialize(value.shape)
        elif tensor.dim() == 0 and value.dim() == 1 and len(value) == 1:
            value = value[0]
        if value.shape != tensor.shape:
            errors.append(
                f"size mismatch for {key}: copying a param with shape {value.shape} from checkpoint, "
                f"the shape in current model is {tensor.shape}."
            )
            continue
        with torch.no_grad():
            if assign:
                if isinstance(tensor, Parameter) and not isinstance(value, Parameter):
                    value = Parameter(value, requires_grad=tensor.requires_grad)
                setattr(module, name, value)
            else:
                tensor.copy_(value)
    for key in state:
        if key.startswith(prefix):
            rest = key[len(prefix):].split(".", 1)
            if rest[0] not in own and (len(rest) == 1 or rest[0] not in module._modules):
                unexpected.append(key)
    for name, child in module._modules.items():
        if child is not None:
            put(child, prefix + name + ".", state, assign, missing, unexpected, errors)


def restore(module, state_dict, strict, assign):
    """The whole of `load_state_dict`: copies, then reports or raises."""
    if not hasattr(state_dict, "items"):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
    missing, unexpected, errors = [], [], []
    put(module, "", state_dict, assign, missing, unexpected, errors)
    if strict and unexpected:
        errors.insert(0, "Unexpected key(s) in state_dict: " + ", ".join(f'"{k}"' for k in unexpected) + ". ")
    if strict and missing:
        errors.insert(0, "Missing key(s) in state_dict: " + ", ".join(f'"{k}"' for k in missing) + ". ")
    if errors:
        listing = "\n\t".join(errors)
        raise RuntimeError(f"Error(s) in loading state_dict for {module._get_name()}:\n\t{listing}")
    return _IncompatibleKeys(missing, unexpected)
