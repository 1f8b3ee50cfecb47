"""RMSprop: steps scaled by the running mean of squared gradients."""
import torch
from .optimizer import Optimizer


class RMSprop(Optimizer):
    """p -= lr * g / (sqrt(v) + eps), with v the running mean of g ** 2 (memory `alpha`).

    centered subtracts the square of the running mean of g; momentum gathers the steps.
    """

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False,
                 capturable=False, foreach=None, maximize=False, differentiable=False):
        self._check(lr=lr, eps=eps, momentum=momentum, weight_decay=weight_decay, alpha=alpha)
        super().__init__(params, dict(
            lr=lr, momentum=momentum, alpha=alpha, eps=eps, centered=centered, weight_decay=weight_decay,
            capturable=capturable, foreach=foreach, maximize=maximize, differentiable=differentiable))

    def _start(self, param, group):
        names = ["square_avg"] + ["momentum_buffer"] * (group["momentum"] > 0) + ["grad_avg"] * group["centered"]
        return {name: torch.zeros_like(param) for name in names}

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                alpha, lr = group["alpha"], group["lr"]
                for param, grad, state in self._gradients(group):
                    square = state["square_avg"]
                    square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
                    if group["centered"]:
                        mean = state["grad_avg"].lerp_(grad, 1 - alpha)
                        scale = square.addcmul(mean, mean, value=-1).sqrt_()
                    else:
                        scale = square.sqrt()
                    scale = scale.add_(group["eps"])
                    if group["momentum"] > 0:
                        buffer = state["momentum_buffer"]
                        buffer.mul_(group["momentum"]).addcdiv_(grad, scale)
                        param.add_(buffer, alpha=-lr)
                    else:
                        param.addcdiv_(grad, scale, value=-lr)
        return loss
