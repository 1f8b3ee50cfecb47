"""Lazy normalizations: the number of features comes from the first input."""
from ..parameter import UninitializedBuffer, UninitializedParameter
from .batchnorm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from .instancenorm import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d
from .lazy import LazyModuleMixin


class _LazyNormBase(LazyModuleMixin):
    """The common part of the lazy normalizations."""

    def __init__(self, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None,
                 *, bias=True):
        super().__init__(0, eps, momentum, False, False)
        self.affine = affine
        self.track_running_stats = track_running_stats
        if affine:
            self.weight = UninitializedParameter(device=device, dtype=dtype)
        if affine and bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)
        if track_running_stats:
            self._start_statistics(UninitializedBuffer(), UninitializedBuffer())

    def reset_parameters(self):
        if not self.has_uninitialized_params() and self.num_features != 0:
            super().reset_parameters()

    def initialize_parameters(self, input):
        if self.has_uninitialized_params():
            self.num_features = input.shape[1]
            size = (self.num_features,)
            if self.affine:
                self.weight.materialize(size)
            if self.bias is not None:
                self.bias.materialize(size)
            if self.track_running_stats:
                self.running_mean.materialize(size)
                self.running_var.materialize(size)
            self.reset_parameters()


class LazyBatchNorm1d(_LazyNormBase, BatchNorm1d):
    """BatchNorm1d whose num_features comes from the first input."""

    __module__ = "torch.nn.modules.batchnorm"
    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyNormBase, BatchNorm2d):
    """BatchNorm2d whose num_features comes from the first input."""

    __module__ = "torch.nn.modules.batchnorm"
    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyNormBase, BatchNorm3d):
    """BatchNorm3d whose num_features comes from the first input."""

    __module__ = "torch.nn.modules.batchnorm"
    cls_to_become = BatchNorm3d


class LazyInstanceNorm1d(_LazyNormBase, InstanceNorm1d):
    """InstanceNorm1d whose num_features comes from the first input."""

    __module__ = "torch.nn.modules.instancenorm"
    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNormBase, InstanceNorm2d):
    """InstanceNorm2d whose num_features comes from the first input."""

    __module__ = "torch.nn.modules.instancenorm"
    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNormBase, InstanceNorm3d):
    """InstanceNorm3d whose num_features comes from the first input."""

    __module__ = "torch.nn.modules.instancenorm"
    cls_to_become = InstanceNorm3d
