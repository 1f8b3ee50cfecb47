"""Names for annotations. They say what is meant and check nothing."""

TYPE_CHECKING = False


class _Form:
    """A name that can be subscripted and joined by `|`."""

    def __init__(self, text):
        self._text = text

    def __getitem__(self, arguments):
        arguments = arguments if isinstance(arguments, tuple) else (arguments,)
        return _Form(f"{self._text}[{', '.join(_text(argument) for argument in arguments)}]")

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


def NamedTuple(typename, fields):
    """A named tuple class, from pairs (name, type)."""
    from collections import namedtuple

    return namedtuple(typename, [name for name, _ in fields])


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
