"""Adamax: Adam with the largest recent gradient in place of the second moment."""
import torch
from .optimizer import Optimizer


class Adamax(Optimizer):
    """p -= lr / (1 - beta1 ** t) * m / u, with u = max(beta2 * u, |g| + eps)."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, maximize=False,
                 differentiable=False, capturable=False):
        self._check(lr=lr, eps=eps, betas=betas, weight_decay=weight_decay)
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, foreach=foreach, maximize=maximize,
            differentiable=differentiable, capturable=capturable))

    def _start(self, param, group):
        return {"exp_avg": torch.zeros_like(param), "exp_inf": torch.zeros_like(param)}

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                beta1, beta2 = group["betas"]
                for param, grad, state in self._gradients(group):
                    mean, largest = state["exp_avg"], state["exp_inf"]
                    mean.lerp_(grad, 1 - beta1)
                    largest.copy_(torch.maximum(largest * beta2, grad.abs().add_(group["eps"])))
                    rate = group["lr"] / (1 - beta1 ** state["step"].item())
                    param.addcdiv_(mean, largest, value=-rate)
        return loss
