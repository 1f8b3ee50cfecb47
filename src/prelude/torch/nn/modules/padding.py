"""Layers that add a border."""
from .. import functional as F
from .module import Module


class _PadNd(Module):
    """The common part: `padding` (left, right, top, bottom, front, back), or one number for all sides."""

    dims = 0
    mode = "constant"

    def __init__(self, padding):
        super().__init__()
        self.padding = (padding,) * (2 * self.dims) if isinstance(padding, int) else tuple(padding)

    def forward(self, input):
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self):
        return f"{self.padding}"


class _ConstantPadNd(_PadNd):
    def __init__(self, padding, value):
        super().__init__(padding)
        self.value = value

    def forward(self, input):
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self):
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPadNd):
    """A border of one value on [N, C, L]."""

    dims = 1

    def __init__(self, padding, value):
        super().__init__(padding, value)


class ConstantPad2d(_ConstantPadNd):
    """A border of one value on [N, C, H, W]."""

    dims = 2

    def __init__(self, padding, value):
        super().__init__(padding, value)


class ConstantPad3d(_ConstantPadNd):
    """A border of one value on [N, C, D, H, W]."""

    dims = 3

    def __init__(self, padding, value):
        super().__init__(padding, value)


class _ZeroPadNd(_ConstantPadNd):
    def __init__(self, padding):
        super().__init__(padding, 0.0)

    def extra_repr(self):
        return f"{self.padding}"


class ZeroPad1d(_ZeroPadNd):
    """A border of zeros on [N, C, L]."""

    dims = 1

    def __init__(self, padding):
        super().__init__(padding)


class ZeroPad2d(_ZeroPadNd):
    """A border of zeros on [N, C, H, W]."""

    dims = 2

    def __init__(self, padding):
        super().__init__(padding)


class ZeroPad3d(_ZeroPadNd):
    """A border of zeros on [N, C, D, H, W]."""

    dims = 3

    def __init__(self, padding):
        super().__init__(padding)


class _ReflectionPadNd(_PadNd):
    mode = "reflect"


class ReflectionPad1d(_ReflectionPadNd):
    """A border that mirrors [N, C, L], the edge itself not repeated."""

    dims = 1

    def __init__(self, padding):
        super().__init__(padding)


class ReflectionPad2d(_ReflectionPadNd):
    """A border that mirrors [N, C, H, W], the edge itself not repeated."""

    dims = 2

    def __init__(self, padding):
        super().__init__(padding)


class ReflectionPad3d(_ReflectionPadNd):
    """A border that mirrors [N, C, D, H, W], the edge itself not repeated."""

    dims = 3

    def __init__(self, padding):
        super().__init__(padding)


class _ReplicationPadNd(_PadNd):
    mode = "replicate"


class ReplicationPad1d(_ReplicationPadNd):
    """A border that repeats the edge of [N, C, L]."""

    dims = 1

    def __init__(self, padding):
        super().__init__(padding)


class ReplicationPad2d(_ReplicationPadNd):
    """A border that repeats the edge of [N, C, H, W]."""

    dims = 2

    def __init__(self, padding):
        super().__init__(padding)


class ReplicationPad3d(_ReplicationPadNd):
    """A border that repeats the edge of [N, C, D, H, W]."""

    dims = 3

    def __init__(self, padding):
        super().__init__(padding)


class _CircularPadNd(_PadNd):
    mode = "circular"


class CircularPad1d(_CircularPadNd):
    """A border that continues [N, C, L] from its other end."""

    dims = 1

    def __init__(self, padding):
        super().__init__(padding)


class CircularPad2d(_CircularPadNd):
    """A border that continues [N, C, H, W] from its other end."""

    dims = 2

    def __init__(self, padding):
        super().__init__(padding)


class CircularPad3d(_CircularPadNd):
    """A border that continues [N, C, D, H, W] from its other end."""

    dims = 3

    def __init__(self, padding):
        super().__init__(padding)
