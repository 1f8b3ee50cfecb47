"""The loader: batches of a dataset, in order or shuffled."""
import torch
from ._collate import default_collate, default_convert
from .dataset import IterableDataset
from .sampler import BatchSampler, RandomSampler, SequentialSampler


def get_worker_info():
    """None: items are made in this process."""
    return None


class DataLoader:
    """An iterable of batches of a dataset; each iteration starts anew, in a new order with shuffle=True.

    Items of `batch_size` indices go through `collate_fn` (by default stacked, so that a batch of pairs is a list of
    two tensors); batch_size=None gives single items. `num_workers` is accepted: the work is done in this process.
    """

    def __class_getitem__(cls, item):
        return cls

    def __init__(self, dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0,
                 collate_fn=None, pin_memory=False, drop_last=False, timeout=0, worker_init_fn=None,
                 multiprocessing_context=None, generator=None, *, prefetch_factor=None, persistent_workers=False,
                 pin_memory_device="", in_order=True):
        if num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers == 0 and prefetch_factor is not None:
            raise ValueError("prefetch_factor option could only be specified in multiprocessing."
                             "let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None.")
        if persistent_workers and num_workers == 0:
            raise ValueError("persistent_workers option needs num_workers > 0")
        self._iterable = isinstance(dataset, IterableDataset)
        kind = "DataLoader with IterableDataset: expected unspecified"
        if self._iterable and shuffle:
            raise ValueError(f"{kind} shuffle option, but got shuffle={shuffle}")
        if self._iterable and sampler is not None:
            raise ValueError(f"{kind} sampler option, but got sampler={sampler}")
        if self._iterable and batch_sampler is not None:
            raise ValueError(f"{kind} batch_sampler option, but got batch_sampler={batch_sampler}")
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, "
                                 "and drop_last")
            batch_size, drop_last = None, False
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None and not self._iterable:
            sampler = RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None and not self._iterable:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        elif batch_size is not None:  # an iterable dataset has no indices to check the size with
            BatchSampler(sampler, batch_size, drop_last)
        self.dataset = dataset
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.generator = generator
        self.num_workers = num_workers
        self.prefetch_factor = prefetch_factor
        self.pin_memory = pin_memory
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.persistent_workers = persistent_workers
        batched = batch_size is not None or batch_sampler is not None
        self.collate_fn = collate_fn if collate_fn is not None else default_collate if batched else default_convert

    def __iter__(self):
        return _LoaderIterator(self)

    def __len__(self):
        if self.batch_sampler is not None:
            return len(self.batch_sampler)
        if not self._iterable:
            return len(self.sampler)
        count = len(self.dataset)
        if self.batch_size is None:
            return count
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)


class _LoaderIterator:
    """One pass over the batches of a loader."""

    def __init__(self, loader):
        # The seed that worker processes would start from: drawn so that the random stream goes on as it should.
        torch.empty((), dtype=torch.int64).random_(generator=loader.generator)
        self._length = loader
        self._batches = self._stream(loader) if loader._iterable else self._pick(loader)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._batches)

    def __len__(self):
        return len(self._length)

    def _pick(self, loader):
        dataset, collate = loader.dataset, loader.collate_fn
        if loader.batch_sampler is None:
            for index in loader.sampler:
                yield collate(dataset[index])
        elif hasattr(dataset, "__getitems__"):
            for indices in loader.batch_sampler:
                yield collate(dataset.__getitems__(indices))
        else:
            for indices in loader.batch_sampler:
                yield collate([dataset[index] for index in indices])

    def _stream(self, loader):
        items, collate = iter(loader.dataset), loader.collate_fn
        if loader.batch_size is None:
            for item in items:
                yield collate(item)
            return
        batch = []
        for item in items:
            batch.append(item)
            if len(batch) == loader.batch_size:
                yield collate(batch)
                batch = []
        if batch and not loader.drop_last:
            yield collate(batch)
