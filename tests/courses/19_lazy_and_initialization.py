# Lazy layers and all the ways to initialize.
import torch
from torch import nn
from torch.nn import init

net = nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.LazyLinear(10))
net
net[0].weight
net[0].state_dict()
X = torch.rand(2, 20)
net(X).shape
net[0].weight.shape, net[0], type(net[0]), [name for name, _ in net.named_parameters()]
net(torch.rand(2, 21))
cnn = nn.Sequential(nn.LazyConv2d(4, kernel_size=3, padding=1), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
cnn
cnn(torch.rand(1, 2, 5, 5)), cnn
nn.LazyConv1d(2, 3)(torch.ones(1, 3, 4)).shape, nn.LazyConvTranspose2d(2, 2)(torch.ones(1, 3, 2, 2)).shape
copy_of = nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.LazyLinear(10))
copy_of.load_state_dict(net.state_dict())
torch.equal(copy_of(X), net(X))

lazy = nn.LazyLinear(1)
lazy.weight.data.normal_(0, 0.01)
lazy.bias.data.fill_(0)
opt = torch.optim.SGD(lazy.parameters(), lr=0.1)
lazy.weight.requires_grad, lazy.weight.dtype, lazy.weight.device, lazy.weight.grad, lazy.weight.is_leaf
lazy.weight.shape
lazy.weight.numel()
isinstance(lazy.weight, nn.Parameter), isinstance(lazy.weight, nn.UninitializedParameter), type(lazy.weight)
lazy(torch.ones(1, 3)).sum().backward()
opt.step()
lazy.weight, lazy.bias, type(lazy.weight)


def init_normal(module):
    if type(module) == nn.Linear:
        nn.init.normal_(module.weight, mean=0, std=0.01)
        nn.init.zeros_(module.bias)


torch.manual_seed(11);
net.apply(init_normal)
net[0].weight.data[0][:5], net[0].bias.data[:3]


def init_xavier(module):
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)


net[0].apply(init_xavier)
net[2].apply(lambda m: nn.init.constant_(m.weight, 42))
net[0].weight.data[0][:5], net[2].weight.data[0, 0]


def my_init(module):
    if type(module) == nn.Linear:
        print("Init", *[(name, param.shape) for name, param in module.named_parameters()][0])
        nn.init.uniform_(module.weight, -10, 10)
        module.weight.data *= module.weight.data.abs() >= 5


net.apply(my_init)
net[0].weight[:2, :6]
net[0].weight.data[:] += 1
net[0].weight.data[0, 0] = 42
net[0].weight.data[0, :3]
w = torch.empty(3, 4)
init.uniform_(w), init.normal_(w, 1, 2), init.ones_(w), init.eye_(torch.empty(2, 3)), init.constant_(w, 0.5)
init.xavier_uniform_(w), init.xavier_normal_(w, gain=init.calculate_gain("relu"))
init.kaiming_uniform_(w, nonlinearity="relu"), init.kaiming_normal_(w, mode="fan_out")
init.trunc_normal_(w, std=0.02), init.sparse_(w, 0.5), init.dirac_(torch.empty(2, 2, 3))
q = init.orthogonal_(torch.empty(4, 3))
torch.allclose(q.T @ q, torch.eye(3), atol=1e-6)
[init.calculate_gain(n) for n in ("linear", "sigmoid", "tanh", "relu", "selu")], init.calculate_gain("leaky_relu", 0.2)
init.xavier_uniform_(torch.empty(3))
init.kaiming_normal_(w, nonlinearity="unknown")
torch.manual_seed(5);
nn.Linear(3, 2).weight, nn.Conv2d(1, 2, 2).weight, nn.Embedding(2, 3).weight, nn.LSTM(2, 2).weight_ih_l0, nn.Bilinear(2, 2, 1).weight
nn.ConvTranspose2d(1, 1, 2).weight, nn.MultiheadAttention(2, 1).in_proj_weight, nn.GRUCell(1, 2).weight_hh, nn.PReLU().weight
