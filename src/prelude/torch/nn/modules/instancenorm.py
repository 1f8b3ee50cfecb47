"""Normalization by the statistics of each example and channel."""
from .. import functional as F
from .batchnorm import _NormBase


class _InstanceNorm(_NormBase):
    """(x - mean) / sqrt(var + eps), with the mean and variance of every channel of every example."""

    dims = 0

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False,
                 device=None, dtype=None, *, bias=True):
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input):
        if input.dim() not in (self.dims + 1, self.dims + 2):
            raise ValueError(f"expected {self.dims + 1}D or {self.dims + 2}D input (got {input.dim()}D input)")
        single = input.dim() == self.dims + 1
        use_input = self.training or not self.track_running_stats
        share = 0.0 if self.momentum is None else self.momentum
        output = F.instance_norm(input.unsqueeze(0) if single else input, self.running_mean, self.running_var,
                                 self.weight, self.bias, use_input, share, self.eps)
        return output.squeeze(0) if single else output


class InstanceNorm1d(_InstanceNorm):
    """Instance normalization of [N, C, L] or [C, L]."""

    dims = 1


class InstanceNorm2d(_InstanceNorm):
    """Instance normalization of [N, C, H, W] or [C, H, W]."""

    dims = 2


class InstanceNorm3d(_InstanceNorm):
    """Instance normalization of [N, C, D, H, W] or [C, D, H, W]."""

    dims = 3
