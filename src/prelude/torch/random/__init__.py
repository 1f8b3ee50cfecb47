"""The names of torch.random: a list, not a program; a module is loaded when one of its names is used."""
from .generators import fork_rng, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
