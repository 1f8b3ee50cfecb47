"""NAdam: Adam with Nesterov momentum."""
import torch
from .optimizer import Optimizer


class NAdam(Optimizer):
    """Adam whose step looks ahead by a momentum schedule mu_t = beta1 * (1 - 0.96 ** (t * momentum_decay) / 2)."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3,
                 decoupled_weight_decay=False, *, foreach=None, maximize=False, capturable=False,
                 differentiable=False):
        self._check(lr=lr, eps=eps, betas=betas, weight_decay=weight_decay, momentum_decay=momentum_decay)
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay,
            decoupled_weight_decay=decoupled_weight_decay, maximize=maximize, foreach=foreach, capturable=capturable,
            differentiable=differentiable))

    def _start(self, param, group):
        return {"mu_product": torch.tensor(1.0), "exp_avg": torch.zeros_like(param), "exp_avg_sq": torch.zeros_like(param)}

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                lr = group["lr"]
                beta1, beta2 = group["betas"]
                for param, grad, state in self._gradients(group):
                    step = state["step"].item()
                    mu = beta1 * (1.0 - 0.5 * 0.96 ** (step * group["momentum_decay"]))
                    next_mu = beta1 * (1.0 - 0.5 * 0.96 ** ((step + 1) * group["momentum_decay"]))
                    state["mu_product"] *= mu
                    product = state["mu_product"].item()
                    mean, square = state["exp_avg"], state["exp_avg_sq"]
                    mean.lerp_(grad, 1 - beta1)
                    square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                    scale = square.div(1 - beta2**step).sqrt_().add_(group["eps"])
                    param.addcdiv_(grad, scale, value=-lr * (1.0 - mu) / (1.0 - product))
                    param.addcdiv_(mean, scale, value=-lr * next_mu / (1.0 - product * next_mu))
        return loss
