"""Classes whose __init__, __repr__ and __eq__ follow from their annotated fields."""
from copy import deepcopy


class _Missing:
    def __repr__(self):
        return "<dataclasses._MISSING_TYPE object>"


MISSING = _Missing()


class FrozenInstanceError(AttributeError):
    pass


class KW_ONLY:
    """The annotation after which fields are keyword-only."""


class InitVar:
    """The annotation of a parameter of __init__ that is only handed to __post_init__."""

    def __init__(self, type=None):
        self.type = type

    def __class_getitem__(cls, type):
        return cls(type)


class Field:
    """What is known of one field."""

    def __init__(self, default, default_factory, init, repr, hash, compare, metadata, kw_only):
        self.name = None
        self.type = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.hash = hash
        self.compare = compare
        self.metadata = metadata or {}
        self.kw_only = kw_only
        self.only_init = False


def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None,
          kw_only=MISSING):
    """A field with more than a plain default; `default_factory()` makes a new value for each instance."""
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    return Field(default, default_factory, init, repr, hash, compare, metadata, kw_only)


def _own_fields(cls, kw_only):
    result = []
    for name, kind in cls.__dict__.get("__annotations__", {}).items():
        if kind is KW_ONLY:
            kw_only = True
            continue
        if str(kind).startswith(("typing.ClassVar", "ClassVar")):
            continue
        default = cls.__dict__.get(name, MISSING)
        item = default if isinstance(default, Field) else field(default=default)
        item.name = name
        item.type = kind
        item.only_init = isinstance(kind, InitVar) or kind is InitVar
        if item.kw_only is MISSING:
            item.kw_only = kw_only
        if isinstance(item.default, (list, dict, set)):
            raise ValueError(f"mutable default {type(item.default)} for field {name} is not allowed: use default_factory")
        if isinstance(default, Field):
            if item.default is MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, item.default)
        result.append(item)
    return result


def _make_init(cls, items, frozen):
    positional = [item for item in items if item.init and not item.kw_only]
    keyword = [item for item in items if item.init and item.kw_only]
    seen_default = False
    for item in positional:
        has_default = item.default is not MISSING or item.default_factory is not MISSING
        if seen_default and not has_default:
            raise TypeError(f"non-default argument '{item.name}' follows default argument")
        seen_default = seen_default or has_default
    parameters = {item.name for item in positional + keyword}
    title = f"{cls.__qualname__}.__init__()"

    def __init__(self, *args, **kwargs):
        if len(args) > len(positional):
            least = sum(item.default is MISSING and item.default_factory is MISSING for item in positional) + 1
            most = len(positional) + 1
            takes = f"{most}" if least == most else f"from {least} to {most}"
            raise TypeError(f"{title} takes {takes} positional argument{'s' if most != 1 else ''} but {len(args) + 1} "
                            "were given")
        values = {item.name: value for item, value in zip(positional, args)}
        for name, value in kwargs.items():
            if name not in parameters:
                raise TypeError(f"{title} got an unexpected keyword argument '{name}'")
            if name in values:
                raise TypeError(f"{title} got multiple values for argument '{name}'")
            values[name] = value
        for group, kind in ((positional, "positional"), (keyword, "keyword-only")):
            lacking = [repr(item.name) for item in group if item.name not in values
                       and item.default is MISSING and item.default_factory is MISSING]
            if lacking:
                names = lacking[0] if len(lacking) == 1 else " and ".join([", ".join(lacking[:-1]), lacking[-1]])
                if len(lacking) > 2:
                    names = ", ".join(lacking[:-1]) + ", and " + lacking[-1]
                plural = "s" if len(lacking) > 1 else ""
                raise TypeError(f"{title} missing {len(lacking)} required {kind} argument{plural}: {names}")
        extra = []
        for item in items:
            if item.name in values:
                value = values[item.name]
            elif item.default_factory is not MISSING:
                value = item.default_factory()
            elif item.default is not MISSING:
                value = item.default
            else:
                continue
            if item.only_init:
                extra.append(value)
            elif frozen:
                object.__setattr__(self, item.name, value)
            else:
                setattr(self, item.name, value)
        if hasattr(self, "__post_init__"):
            self.__post_init__(*extra)

    return __init__


