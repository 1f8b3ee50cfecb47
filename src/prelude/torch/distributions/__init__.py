"""The names of torch.distributions: a list, not a program; a module is loaded when one of its names is used."""
from . import (
    bernoulli, binomial, categorical, cauchy, constraint_registry, constraints, dirichlet, distribution, exponential,
    gamma, independent, kl, laplace, mixture_same_family, multinomial, multivariate_normal, normal, poisson,
    transformed_distribution, transforms, uniform, utils,
)
from .bernoulli import Bernoulli, Geometric
from .binomial import Binomial, NegativeBinomial
from .categorical import Categorical, OneHotCategorical
from .cauchy import Cauchy
from .constraint_registry import biject_to, transform_to
from .dirichlet import Beta, Dirichlet
from .distribution import Distribution, ExponentialFamily
from .exponential import Exponential
from .gamma import Chi2, Gamma
from .independent import Independent
from .kl import kl_divergence, register_kl
from .laplace import Laplace
from .mixture_same_family import MixtureSameFamily
from .multinomial import Multinomial
from .multivariate_normal import MultivariateNormal
from .normal import Normal
from .poisson import Poisson
from .powers import (
    FisherSnedecor, GeneralizedPareto, HalfCauchy, InverseGamma, Kumaraswamy, LogisticNormal, Pareto, Weibull,
)
from .relaxed import ContinuousBernoulli, OneHotCategoricalStraightThrough, RelaxedBernoulli, RelaxedOneHotCategorical
from .transformed import Gumbel, HalfNormal, LogNormal, StudentT
from .transformed_distribution import TransformedDistribution
from .transforms import (
    AbsTransform, AffineTransform, CatTransform, ComposeTransform, CorrCholeskyTransform,
    CumulativeDistributionTransform, ExpTransform, identity_transform, IndependentTransform, LowerCholeskyTransform,
    PositiveDefiniteTransform, PowerTransform, ReshapeTransform, SigmoidTransform, SoftmaxTransform,
    SoftplusTransform, StackTransform, StickBreakingTransform, TanhTransform, Transform,
)
from .uniform import Uniform
