"""Names for annotations. They say what is meant and check nothing."""

TYPE_CHECKING = False


class _Form:
    """A name that can be subscripted and joined by `|`."""

    __module__ = "typing"

    def __init__(self, text, arguments=()):
        self._text = text
        self._arguments = arguments

    def __getitem__(self, arguments):
        arguments = arguments if isinstance(arguments, tuple) else (arguments,)
        if self._text == "typing.Union":
            rest = [argument for argument in arguments if argument is not None and argument is not type(None)]
            if len(rest) == 1:
                return Optional[rest[0]] if len(arguments) == 2 else rest[0]
        return _Form(f"{self._text}[{', '.join(_text(argument) for argument in arguments)}]", arguments)

    def __or__(self, other):
        return _Form(f"typing.Union[{_text(self)}, {_text(other)}]")

    def __ror__(self, other):
        return _Form(f"typing.Union[{_text(other)}, {_text(self)}]")

    def __eq__(self, other):
        return isinstance(other, _Form) and self._text == other._text

    def __hash__(self):
        return hash(self._text)

    def __call__(self, *args, **kwargs):
        raise TypeError(f"Cannot instantiate {self._text}")

    def __repr__(self):
        return self._text


def _text(argument):
    """An annotation as it is shown."""
    if isinstance(argument, list):
        return "[" + ", ".join(_text(part) for part in argument) + "]"
    if isinstance(argument, type):
        module = argument.__module__
        return argument.__qualname__ if module == "builtins" else f"{module}.{argument.__qualname__}"
    if argument is None:
        return "NoneType"
    return "..." if argument is ... else repr(argument)


class Generic:
    """The base of classes with type parameters."""

    def __class_getitem__(cls, parameters):
        return cls


class Protocol(Generic):
    """The base of descriptions of interfaces."""


class TypeVar:
    """A type parameter."""

    def __init__(self, name, *constraints, bound=None, covariant=False, contravariant=False):
        self.__name__ = name
        self.__bound__ = bound
        self.__constraints__ = constraints

    def __or__(self, other):
        return _Form(f"typing.Union[{_text(self)}, {_text(other)}]")

    def __repr__(self):
        return "~" + self.__name__


Any = _Form("typing.Any")
AnyStr = TypeVar("AnyStr")
Annotated = _Form("typing.Annotated")
Coroutine = _Form("typing.Coroutine")
AsyncIterable = _Form("typing.AsyncIterable")
AsyncIterator = _Form("typing.AsyncIterator")
Awaitable = _Form("typing.Awaitable")
Unpack = _Form("typing.Unpack")
TypeGuard = _Form("typing.TypeGuard")
Required = _Form("typing.Required")
NotRequired = _Form("typing.NotRequired")
LiteralString = _Form("typing.LiteralString")
Pattern = _Form("typing.Pattern")
Match = _Form("typing.Match")
BinaryIO = _Form("typing.BinaryIO")
TextIO = _Form("typing.TextIO")
IO = _Form("typing.IO")
ChainMap = _Form("typing.ChainMap")
SupportsRound = _Form("typing.SupportsRound")
SupportsComplex = _Form("typing.SupportsComplex")
SupportsAbs = _Form("typing.SupportsAbs")
Reversible = _Form("typing.Reversible")
ValuesView = _Form("typing.ValuesView")
MutableSet = _Form("typing.MutableSet")
MappingView = _Form("typing.MappingView")
KeysView = _Form("typing.KeysView")
ItemsView = _Form("typing.ItemsView")
ByteString = _Form("typing.ByteString")
AbstractSet = _Form("typing.AbstractSet")
Callable = _Form("typing.Callable")
ClassVar = _Form("typing.ClassVar")
Collection = _Form("typing.Collection")
Concatenate = _Form("typing.Concatenate")
Container = _Form("typing.Container")
ContextManager = _Form("typing.ContextManager")
Counter = _Form("typing.Counter")
DefaultDict = _Form("typing.DefaultDict")
Deque = _Form("typing.Deque")
Dict = _Form("typing.Dict")
Final = _Form("typing.Final")
FrozenSet = _Form("typing.FrozenSet")
Generator = _Form("typing.Generator")
Hashable = _Form("typing.Hashable")
Iterable = _Form("typing.Iterable")
Iterator = _Form("typing.Iterator")
List = _Form("typing.List")
Literal = _Form("typing.Literal")
Mapping = _Form("typing.Mapping")
MutableMapping = _Form("typing.MutableMapping")
MutableSequence = _Form("typing.MutableSequence")
Never = _Form("typing.Never")
NoReturn = _Form("typing.NoReturn")
Optional = _Form("typing.Optional")
OrderedDict = _Form("typing.OrderedDict")
ParamSpec = TypeVar
Self = _Form("typing.Self")
Sequence = _Form("typing.Sequence")
Set = _Form("typing.Set")
Sized = _Form("typing.Sized")
SupportsFloat = _Form("typing.SupportsFloat")
SupportsIndex = _Form("typing.SupportsIndex")
SupportsInt = _Form("typing.SupportsInt")
Text = str
Tuple = _Form("typing.Tuple")
Type = _Form("typing.Type")
TypeAlias = _Form("typing.TypeAlias")
Union = _Form("typing.Union")


