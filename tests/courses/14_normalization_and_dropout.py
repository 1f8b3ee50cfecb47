# Batch, layer, group and instance normalization; dropout; training against evaluation.
import torch
from torch import nn
import torch.nn.functional as F

X = torch.arange(16, dtype=torch.float32).reshape((2, 8))


def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 1:
        return torch.zeros_like(X)
    mask = (torch.rand(X.shape) > dropout).float()
    return mask * X / (1.0 - dropout)


dropout_layer(X, 0.0), dropout_layer(X, 0.5), dropout_layer(X, 1.0)
torch.manual_seed(3);
d = nn.Dropout(0.5)
d, d(X), d(X)
d.eval()(X)
F.dropout(torch.ones(6), 0.3), F.dropout(torch.ones(6), 0.3, training=False), nn.Dropout(1.0)(torch.ones(2)), nn.Dropout(0.0)(torch.ones(2))
nn.Dropout2d(0.5)(torch.ones(1, 4, 2, 2)), nn.Dropout1d(0.5)(torch.ones(1, 4, 2)), nn.AlphaDropout(0.5)
nn.Dropout(2)
bn = nn.BatchNorm1d(3)
bn, bn.weight, bn.bias, bn.running_mean, bn.running_var, bn.num_batches_tracked
Z = torch.randn(5, 3) * 2 + 1
bn(Z)
bn.running_mean, bn.running_var, bn.num_batches_tracked
bn(Z).mean(0).abs() < 1e-6, bn(Z).var(0, unbiased=False)
bn.eval()
bn(Z)
bn.state_dict().keys()
bn(torch.ones(2, 4))
nn.BatchNorm1d(3)(torch.ones(1, 3))


class MyBatchNorm(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(1, n))
        self.beta = nn.Parameter(torch.zeros(1, n))
        self.moving_mean = torch.zeros(1, n)
        self.moving_var = torch.ones(1, n)

    def forward(self, X, eps=1e-5, momentum=0.1):
        if torch.is_grad_enabled() and self.training:
            mean, var = X.mean(dim=0), ((X - X.mean(dim=0)) ** 2).mean(dim=0)
            self.moving_mean = (1.0 - momentum) * self.moving_mean + momentum * mean
            self.moving_var = (1.0 - momentum) * self.moving_var + momentum * var
        else:
            mean, var = self.moving_mean, self.moving_var
        return self.gamma * (X - mean) / torch.sqrt(var + eps) + self.beta


mine = MyBatchNorm(3)
torch.allclose(mine(Z), nn.BatchNorm1d(3)(Z), atol=1e-5), mine.moving_mean.data
images = torch.randn(2, 4, 3, 3)
nn.BatchNorm2d(4)(images).mean((0, 2, 3)).abs().max() < 1e-6, nn.BatchNorm2d(4, affine=False).weight is None
nn.BatchNorm2d(4), nn.BatchNorm2d(4)(images)[0, 0]
ln = nn.LayerNorm(2)
ln, ln(torch.tensor([[1.0, 2], [2, 3]])), nn.BatchNorm1d(2)(torch.tensor([[1.0, 2], [2, 3]]))
nn.LayerNorm([4, 3, 3])(images).mean((1, 2, 3)).abs().max() < 1e-6, nn.LayerNorm(4, elementwise_affine=False)
gn = nn.GroupNorm(2, 4)
gn, gn(images)[0, 0], nn.InstanceNorm2d(4)(images)[0, 0], nn.GroupNorm(4, 4)(images).allclose(nn.InstanceNorm2d(4)(images), atol=1e-5)
nn.RMSNorm(4), nn.RMSNorm(3)(images)[0, 0], nn.LocalResponseNorm(2)(images)[0, 0], nn.InstanceNorm1d(4)
nn.GroupNorm(3, 4)
net = nn.Sequential(nn.Linear(8, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.2), nn.Linear(4, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for step in range(5):
    loss = (net(torch.randn(16, 8)) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(f"{step} {loss.item():.4f}")
net.eval()
net(X), net[1].running_mean, net[1].num_batches_tracked
