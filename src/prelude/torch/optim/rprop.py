"""Rprop: steps from the signs of the gradients."""
import torch
from .optimizer import Optimizer


class Rprop(Optimizer):
    """p -= sign(g) * s, with s growing by etas[1] while the sign stays and shrinking by etas[0] when it changes."""

    def __init__(self, params, lr=1e-2, etas=(0.5, 1.2), step_sizes=(1e-6, 50), *, capturable=False, foreach=None,
                 maximize=False, differentiable=False):
        self._check(lr=lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(params, dict(
            lr=lr, etas=etas, step_sizes=step_sizes, foreach=foreach, maximize=maximize, differentiable=differentiable,
            capturable=capturable))

    def _start(self, param, group):
        return {"prev": torch.zeros_like(param), "step_size": torch.full_like(param, group["lr"])}

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                shrink, grow = group["etas"]
                least, most = group["step_sizes"]
                for param, grad, state in self._gradients(group):
                    agreement = (grad * state["prev"]).sign()
                    factor = torch.ones_like(grad)
                    factor[agreement > 0] = grow
                    factor[agreement < 0] = shrink
                    state["step_size"].mul_(factor).clamp_(least, most)
                    grad = grad.masked_fill(agreement < 0, 0)
                    param.addcmul_(grad.sign(), state["step_size"], value=-1)
                    state["prev"].copy_(grad)
        return loss
