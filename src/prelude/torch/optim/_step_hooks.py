"""Hooks of an optimizer's steps. A step without hooks pays nothing: the first one gives the optimizer a step of its own."""
from torch.nn.modules._hooks import RemovableHandle


class _HookedStep:
    """The step of one optimizer with what runs before and after it."""

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.count = 0
        self.before = {}
        self.after = {}

    def __call__(self, *args, **kwargs):
        optimizer = self.optimizer
        for hook in list(self.before.values()):
            result = hook(optimizer, args, kwargs)
            if result is not None:
                if not (isinstance(result, tuple) and len(result) == 2):
                    raise RuntimeError(f"{hook} must return None or a tuple of (new_args, new_kwargs), but got {result}.")
                args, kwargs = result
        loss = type(optimizer).step(optimizer, *args, **kwargs)
        for hook in list(self.after.values()):
            hook(optimizer, args, kwargs)
        return loss


def register(optimizer, hook, before):
    """Adds a hook; returns what removes it."""
    step = optimizer.__dict__.get("step")
    if not isinstance(step, _HookedStep):
        step = optimizer.step = _HookedStep(optimizer)
    table = step.before if before else step.after
    step.count += 1
    table[step.count] = hook
    return RemovableHandle(table, step.count)
