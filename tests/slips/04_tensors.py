"""Mistakes, one after the other."""
import torch
import torch.nn as nn
import torch.nn.functional as F
nn.Linear(2, 1).load_state_dict(nn.Linear(3, 1).state_dict())
nn.Linear(2, 1).load_state_dict({'weight': torch.ones(1, 2)})
nn.Linear(2, 1).load_state_dict({'w': torch.ones(1, 2), 'weight': torch.ones(1, 2), 'bias': torch.ones(1)})
nn.Linear(2, 1).load_state_dict(nn.Linear(2, 1))
nn.Sequential([nn.Linear(2, 1)])
nn.Sequential(nn.Linear(2, 1), torch.relu)
nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(4, 1))(torch.ones(1, 2))
nn.Sequential(nn.Linear(2, 3), nn.ReLU)(torch.ones(1, 2))
nn.ModuleList([nn.Linear(2, 1)])(torch.ones(1, 2))
nn.Sequential(nn.Linear(2, 3))[3]
class Net(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(2, 1)
Net()
class Net(nn.Module):
    def __init__(self):
        self.w = nn.Parameter(torch.ones(2))
Net()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
Net()(torch.ones(1, 2))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
    def forward(x):
        return self.fc(x)
Net()(torch.ones(1, 2))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
    def forward(self, x):
        return fc(x)
Net()(torch.ones(1, 2))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
    def forward(self, x):
        return self.fc1(x)
Net()(torch.ones(1, 2))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
    def forward(self, x):
        x * 2
y = Net()(torch.ones(1, 2))
y.sum()
class Net(nn.Module):
    def forward(self, x):
        return x
torch.optim.SGD(Net().parameters(), lr=0.1)
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
Net()
nn.relu(torch.ones(2))
nn.Flatten()(torch.ones(3)).shape
nn.Parameter([1., 2.])
nn.Parameter(torch.tensor([1, 2]))
from torch.utils.data import DataLoader
next(iter(DataLoader([torch.ones(2), torch.ones(3)], batch_size=2)))
from torch.utils.data import DataLoader
DataLoader([1, 2], batch_size=0)
from torch.utils.data import DataLoader
DataLoader([1, 2], batchsize=2)
from torch.utils.data import DataLoader
DataLoader([1, 2])[0]
from torch.utils.data import TensorDataset
TensorDataset(torch.ones(2), torch.ones(3))
from torch.utils.data import Dataset
class D(Dataset):
    pass
len(D())
from torch.utils.data import Dataset
class D(Dataset):
    pass
D()[0]
from torch.utils.data import random_split
random_split([1, 2, 3], [2, 2])
torch.manual_seed('a')
torch.save(torch.ones(2))
torch.load('nosuchfile.pt')
torch.linalg.inv(torch.zeros(2, 2))
torch.linalg.inv(torch.ones(2, 3))
torch.inverse(torch.ones(2, 3))
torch.det(torch.ones(2, 3))
torch.linalg.solve(torch.ones(2, 2), torch.ones(3))
torch.linalg.cholesky(-torch.eye(2))
torch.linalg.solve(torch.zeros(2, 2), torch.ones(2))
torch.trace(torch.ones(2, 2, 2))
torch.diag(torch.ones(2, 2, 2))
torch.outer(torch.ones(2, 2), torch.ones(2))
torch.einsum('ij,jk->ik', torch.ones(2, 3), torch.ones(2, 3))
torch.einsum('ij,jk', torch.ones(2, 3))
torch.einsum('ijk->i', torch.ones(2, 3))
torch.gather(torch.ones(2, 3), 1, torch.tensor([[0, 5]]))
torch.gather(torch.ones(2, 3), 1, torch.tensor([0, 1]))
torch.gather(torch.ones(2, 3), 1, torch.tensor([[0., 1.]]))
torch.ones(2, 3).index_select(0, torch.tensor([5]))
torch.ones(3).topk(5)
torch.ones(2, 3).squeeze('a')
torch.ones(2, 3).flatten(3)
torch.ones(2, 3).repeat(2)
torch.ones(2, 3).tile()
torch.ones(2, 3).masked_fill(torch.ones(2, 3), 0.)
torch.masked_select(torch.ones(3), torch.ones(3))
torch.clamp(torch.ones(2))
torch.ones(2).clip('a', 'b')
torch.multinomial(torch.ones(3), 5)
torch.multinomial(torch.tensor([-1., 2.]), 1)
torch.normal(torch.ones(2), torch.tensor([-1., 1.]))
torch.ones(2, 3).scatter_(1, torch.tensor([[0, 4]]), 1.)
torch.from_numpy([1, 2])
import numpy as np
np.array([1, 2]) @ np.array([1, 2, 3])
import numpy as np
np.array([1, 2]) + np.array([1, 2, 3])
import numpy as np
np.ones((2, 3)).reshape(4)
import numpy as np
np.array([1, 2, 3])[5]
import numpy as np
np.array([1, 2, 3])[0, 1]
import numpy as np
np.ones((2, 3)).dot(np.ones(2))
import numpy as np
np.array([1, 2]).append(3)
import numpy as np
np.array([1, 2]) + torch.ones(2)
import numpy as np
np.array(1, 2, 3)
import numpy as np
np.mean()
import numpy as np
if np.array([1, 2]) > 1: pass
import numpy as np
np.ones(3).unsqueeze(0)
import numpy as np
np.stack([np.ones(2), np.ones(3)])
import nosuch
import torch.nosuch
import torchvision
foo
lenght([1])
x = 5
x()
x = [1, 2, 3]
x(0)
x = [1, 2, 3]
x[3]
x = [1, 2, 3]
x['a']
x = [1, 2, 3]
x[1.0]
x = (1, 2)
x[0] = 5
x = 'abc'
x[0] = 'z'
x = 'abc'
x[10]
x = 'abc'
x + 1
1 + 'abc'
'a' * 'b'
[1, 2] + 3
[1] * [2]
{'a': 1}['b']
d = {'a': 1}
d.b
{[1]: 2}
d = {'a': 1}
d[torch.ones(1)]
