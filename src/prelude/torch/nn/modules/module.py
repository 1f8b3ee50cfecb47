"""The base class of all layers and networks: registration, traversal, calling, modes and conversion.

State dictionaries (`_state.py`) and hooks (`_hooks.py`) are loaded when they are first asked for.
"""
import torch
from ..parameter import Parameter, is_lazy

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
    _hooks = None

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

    # Calling

    def __call__(self, *args, **kwargs):
        if self._hooks is None:
            return self.forward(*args, **kwargs)
        return self._hooks.call(self, args, kwargs)

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
        elif name in self._parameters:
            if value is not None:
                expected = "torch.nn.Parameter or None expected"
                raise TypeError(f"cannot assign '{torch.typename(value)}' as parameter '{name}' ({expected})")
            self._parameters[name] = None
        elif name in self._modules:
            if value is not None:
                expected = "torch.nn.Module or None expected"
                raise TypeError(f"cannot assign '{torch.typename(value)}' as child module '{name}' ({expected})")
            self._modules[name] = None
        elif name in self._buffers:
            if value is not None and not isinstance(value, torch.Tensor):
                expected = "torch.nn.Buffer, torch.Tensor or None expected"
                raise TypeError(f"cannot assign '{torch.typename(value)}' as buffer '{name}' ({expected})")
            self._buffers[name] = value
        else:
            _store(self, name, value)

    def __getattr__(self, name):
        # Reached only when the usual look-up finds nothing.
        for table in (self._parameters, self._buffers, self._modules):
            if table is not None and name in table:
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

    def _check_name(self, name, table, kind):
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {torch.typename(name)}")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and name not in table:
            raise KeyError(f"attribute '{name}' already exists")

    def register_parameter(self, name, param):
        """Adds a parameter under a name; None reserves the name."""
        if self._parameters is None:
            raise AttributeError("cannot assign parameter before Module.__init__() call")
        self._check_name(name, self._parameters, "parameter")
        if param is not None and not isinstance(param, Parameter):
            expected = "torch.nn.Parameter or None required"
            raise TypeError(f"cannot assign '{torch.typename(param)}' object to parameter '{name}' ({expected})")
        if param is not None and not is_lazy(param) and param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. "
                f"To express '{name}' as a function of another Tensor, compute the value in the forward() method."
            )
        self._parameters[name] = param

    def register_buffer(self, name, tensor, persistent=True):
        """Adds a tensor that is part of the state but is not trained."""
        if self._buffers is None:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        self._check_name(name, self._buffers, "buffer")
        if tensor is not None and not isinstance(tensor, torch.Tensor):
            expected = "torch Tensor or None required"
            raise TypeError(f"cannot assign '{torch.typename(tensor)}' object to buffer '{name}' ({expected})")
        self._buffers[name] = tensor
        skipped = [other for other in self._non_persistent_buffers_set if other != name]
        _store(self, "_non_persistent_buffers_set", set(skipped if persistent else skipped + [name]))

    def add_module(self, name, module):
        """Adds a child module under a name."""
        if self._modules is None:
            raise AttributeError("cannot assign module before Module.__init__() call")
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{torch.typename(module)} is not a Module subclass")
        self._check_name(name, self._modules, "module")
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
        module = self
        for part in target.split(".") if target else []:
            if not hasattr(module, part):
                raise AttributeError(f"{module._get_name()} has no attribute `{part}`")
            module = getattr(module, part)
            if not isinstance(module, Module):
                raise AttributeError(f"`{part}` is not an nn.Module")
        return module

    def get_parameter(self, target):
        """The parameter with a dotted name."""
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        if not hasattr(owner, name):
            raise AttributeError(f"{owner._get_name()} has no attribute `{name}`")
        if not isinstance(getattr(owner, name), Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return getattr(owner, name)

    def get_buffer(self, target):
        """The buffer with a dotted name."""
        path, _, name = target.rpartition(".")
        owner = self.get_submodule(path)
        if not hasattr(owner, name):
            raise AttributeError(f"{owner._get_name()} has no attribute `{name}`")
        if name not in owner._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        return owner._buffers[name]

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
        for module in self.children():
            module._apply(fn)
        for parameter in self._parameters.values():
            if parameter is not None and not is_lazy(parameter):
                grad = parameter.grad
                with torch.no_grad():
                    parameter.grad = None
                    parameter.data = fn(parameter.data)
                    if grad is not None:
                        parameter.grad = fn(grad)
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def to(self, *args, device=None, dtype=None, non_blocking=False, memory_format=None):
        """Converts floating-point parameters and buffers to a dtype or device: `to(dtype)`, `to(device)`, `to(tensor)`."""
        for arg in args:
            if isinstance(arg, torch.dtype):
                dtype = arg
            elif isinstance(arg, torch.Tensor):
                device, dtype = arg.device, arg.dtype
            elif arg is not None and not isinstance(arg, bool):
                device = arg
        if dtype is not None and not dtype.is_floating_point:
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}"
            )

        def convert(tensor):
            if device is not None:
                tensor = tensor.to(device)
            return tensor.to(dtype) if dtype is not None and tensor.is_floating_point() else tensor

        return self._apply(convert)

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

        if self._hooks is None:
            _store(self, "_hooks", Hooks())
        return self._hooks

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
