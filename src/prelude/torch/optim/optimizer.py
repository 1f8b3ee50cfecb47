"""The base class of the optimizers: parameter groups, state and their text."""
from collections import defaultdict
from copy import deepcopy

import torch


class _Required:
    def __repr__(self):
        return "<required parameter>"


required = _Required()


class Optimizer:
    """What updates parameters from their gradients.

    `param_groups` is a list of dicts: the parameters of a group and its settings; `state` maps a parameter to what
    the method remembers of it. A subclass gives its settings as `defaults` and defines `step`.
    """

    _stepped = False

    def __init__(self, params, defaults):
        if isinstance(params, torch.Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {torch.typename(params)}"
            )
        self.defaults = defaults
        self.state = defaultdict(dict)
        self.param_groups = []
        groups = list(params)
        if isinstance(params, set):
            groups = [{"params": params}]
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Adds a group {"params": ..., setting: value}; missing settings take their defaults."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, torch.Tensor):
            params = [params]
        elif isinstance(params, set):
            import warnings

            warnings.warn("optimizer parameters need to be organized in ordered collections, but the ordering of tensors "
                          "in sets will change between runs. Please use a list instead.")
        named = [p if isinstance(p, tuple) else (None, p) for p in params]
        param_group["params"] = [p for _, p in named]
        if named and named[0][0] is not None:
            param_group["param_names"] = [name for name, _ in named]
        for param in param_group["params"]:
            if not isinstance(param, torch.Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {torch.typename(param)}")
            if not param.is_leaf and not param.retains_grad:
                raise ValueError("can't optimize a non-leaf Tensor")
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        known = {id(p) for group in self.param_groups for p in group["params"]}
        ids = [id(p) for p in param_group["params"]]
        if len(ids) != len(set(ids)):
            import warnings

            warnings.warn("optimizer contains a parameter group with duplicate parameters; in future, this will cause "
                          "an error; see github.com/pytorch/pytorch/issues/40967 for more information")
        if any(i in known for i in ids):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none=True):
        """Forgets the gradients, or sets them to zero."""
        for group in self.param_groups:
            for param in group["params"]:
                if set_to_none:
                    param.grad = None
                elif param.grad is not None:
                    param.grad = torch.zeros_like(param.grad)

    def step(self, closure=None):
        raise NotImplementedError

    def register_step_pre_hook(self, hook):
        """Calls `hook(optimizer, args, kwargs)` before every step; a pair that it returns replaces the arguments."""
        from ._step_hooks import register

        return register(self, hook, before=True)

    def register_step_post_hook(self, hook):
        """Calls `hook(optimizer, args, kwargs)` after every step."""
        from ._step_hooks import register

        return register(self, hook, before=False)

    def _begin(self, closure):
        """The loss of the closure, if there is one, computed with gradients."""
        self._stepped = True
        if closure is None:
            return None
        with torch.enable_grad():
            return closure()

    def _check(self, **settings):
        """Refuses settings out of their range, in the order in which they are given."""
        words = {"lr": "learning rate", "eps": "epsilon value"}
        for name, value in settings.items():
            if name == "betas":
                for i in (0, 1):
                    if not 0.0 <= value[i] < 1.0:
                        raise ValueError(f"Invalid beta parameter at index {i}: {value[i]}")
            elif not 0.0 <= value or name == "rho" and value > 1.0:
                raise ValueError(f"Invalid {words.get(name, name + ' value')}: {value}")

    def _start(self, param, group):
        """What a method remembers of a parameter besides the number of steps, before the first one."""
        return {}

    def _gradients(self, group):
        """Each parameter of a group that has a gradient, with that gradient and its state, one step on.

        The gradient is turned round where the group asks to maximize, and has its weight decay added.
        """
        for param in group["params"]:
            grad = param.grad
            if grad is None:
                continue
            state = self.state[param]
            if not state:
                state["step"] = torch.tensor(0.0)
                state.update(self._start(param, group))
            state["step"] += 1
            if group["maximize"]:
                grad = -grad
            decay = group.get("weight_decay")
            if decay and group.get("decoupled_weight_decay"):
                param.mul_(1 - group["lr"] * decay)
            elif decay:
                grad = grad.add(param, alpha=decay)
            yield param, grad, state

    def state_dict(self):
        """The state by parameter number, and the groups with numbers for parameters."""
        numbers, groups = {}, []
        for group in self.param_groups:
            packed = {name: value for name, value in group.items() if name != "params"}
            for param in group["params"]:
                numbers.setdefault(id(param), len(numbers))
            packed["params"] = [numbers[id(param)] for param in group["params"]]
            groups.append(packed)
        state = {numbers.get(id(key), key): value for key, value in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Takes over the state and settings of another optimizer's state dict."""
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if any(len(old["params"]) != len(new["params"]) for old, new in zip(self.param_groups, saved)):
            raise ValueError("loaded state dict contains a parameter group that doesn't match the size of "
                             "optimizer's group")
        params = {}
        for old, new in zip(self.param_groups, saved):
            params.update(zip(new["params"], old["params"]))
            for name, value in new.items():
                if name != "params":
                    old[name] = deepcopy(value)
        self.state = defaultdict(dict, {params.get(key, key): deepcopy(value)
                                        for key, value in state_dict["state"].items()})

    def __repr__(self):
        lines = []
        for i, group in enumerate(self.param_groups):
            lines += ["", f"Parameter Group {i}"]
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return f"{type(self).__name__} (" + "\n".join(lines) + "\n)"
