"""Normalization by the statistics of the batch."""
import torch
from .. import functional as F
from ..parameter import Parameter
from .module import Module


class _NormBase(Module):
    """The common part of batch and instance normalization: scale, shift and running statistics of the features."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True,
                 device=None, dtype=None, *, bias=True):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        for name, wanted, fill in (("weight", affine, 1), ("bias", affine and bias, 0)):
            values = torch.empty(num_features, device=device, dtype=dtype).fill_(fill) if wanted else None
            self.register_parameter(name, Parameter(values) if wanted else None)
        if track_running_stats:
            mean = torch.zeros(num_features, device=device, dtype=dtype)
            self._start_statistics(mean, torch.ones(num_features, device=device, dtype=dtype))
        else:
            self._start_statistics(None, None, None)

    def _start_statistics(self, mean, var, count=0):
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            self._buffers.pop(name, None)
        self.register_buffer("running_mean", mean)
        self.register_buffer("running_var", var)
        self.register_buffer("num_batches_tracked", None if count is None else torch.tensor(count))

    def reset_running_stats(self):
        """Forgets the running statistics: mean 0, variance 1."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self):
        self.reset_running_stats()
        if self.affine:
            with torch.no_grad():
                self.weight.fill_(1)
                if self.bias is not None:
                    self.bias.zero_()

    def extra_repr(self):
        return (f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
                f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}")


class _BatchNorm(_NormBase):
    """(x - mean) / sqrt(var + eps) * weight + bias, with the batch's mean and variance of each channel.

    Training moves the running statistics towards the batch's by `momentum` (None: the plain average); evaluation
    uses the running statistics.
    """

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True,
                 device=None, dtype=None, *, bias=True):
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input):
        self._check_input_dim(input)
        share = 0.0 if self.momentum is None else self.momentum
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:
                share = 1.0 / float(self.num_batches_tracked)
        use_batch = self.training or (self.running_mean is None and self.running_var is None)
        keep = not self.training or self.track_running_stats
        mean = self.running_mean if keep else None
        var = self.running_var if keep else None
        return F.batch_norm(input, mean, var, self.weight, self.bias, use_batch, share, self.eps)


class BatchNorm1d(_BatchNorm):
    """Batch normalization of [N, C] or [N, C, L], per channel C."""

    def _check_input_dim(self, input):
        if input.dim() != 2 and input.dim() != 3:
            raise ValueError(f"expected 2D or 3D input (got {input.dim()}D input)")


class BatchNorm2d(_BatchNorm):
    """Batch normalization of [N, C, H, W], per channel C."""

    def _check_input_dim(self, input):
        if input.dim() != 4:
            raise ValueError(f"expected 4D input (got {input.dim()}D input)")


class BatchNorm3d(_BatchNorm):
    """Batch normalization of [N, C, D, H, W], per channel C."""

    def _check_input_dim(self, input):
        if input.dim() != 5:
            raise ValueError(f"expected 5D input (got {input.dim()}D input)")
