# Datasets, loaders, samplers, splitting and collating.
import random

import torch
from torch.utils import data
from torch.utils.data import ConcatDataset, DataLoader, Dataset, IterableDataset, Subset, TensorDataset, random_split

X, y = torch.arange(20.0).reshape(10, 2), torch.arange(10)
ds = TensorDataset(X, y)
len(ds), ds[3], ds[:2]
loader = DataLoader(ds, batch_size=4, shuffle=True)
len(loader), loader.batch_size
for features, labels in loader:
    print(features.shape, labels)
for features, labels in loader:
    print(labels)
next(iter(loader))
next(iter(DataLoader(ds, batch_size=3)))
[labels.tolist() for _, labels in DataLoader(ds, batch_size=4, drop_last=True)]
torch.rand(2)


def load_array(data_arrays, batch_size, is_train=True):
    """A loader over tensors."""
    dataset = data.TensorDataset(*data_arrays)
    return data.DataLoader(dataset, batch_size, shuffle=is_train)


torch.manual_seed(0);
[labels for _, labels in load_array((X, y), 5)]


class Squares(Dataset):
    """Numbers and their squares."""

    def __init__(self, n, transform=None):
        self.n = n
        self.transform = transform

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError(i)
        item = {"x": torch.tensor([float(i)]), "square": i * i, "name": f"n{i}"}
        return self.transform(item) if self.transform else item


sq = Squares(5)
len(sq), sq[2], [item["square"] for item in sq]
for batch in DataLoader(sq, batch_size=2):
    print(batch)
Squares(3, transform=lambda item: item["square"] + 0.5)[2], next(iter(DataLoader(Squares(3, lambda item: item["square"] + 0.5), 3)))
train, valid = random_split(ds, [7, 3])
len(train), valid.indices, train[0], [label.item() for _, label in valid]
[len(part) for part in random_split(range(10), [0.5, 0.3, 0.2], generator=torch.Generator().manual_seed(42))]
list(random_split(range(6), [4, 2], generator=torch.Generator().manual_seed(42))[1])
random_split(ds, [5, 4])
Subset(ds, [9, 0])[0], len(ConcatDataset([ds, sq])), ConcatDataset([ds, sq])[12]["name"], len(ds + ds)
torch.manual_seed(3);
list(data.RandomSampler(range(5))), list(data.SequentialSampler(range(3))), list(data.SubsetRandomSampler([2, 4, 6]))
list(data.WeightedRandomSampler([0.1, 0.9, 0.5], 6)), list(data.RandomSampler(range(3), replacement=True, num_samples=5))
list(data.BatchSampler(data.SequentialSampler(range(5)), 2, drop_last=False))
[labels for _, labels in DataLoader(ds, batch_size=4, sampler=data.SubsetRandomSampler([1, 3, 5, 7]))]
[labels for _, labels in DataLoader(ds, batch_sampler=[[0, 1], [5]])]


class Stream(IterableDataset):
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))


list(DataLoader(Stream(5), batch_size=2)), list(DataLoader(Stream(3), batch_size=None))


def collate(batch):
    xs, ys = zip(*batch)
    return torch.stack(xs).sum(0), list(ys)


[b for b in DataLoader(ds, batch_size=5, collate_fn=collate)]
data.default_collate([(1, 2.0), (3, 4.0)]), data.default_collate([{"a": 1}, {"a": 2}]), data.default_collate(["p", "q"])
data.default_collate([torch.ones(2), torch.ones(3)])
sum(labels.sum().item() for _, labels in DataLoader(ds, batch_size=4, num_workers=0, pin_memory=False))
DataLoader(ds, shuffle=True, sampler=data.SequentialSampler(ds))
DataLoader(ds, batch_size=-1)
TensorDataset(X, y[:5])
it = iter(DataLoader([10, 20, 30], batch_size=1))
next(it), next(it), next(it)
next(it)
type(loader), isinstance(ds, Dataset), hasattr(loader, "dataset")
g = torch.Generator().manual_seed(1)
[b.tolist() for b in DataLoader(range(6), batch_size=3, shuffle=True, generator=g)]
