"""Gradients of random numbers that no formula gives from uniform or normal ones.

When a parameter a changes, a number x moves so that its place F(x; a) in the distribution stays what it is: dx/da is
-dF/da over the density. The slopes of F are central differences in float64.
"""
import torch

_NODES = torch.linspace(0, 1, 257, dtype=torch.float64)
_WEIGHTS = torch.tensor([1.0] + [4.0, 2.0] * 127 + [4.0, 1.0], dtype=torch.float64) / (3 * 256)


def _slope(cdf, a):
    step = 1e-4 * a
    return (cdf(a + step) - cdf(a - step)) / (2 * step)


def _log_beta(a, b):
    return torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)


def _beta_cdf(x, a, b):
    """The place of x in the beta distribution, by Simpson's rule after t = x r ** (8 / a)."""
    swap = x > 0.5
    x, a, b = torch.where(swap, 1 - x, x), torch.where(swap, b, a), torch.where(swap, a, b)
    inner = (1 - x.unsqueeze(-1) * _NODES ** (8 / a).unsqueeze(-1)) ** (b - 1).unsqueeze(-1)
    integral = (inner * 8 * _NODES**7 * _WEIGHTS).sum(-1)
    below = torch.exp(a * x.log() - a.log() - _log_beta(a, b)) * integral
    return torch.where(swap, 1 - below, below)


class StandardGamma(torch.autograd.Function):
    """Gamma numbers of rate 1, with a gradient to their shape."""

    @staticmethod
    def forward(ctx, shape):
        drawn = torch._standard_gamma(shape)
        ctx.save_for_backward(shape, drawn)
        return drawn

    @staticmethod
    def backward(ctx, grad):
        shape, drawn = ctx.saved_tensors
        a, x = shape.double(), drawn.double()
        log_density = (a - 1) * x.log() - x - torch.lgamma(a)
        return grad * (-_slope(lambda a: torch.igamma(a, x), a) / log_density.exp()).to(grad.dtype)


class _Dirichlet(torch.autograd.Function):
    """Rows that add up to 1, with a gradient to their concentrations: each number alone is one of a beta distribution."""

    @staticmethod
    def forward(ctx, concentration):
        drawn = torch._sample_dirichlet(concentration)
        ctx.save_for_backward(concentration, drawn)
        return drawn

    @staticmethod
    def backward(ctx, grad):
        concentration, drawn = ctx.saved_tensors
        a, x = concentration.double(), drawn.double()
        b = a.sum(-1, True) - a
        log_density = (a - 1) * x.log() + (b - 1) * torch.log1p(-x) - _log_beta(a, b)
        moved = -_slope(lambda a: _beta_cdf(x, a, b), a) / log_density.exp() / (1 - x)
        return moved.to(grad.dtype) * (grad - (drawn * grad).sum(-1, True))
