"""NAdam: Adam with Nesterov momentum."""
import torch
from .optimizer import Optimizer


class NAdam(Optimizer):
    """Adam whose step looks ahead by a momentum schedule mu_t = beta1 * (1 - 0.96 ** (t * momentum_decay) / 2)."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3,
                 decoupled_weight_decay=False, *, foreach=None, maximize=False, capturable=False,
                 differentiable=False):
        if not 0.0 <= lr:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not 0.0 <= eps:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i in (0, 1):
            if not 0.0 <= betas[i] < 1.0:
                raise ValueError(f"Invalid beta parameter at index {i}: {betas[i]}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        if not 0.0 <= momentum_decay:
            raise ValueError(f"Invalid momentum_decay value: {momentum_decay}")
        super().__init__(params, dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay,
            decoupled_weight_decay=decoupled_weight_decay, maximize=maximize, foreach=foreach, capturable=capturable,
            differentiable=differentiable))

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                lr, decay = group["lr"], group["weight_decay"]
                beta1, beta2 = group["betas"]
                for param in group["params"]:
                    grad = param.grad
                    if grad is None:
                        continue
                    state = self.state.setdefault(param, {})
                    if not state:
                        state["step"] = torch.tensor(0.0)
                        state["mu_product"] = torch.tensor(1.0)
                        state["exp_avg"] = torch.zeros_like(param)
                        state["exp_avg_sq"] = torch.zeros_like(param)
                    state["step"] += 1
                    step = state["step"].item()
                    if group["maximize"]:
                        grad = -grad
                    if decay:
                        if group["decoupled_weight_decay"]:
                            param.mul_(1 - lr * decay)
                        else:
                            grad = grad.add(param, alpha=decay)
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
