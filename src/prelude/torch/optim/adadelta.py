"""Adadelta: steps scaled by the ratio of running means of steps and gradients."""
import torch
from .optimizer import Optimizer


class Adadelta(Optimizer):
    """p -= lr * d with d = sqrt(u + eps) / sqrt(v + eps) * g; u and v are running means of d ** 2 and g ** 2."""

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, capturable=False,
                 maximize=False, differentiable=False):
        if not 0.0 <= lr:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        if not 0.0 <= eps:
            raise ValueError(f"Invalid epsilon value: {eps}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        super().__init__(params, dict(
            lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize, capturable=capturable,
            foreach=foreach, differentiable=differentiable))

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                rho, eps = group["rho"], group["eps"]
                for param in group["params"]:
                    grad = param.grad
                    if grad is None:
                        continue
                    state = self.state.setdefault(param, {})
                    if not state:
                        state["step"] = torch.tensor(0.0)
                        state["square_avg"] = torch.zeros_like(param)
                        state["acc_delta"] = torch.zeros_like(param)
                    state["step"] += 1
                    if group["maximize"]:
                        grad = -grad
                    if group["weight_decay"]:
                        grad = grad.add(param, alpha=group["weight_decay"])
                    square, moved = state["square_avg"], state["acc_delta"]
                    square.mul_(rho).addcmul_(grad, grad, value=1 - rho)
                    delta = moved.add(eps).sqrt_().div_(square.add(eps).sqrt_()).mul_(grad)
                    moved.mul_(rho).addcmul_(delta, delta, value=1 - rho)
                    param.add_(delta, alpha=-group["lr"])
        return loss
