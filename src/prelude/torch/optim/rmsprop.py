"""RMSprop: steps scaled by the running mean of squared gradients."""
import torch
from .optimizer import Optimizer


class RMSprop(Optimizer):
    """p -= lr * g / (sqrt(v) + eps), with v the running mean of g ** 2 (memory `alpha`).

    centered subtracts the square of the running mean of g; momentum gathers the steps.
    """

    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False,
                 capturable=False, foreach=None, maximize=False, differentiable=False):
        if not 0.0 <= lr:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not 0.0 <= eps:
            raise ValueError(f"Invalid epsilon value: {eps}")
        if not 0.0 <= momentum:
            raise ValueError(f"Invalid momentum value: {momentum}")
        if not 0.0 <= weight_decay:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        if not 0.0 <= alpha:
            raise ValueError(f"Invalid alpha value: {alpha}")
        super().__init__(params, dict(
            lr=lr, momentum=momentum, alpha=alpha, eps=eps, centered=centered, weight_decay=weight_decay,
            capturable=capturable, foreach=foreach, maximize=maximize, differentiable=differentiable))

    def _start(self, param, group):
        state = {"step": torch.tensor(0.0), "square_avg": torch.zeros_like(param)}
        if group["momentum"] > 0:
            state["momentum_buffer"] = torch.zeros_like(param)
        if group["centered"]:
            state["grad_avg"] = torch.zeros_like(param)
        return state

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                alpha, lr = group["alpha"], group["lr"]
                for param in group["params"]:
                    grad = param.grad
                    if grad is None:
                        continue
                    state = self.state.get(param)
                    if not state:
                        state = self.state[param] = self._start(param, group)
                    state["step"] += 1
                    if group["maximize"]:
                        grad = -grad
                    if group["weight_decay"]:
                        grad = grad.add(param, alpha=group["weight_decay"])
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
