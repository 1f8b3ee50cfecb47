"""Mistakes, one after the other."""
import torch
import torch.nn as nn
import torch.nn.functional as F
torch.mean([1., 2.])
torch.mean(torch.ones(2, 3), dim='a')
torch.max([1, 2, 3])
torch.max(torch.ones(2), 5)
torch.max(torch.tensor([]))
torch.argmax(torch.tensor([]))
torch.ones(2, 3).max(dim=(0, 1))
torch.ones(2, 3).argmax('a')
torch.ones(2, 3).softmax()
torch.softmax(torch.ones(2, 3))
F.softmax(torch.ones(2, 3))
nn.Softmax()(torch.ones(2, 3))
torch.softmax(torch.arange(3), 0)
torch.softmax(torch.ones(3), 1)
torch.exp(1)
torch.exp([1., 2.])
torch.sqrt(4)
torch.sqrt('4')
torch.relu(5)
torch.sin()
torch.log(torch.ones(2), torch.ones(2))
torch.exp(torch.ones(2), 2)
torch.exp(x=torch.ones(2))
torch.ones(2).exp(1)
torch.ones(2).exp(inplace=True)
F.relu([1, 2])
F.relu(3)
torch.sigmoid(2.0)
torch.tanh(None)
import math
math.sqrt(torch.ones(2))
import math
math.sqrt(-1)
import math
math.log(0)
import math
math.exp('1')
float(torch.ones(2))
int(torch.ones(2))
bool(torch.tensor([]))
torch.tensor([]).item()
int('3.5')
float('abc')
torch.ones(2) + '1'
'a' + torch.ones(2)
torch.ones(2) + None
torch.ones(2) + [1, 2]
torch.ones(2) * [1, 2]
torch.ones(2) - (1, 2)
torch.add(torch.ones(2), '3')
torch.add(torch.ones(2))
torch.mul(torch.ones(2), [1., 2.])
torch.ones(2) @ [1, 2]
torch.ones(2) > 'a'
torch.ones(2) ** 'a'
torch.ones(2) < None
[1, 2] + torch.ones(2)
torch.ones(2) / None
-'a'
~torch.ones(2)
~1.5
torch.ones(2) & torch.ones(2)
torch.ones(2) << 1
torch.tensor(5) % 0
torch.tensor(5) // 0
-torch.tensor([True, False])
1 - torch.tensor([True, False])
torch.tensor([True]) - 1
torch.tensor([1, 2]).std()
torch.tensor([1, 2]).norm()
torch.tensor([1, 2]).var()
torch.tensor([1, 2]).exp_()
torch.tensor([1, 2]).div_(2)
a = torch.tensor([1, 2])
a /= 2
a = torch.tensor([True, False])
a += 1
torch.randn(3, dtype=torch.int64)
torch.rand(3, dtype=torch.long)
torch.normal(0, 1)
torch.ones(2, dtype=torch.int32).mean()
torch.ones(2).median(dim=3)
x = torch.tensor([1., 2.], requires_grad=True)
x.numpy()
x = torch.tensor([1., 2.], requires_grad=True)
x.item()
x = torch.tensor([1., 2.], requires_grad=True)
x.zero_()
x = torch.tensor([1., 2.], requires_grad=True)
x[:1] += 1
x = torch.tensor([1., 2.], requires_grad=True)
x.add_(1)
x = torch.tensor([1., 2.], requires_grad=True)
x.grad.zero_()
x = torch.tensor([1., 2.], requires_grad=True)
x.backward()
x = torch.tensor([1., 2.], requires_grad=True)
(x * 2).backward(torch.ones(3))
x = torch.tensor([1., 2.], requires_grad=True)
(x * 2).backward([1., 1.])
x = torch.tensor([1., 2.], requires_grad=True)
x.sum().backward(1.0)
x = torch.tensor([1., 2.], requires_grad=True)
y = x.sum().item()
y.backward()
x = torch.tensor([1., 2.], requires_grad=True)
y = (x > 0).sum()
y.backward()
x = torch.tensor([1., 2.], requires_grad=True)
torch.autograd.grad(x * 2, x)
x = torch.tensor([1., 2.], requires_grad=True)
z = torch.tensor([1.], requires_grad=True)
torch.autograd.grad(x.sum(), z)
x = torch.tensor([1., 2.])
torch.autograd.grad(x.sum(), x)
x = torch.tensor([1., 2.], requires_grad=True)
y = x.sum()
torch.autograd.grad(y, x)
torch.autograd.grad(y, x)
x = torch.tensor([1., 2.], requires_grad=True)
g, = torch.autograd.grad((x ** 2).sum(), x)
g.sum().backward()
x = torch.tensor([1., 2.], requires_grad=True)
x.grad = torch.ones(3)
x = torch.tensor([1., 2.], requires_grad=True)
x.grad = 0
x = torch.tensor([1., 2.], requires_grad=True)
x.grad = x.grad - 1
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.requires_grad = False
x = torch.tensor([1, 2])
x.requires_grad = True
x = torch.ones(2)
x.requires_grad = 'yes'
x = torch.tensor([1., 2.], requires_grad=True)
import copy
copy.deepcopy(x * 2)
