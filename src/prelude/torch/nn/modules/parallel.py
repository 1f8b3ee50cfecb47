"""Wrappers for several devices, of which there is one: they run the module they hold."""
from .batchnorm import _BatchNorm
from .module import Module


class DataParallel(Module):
    """A module on all devices at once; on the CPU it is just called."""

    def __init__(self, module, device_ids=None, output_device=None, dim=0):
        super().__init__()
        self.module = module
        self.device_ids = []

    def forward(self, *inputs, **kwargs):
        return self.module(*inputs, **kwargs)


class SyncBatchNorm(_BatchNorm):
    """Batch normalization over the batches of all devices: needs several in training."""

    def forward(self, input):
        if self.training:
            raise ValueError("SyncBatchNorm expected input tensor to be on GPU or xpu")
        return super().forward(input)

    def _check_input_dim(self, input):
        if input.dim() < 2:
            raise ValueError(f"expected at least 2D input (got {input.dim()}D input)")

    @classmethod
    def convert_sync_batchnorm(cls, module, process_group=None):
        return module
