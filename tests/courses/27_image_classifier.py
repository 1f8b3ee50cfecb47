# A convolutional classifier on pictures that are drawn here, with evaluation and accuracy.
import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Shapes(Dataset):
    """Pictures [1, 8, 8] of horizontal bars, vertical bars and squares."""

    names = ["horizontal", "vertical", "square"]

    def __init__(self, n, seed):
        g = torch.Generator().manual_seed(seed)
        self.labels = torch.randint(0, 3, (n,), generator=g)
        self.images = 0.1 * torch.rand(n, 1, 8, 8, generator=g)
        at = torch.randint(1, 6, (n,), generator=g)
        for i, (label, k) in enumerate(zip(self.labels.tolist(), at.tolist())):
            if label == 0:
                self.images[i, 0, k, :] = 1
            elif label == 1:
                self.images[i, 0, :, k] = 1
            else:
                self.images[i, 0, k:k + 2, k:k + 2] = 1

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.images[i], self.labels[i]


train, test = Shapes(96, seed=0), Shapes(48, seed=1)
len(train), train[0][0].shape, train[0][1], Shapes.names[train[0][1]]
torch.bincount(train.labels), (train[1][0][0] > 0.5).int()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 8, 3)
        self.dropout = nn.Dropout(0.1)
        self.fc1 = nn.Linear(8 * 3 * 3, 16)
        self.fc2 = nn.Linear(16, 3)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(x, 2)
        x = self.dropout(torch.flatten(x, 1))
        return self.fc2(F.relu(self.fc1(x)))


torch.manual_seed(0);
net = Net()
net, net(torch.zeros(1, 1, 8, 8)).shape, sum(p.numel() for p in net.parameters() if p.requires_grad)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
train_loader = DataLoader(train, batch_size=32, shuffle=True)
test_loader = DataLoader(test, batch_size=16)


def accuracy(y_hat, y):
    """The number of right predictions."""
    if len(y_hat.shape) > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(axis=1)
    cmp = y_hat.type(y.dtype) == y
    return float(cmp.type(y.dtype).sum())


class Accumulator:
    """Sums over n variables."""

    def __init__(self, n):
        self.data = [0.0] * n

    def add(self, *args):
        self.data = [a + float(b) for a, b in zip(self.data, args)]

    def reset(self):
        self.data = [0.0] * len(self.data)

    def __getitem__(self, idx):
        return self.data[idx]


def evaluate(net, loader):
    net.eval()
    metric = Accumulator(2)
    with torch.no_grad():
        for X, y in loader:
            metric.add(accuracy(net(X), y), y.numel())
    return metric[0] / metric[1]


evaluate(net, test_loader)
for epoch in range(4):
    net.train()
    metric = Accumulator(3)
    for X, y in train_loader:
        optimizer.zero_grad()
        logits = net(X)
        loss = criterion(logits, y)
        loss.backward()
        optimizer.step()
        metric.add(loss.item() * len(y), accuracy(logits, y), len(y))
    print(f"epoch {epoch + 1}: loss {metric[0] / metric[2]:.3f}, train acc {metric[1] / metric[2]:.2f}")
evaluate(net, test_loader) > 0.6
preds = net(test.images).argmax(1)
confusion = torch.zeros(3, 3, dtype=torch.int64)
for t, p in zip(test.labels, preds):
    confusion[t, p] += 1
confusion.sum(), confusion.shape, confusion.diag().sum() > 20
y_hat = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
y = torch.tensor([0, 2])
y_hat[[0, 1], y], accuracy(y_hat, y) / len(y), y_hat[range(len(y_hat)), y]
-torch.log(y_hat[range(len(y_hat)), y])
net.eval()
torch.allclose(F.softmax(net(test.images[:2]), dim=1).sum(1), torch.ones(2))
