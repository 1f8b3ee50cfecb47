"""The base class of all layers and networks: registration, traversal, calling, modes and conversion.

What few programs need is loaded when it is first asked for: state dictionaries (`_state.py`), hooks (`_hooks.py`),
conversion (`_convert.py`), dotted names (`_lookup.py`) and the checks of explicit registration (`_register.py`).
"""
import torch
from ..parameter import Parameter

_store = object.__setattr__


class Module:
    """A callable that owns parameters, buffers and other modules.

    A subclass calls `super().__init__()`, assigns its layers and parameters as attributes and defines `forward`.
    """

    training = True
    _parameters = None
    _buffers = None
    _modules = None
    _non_persistent_buffers_set = ()

    def __init__(self, *args, **kwargs):
        if args or kwargs:
            name = type(self).__name__
            if kwargs:
                raise TypeError(f"{name}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'")
            raise TypeError(f"{name}.__init__() takes 1 positional argument but {len(args) + 1} were given")
        _store(self, "training", True)
        _store(self, "_parameters", {})
        _store(self, "_buffers", {})
        _store(self, "_modules", {})
        # The hooks of all kinds, once there is one.
        _store(self, "_backward_hooks", None)

    # Calling

    def __call__(self, *args, **kwargs):
        if self._backward_hooks is None:
            return self.forward(*args, **kwargs)
        return self._backward_hooks.call(self, args, kwargs)

    def forward(self, *input):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    # Attributes: parameters, buffers and modules live in their own tables, everything else in the instance

    def __setattr__(self, name, value):
        if isinstance(value, Parameter):
            self._claim(name, self._parameters, "parameters")[name] = value
        elif isinstance(value, Module):
            self._claim(name, self._modules, "module")[name] = value
        elif self._parameters is None:
            _store(self, name, value)
        elif name in self._parameters or name in self._modules or name in self._buffers:
            from ._register import assign

            assign(self, name, value)
        else:
            _store(self, name, value)

    def __getattr__(self, name):
        # Reached only when the usual look-up finds nothing.
        table = self._parameters
        if table is not None:
            if name in table:
                return table[name]
            table = self._modules
            if name in table:
                return table[name]
            table = self._buffers
            if name in table:
                return table[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name):
        for table in (self._parameters, self._buffers, self._modules):
            if table is not None and name in table:
                del table[name]
                return
        object.__delattr__(self, name)

    def _claim(self, name, table, kind):
        """The table, with `name` removed from every other place that holds it."""
        if table is None:
            raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
        if name not in table:
            for other in (self.__dict__, self._parameters, self._buffers, self._modules):
                if other is not table and name in other:
                    delattr(self, name)
        return table

    def _free(self, name):
        """Whether a name can be registered without a second look."""
        proper = isinstance(name, str) and name and "." not in name
        return proper and self._modules is not None and not hasattr(self, name)

    def register_parameter(self, name, param):
        """Adds a parameter under a name; None reserves the name."""
        if not self._free(name) or not (param is None or isinstance(param, Parameter)):
            from ._register import check_parameter

            check_parameter(self, name, param)
        self._parameters[name] = param

    def register_buffer(self, name, tensor, persistent=True):
        """Adds a tensor that is part of the state but is not trained."""
        if not self._free(name) or not (tensor is None or isinstance(tensor, torch.Tensor)):
            from ._register import check_buffer

            check_buffer(self, name, tensor)
        self._buffers[name] = tensor
        if not persistent or name in self._non_persistent_buffers_set:
            skipped = [other for other in self._non_persistent_buffers_set if other != name]
            _store(self, "_non_persistent_buffers_set", set(skipped if persistent else skipped + [name]))

    def add_module(self, name, module):
        """Adds a child module under a name."""
        if not self._free(name) or not (module is None or isinstance(module, Module)):
            from ._register import check_module

            check_module(self, name, module)
        self._modules[name] = module

    def register_module(self, name, module):
        self.add_module(name, module)

    # Traversal

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        """Pairs (dotted name, module): this module, then every module below it, each once."""
        if memo is None:
            memo = set()
        if id(self) in memo:
            return
        if remove_duplicate:
            memo.add(id(self))
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self):
        for _, module in self.named_modules():
            yield module

    def named_children(self):
        """Pairs (name, module) of the direct children, each once."""
        seen = set()
        for name, module in self._modules.items():
            if module is not None and id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def children(self):
        for _, module in self.named_children():
            yield module

    def _named_tensors(self, table, prefix, recurse, remove_duplicate):
        modules = self.named_modules(None, prefix, remove_duplicate) if recurse else [(prefix, self)]
        seen = set()
        for path, module in modules:
            for name, tensor in getattr(module, table).items():
                if tensor is not None and id(tensor) not in seen:
                    if remove_duplicate:
                        seen.add(id(tensor))
                    yield (f"{path}.{name}" if path else name), tensor

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        """Pairs (dotted name, parameter); a shared parameter appears once."""
        yield from self._named_tensors("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse=True):
        for _, parameter in self._named_tensors("_parameters", "", recurse, True):
            yield parameter

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        """Pairs (dotted name, buffer)."""
        yield from self._named_tensors("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        for _, buffer in self._named_tensors("_buffers", "", recurse, True):
            yield buffer

    def get_submodule(self, target):
        """The module with a dotted name; the empty name is this module."""
        from ._lookup import submodule

        return submodule(self, target)

    def get_parameter(self, target):
        """The parameter with a dotted name."""
        from ._lookup import parameter

        return parameter(self, target)

    def get_buffer(self, target):
        """The buffer with a dotted name."""
        from ._lookup import buffer

        return buffer(self, target)

    # Modes and gradients

    def train(self, mode=True):
        """Training mode on or off, here and below; returns the module."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self):
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=True):
        """Forgets the gradients of all parameters, or sets them to zero."""
        for parameter in self.parameters():
            if parameter.grad is not None:
                if set_to_none:
                    parameter.grad = None
                else:
                    parameter.grad = torch.zeros_like(parameter.grad)

    def apply(self, fn):
        """Calls `fn` with every module, children before parents; returns the module."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    # Conversion

    def _apply(self, fn):
        """Replaces the values of all parameters, gradients and buffers by `fn` of them, in place."""
        from ._convert import convert

        return convert(self, fn)

    def to(self, *args, **kwargs):
        """Converts floating-point parameters and buffers: `to(dtype)`, `to(device)`, `to(tensor)`."""
        from ._convert import converter

        return self._apply(converter(*args, **kwargs))

    def type(self, dst_type):
        return self._apply(lambda t: t.type(dst_type))

    def float(self):
        return self.to(torch.float32)

    def double(self):
        return self.to(torch.float64)

    def half(self):
        return self.to(torch.float16)

    def bfloat16(self):
        return self.to(torch.bfloat16)

    def cpu(self):
        return self._apply(lambda t: t.cpu())

    def cuda(self, device=None):
        return self._apply(lambda t: t.cuda(device))

    def share_memory(self):
        return self

    def compile(self, *args, **kwargs):
        """Nothing: modules run as they are."""

    # State and hooks, in files of their own

    def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
        """An ordered dict from dotted names to parameters and persistent buffers, detached unless `keep_vars`."""
        from ._state import collect

        return collect(self, destination, prefix, keep_vars)

    def load_state_dict(self, state_dict, strict=True, assign=False):
        """Copies a state dict into this module; returns the missing and unexpected keys, refused when strict."""
        from ._state import restore

        return restore(self, state_dict, strict, assign)

    def _hook_table(self):
        from ._hooks import Hooks

        if self._backward_hooks is None:
            _store(self, "_backward_hooks", Hooks())
        return self._backward_hooks

    @property
    def _forward_hooks(self):
        return self._hook_table().functions("forward")

    @property
    def _forward_pre_hooks(self):
        return self._hook_table().functions("forward_pre")

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        """Calls `hook(module, args, output)` after every forward; a result that is not None replaces the output."""
        return self._hook_table().add("forward", hook, prepend, with_kwargs)

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        """Calls `hook(module, args)` before every forward; a result that is not None replaces the arguments."""
        return self._hook_table().add("forward_pre", hook, prepend, with_kwargs)

    def register_full_backward_hook(self, hook, prepend=False):
        """Calls `hook(module, grad_input, grad_output)` in backward; a result replaces the input's gradients."""
        return self._hook_table().add("backward", hook, prepend)

    def register_full_backward_pre_hook(self, hook, prepend=False):
        """Calls `hook(module, grad_output)` in backward; a result replaces the output's gradients."""
        return self._hook_table().add("backward_pre", hook, prepend)

    def register_backward_hook(self, hook):
        return self.register_full_backward_hook(hook)

    # Text

    def _get_name(self):
        return type(self).__name__

    def extra_repr(self):
        """What stands between the parentheses of the module's text."""
        return ""

    def __repr__(self):
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): " + repr(module).replace("\n", "\n  ") for name, module in self._modules.items()]
        if len(lines) == 1 and not children:
            return f"{self._get_name()}({extra})"
        if not lines and not children:
            return f"{self._get_name()}()"
        return f"{self._get_name()}(\n  " + "\n  ".join(lines + children) + "\n)"

    def __dir__(self):
        names = set(dir(type(self)))
        for table in (self.__dict__, self._parameters, self._modules, self._buffers):
            names.update(table)
        return sorted(name for name in names if not name[0].isdigit())
