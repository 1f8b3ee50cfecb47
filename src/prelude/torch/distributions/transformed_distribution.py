"""A distribution of the values that transforms make of another's."""
import torch
from . import constraints
from .distribution import Distribution, _sum_last
from .independent import Independent
from .transforms import ComposeTransform, Transform


class TransformedDistribution(Distribution):
    """The numbers t(x) with x of a base distribution and t one transform or a list of them."""

    arg_constraints = {}

    def __init__(self, base_distribution, transforms, validate_args=None):
        if isinstance(transforms, Transform):
            self.transforms = [transforms]
        elif isinstance(transforms, list) and all(isinstance(t, Transform) for t in transforms):
            self.transforms = transforms
        else:
            raise ValueError(f"transforms must be a Transform or list, but was {transforms}")
        shape = base_distribution.batch_shape + base_distribution.event_shape
        event = len(base_distribution.event_shape)
        transform = ComposeTransform(self.transforms)
        if len(shape) < transform.domain.event_dim:
            raise ValueError(f"base_distribution needs to have shape with size at least {transform.domain.event_dim}, "
                             f"but got {shape}.")
        forward = torch.Size(transform.forward_shape(shape))
        wanted = torch.Size(transform.inverse_shape(forward))
        if shape != wanted:
            base_distribution = base_distribution.expand(wanted[:len(wanted) - event])
        missing = transform.domain.event_dim - event
        self.base_dist = Independent(base_distribution, missing) if missing > 0 else base_distribution
        event = transform.codomain.event_dim + max(event - transform.domain.event_dim, 0)
        cut = len(forward) - event
        super().__init__(forward[:cut], forward[cut:], validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        return TransformedDistribution(self.base_dist.expand(torch.Size(batch_shape)), self.transforms)

    @property
    def has_rsample(self):
        return self.base_dist.has_rsample

    @property
    def support(self):
        if not self.transforms:
            return self.base_dist.support
        inner = self.transforms[-1].codomain
        extra = len(self.event_shape) - inner.event_dim
        return constraints.independent(inner, extra) if extra > 0 else inner

    def sample(self, sample_shape=torch.Size()):
        with torch.no_grad():
            x = self.base_dist.sample(sample_shape)
            for transform in self.transforms:
                x = transform(x)
            return x

    def rsample(self, sample_shape=torch.Size()):
        x = self.base_dist.rsample(sample_shape)
        for transform in self.transforms:
            x = transform(x)
        return x

    def log_prob(self, value):
        if self._validate_args:
            self._validate_sample(value)
        event, total, y = len(self.event_shape), 0.0, value
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            event += transform.domain.event_dim - transform.codomain.event_dim
            total = total - _sum_last(transform.log_abs_det_jacobian(x, y), event - transform.domain.event_dim)
            y = x
        return total + _sum_last(self.base_dist.log_prob(y), event - len(self.base_dist.event_shape))

    def _sign(self):
        sign = 1
        for transform in self.transforms:
            sign = sign * transform.sign
        return sign

    def _flip(self, place):
        sign = self._sign()
        return place if isinstance(sign, int) and sign == 1 else sign * (place - 0.5) + 0.5

    def cdf(self, value):
        for transform in reversed(self.transforms):
            value = transform.inv(value)
        return self._flip(self.base_dist.cdf(value))

    def icdf(self, value):
        value = self.base_dist.icdf(self._flip(value))
        for transform in self.transforms:
            value = transform(value)
        return value

    def __repr__(self):
        return type(self).__name__ + "()"
