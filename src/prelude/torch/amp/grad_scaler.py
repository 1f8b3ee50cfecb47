"""Scaling of losses, so that gradients in half precision do not vanish."""
import warnings

import torch


class GradScaler:
    """Multiplies losses by a factor that it adapts: it shrinks when gradients overflow, and grows when they do not.

    Without the device it was made for it is disabled: then every method leaves everything as it is.
    """

    def __init__(self, device="cuda", init_scale=65536.0, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000,
                 enabled=True):
        self._device = device
        if enabled and device == "cuda":
            warnings.warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.")
            enabled = False
        self._enabled = enabled
        self._scale = torch.tensor(float(init_scale))
        self._growth_factor = growth_factor
        self._backoff_factor = backoff_factor
        self._growth_interval = growth_interval
        self._growth = 0
        self._overflow = {}

    def scale(self, outputs):
        if not self._enabled:
            return outputs
        if isinstance(outputs, torch.Tensor):
            return outputs * self._scale
        return type(outputs)(self.scale(output) for output in outputs)

    def unscale_(self, optimizer):
        if not self._enabled:
            return
        if id(optimizer) in self._overflow:
            raise RuntimeError("unscale_() has already been called on this optimizer since the last update().")
        overflow = False
        with torch.no_grad():
            for group in optimizer.param_groups:
                for param in group["params"]:
                    if param.grad is not None:
                        param.grad.div_(self._scale)
                        overflow = overflow or not bool(torch.isfinite(param.grad).all())
        self._overflow[id(optimizer)] = overflow

    def step(self, optimizer, *args, **kwargs):
        if not self._enabled:
            return optimizer.step(*args, **kwargs)
        if id(optimizer) not in self._overflow:
            self.unscale_(optimizer)
        if self._overflow[id(optimizer)]:
            return None
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale=None):
        if not self._enabled:
            return
        if new_scale is not None:
            self._scale = torch.tensor(float(new_scale))
        elif any(self._overflow.values()):
            self._scale = self._scale * self._backoff_factor
            self._growth = 0
        else:
            self._growth += 1
            if self._growth == self._growth_interval:
                self._scale = self._scale * self._growth_factor
                self._growth = 0
        self._overflow = {}

    def get_scale(self):
        return self._scale.item() if self._enabled else 1.0

    def get_growth_factor(self):
        return self._growth_factor

    def get_backoff_factor(self):
        return self._backoff_factor

    def get_growth_interval(self):
        return self._growth_interval

    def is_enabled(self):
        return self._enabled

    def state_dict(self):
        if not self._enabled:
            return {}
        return {"scale": self.get_scale(), "growth_factor": self._growth_factor, "backoff_factor": self._backoff_factor,
                "growth_interval": self._growth_interval, "_growth_tracker": self._growth}

    def load_state_dict(self, state_dict):
        if not self._enabled:
            return
        self._scale = torch.tensor(float(state_dict["scale"]))
        self._growth_factor = state_dict["growth_factor"]
        self._backoff_factor = state_dict["backoff_factor"]
        self._growth_interval = state_dict["growth_interval"]
        self._growth = state_dict["_growth_tracker"]
