"""The Bernoulli distribution."""
import torch
from torch.nn import functional as F
from . import constraints
from .distribution import Distribution, ExponentialFamily
from .utils import broadcast_all, logits_to_probs, probs_to_logits


class BinaryParameters(Distribution):
    """The common part of distributions with a success probability, given as `probs` or as `logits`."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}

    def _take(self, probs, logits, validate_args):
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        given = "probs" if probs is not None else "logits"
        value = probs if probs is not None else logits
        number = not isinstance(value, torch.Tensor)
        (value,) = broadcast_all(value)
        self.__dict__[given] = value
        self._param = value
        super().__init__(torch.Size() if number else value.size(), validate_args=validate_args)

    def __getattr__(self, name):
        # The one of the two that was not given is computed when it is first asked for.
        other = {"probs": "logits", "logits": "probs"}.get(name)
        if other not in self.__dict__:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        with torch.enable_grad():
            value = self._converted(name)
        setattr(self, name, value)
        return value

    def _converted(self, name):
        """The parameter of that name, from the other one."""
        if name == "probs":
            return logits_to_probs(self.logits, is_binary=True)
        return probs_to_logits(self.probs, is_binary=True)

    @property
    def param_shape(self):
        return self._param.size()


class Bernoulli(BinaryParameters, ExponentialFamily):
    """1 with probability `probs` (or sigmoid(`logits`)), else 0."""

    support = constraints.boolean

    def __init__(self, probs=None, logits=None, validate_args=None):
        self._take(probs, logits, validate_args)

    @property
    def mean(self):
        return self.probs

    @property
    def mode(self):
        mode = (self.probs >= 0.5).to(self.probs)
        mode[self.probs == 0.5] = float("nan")
        return mode

    @property
    def variance(self):
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape=torch.Size()):
        with torch.no_grad():
            return torch.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value):
        if self._validate_args:
            self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        return -F.binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self):
        return F.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand=True):
        values = torch.arange(2, dtype=self._param.dtype).view((-1,) + (1,) * len(self._batch_shape))
        return values.expand((-1,) + self._batch_shape) if expand else values


class Geometric(BinaryParameters):
    """The number of failures before the first success of probability `probs`."""

    __module__ = "torch.distributions.geometric"
    support = constraints.nonnegative_integer

    def __init__(self, probs=None, logits=None, validate_args=None):
        self._take(probs, logits, validate_args)
        if self._validate_args and probs is not None and not (self.probs > 0).all():
            bad = self.probs.data[~(self.probs > 0)]
            raise ValueError(f"Expected parameter probs (Tensor of shape {tuple(self.probs.shape)}) of distribution "
                             f"{self!r} to be positive but found invalid values:\n{bad}")

    @property
    def mean(self):
        return 1.0 / self.probs - 1.0

    @property
    def mode(self):
        return torch.zeros_like(self.probs)

    @property
    def variance(self):
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape=torch.Size()):
        shape = self._extended_shape(sample_shape)
        tiny = torch.finfo(self.probs.dtype).tiny
        with torch.no_grad():
            u = self.probs.new_empty(shape).uniform_(tiny, 1)
            return (u.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value):
        if self._validate_args:
            self._validate_sample(value)
        value, probs = broadcast_all(value, self.probs)
        probs = probs.clone()
        probs[(probs == 1) & (value == 0)] = 0
        return value * (-probs).log1p() + self.probs.log()

    def entropy(self):
        return F.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none") / self.probs
