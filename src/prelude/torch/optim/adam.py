"""Adam: steps scaled by running moments of the gradient."""
import torch
from .optimizer import Optimizer


class Adam(Optimizer):
    """p -= lr * m / (sqrt(v) + eps), with m and v the bias-corrected running means of g and g ** 2.

    betas are the means' memories; weight_decay adds weight_decay * p to the gradient (AdamW: shrinks p instead);
    amsgrad uses the largest v so far.
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, foreach=None,
                 maximize=False, capturable=False, differentiable=False, fused=None, decoupled_weight_decay=False):
        self._check(lr=lr, eps=eps, betas=betas, weight_decay=weight_decay)
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize,
            foreach=foreach, capturable=capturable, differentiable=differentiable, fused=fused,
            decoupled_weight_decay=decoupled_weight_decay))

    def _start(self, param, group):
        names = ["exp_avg", "exp_avg_sq"] + ["max_exp_avg_sq"] * group["amsgrad"]
        return {name: torch.zeros_like(param) for name in names}

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
                    if group["amsgrad"]:
                        largest = state["max_exp_avg_sq"]
                        square = largest.copy_(torch.maximum(largest, square))
                    scale = square.sqrt().div_((1 - beta2**step) ** 0.5).add_(group["eps"])
                    param.addcdiv_(mean, scale, value=-(lr / (1 - beta1**step)))
        return loss
