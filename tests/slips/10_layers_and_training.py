"""Mistakes with layers, optimizers, losses, data and gradients, one after the other."""
import torch
import torch.nn as nn
import torch.nn.functional as F
nn.Linear(10, 5)(torch.randn(4, 8))
nn.Linear(10)
nn.Linear(10, 5)(torch.arange(10))
nn.Linear(10, 5)(torch.randn(4, 10).double())
nn.Linear(10, 5).forward()
nn.Conv2d(3, 8, 3)(torch.randn(1, 1, 8, 8))
nn.Conv2d(3, 8, 3)(torch.randn(8, 8))
nn.Conv2d(3, 8, 5)(torch.randn(1, 3, 3, 3))
nn.Conv2d(3, 8)
nn.Conv2d(3, 8, kernel=3)
nn.Conv1d(3, 8, 3)(torch.randn(2, 5, 10))
nn.Conv2d(3, 8, 3, groups=2)
nn.ConvTranspose2d(3, 8, 3)(torch.randn(1, 4, 8, 8))
nn.MaxPool2d()
nn.MaxPool2d(3)(torch.randn(1, 1, 2, 2))
nn.MaxPool2d(2, padding=2)(torch.randn(1, 1, 4, 4))
nn.AvgPool2d(2)(torch.randn(4))
nn.BatchNorm2d(3)(torch.randn(2, 4, 5, 5))
nn.BatchNorm2d(3)(torch.randn(2, 3))
nn.BatchNorm1d(3)(torch.randn(1, 3))
nn.BatchNorm1d(3)(torch.randn(3))
nn.LayerNorm(5)(torch.randn(2, 4))
nn.GroupNorm(3, 4)
nn.GroupNorm(2, 4)(torch.randn(2, 6, 3))
nn.InstanceNorm2d(3)(torch.randn(2, 3, 1, 1))
nn.Dropout(1.5)
nn.Dropout('0.5')
nn.Embedding(10, 3)(torch.tensor([10]))
nn.Embedding(10, 3)(torch.tensor([1., 2.]))
nn.Embedding(10, 3)(torch.tensor([-1]))
nn.Embedding(10, 3, padding_idx=12)
nn.LSTM(4, 8)(torch.randn(5, 3, 6))
nn.LSTM(4, 8)(torch.randn(5, 3, 4), torch.zeros(1, 3, 8))
nn.GRU(4, 8)(torch.randn(5, 3, 4), torch.zeros(1, 2, 8))
nn.RNN(4, 8)(torch.randn(4))
nn.LSTM(4, 8, num_layer=2)
out = nn.LSTM(4, 8)(torch.randn(5, 3, 4))
out.shape
h = nn.GRU(4, 8)(torch.randn(5, 3, 4))
nn.Linear(8, 2)(h)
nn.LSTMCell(4, 8)(torch.randn(3, 5))
nn.MultiheadAttention(10, 3)
nn.MultiheadAttention(8, 2)(torch.randn(5, 3, 8))
x = torch.randn(5, 3, 6)
nn.MultiheadAttention(8, 2)(x, x, x)
nn.TransformerEncoderLayer(8, 3)
nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 2)(torch.randn(5, 3, 7))
nn.Flatten()(3)
nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 1))(torch.randn(5, 2))
nn.Sequential([nn.Linear(2, 3), nn.ReLU()])
nn.Sequential(nn.Linear(2, 3), nn.ReLU)
nn.Sequential(nn.Linear(2, 3), torch.relu)
nn.Sequential(nn.Linear(2, 3))[3]
nn.ModuleList([nn.Linear(2, 3)])(torch.randn(1, 2))
nn.ModuleList(nn.Linear(2, 3))
nn.ModuleDict({'a': 3})
nn.ParameterList([torch.randn(3), 'x'])[1]
class Net(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(2, 2)
Net()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
Net()(torch.randn(1, 2))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
    def foward(self, x):
        return self.fc(x)
Net()(torch.randn(1, 2))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
    def forward(self, x):
        return self.fc2(x)
Net()(torch.randn(1, 2))
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
    def forward(x):
        return self.fc(x)
Net()(torch.randn(1, 2))
class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc = nn.Linear(2, hidden)
Net()
m = nn.Linear(2, 2)
m.weight = torch.randn(2, 2)
m = nn.Linear(2, 2)
m.weight.data = [1, 2]
m = nn.Linear(2, 2)
m.load_state_dict({'weight': torch.randn(2, 2)})
m = nn.Linear(2, 2)
m.load_state_dict({'weight': torch.randn(3, 2), 'bias': torch.randn(2)})
m = nn.Linear(2, 2)
m.load_state_dict({'weight': torch.randn(2, 2), 'bias': torch.randn(2), 'extra': torch.ones(1)})
m = nn.Linear(2, 2)
m.load_state_dict('model.pt')
m = nn.Linear(2, 2)
m.load_state_dict(nn.Linear(3, 2).state_dict())
m = nn.Linear(2, 2)
m.load_state_dict(m)
m = nn.Linear(2, 2)
m.parameter()
m = nn.Linear(2, 2)
m.parameters()[0]
m = nn.Linear(2, 2)
len(m.parameters())
m = nn.Linear(2, 2)
m.parameters().grad
m = nn.Linear(2, 2)
torch.optim.SGD(m, lr=0.1)
m = nn.Linear(2, 2)
torch.optim.SGD(m.parameters, lr=0.1)
m = nn.Linear(2, 2)
torch.optim.SGD(m.parameters(), lr=-0.1)
m = nn.Linear(2, 2)
torch.optim.SGD(m.parameters(), learning_rate=0.1)
m = nn.Linear(2, 2)
torch.optim.Adam(m.parameters(), momentum=0.9)
m = nn.Linear(2, 2)
torch.optim.Adam(m.parameters(), betas=0.9)
m = nn.Linear(2, 2)
torch.optim.Adam(m.parameters(), betas=(0.9, 1.0))
m = nn.Linear(2, 2)
torch.optim.SGD(m.parameters(), lr=0.1, nesterov=True)
torch.optim.SGD([], lr=0.1)
torch.optim.SGD(nn.ReLU().parameters(), lr=0.1)
torch.optim.SGD(torch.randn(3, requires_grad=True), lr=0.1)
torch.optim.SGD([torch.randn(3, requires_grad=True) * 2], lr=0.1)
torch.optim.SGD([1, 2, 3], lr=0.1)
torch.optim.SGD([{'param': [torch.randn(3, requires_grad=True)]}], lr=0.1)
m = nn.Linear(2, 2)
o = torch.optim.SGD(m.parameters(), lr=0.1)
o.zero_grads()
m = nn.Linear(2, 2)
o = torch.optim.SGD(m.parameters(), lr=0.1)
o.lr = 0.01
o.param_groups[1]['lr']
m = nn.Linear(2, 2)
o = torch.optim.SGD(m.parameters(), lr=0.1)
o.step(3)
m = nn.Linear(2, 2)
o = torch.optim.SGD(m.parameters(), lr=0.1)
torch.optim.lr_scheduler.StepLR(o)
m = nn.Linear(2, 2)
torch.optim.lr_scheduler.StepLR(m, 3)
m = nn.Linear(2, 2)
o = torch.optim.SGD(m.parameters(), lr=0.1)
torch.optim.lr_scheduler.StepLR(o, step=3)
m = nn.Linear(2, 2)
o = torch.optim.SGD(m.parameters(), lr=0.1)
torch.optim.lr_scheduler.ReduceLROnPlateau(o).step()
m = nn.Linear(2, 2)
o = torch.optim.SGD(m.parameters(), lr=0.1)
torch.optim.lr_scheduler.OneCycleLR(o, 0.1)
m = nn.Linear(2, 2)
o = torch.optim.SGD(m.parameters(), lr=0.1)
o.load_state_dict(torch.optim.SGD([torch.randn(1, requires_grad=True)], lr=0.1).state_dict())
nn.CrossEntropyLoss()(torch.randn(3, 5), torch.tensor([1, 2]))
nn.CrossEntropyLoss()(torch.randn(3, 5), torch.tensor([1, 2, 5]))
nn.CrossEntropyLoss()(torch.randn(3, 5), torch.tensor([1., 2., 3.]))
nn.CrossEntropyLoss()(torch.randn(3, 5), torch.tensor([[1], [2], [3]]))
nn.CrossEntropyLoss(torch.randn(3, 5), torch.tensor([1, 2, 3]))
nn.CrossEntropyLoss(weight=torch.ones(3))(torch.randn(3, 5), torch.tensor([1, 2, 3]))
nn.CrossEntropyLoss(reduction='avg')(torch.randn(3, 5), torch.tensor([1, 2, 3]))
nn.NLLLoss()(torch.randn(3, 5), torch.randn(3))
nn.BCELoss()(torch.randn(3), torch.ones(3))
nn.BCELoss()(torch.rand(3, 1), torch.ones(3))
nn.BCELoss()(torch.rand(3), torch.ones(3).long())
nn.BCEWithLogitsLoss()(torch.randn(3, 1), torch.ones(3))
nn.MSELoss()(torch.randn(3, 2), torch.randn(3, 4))
nn.MSELoss()(torch.randn(3))
nn.MSELoss(torch.randn(3), torch.randn(3))
nn.L1Loss()(torch.randn(3), [1, 2, 3])
nn.KLDivLoss()(torch.randn(3, 2), torch.randn(2, 3))
nn.CosineEmbeddingLoss()(torch.randn(3), torch.randn(3))
nn.TripletMarginLoss()(torch.randn(3, 4), torch.randn(3, 4))
F.softmax(torch.randn(3), dim=1)
F.one_hot(torch.tensor([1., 2.]))
F.one_hot(torch.tensor([1, 5]), num_classes=3)
F.one_hot(torch.tensor([-1, 5]))
F.cross_entropy(torch.randn(3, 5))
F.pad(torch.randn(3, 3), (1, 1, 1, 1, 1, 1))
F.pad(torch.randn(3, 3), 1)
F.pad(torch.randn(3, 3), (1, 1, 1))
F.pad(torch.randn(3, 3), (1, 1), mode='foo')
F.interpolate(torch.randn(1, 3, 4, 4))
F.interpolate(torch.randn(3, 4), scale_factor=2)
F.interpolate(torch.randn(1, 3, 4, 4), size=2, mode='linear')
F.linear(torch.randn(2, 3), torch.randn(3, 4))
F.conv2d(torch.randn(1, 1, 4, 4), torch.randn(3, 3))
F.dropout(torch.randn(3), p=2)
F.normalize(torch.tensor([1, 2]))
F.cosine_similarity(torch.randn(3, 4), torch.randn(3, 5))
F.scaled_dot_product_attention(torch.randn(2, 3, 4), torch.randn(2, 5, 6), torch.randn(2, 5, 6))
F.sigmoid('a')
F.batch_norm(torch.randn(2, 3), None, None)
F.nll_loss(torch.randn(3, 5), torch.tensor([[1, 2, 3]]))
F.max_pool2d(torch.randn(4, 4), 2)
F.unfold(torch.randn(1, 3, 2, 2), 3)
F.embedding(torch.randn(3, 4), torch.tensor([1, 2]))
F.leakyrelu(torch.ones(2))
nn.init.xavier_uniform_(torch.empty(3))
nn.init.kaiming_normal_(torch.empty(3, 3), nonlinearity='foo')
nn.init.xavier_normal(nn.Linear(2, 2))
nn.utils.clip_grad_norm_(nn.Linear(2, 2).parameters())
from torch.utils.data import DataLoader, TensorDataset
TensorDataset(torch.randn(3, 2), torch.randn(4))
from torch.utils.data import DataLoader, TensorDataset
DataLoader(TensorDataset(torch.randn(3, 2)), batch_size=0)
from torch.utils.data import DataLoader, TensorDataset
DataLoader(TensorDataset(torch.randn(3, 2)), batch_size=2.5)
from torch.utils.data import DataLoader, TensorDataset
DataLoader(TensorDataset(torch.randn(3, 2)))[0]
from torch.utils.data import DataLoader, TensorDataset
for x, y in DataLoader(TensorDataset(torch.randn(3, 2))): pass
from torch.utils.data import DataLoader, TensorDataset
next(DataLoader(TensorDataset(torch.randn(3, 2))))
from torch.utils.data import DataLoader, Dataset
class D(Dataset):
    def __getitem__(self, i): return i
len(DataLoader(D()))
from torch.utils.data import DataLoader, Dataset
class D(Dataset):
    def __len__(self): return 3
next(iter(DataLoader(D())))
from torch.utils.data import DataLoader, Dataset
class D(Dataset):
    def __len__(self): return 3
    def __getitem__(self, i): return torch.ones(i + 1)
next(iter(DataLoader(D(), batch_size=2)))
from torch.utils.data import DataLoader, Dataset
class D(Dataset):
    def __len__(self): return 3
    def __getitem__(self, i): return None
next(iter(DataLoader(D(), batch_size=2)))
from torch.utils.data import DataLoader, Dataset
class D(Dataset):
    def __len__(self): return 3
    def __getitem__(self, i): return [1, 2][i], object()
next(iter(DataLoader(D(), batch_size=2)))
from torch.utils.data import DataLoader
DataLoader()
from torch.utils.data import DataLoader
next(iter(DataLoader(5)))
from torch.utils.data import DataLoader
DataLoader([1, 2], shuffle=True, sampler=[0, 1])
from torch.utils.data import random_split
random_split([1, 2, 3], [1, 1])
from torch.utils.data import random_split
random_split([1, 2, 3], [0.5, 0.6])
from torch.utils.data import Subset
Subset([1, 2, 3], [0, 5])[1]
from torch.utils.data import TensorDataset
TensorDataset([1, 2], [3, 4])
from torch.utils.data import TensorDataset
TensorDataset(torch.randn(3))[5]
x = torch.ones(3, requires_grad=True)
x.backward()
x = torch.ones(3, requires_grad=True)
y = (x * 2).sum()
y.backward()
y.backward()
x = torch.ones(3)
x.sum().backward()
x = torch.ones(3, requires_grad=True)
x += 1
x = torch.ones(3, requires_grad=True)
x[0] = 5
x = torch.ones(3, requires_grad=True)
x.numpy()
x = torch.ones(3, requires_grad=True)
y = x.exp()
y += 1
y.sum().backward()
x = torch.ones(3, requires_grad=True)
torch.autograd.grad(x.sum())
x = torch.ones(3, requires_grad=True)
torch.autograd.grad(x * 2, x)
x = torch.ones(3, requires_grad=True)
z = torch.ones(3, requires_grad=True)
torch.autograd.grad(x.sum(), z)
x = torch.ones(3, requires_grad=True)
(x * 2).backward(torch.ones(2))
x = torch.ones(3, requires_grad=True)
(x * 2).sum().backward(torch.ones(3))
x = torch.arange(3, requires_grad=True)
x = torch.ones(3).long().requires_grad_()
x = torch.ones(3, requires_grad=True)
y = x * 2
y.requires_grad = False
x = torch.ones(3, requires_grad=True)
x.grad.zero_()
x = torch.ones(3, requires_grad=True)
x.grad = torch.ones(2)
x = torch.ones(3, requires_grad=True)
x.grad = 1
x = torch.ones(3, requires_grad=True)
x.data = torch.ones(3).long()
x = torch.ones(3, requires_grad=True)
torch.tensor([x.sum(), 1.])
x = torch.ones(3, requires_grad=True)
with torch.no_grad():
    y = x * 2
y.sum().backward()
x = torch.ones(3, requires_grad=True)
y = x.detach() * 2
y.sum().backward()
x = torch.ones(3, requires_grad=True)
y = (x > 0).float().sum()
y.backward()
x = torch.ones(3, requires_grad=True)
x.argmax().backward()
x = torch.ones(3, requires_grad=True)
with torch.inference_mode():
    y = x * 2
y.sum().backward()
x = torch.ones(3, requires_grad=True)
x.view(3)[0] += 1
x = torch.ones(3, requires_grad=True)
x.add_(1)
x = torch.ones(3, requires_grad=True)
x.sum().item().backward()
x = torch.ones(3, requires_grad=True)
y = float(x.sum())
y.backward()
