"""Enumerations: classes with a fixed set of named members."""
from types import MappingProxyType


class auto:
    """A value that the enumeration chooses."""

    value = None


def _is_member(name, value):
    special = name.startswith("_") and (name.endswith("_") or name.startswith("__"))
    described = callable(value) and not isinstance(value, type)
    return not special and not described and not hasattr(type(value), "__get__") and not isinstance(
        value, (property, staticmethod, classmethod))


class EnumType(type):
    """The class of enumerations: members are looked up by value, by name and in order."""

    def __new__(mcls, name, bases, namespace, **options):
        found = {key: value for key, value in namespace.items() if _is_member(key, value)}
        for base in bases:
            if isinstance(base, EnumType) and base._member_map_:
                raise TypeError(f"<enum {name!r}> cannot extend {base!r}")
        cls = super().__new__(mcls, name, bases,
                              {key: value for key, value in namespace.items() if key not in found})
        type.__setattr__(cls, "_member_map_", {})
        type.__setattr__(cls, "_value2member_map_", {})
        for key, value in found.items():
            cls._add(key, value)
        return cls

    def _add(cls, name, value):
        members = cls._member_map_
        if isinstance(value, auto):
            known = [member._value_ for member in members.values()]
            value = cls._generate_next_value_(name, 1, len(members), known)
        arguments = value if isinstance(value, tuple) else (value,)
        kind = cls._member_type_()
        maker = next((base.__dict__["__new__"] for base in cls.__mro__
                      if "__new__" in base.__dict__ and base.__module__ not in ("enum", "builtins")), None)
        if maker is not None:
            member = getattr(maker, "__func__", maker)(cls, *arguments)
        elif kind is object:
            member = object.__new__(cls)
        else:
            member = kind.__new__(cls, *arguments)
        if "_value_" not in member.__dict__:
            member._value_ = value if kind is object or maker is not None else kind(*arguments)
        same = next((other for other in members.values() if other._value_ == member._value_), None)
        if same is not None:
            member = same
        else:
            member._name_ = name
            member._sort_order_ = len(members)
            member.__init__(*arguments)
        members[name] = member
        try:
            cls._value2member_map_.setdefault(member._value_, member)
        except TypeError:
            pass
        type.__setattr__(cls, name, member)

    def _member_type_(cls):
        for base in cls.__mro__:
            if not isinstance(base, EnumType) and base in (int, str, float, tuple):
                return base
        return object

    def __call__(cls, value, names=None, *, module=None, start=1, type=None):
        if names is None:
            return cls._find(value)
        if isinstance(names, str):
            names = names.replace(",", " ").split()
        pairs = names.items() if isinstance(names, dict) else [
            (entry, start + number) if isinstance(entry, str) else entry for number, entry in enumerate(names)]
        return EnumType(value, (cls,), {"__module__": module or "__main__", "__qualname__": value, **dict(pairs)})

    def _find(cls, value):
        if type(value) is cls:
            return value
        for member in cls._member_map_.values():
            if member._value_ == value:
                return member
        found = cls._missing_(value)
        if found is None:
            raise ValueError(f"{value!r} is not a valid {cls.__qualname__}")
        return found

    def __iter__(cls):
        return iter([member for name, member in cls._member_map_.items() if member._name_ == name])

    def __reversed__(cls):
        return reversed(list(cls))

    def __len__(cls):
        return len(list(cls))

    def __bool__(cls):
        return True

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __contains__(cls, value):
        if not isinstance(value, Enum):
            raise TypeError(f"unsupported operand type(s) for 'in': '{type(value).__qualname__}' and "
                            f"'{type(cls).__qualname__}'")
        return isinstance(value, cls)

    def __setattr__(cls, name, value):
        if name in cls._member_map_:
            raise AttributeError(f"cannot reassign member {name!r}")
        type.__setattr__(cls, name, value)

    def __repr__(cls):
        return f"<enum {cls.__name__!r}>"

    def __dir__(cls):
        return ["__class__", "__doc__", "__members__", "__module__"] + list(cls._member_map_)

    def __getattr__(cls, name):
        raise AttributeError(name)

    @property
    def __members__(cls):
        return MappingProxyType(cls._member_map_)


