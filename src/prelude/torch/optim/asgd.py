"""Averaged stochastic gradient descent."""
import torch
from .optimizer import Optimizer


class ASGD(Optimizer):
    """SGD with a decaying rate; `state[p]["ax"]` is the average of p from step t0 on."""

    def __init__(self, params, lr=1e-2, lambd=1e-4, alpha=0.75, t0=1e6, weight_decay=0, foreach=None, maximize=False,
                 differentiable=False, capturable=False):
        self._check(lr=lr, weight_decay=weight_decay)
        super().__init__(params, dict(
            lr=lr, lambd=lambd, alpha=alpha, t0=t0, weight_decay=weight_decay, foreach=foreach, maximize=maximize,
            differentiable=differentiable, capturable=capturable))

    def _start(self, param, group):
        return {"eta": torch.tensor(float(group["lr"])), "mu": torch.ones(()), "ax": torch.zeros_like(param)}

    def step(self, closure=None):
        """One update of all parameters that have a gradient; returns the closure's loss."""
        loss = self._begin(closure)
        with torch.no_grad():
            for group in self.param_groups:
                lr, lambd = group["lr"], group["lambd"]
                for param, grad, state in self._gradients(group):
                    step = state["step"].item()
                    eta, mu = state["eta"].item(), state["mu"].item()
                    param.mul_(1 - lambd * eta)
                    param.add_(grad, alpha=-eta)
                    if mu != 1:
                        state["ax"].add_(param.sub(state["ax"]).mul_(mu))
                    else:
                        state["ax"].copy_(param)
                    state["eta"] = torch.tensor(lr / (1 + lambd * lr * step) ** group["alpha"])
                    state["mu"] = torch.tensor(1 / max(1.0, step - group["t0"]))
        return loss
