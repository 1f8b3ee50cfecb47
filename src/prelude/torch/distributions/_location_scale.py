"""The common part of distributions that are moved by `loc` and stretched by `scale`."""
import torch
from . import constraints
from .distribution import Distribution
from .utils import broadcast_all


class LocationScale(Distribution):
    """Numbers loc + scale * x, with x of one fixed distribution whose mode is 0."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc, scale, validate_args=None):
        numbers = not isinstance(loc, torch.Tensor) and not isinstance(scale, torch.Tensor)
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(torch.Size() if numbers else self.loc.size(), validate_args=validate_args)

    @property
    def mode(self):
        return self.loc
