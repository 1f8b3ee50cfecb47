"""Layers that change the shape only."""
from .module import Module


class Flatten(Module):
    """Dimensions start_dim to end_dim merged into one: [N, C, H, W] -> [N, C * H * W]."""

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input):
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One dimension split into several: Unflatten(1, (2, 3)) takes [N, 6] -> [N, 2, 3]."""

    def __init__(self, dim, unflattened_size):
        super().__init__()
        if not isinstance(unflattened_size, (tuple, list)):
            got = type(unflattened_size).__name__
            raise TypeError(f"unflattened_size must be a tuple of ints, but found type {got}")
        for i, size in enumerate(unflattened_size):
            if not isinstance(size, int):
                got = type(size).__name__
                raise TypeError(f"unflattened_size must be tuple of ints, but found element of type {got} at pos {i}")
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input):
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self):
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
