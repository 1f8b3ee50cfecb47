# Convolutions by hand and by layer, pools, transposed convolutions.
import torch
from torch import nn


def corr2d(X, K):
    """Two-dimensional cross-correlation."""
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y


corr2d(torch.arange(9.0).reshape(3, 3), torch.tensor([[0.0, 1.0], [2.0, 3.0]]))
X = torch.ones((6, 8))
X[:, 2:6] = 0
K = torch.tensor([[1.0, -1.0]])
Y = corr2d(X, K)
Y
conv2d = nn.Conv2d(1, 1, kernel_size=(1, 2), bias=False)
conv2d
X, Y = X.reshape((1, 1, 6, 8)), Y.reshape((1, 1, 6, 7))
for i in range(10):
    l = (conv2d(X) - Y) ** 2
    conv2d.zero_grad()
    l.sum().backward()
    conv2d.weight.data[:] -= 3e-2 * conv2d.weight.grad
    if (i + 1) % 2 == 0:
        print(f"epoch {i + 1}, loss {l.sum():.3f}")
conv2d.weight.data.reshape((1, 2))


def comp_conv2d(conv2d, X):
    return conv2d(X.reshape((1, 1) + X.shape)).shape[2:]


Z = torch.rand(size=(8, 8))
comp_conv2d(nn.Conv2d(1, 1, kernel_size=3, padding=1), Z), comp_conv2d(nn.Conv2d(1, 1, kernel_size=(5, 3), padding=(2, 1)), Z)
comp_conv2d(nn.Conv2d(1, 1, kernel_size=3, padding=1, stride=2), Z), comp_conv2d(nn.Conv2d(1, 1, (3, 5), padding=(0, 1), stride=(3, 4)), Z)
nn.Conv2d(1, 1, 3, padding="same"), comp_conv2d(nn.Conv2d(1, 1, 3, padding="same", dilation=2), Z)
torch.manual_seed(2);
c = nn.Conv2d(2, 4, 3, padding=1, groups=2)
c, c.weight.shape, c.bias, c(torch.ones(1, 2, 3, 3))
nn.Conv1d(2, 3, 2)(torch.arange(8.0).reshape(1, 2, 4)), nn.Conv3d(1, 1, 2)(torch.ones(1, 1, 2, 2, 3))
nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect")(Z.reshape(1, 1, 8, 8)).mean()
t = nn.ConvTranspose2d(1, 2, 2, stride=2)
t, t(torch.arange(4.0).reshape(1, 1, 2, 2)), nn.ConvTranspose1d(1, 1, 3, output_padding=1, stride=2)(torch.ones(1, 1, 3)).shape
P = torch.arange(16, dtype=torch.float32).reshape((1, 1, 4, 4))
P
nn.MaxPool2d(3)(P), nn.MaxPool2d(3, padding=1, stride=2)(P), nn.MaxPool2d((2, 3), stride=(2, 3), padding=(0, 1))(P)
nn.AvgPool2d(2)(P), nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)(P), nn.MaxPool2d(2, return_indices=True)(P)
nn.AdaptiveAvgPool2d(1)(P), nn.AdaptiveAvgPool2d((2, 1))(P), nn.AdaptiveMaxPool2d(2)(P), nn.LPPool2d(2, 2)(P)
nn.MaxPool1d(2)(P[0]), nn.AvgPool1d(2)(P[0]), nn.MaxUnpool2d(2)(*nn.MaxPool2d(2, return_indices=True)(P))
nn.MaxPool2d(2), nn.AvgPool2d(3, stride=2), nn.AdaptiveAvgPool2d((1, 1))
cat = torch.cat((P, P + 1), 1)
nn.MaxPool2d(3, padding=1, stride=2)(cat)
nn.Unfold(2)(P).shape, nn.Fold((4, 4), 2)(nn.Unfold(2)(P))
net = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, stride=2), nn.Conv2d(6, 16, 5), nn.Sigmoid(),
                    nn.AvgPool2d(2, stride=2), nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 10))
out = torch.rand(1, 1, 28, 28)
for layer in net:
    out = layer(out)
    print(layer.__class__.__name__, "output shape:\t", out.shape)
out
c(torch.ones(1, 3, 3, 3))
nn.Conv2d(2, 3, 3, groups=2)
nn.Conv2d(1, 1, 5)(torch.ones(1, 1, 3, 3))
