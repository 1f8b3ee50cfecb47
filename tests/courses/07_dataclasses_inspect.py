# Configurations, typing, pretty printing, and saving a constructor's arguments.
import inspect
import pprint
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Callable, Dict, List, Optional, Tuple


@dataclass
class Config:
    name: str
    lr: float = 0.1
    layers: List[int] = field(default_factory=lambda: [16, 8])
    extra: Optional[Dict[str, Any]] = None

    @property
    def depth(self) -> int:
        return len(self.layers)


c = Config("base")
c, c.depth, c == Config("base"), asdict(c)
replace(c, lr=0.01, name="slow")
c.layers.append(4)
c, Config("other").layers
Config()
Config("a", rate=3)


@dataclass(order=True, frozen=True)
class Result:
    loss: float
    epoch: int = 0


min(Result(0.5, 3), Result(0.2, 9)), Result(1.0) < Result(2.0), {Result(1.0): "kept"}
r = Result(0.1)
r.loss = 0.2


def scale(values: List[float], factor: float = 2.0) -> Tuple[float, ...]:
    """Multiplies every value."""
    return tuple(v * factor for v in values)


scale([1.0, 2.5]), scale.__annotations__["factor"], scale.__defaults__


class HyperParameters:
    """Keeps the arguments of __init__ as attributes."""

    def save_hyperparameters(self, ignore=()):
        frame = inspect.currentframe().f_back
        values = inspect.getargvalues(frame).locals
        self.hparams = {k: v for k, v in values.items()
                        if k not in {"self", *ignore} and not k.startswith("_")}
        for k, v in self.hparams.items():
            setattr(self, k, v)


class Model(HyperParameters):
    def __init__(self, hidden, dropout=0.5, verbose=False):
        self.save_hyperparameters(ignore=["verbose"])
        self.doubled = hidden * 2


m = Model(32)
m.hidden, m.dropout, m.doubled, hasattr(m, "verbose"), m.hparams


def add_to_class(cls):
    """Registers a function as a method of a class that exists already."""

    def wrapper(obj):
        setattr(cls, obj.__name__, obj)

    return wrapper


@add_to_class(Model)
def summary(self):
    return f"{type(self).__name__} with {self.hidden} units"


m.summary(), Model(8).summary()
pp = pprint.PrettyPrinter()
pp.pprint("Mean: 1.5")
pp.pprint({"lr": 0.1, "betas": (0.9, 0.999), "a long name for a list": list(range(20)), "nested": {"x": [1, 2, 3]}})
pprint.pprint([["alpha", "beta", "gamma"] * 2, ["delta"] * 12])
registry: Dict[str, Callable] = {}


def register(f):
    registry[f.__name__] = f
    return f


@register
def relu(x):
    return max(0, x)


@register
def square(x):
    return x * x


{name: f(-3) for name, f in registry.items()}
[name for name in dir(m) if not name.startswith("_")]
inspect.isfunction(relu), inspect.isclass(Model), list(inspect.signature(scale).parameters)
