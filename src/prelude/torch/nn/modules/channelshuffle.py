"""A layer that mixes groups of channels."""
from .module import Module


class ChannelShuffle(Module):
    """Channels of [N, C, *] dealt round from `groups` groups."""

    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, input):
        return input.unflatten(1, (self.groups, -1)).transpose(1, 2).flatten(1, 2)

    def extra_repr(self):
        return f"groups={self.groups}"
