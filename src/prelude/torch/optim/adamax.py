"""Adamax: Adam with the largest recent gradient in place of the second moment."""
import torch
from .optimizer import Optimizer


class Adamax(Optimizer):
    """p -= lr / (1 - beta1 ** t) * m / u, with u = max(beta2 * u, |g| + eps)."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, maximize=False,
                 differentiable=False, capturable=False):
        if not 0.0 <= lr:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not 0.0 <= eps:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i in (0, 1):
            if not 0.0 <= betas[i] < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {betas[i]}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, foreach=foreach, maximize=maximize,
            differentiable=differentiable, capturable=capturable))

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                beta1, beta2 = group["betas"]
                for param in group["params"]:
                    grad = param.grad
                    if grad is None:
                        continue
                    state = self.state.setdefault(param, {})
                    if not state:
                        state["step"] = torch.tensor(0.0)
                        state["exp_avg"] = torch.zeros_like(param)
                        state["exp_inf"] = torch.zeros_like(param)
                    state["step"] += 1
                    if group["maximize"]:
                        grad = -grad
                    if group["weight_decay"]:
                        grad = grad.add(param, alpha=group["weight_decay"])
                    mean, largest = state["exp_avg"], state["exp_inf"]
                    mean.lerp_(grad, 1 - beta1)
                    largest.copy_(torch.maximum(largest * beta2, grad.abs().add_(group["eps"])))
                    rate = group["lr"] / (1 - beta1 ** state["step"].item())
                    param.addcdiv_(mean, largest, value=-rate)
        return loss
