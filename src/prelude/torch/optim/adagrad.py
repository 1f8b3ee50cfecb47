"""Adagrad: steps scaled by the sum of all squared gradients."""
import torch
from .optimizer import Optimizer


class Adagrad(Optimizer):
    """p -= lr / (1 + t * lr_decay) * g / (sqrt(s) + eps), with s the sum of g ** 2 so far."""

    def __init__(self, params, lr=1e-2, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10,
                 foreach=None, *, maximize=False, differentiable=False, fused=None):
        self._check(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay,
                    initial_accumulator_value=initial_accumulator_value, eps=eps)
        super().__init__(params, dict(
            lr=lr, lr_decay=lr_decay, eps=eps, weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value, foreach=foreach, maximize=maximize,
            differentiable=differentiable, fused=fused))
        for group in self.param_groups:
            for param in group["params"]:
                start = torch.full_like(param, group["initial_accumulator_value"])
                self.state[param] = {"step": torch.tensor(0.0), "sum": start.detach()}

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                for param, grad, state in self._gradients(group):
                    rate = group["lr"] / (1 + (state["step"].item() - 1) * group["lr_decay"])
                    state["sum"].addcmul_(grad, grad, value=1)
                    param.addcdiv_(grad, state["sum"].sqrt().add_(group["eps"]), value=-rate)
        return loss