EnumMeta = EnumType


class Enum(metaclass=EnumType):
    """The base of enumerations."""

    def __init__(self, *args):
        pass

    @property
    def name(self):
        return self._name_

    @property
    def value(self):
        return self._value_

    def _generate_next_value_(name, start, count, last_values):
        return max(last_values, default=start - 1) + 1

    @classmethod
    def _missing_(cls, value):
        return None

    def __setattr__(self, name, value):
        if name in ("name", "value"):
            raise AttributeError(f"<enum {type(self).__name__!r}> cannot set attribute {name!r}")
        object.__setattr__(self, name, value)

    def __repr__(self):
        return f"<{type(self).__name__}.{self._name_}: {self._value_!r}>"

    def __str__(self):
        return f"{type(self).__name__}.{self._name_}"

    def __format__(self, format_spec):
        return format(str(self), format_spec)

    def __hash__(self):
        return hash(self._name_)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __dir__(self):
        return ["__class__", "__doc__", "__module__", "name", "value"]


class ReprEnum(Enum):
    """The base of enumerations whose members are shown by str() as their values are."""

    def __str__(self):
        return str(self._value_)

    def __format__(self, format_spec):
        return format(self._value_, format_spec)


class IntEnum(int, ReprEnum):
    """An enumeration of integers."""

    __repr__ = Enum.__repr__
    __str__ = ReprEnum.__str__
    __format__ = ReprEnum.__format__


class StrEnum(str, ReprEnum):
    """An enumeration of strings; auto() is the name in lower case."""

    __repr__ = Enum.__repr__
    __str__ = ReprEnum.__str__
    __format__ = ReprEnum.__format__

    def _generate_next_value_(name, start, count, last_values):
        return name.lower()


class Flag(Enum):
    """An enumeration of bits that combine with `|`, `&`, `^` and `~`."""

    def _generate_next_value_(name, start, count, last_values):
        return 2 ** (max(last_values).bit_length()) if last_values else start

    @classmethod
    def _missing_(cls, value):
        if not isinstance(value, int):
            return None
        known = 0
        for member in cls._member_map_.values():
            known |= member._value_
        if value < 0:
            value &= known
        if value & ~known:
            raise ValueError(f"{value!r} is not a valid {cls.__qualname__}")
        kind = cls._member_type_()
        made = object.__new__(cls) if kind is object else kind.__new__(cls, value)
        made._value_ = value
        parts = [member._name_ for member in cls if member._value_ and member._value_ & value == member._value_]
        made._name_ = "|".join(parts) or None
        return made

    def __or__(self, other):
        return type(self)(self._value_ | _bits(other))

    def __and__(self, other):
        return type(self)(self._value_ & _bits(other))

    def __xor__(self, other):
        return type(self)(self._value_ ^ _bits(other))

    def __invert__(self):
        known = 0
        for member in type(self):
            known |= member._value_
        return type(self)(known & ~self._value_)

    def __contains__(self, other):
        return other._value_ & self._value_ == other._value_

    def __iter__(self):
        return iter([member for member in type(self) if member._value_ & self._value_])

    def __bool__(self):
        return bool(self._value_)

    def __eq__(self, other):
        return type(other) is type(self) and other._value_ == self._value_

    def __hash__(self):
        return hash(self._value_)

    def __repr__(self):
        name = type(self).__name__
        return f"<{name}: {self._value_}>" if self._name_ is None else f"<{name}.{self._name_}: {self._value_}>"

    def __str__(self):
        name = type(self).__name__
        return f"{name}({self._value_})" if self._name_ is None else f"{name}.{self._name_}"


def _bits(value):
    return value._value_ if isinstance(value, Enum) else value


class IntFlag(int, Flag):
    """A Flag whose members are integers too."""

    __repr__ = Flag.__repr__

    def __str__(self):
        return str(self._value_)


def unique(enumeration):
    """A class decorator that refuses two names for one value."""
    doubled = [(name, member.name) for name, member in enumeration.__members__.items() if name != member.name]
    if doubled:
        listing = ", ".join(f"{name} -> {original}" for name, original in doubled)
        raise ValueError(f"duplicate values found in {enumeration!r}: {listing}")
    return enumeration
