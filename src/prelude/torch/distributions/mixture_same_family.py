"""A mixture of distributions of one family."""
import torch
from . import constraints
from .categorical import Categorical
from .distribution import Distribution


class MixtureSameFamily(Distribution):
    """A value of one of K components, chosen by a categorical distribution; K is the last batch dimension."""

    arg_constraints = {}

    def __init__(self, mixture_distribution, component_distribution, validate_args=None):
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(" The Mixture distribution needs to be an  instance of torch.distributions.Categorical")
        if not isinstance(component_distribution, Distribution):
            raise ValueError("The Component distribution need to be an instance of torch.distributions.Distribution")
        ours, theirs = mixture_distribution.logits.shape[-1], component_distribution.batch_shape[-1]
        if ours != theirs:
            raise ValueError(f"`mixture_distribution component` ({ours}) does not equal to "
                             f"`component_distribution.batch_shape[-1]` ({theirs})")
        self._mixture_distribution = mixture_distribution
        self._component_distribution = component_distribution
        self._event_ndims = len(component_distribution.event_shape)
        super().__init__(component_distribution.batch_shape[:-1], component_distribution.event_shape,
                         validate_args=validate_args)

    @property
    def mixture_distribution(self):
        return self._mixture_distribution

    @property
    def component_distribution(self):
        return self._component_distribution

    @property
    def support(self):
        return constraints._MixtureSameFamily(self._component_distribution.support)

    def _pad(self, x):
        return x.unsqueeze(-1 - self._event_ndims)

    def _spread(self, probs):
        return probs.reshape(probs.shape + (1,) * self._event_ndims)

    @property
    def mean(self):
        probs = self._spread(self.mixture_distribution.probs)
        return (probs * self.component_distribution.mean).sum(-1 - self._event_ndims)

    @property
    def variance(self):
        probs = self._spread(self.mixture_distribution.probs)
        inner = (probs * self.component_distribution.variance).sum(-1 - self._event_ndims)
        apart = (self.component_distribution.mean - self._pad(self.mean)).pow(2.0)
        return inner + (probs * apart).sum(-1 - self._event_ndims)

    def log_prob(self, value):
        if self._validate_args:
            self._validate_sample(value)
        inner = self.component_distribution.log_prob(self._pad(value))
        return torch.logsumexp(inner + torch.log_softmax(self.mixture_distribution.logits, dim=-1), dim=-1)

    def sample(self, sample_shape=torch.Size()):
        with torch.no_grad():
            chosen = self.mixture_distribution.sample(sample_shape)
            values = self.component_distribution.sample(sample_shape)
            index = chosen.reshape(chosen.shape + (1,) * (self._event_ndims + 1))
            dim = len(torch.Size(sample_shape)) + len(self.batch_shape)
            shape = list(values.shape)
            shape[dim] = 1
            return values.gather(dim, index.expand(shape)).squeeze(dim)

    def __repr__(self):
        return f"MixtureSameFamily(\n  {self.mixture_distribution},\n  {self.component_distribution})"
