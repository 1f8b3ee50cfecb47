"""Mixed precision. Computing in half precision saves nothing here, so only the disabled mode exists."""
import warnings

from contextlib import ContextDecorator


class autocast(ContextDecorator):
    """A context (or decorator) that would run products in half precision on the device; disabled it does nothing."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        if enabled and device_type == "cuda":
            warnings.warn("User provided device_type of 'cuda', but CUDA is not available. Disabling")
            enabled = False
        if enabled:
            raise NotImplementedError(f"mixed precision on the {device_type} is outside of this REPL: "
                                      "convert with .to(torch.bfloat16), or pass enabled=False")
        self.device = device_type
        self._enabled = enabled

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


def is_autocast_available(device_type):
    """Whether there is mixed precision on a device: no."""
    return False


def custom_fwd(fwd=None, *, device_type="cuda", cast_inputs=None):
    """A decorator of `forward` in an autograd function; without mixed precision it changes nothing."""
    return fwd if fwd is not None else lambda fwd: fwd


def custom_bwd(bwd=None, *, device_type="cuda"):
    """A decorator of `backward` in an autograd function; without mixed precision it changes nothing."""
    return bwd if bwd is not None else lambda bwd: bwd
