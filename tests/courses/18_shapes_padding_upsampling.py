# Layers without weights: shapes, borders, resizing; and two bilinear things.
import torch
from torch import nn

X = torch.arange(8.0).reshape(1, 2, 2, 2)
nn.Flatten()(X), nn.Flatten(2)(X).shape, nn.Flatten(0, 1)(X).shape, nn.Unflatten(1, (1, 2))(X).shape
nn.Identity(54, unused=True)(X).equal(X), nn.Identity(), nn.Flatten(), nn.Unflatten(1, (2, 1))
image = torch.arange(9.0).reshape(1, 1, 3, 3)
for layer in [nn.ZeroPad2d(1), nn.ConstantPad2d((1, 0, 0, 1), 7.0), nn.ReflectionPad2d(1), nn.ReplicationPad2d((0, 2, 1, 0)), nn.CircularPad2d(1)]:
    print(layer, layer(image))
nn.ZeroPad1d(2)(image[0]), nn.ReflectionPad1d(1)(image[0]), nn.ConstantPad1d(1, 0.5)(image[0])
nn.Upsample(scale_factor=2)(X), nn.Upsample(scale_factor=2, mode="bilinear")(X[:, :1]), nn.Upsample(size=(3, 3), mode="bilinear", align_corners=True)(X[:, :1])
nn.Upsample(scale_factor=2), nn.UpsamplingNearest2d(scale_factor=2)(X).shape, nn.UpsamplingBilinear2d(size=3)
nn.PixelShuffle(2)(torch.arange(16.0).reshape(1, 4, 2, 2)), nn.PixelUnshuffle(2)(torch.arange(16.0).reshape(1, 1, 4, 4)).shape
nn.ChannelShuffle(2)(torch.arange(4.0).reshape(1, 4, 1, 1)).flatten()
b = nn.Bilinear(2, 3, 4)
b, b.weight.shape, b(torch.ones(5, 2), torch.ones(5, 3))
nn.Linear(3, 2, bias=False), nn.Linear(3, 2)(torch.ones(4, 5, 3)).shape, nn.Linear(2, 2, dtype=torch.float64).weight.dtype
nn.functional.pad(torch.ones(2, 2), (1, 1)), nn.functional.interpolate(X, size=(1, 4)), nn.functional.one_hot(torch.tensor([0, 2]), 3)
nn.functional.normalize(torch.tensor([[3.0, 4.0]])), nn.functional.cosine_similarity(torch.ones(2, 2), torch.eye(2))


class Residual(nn.Module):
    """Two convolutions around a shortcut."""

    def __init__(self, channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1, stride=strides)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv3 = nn.Conv2d(1, channels, 1, stride=strides) if use_1x1conv else None
        self.bn1 = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, X):
        Y = torch.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.conv3(X)
        return torch.relu(Y + X)


blk = Residual(2, use_1x1conv=True, strides=2)
blk, blk(torch.rand(4, 1, 6, 6)).shape
Residual(1)
Residual(1).conv3 is None, Residual(1)(image).shape
nn.Upsample(mode="cubic")(X)
nn.Unflatten(1, (3, 1))(X)
nn.Linear(3, 2)(torch.ones(4))
