# Probability as textbooks begin it: dice, counts, frequencies that converge.
import random
import torch
from torch.distributions import multinomial
from torch.distributions.multinomial import Multinomial
import torch.distributions as dist

num_tosses = 100
heads = sum([random.random() > 0.5 for _ in range(num_tosses)])
tails = num_tosses - heads
print("heads, tails: ", [heads, tails])
fair_probs = torch.tensor([0.5, 0.5])
Multinomial(100, fair_probs).sample()
multinomial.Multinomial(100, fair_probs).sample() / 100
counts = Multinomial(10000, fair_probs).sample()
counts / 10000
dice = torch.ones([6]) / 6
counts = multinomial.Multinomial(10, dice).sample((500,))
cum_counts = counts.cumsum(dim=0)
estimates = cum_counts / cum_counts.sum(dim=1, keepdims=True)
estimates.shape
estimates[-1]
torch.distributions.multinomial.Multinomial(3, dice).sample()
dist.binomial.Binomial(10, torch.tensor(0.3)).sample((5,))
dist.normal.Normal(0., 1.).log_prob(torch.tensor(0.5))
dist.independent.Independent(dist.Normal(torch.zeros(3), torch.ones(3)), 1).log_prob(torch.zeros(3))
dist.constraints.positive.check(torch.tensor([1., -1.]))
dist.categorical.Categorical(dice).entropy()
dist.kl.kl_divergence(dist.Normal(0., 1.), dist.Normal(1., 2.))
