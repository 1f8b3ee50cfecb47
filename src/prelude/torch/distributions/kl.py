"""The Kullback-Leibler divergence between two distributions."""
import math

import torch
from .bernoulli import Bernoulli
from .categorical import Categorical
from .exponential import Exponential
from .independent import Independent
from .normal import Normal
from .poisson import Poisson
from .distribution import _sum_last
from .uniform import Uniform

_FORMULAS = {}


def register_kl(type_p, type_q):
    """A decorator that makes a function the divergence of two classes."""

    def register(formula):
        _FORMULAS[(type_p, type_q)] = formula
        return formula

    return register


def kl_divergence(p, q):
    """The expectation under p of log(p / q), one number per batch element."""
    for (type_p, type_q), formula in reversed(list(_FORMULAS.items())):
        if isinstance(p, type_p) and isinstance(q, type_q):
            return formula(p, q)
    from .dirichlet import Beta, Dirichlet
    from .gamma import Gamma
    from .laplace import Laplace
    from .binomial import Binomial
    from .bernoulli import Geometric
    from .categorical import OneHotCategorical
    from .cauchy import Cauchy
    from .multivariate_normal import MultivariateNormal
    from .powers import Pareto
    from .transformed import Gumbel, HalfNormal
    from .transformed_distribution import TransformedDistribution

    for type, formula in ((Beta, _beta), (Dirichlet, _dirichlet), (Gamma, _gamma), (Laplace, _laplace),
                          (MultivariateNormal, _multivariate), (Binomial, _binomial), (Geometric, _geometric),
                          (OneHotCategorical, _one_hot), (Cauchy, _cauchy), (HalfNormal, _half_normal),
                          (Gumbel, _gumbel), (Pareto, _pareto), (TransformedDistribution, _transformed)):
        if isinstance(p, type) and isinstance(q, type):
            return formula(p, q)
    if isinstance(p, Normal) and isinstance(q, (Uniform, Exponential, Gamma, Beta, Pareto)):
        return torch.full_like(p.loc, math.inf)
    if isinstance(p, Uniform) and isinstance(q, Normal):
        width, middle = p.high - p.low, ((p.high + p.low - 2 * q.loc) / 2).pow(2)
        return 0.5 * (q.scale.pow(2) * (2 * math.pi)).log() - width.log() + 0.5 * (width.pow(2) / 12 + middle) / q.scale.pow(2)
    if isinstance(p, Normal) and isinstance(q, Laplace):
        apart = p.loc - q.loc
        ratio = apart / p.scale
        t2 = (-0.5 * ratio.pow(2)).exp() * p.scale * math.sqrt(2 / math.pi)
        t3 = apart * torch.erf(math.sqrt(0.5) * ratio)
        return -(p.scale / q.scale).log() + (t2 + t3) / q.scale - 0.5 * (1 + math.log(0.5 * math.pi))
    raise NotImplementedError(
        f"No KL(p || q) is implemented for p type {type_name(p)} and q type {type_name(q)}")


def type_name(distribution):
    return type(distribution).__name__


@register_kl(Normal, Normal)
def _normal(p, q):
    ratio = (p.scale / q.scale).pow(2)
    apart = ((p.loc - q.loc) / q.scale).pow(2)
    return 0.5 * (ratio + apart - 1 - ratio.log())


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p, q):
    softplus = torch.nn.functional.softplus
    t1 = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    t1[q.probs == 0] = math.inf
    t1[p.probs == 0] = 0
    t2 = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    t2[q.probs == 1] = math.inf
    t2[p.probs == 1] = 0
    return t1 + t2


@register_kl(Categorical, Categorical)
def _categorical(p, q):
    t = p.probs * (p.logits - q.logits)
    t[(q.probs == 0).expand_as(t)] = math.inf
    t[(p.probs == 0).expand_as(t)] = 0
    return t.sum(-1)


@register_kl(Uniform, Uniform)
def _uniform(p, q):
    result = ((q.high - q.low) / (p.high - p.low)).log()
    result[(q.low > p.low) | (q.high < p.high)] = math.inf
    return result


@register_kl(Exponential, Exponential)
def _exponential(p, q):
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(Poisson, Poisson)
def _poisson(p, q):
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Independent, Independent)
def _independent(p, q):
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return _sum_last(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


def _dirichlet(p, q):
    total_p, total_q = p.concentration.sum(-1), q.concentration.sum(-1)
    t1 = total_p.lgamma() - total_q.lgamma()
    t2 = (p.concentration.lgamma() - q.concentration.lgamma()).sum(-1)
    t3 = p.concentration - q.concentration
    t4 = p.concentration.digamma() - total_p.digamma().unsqueeze(-1)
    return t1 - t2 + (t3 * t4).sum(-1)


def _beta(p, q):
    return _dirichlet(p._dirichlet, q._dirichlet)


def _gamma(p, q):
    t1 = q.concentration * (p.rate / q.rate).log()
    t2 = torch.lgamma(q.concentration) - torch.lgamma(p.concentration)
    t3 = (p.concentration - q.concentration) * torch.digamma(p.concentration)
    return t1 + t2 + t3 + (q.rate - p.rate) * (p.concentration / p.rate)


def _laplace(p, q):
    ratio = p.scale / q.scale
    apart = (p.loc - q.loc).abs()
    return -ratio.log() + apart / q.scale + ratio * torch.exp(-apart / p.scale) - 1


def _multivariate(p, q):
    low_p, low_q = p._unbroadcasted_scale_tril, q._unbroadcasted_scale_tril
    size = p.event_shape[0]
    log_dets = low_q.diagonal(dim1=-2, dim2=-1).log().sum(-1) - low_p.diagonal(dim1=-2, dim2=-1).log().sum(-1)
    spread = torch.linalg.solve_triangular(low_q, low_p.expand(p.batch_shape + (size, size)), upper=False)
    apart = torch.linalg.solve_triangular(low_q, (q.loc - p.loc).unsqueeze(-1), upper=False)
    return log_dets + 0.5 * (spread.pow(2).sum((-2, -1)) + apart.pow(2).sum((-2, -1)) - size)


def _binomial(p, q):
    if (p.total_count < q.total_count).any():
        raise NotImplementedError("KL between Binomials where q.total_count > p.total_count is not implemented")
    kl = p.total_count * (p.probs * (p.logits - q.logits) + (-p.probs).log1p() - (-q.probs).log1p())
    kl[p.total_count > q.total_count] = math.inf
    return kl


def _geometric(p, q):
    return -p.entropy() - torch.log1p(-q.probs) / p.probs - q.logits


def _one_hot(p, q):
    return _categorical(p._categorical, q._categorical)


def _cauchy(p, q):
    t1 = ((p.scale + q.scale).pow(2) + (p.loc - q.loc).pow(2)).log()
    return t1 - (4 * p.scale * q.scale).log()


def _half_normal(p, q):
    return _normal(p.base_dist, q.base_dist)


def _gumbel(p, q):
    ratio, shift = p.scale / q.scale, (q.loc - p.loc) / q.scale
    return -ratio.log() - 1 + 0.57721566490153286060 * (ratio - 1) + torch.exp(shift + (1 + ratio).lgamma()) - shift


def _pareto(p, q):
    ratio = p.scale / q.scale
    alpha = q.alpha / p.alpha
    result = q.alpha * ratio.log() - alpha.log() + alpha - 1
    result[p.support.lower_bound < q.support.lower_bound] = math.inf
    return result


def _transformed(p, q):
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError
    return kl_divergence(p.base_dist, q.base_dist)
