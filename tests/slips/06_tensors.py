"""Mistakes, one after the other."""
import torch
import torch.nn as nn
import torch.nn.functional as F
torch.ones(2).append(1)
torch.ones(2).shape[1]
torch.ones(2).size(1)
torch.ones(2).size[0]
torch.ones(2).dim(0)
torch.ones(2).T()
torch.ones(2).copy()
torch.ones(2).concat(torch.ones(2))
torch.ones(2).backwards()
torch.ones(2).grad.data
torch.ones(2).detach
torch.ones(2).foo = 3
torch.array([1])
torch.random(2)
torch.nn.linear(2, 3)
torch.nn.Relu()
torch.float(3)
torch.int64(3)
torch.tensor.ones(3)
torch(3)
import math
math.foo
import random
random.choice([])
import random
random.randint(1)
import random
random.randint(5, 1)
import random
random.sample([1, 2], 5)
import random
random.shuffle((1, 2))
del foo
del torch.ones(2)[0]
x = torch.ones(3)
del x[0]
a, *b, c = [1]
a, b = {'a': 1}
(a, b), c = 1, 2
print('a', seperator=',')
print(foo)
input
torch.tensor([1., 2.]).to(float32)
torch.tensor([1., 2.]).to('float')
torch.tensor([1., 2.]).type('float')
torch.ones(2, 3).view(3, -1, 4)
torch.ones(2, 3)[:, :, 0]
torch.ones(2, 3)[0:2:0]
torch.ones(2, 3)[0:1.5]
torch.ones(2, 3).chunk(0)
torch.ones(2, 3).unbind(5)
torch.meshgrid(1, 2)
torch.allclose(torch.ones(2), torch.ones(3))
torch.allclose(torch.ones(2), torch.ones(2, dtype=torch.float64))
torch.equal(torch.ones(2), [1, 1])
torch.isnan(float('nan'))
torch.abs(-3)
torch.pow(2, 3)
torch.maximum(torch.ones(2), 0)
torch.where(torch.ones(2), 1, 0)
torch.where(True, 1, 0)
torch.cumsum(torch.ones(2))
torch.sort([3, 1])
torch.unique([1, 1])
torch.flatten([1, 2])
torch.reshape(torch.ones(4), 2, 2)
torch.permute(torch.ones(2, 3), 1, 0)
torch.transpose(torch.ones(2, 3))
torch.squeeze(5)
torch.numel([1, 2])
torch.is_tensor()
torch.zeros_like(3)
torch.ones_like([1, 2])
torch.randn_like(torch.tensor([1, 2]))
torch.ones(3).uniform_(2, 1)
torch.ones(3).normal_(0, -1)
torch.ones(3).fill_('a')
torch.ones(3).fill_(torch.ones(2))
torch.ones(3).copy_([1, 2, 3])
torch.ones(3).masked_fill_(torch.tensor([1, 0, 1]), 0)
torch.nn.init.xavier_uniform_(torch.ones(3))
torch.nn.init.kaiming_normal_(torch.ones(3))
torch.nn.init.normal_(torch.ones(3), 0, -1)
torch.distributions.Normal(0, -1)
torch.distributions.Categorical(torch.tensor([-1., 2.]))
torch.distributions.Bernoulli(2.)
torch.optim.lr_scheduler.StepLR(5, 1)