class _Definition:
    """A name that classes derive from by what its function makes of their body."""

    def __init__(self, make):
        self._make = make

    def __mro_entries__(self, bases):
        return (self._make,)

    def __call__(self, typename, fields=None, /, **kwargs):
        return self._make.of(typename, dict(fields or {}, **kwargs))


class _NamedTupleMeta(type):
    """Makes named tuple classes of class bodies."""

    def __new__(mcls, name, bases, namespace):
        if not bases or bases == (object,):
            return super().__new__(mcls, name, bases, namespace)
        return mcls.build(name, namespace)

    @classmethod
    def build(mcls, name, namespace):
        from collections import namedtuple

        fields = namespace.get("__annotations__", {})
        defaults = [namespace[field] for field in fields if field in namespace]
        made = namedtuple(name, list(fields), defaults=defaults)
        members = {key: value for key, value in namespace.items() if key not in fields}
        members["__annotations__"] = fields
        return type(name, (made,), members)


class _NamedTuple(metaclass=_NamedTupleMeta):
    @staticmethod
    def of(typename, fields):
        return _NamedTupleMeta.build(typename, {"__annotations__": fields})


class _TypedDictMeta(type):
    """Makes plain dictionaries with known keys of class bodies."""

    def __call__(cls, *args, **kwargs):
        return dict(*args, **kwargs)


class _TypedDict(metaclass=_TypedDictMeta):
    @staticmethod
    def of(typename, fields):
        return _TypedDictMeta(typename, (), {"__annotations__": fields})


NamedTuple = _Definition(_NamedTuple)
TypedDict = _Definition(_TypedDict)


def get_origin(tp):
    """The class that a subscripted form stands for."""
    if isinstance(tp, _Form):
        name = tp._text.split("[")[0]
        if name == "typing.Optional":
            return Union
        return _ORIGINS.get(name, _Form(name)) if "[" in tp._text else None
    return getattr(tp, "__origin__", None)


def get_args(tp):
    """The arguments of a subscripted form."""
    if isinstance(tp, _Form):
        arguments = tp._arguments
        return arguments + (type(None),) if tp._text.startswith("typing.Optional[") else arguments
    return getattr(tp, "__args__", ())


_ORIGINS = {"typing.List": list, "typing.Dict": dict, "typing.Tuple": tuple, "typing.Set": set, "typing.Type": type,
            "typing.FrozenSet": frozenset}


def NewType(name, tp):
    return lambda value: value


def cast(typ, val):
    """The value itself."""
    return val


def overload(func):
    return func


def final(f):
    return f


def no_type_check(arg):
    return arg


def runtime_checkable(cls):
    return cls


def get_type_hints(obj):
    """The annotations of a function or class."""
    return dict(getattr(obj, "__annotations__", {}))
