# Probability: sampling, densities, entropies.
import torch
from torch.distributions import (Bernoulli, Beta, Binomial, Categorical, Exponential, Independent, Laplace, Normal, Poisson,
                                 Uniform, kl_divergence)
from torch.distributions.multinomial import Multinomial
from torch.distributions.multivariate_normal import MultivariateNormal

num_tosses = 100
heads = sum([torch.rand(1).item() > 0.5 for _ in range(num_tosses)])
heads, num_tosses - heads
fair_probs = torch.tensor([0.5, 0.5])
Multinomial(100, fair_probs).sample()
Multinomial(100, fair_probs).sample() / 100
counts = Multinomial(10000, fair_probs).sample()
counts / 10000
estimates = Multinomial(1, fair_probs).sample((500,)).cumsum(dim=0)
estimates = estimates / estimates.sum(dim=1, keepdims=True)
estimates.numpy()[-1], estimates.shape
die = Multinomial(60, torch.ones(6) / 6)
die.sample(), die.sample((2,)), die.mean, die.variance, die.log_prob(torch.full((6,), 10.0))
n = Normal(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 2.0]))
n, n.sample(), n.sample((2,)), n.log_prob(torch.tensor(0.5)), n.entropy(), n.mean, n.stddev, n.batch_shape
Normal(0.0, 1.0).cdf(torch.tensor([-1.0, 0.0, 1.0])), Normal(0.0, 1.0).icdf(torch.tensor(0.975)), Normal(0, 1)
c = Categorical(torch.tensor([0.2, 0.3, 0.5]))
c, c.sample(), c.sample((8,)), c.log_prob(torch.tensor([0, 2])), c.entropy(), c.probs, c.logits
Categorical(logits=torch.zeros(2, 4)).sample((3,))
b = Bernoulli(torch.tensor([0.2, 0.9]))
b, b.sample((4,)), b.log_prob(torch.tensor([1.0, 0.0])), b.entropy(), b.mean, b.variance
u = Uniform(-1.0, 3.0)
u, u.sample((3,)), u.log_prob(torch.tensor(0.0)), u.entropy(), u.mean, u.variance
Exponential(2.0).sample((3,)), Exponential(2.0).log_prob(torch.tensor(1.0)), Exponential(2.0).mean
Laplace(0.0, 1.0).sample((2,)), Laplace(0.0, 1.0).log_prob(torch.tensor(2.0)), Poisson(3.0).log_prob(torch.tensor([0.0, 3.0]))
Binomial(5, torch.tensor(0.5)).log_prob(torch.arange(6.0)).exp(), Beta(2.0, 3.0).log_prob(torch.tensor(0.4)), Beta(2.0, 3.0).mean
mvn = MultivariateNormal(torch.zeros(2), torch.tensor([[2.0, 0.5], [0.5, 1.0]]))
mvn.sample((2,)), mvn.log_prob(torch.ones(2)), mvn.entropy(), mvn.covariance_matrix
Independent(Normal(torch.zeros(3), torch.ones(3)), 1).log_prob(torch.zeros(3))
kl_divergence(Normal(0.0, 1.0), Normal(1.0, 2.0)), kl_divergence(Categorical(torch.tensor([0.5, 0.5])), Categorical(torch.tensor([0.9, 0.1])))
mu = torch.tensor(0.0, requires_grad=True)
sigma = torch.tensor(1.0, requires_grad=True)
(Normal(mu, sigma).rsample((200,)) ** 2).mean().backward()
mu.grad, sigma.grad
logits = torch.zeros(3, requires_grad=True)
policy = Categorical(logits=logits)
action = torch.tensor(1)
(-policy.log_prob(action) * 2.0).backward()
logits.grad
data = Normal(3.0, 2.0).sample((50,))
loc, log_scale = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
opt = torch.optim.Adam([loc, log_scale], lr=0.2)
for step in range(30):
    nll = -Normal(loc, log_scale.exp()).log_prob(data).mean()
    opt.zero_grad()
    nll.backward()
    opt.step()
print(f"{loc.item():.2f} {log_scale.exp().item():.2f} {nll.item():.3f}")
Normal(0.0, -1.0)
Uniform(0.0, 1.0).log_prob(torch.tensor(2.0))
Bernoulli(torch.tensor(1.5))
Normal(0.0, 1.0).log_prob("x")
