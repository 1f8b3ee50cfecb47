"""RAdam: Adam that waits until the second moment can be trusted."""
import torch
from .optimizer import Optimizer


class RAdam(Optimizer):
    """Adam with its scale rectified; plain momentum while the variance of the scale is unbounded."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, decoupled_weight_decay=False, *,
                 foreach=None, maximize=False, capturable=False, differentiable=False):
        self._check(lr=lr, eps=eps, betas=betas, weight_decay=weight_decay)
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, maximize=maximize, foreach=foreach,
            capturable=capturable, decoupled_weight_decay=decoupled_weight_decay, differentiable=differentiable))

    def _start(self, param, group):
        return {"exp_avg": torch.zeros_like(param), "exp_avg_sq": torch.zeros_like(param)}

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                lr = group["lr"]
                beta1, beta2 = group["betas"]
                for param, grad, state in self._gradients(group):
                    step = state["step"].item()
                    mean, square = state["exp_avg"], state["exp_avg_sq"]
                    mean.lerp_(grad, 1 - beta1)
                    square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                    corrected = mean / (1 - beta1**step)
                    longest = 2 / (1 - beta2) - 1
                    length = longest - 2 * step * beta2**step / (1 - beta2**step)
                    if length > 5.0:
                        rectified = (((length - 4) * (length - 2) * longest)
                                     / ((longest - 4) * (longest - 2) * length)) ** 0.5
                        scale = (1 - beta2**step) ** 0.5 / square.sqrt().add_(group["eps"])
                        param.add_(corrected * lr * scale * rectified, alpha=-1.0)
                    else:
                        param.add_(corrected * lr, alpha=-1.0)
        return loss