def dataclass(cls=None, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False,
              match_args=True, kw_only=False, slots=False, weakref_slot=False):
    """A class decorator that writes the usual methods from the annotated fields."""
    if cls is None:
        return lambda cls: dataclass(cls, init=init, repr=repr, eq=eq, order=order, unsafe_hash=unsafe_hash,
                                     frozen=frozen, kw_only=kw_only)
    table = {}
    for base in reversed(cls.__mro__[1:]):
        table.update(base.__dict__.get("__dataclass_fields__", {}))
    for item in _own_fields(cls, kw_only):
        table[item.name] = item
    cls.__dataclass_fields__ = table
    everything = list(table.values())
    items = [item for item in everything if not item.only_init]
    compared = [item.name for item in items if item.compare]
    own = cls.__dict__

    def key(self):
        return tuple([getattr(self, name) for name in compared])

    if init and "__init__" not in own:
        cls.__init__ = _make_init(cls, everything, frozen)
    if repr and "__repr__" not in own:
        shown = [item.name for item in items if item.repr]

        def __repr__(self):
            return f"{type(self).__qualname__}(" + ", ".join(f"{name}={getattr(self, name)!r}" for name in shown) + ")"

        cls.__repr__ = __repr__
    if eq and "__eq__" not in own:

        def __eq__(self, other):
            return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

        cls.__eq__ = __eq__
    if order:

        def compare(test):
            def method(self, other):
                return test(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented

            return method

        cls.__lt__ = compare(lambda a, b: a < b)
        cls.__le__ = compare(lambda a, b: a <= b)
        cls.__gt__ = compare(lambda a, b: a > b)
        cls.__ge__ = compare(lambda a, b: a >= b)
    if unsafe_hash or eq and frozen:
        cls.__hash__ = lambda self: hash(key(self))
    elif eq and "__hash__" not in own:
        cls.__hash__ = None
    if frozen:

        def __setattr__(self, name, value):
            raise FrozenInstanceError(f"cannot assign to field {name!r}")

        def __delattr__(self, name):
            raise FrozenInstanceError(f"cannot delete field {name!r}")

        cls.__setattr__ = __setattr__
        cls.__delattr__ = __delattr__
    return cls


def is_dataclass(obj):
    return hasattr(obj, "__dataclass_fields__")


def fields(class_or_instance):
    """The fields of a dataclass, a tuple."""
    if not is_dataclass(class_or_instance):
        raise TypeError("must be called with a dataclass type or instance")
    return tuple([item for item in class_or_instance.__dataclass_fields__.values() if not item.only_init])


def _convert(value, outer):
    if is_dataclass(value) and not isinstance(value, type):
        return outer(value)
    if isinstance(value, (list, tuple)):
        return type(value)([_convert(part, outer) for part in value])
    if isinstance(value, dict):
        return {_convert(k, outer): _convert(v, outer) for k, v in value.items()}
    return deepcopy(value)


def asdict(obj, *, dict_factory=dict):
    """The fields of an instance as a dict, inside out."""
    if not is_dataclass(obj) or isinstance(obj, type):
        raise TypeError("asdict() should be called on dataclass instances")
    inner = lambda value: asdict(value, dict_factory=dict_factory)
    return dict_factory([(item.name, _convert(getattr(obj, item.name), inner)) for item in fields(obj)])


def astuple(obj, *, tuple_factory=tuple):
    """The fields of an instance as a tuple, inside out."""
    if not is_dataclass(obj) or isinstance(obj, type):
        raise TypeError("astuple() should be called on dataclass instances")
    inner = lambda value: astuple(value, tuple_factory=tuple_factory)
    return tuple_factory([_convert(getattr(obj, item.name), inner) for item in fields(obj)])


def replace(obj, **changes):
    """A new instance with some fields changed."""
    for item in fields(obj):
        if not item.init:
            if item.name in changes:
                raise ValueError(f"field {item.name} is declared with init=False, it cannot be specified with replace()")
        elif item.name not in changes:
            changes[item.name] = getattr(obj, item.name)
    return obj.__class__(**changes)
