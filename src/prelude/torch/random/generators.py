"""The functions of `torch` that seed and save its generator, under their module's name, and a fork of its state."""
from contextlib import contextmanager

import torch

manual_seed = torch.manual_seed
seed = torch.seed
initial_seed = torch.initial_seed
get_rng_state = torch.get_rng_state
set_rng_state = torch.set_rng_state


@contextmanager
def fork_rng(devices=None, enabled=True, device_type="cuda"):
    """A block whose random numbers leave the generator outside as it was."""
    state = torch.get_rng_state() if enabled else None
    try:
        yield
    finally:
        if enabled:
            torch.set_rng_state(state)
