"""Hooks of a module: what runs around its forward and in its backward."""
import warnings
from collections import OrderedDict

import torch


class RemovableHandle:
    """The receipt of a registered hook: `remove()` takes the hook away again, also at the end of a `with`."""

    def __init__(self, hooks, id):
        self.hooks = hooks
        self.id = id

    def remove(self):
        self.hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.remove()


class BackwardHookFunction(torch.autograd.Function):
    """The identity on several tensors, a place in the graph where hooks of a module are called in backward."""

    @staticmethod
    def forward(ctx, react, *tensors):
        ctx.react = react
        return tuple(tensor.view_as(tensor) for tensor in tensors)

    @staticmethod
    def backward(ctx, *grads):
        return (None, *ctx.react(grads))


class Hooks:
    """The hooks of one module, by kind, in the order in which they run."""

    def __init__(self):
        self.forward = {}
        self.forward_pre = {}
        self.backward = {}
        self.backward_pre = {}
        self.count = 0

    def add(self, kind, hook, prepend=False, with_kwargs=False):
        table = getattr(self, kind)
        earlier = list(table.items()) if prepend else []
        if prepend:
            table.clear()
        self.count += 1
        table[self.count] = (hook, with_kwargs)
        table.update(earlier)
        return RemovableHandle(table, self.count)

    def functions(self, kind):
        """The hooks of a kind by their number."""
        return OrderedDict((number, hook) for number, (hook, _) in getattr(self, kind).items())

    def call(self, module, args, kwargs):
        """Forward with everything that was registered around it."""
        for hook, with_kwargs in list(self.forward_pre.values()):
            if with_kwargs:
                result = hook(module, args, kwargs)
                if result is not None:
                    if not (isinstance(result, tuple) and len(result) == 2):
                        raise RuntimeError(
                            f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {result}."
                        )
                    args, kwargs = result
            else:
                result = hook(module, args)
                if result is not None:
                    args = result if isinstance(result, tuple) else (result,)
        watch = Watch(module, self) if self.backward or self.backward_pre else None
        if watch:
            args = watch.inputs(args)
        output = module.forward(*args, **kwargs)
        for hook, with_kwargs in list(self.forward.values()):
            result = hook(module, args, kwargs, output) if with_kwargs else hook(module, args, output)
            if result is not None:
                output = result
        return watch.outputs(output) if watch else output


class Watch:
    """One call of a module between two identity functions, which report the gradients that pass them."""

    def __init__(self, module, hooks):
        self.module = module
        self.hooks = hooks
        self.grad_output = None
        self.input_count = 0
        self.inputs_watched = False

    def identity(self, react, values):
        """The values with every tensor led through one identity function, and whether there was one to lead."""
        places = [i for i, value in enumerate(values) if isinstance(value, torch.Tensor)]
        tensors = [values[i] for i in places]
        if not torch.is_grad_enabled() or not any(t.requires_grad for t in tensors):
            return values, False
        led = list(values)
        for i, tensor in zip(places, BackwardHookFunction.apply(lambda grads: react(places, grads), *tensors)):
            led[i] = tensor
        return tuple(led), True

    def inputs(self, args):
        self.input_count = len(args)
        args, self.inputs_watched = self.identity(self.at_inputs, args)
        return args

    def outputs(self, output):
        single = isinstance(output, torch.Tensor)
        values = (output,) if single else output
        if not isinstance(values, (tuple, list)):
            return output
        self.output_count = len(values)
        values, _ = self.identity(self.at_outputs, tuple(values))
        return values[0] if single else type(output)(values)

    def at_outputs(self, places, grads):
        grads = self.spread(places, grads, self.output_count)
        for hook, _ in list(self.hooks.backward_pre.values()):
            result = hook(self.module, grads)
            if result is not None:
                grads = result if isinstance(result, tuple) else (result,)
        self.grad_output = grads
        if not self.inputs_watched:  # nothing before this module wants a gradient: its hooks run now
            if self.hooks.backward:
                warnings.warn(
                    "Full backward hook is firing when gradients are computed with respect to module outputs since no "
                    "inputs require gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html"
                    "#torch.nn.Module.register_full_backward_hook for more details."
                )
            self.react(tuple([None] * self.input_count))
        return tuple(grads[i] for i in places)

    def at_inputs(self, places, grads):
        grads = self.react(self.spread(places, grads, self.input_count))
        return tuple(grads[i] for i in places)

    def react(self, grad_input):
        for hook, _ in list(self.hooks.backward.values()):
            result = hook(self.module, grad_input, self.grad_output)
            if result is not None:
                grad_input = result if isinstance(result, tuple) else (result,)
        return grad_input

    def spread(self, places, grads, count):
        spread = [None] * count
        for i, grad in zip(places, grads):
            spread[i] = grad
        return tuple(spread)
