"""Stochastic gradient descent."""
import torch
from .optimizer import Optimizer


class SGD(Optimizer):
    """p -= lr * g, with momentum v = momentum * v + (1 - dampening) * g in place of g where it is set.

    weight_decay adds weight_decay * p to the gradient; nesterov steps by g + momentum * v.
    """

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False,
                 foreach=None, differentiable=False, fused=None):
        if lr < 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if momentum < 0.0:
            raise ValueError(f"Invalid momentum value: {momentum}")
        if weight_decay < 0.0:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, dict(
            lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov,
            maximize=maximize, foreach=foreach, differentiable=differentiable, fused=fused))

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                lr = group["lr"]
                if not (group["momentum"] or group["weight_decay"] or group["maximize"]):
                    for param in group["params"]:
                        grad = param.grad
                        if grad is not None:
                            param.add_(grad, alpha=-lr)
                else:
                    for param in group["params"]:
                        if param.grad is not None:
                            param.add_(self._direction(param, group), alpha=-lr)
        return loss

    def _direction(self, param, group):
        """The gradient with decay and momentum."""
        grad = -param.grad if group["maximize"] else param.grad
        if group["weight_decay"]:
            grad = grad.add(param, alpha=group["weight_decay"])
        momentum = group["momentum"]
        if not momentum:
            return grad
        state = self.state.setdefault(param, {})
        buffer = state.get("momentum_buffer")
        if buffer is None:
            buffer = state["momentum_buffer"] = grad.detach().clone()
        else:
            buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
        return grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
