"""Adadelta: steps scaled by the ratio of running means of steps and gradients."""
import torch
from .optimizer import Optimizer


class Adadelta(Optimizer):
    """p -= lr * d with d = sqrt(u + eps) / sqrt(v + eps) * g; u and v are running means of d ** 2 and g ** 2."""

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, capturable=False,
                 maximize=False, differentiable=False):
        self._check(lr=lr, rho=rho, eps=eps, weight_decay=weight_decay)
        super().__init__(params, dict(
            lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize, capturable=capturable,
            foreach=foreach, differentiable=differentiable))

    def _start(self, param, group):
        return {"square_avg": torch.zeros_like(param), "acc_delta": torch.zeros_like(param)}

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                rho, eps = group["rho"], group["eps"]
                for param, grad, state in self._gradients(group):
                    square, moved = state["square_avg"], state["acc_delta"]
                    square.mul_(rho).addcmul_(grad, grad, value=1 - rho)
                    delta = moved.add(eps).sqrt_().div_(square.add(eps).sqrt_()).mul_(grad)
                    moved.mul_(rho).addcmul_(delta, delta, value=1 - rho)
                    param.add_(delta, alpha=-group["lr"])
        return loss
