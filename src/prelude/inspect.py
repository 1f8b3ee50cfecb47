"""What can be learned about functions, classes, modules and frames while the program runs."""
import functools
from _inspect import CodeType, FrameType, currentframe, parameters as _native_parameters, source as _source
from builtins import type as _type
from collections import OrderedDict, namedtuple
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType

ArgInfo = namedtuple("ArgInfo", "args varargs keywords locals")
FullArgSpec = namedtuple("FullArgSpec", "args varargs varkw defaults kwonlyargs kwonlydefaults annotations")


class _empty:
    """Stands for a default or an annotation that is missing."""


class _ParameterKind(int):
    """How a parameter may be given; orders as parameters do."""

    _names = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
    _descriptions = ("positional-only", "positional or keyword", "variadic positional", "keyword-only",
                     "variadic keyword")

    @property
    def name(self):
        return self._names[int(self)]

    @property
    def description(self):
        return self._descriptions[int(self)]

    def __str__(self):
        return self.name

    def __repr__(self):
        return f"<_ParameterKind.{self.name}: {int(self)}>"


_KINDS = [_ParameterKind(number) for number in range(5)]
_POSITIONAL_ONLY, _POSITIONAL_OR_KEYWORD, _VAR_POSITIONAL, _KEYWORD_ONLY, _VAR_KEYWORD = _KINDS


def formatannotation(annotation, base_module=None):
    """An annotation as it is shown in a signature."""
    if getattr(annotation, "__module__", None) == "typing":
        return repr(annotation).replace("typing.", "")
    if isinstance(annotation, type):
        if annotation.__module__ in ("builtins", base_module):
            return annotation.__qualname__
        return annotation.__module__ + "." + annotation.__qualname__
    return repr(annotation)


class Parameter:
    """A parameter: its name, kind, default and annotation."""

    POSITIONAL_ONLY = _POSITIONAL_ONLY
    POSITIONAL_OR_KEYWORD = _POSITIONAL_OR_KEYWORD
    VAR_POSITIONAL = _VAR_POSITIONAL
    KEYWORD_ONLY = _KEYWORD_ONLY
    VAR_KEYWORD = _VAR_KEYWORD
    empty = _empty

    def __init__(self, name, kind, *, default=_empty, annotation=_empty):
        self.name = name
        self.kind = _KINDS[kind]
        self.default = default
        self.annotation = annotation

    def replace(self, **changes):
        values = {"name": self.name, "kind": self.kind, "default": self.default, "annotation": self.annotation}
        values.update(changes)
        return Parameter(values["name"], values["kind"], default=values["default"], annotation=values["annotation"])

    def __str__(self):
        text = self.name
        if self.annotation is not _empty:
            text = f"{text}: {formatannotation(self.annotation)}"
        if self.default is not _empty:
            text = f"{text} = {self.default!r}" if self.annotation is not _empty else f"{text}={self.default!r}"
        if self.kind == _VAR_POSITIONAL:
            return "*" + text
        return "**" + text if self.kind == _VAR_KEYWORD else text

    def __repr__(self):
        return f'<Parameter "{self}">'

    def __eq__(self, other):
        if not isinstance(other, Parameter):
            return NotImplemented
        return (self.name, self.kind, self.default, self.annotation) == (
            other.name, other.kind, other.default, other.annotation)

    def __hash__(self):
        return hash((self.name, int(self.kind)))


class BoundArguments:
    """The arguments of a call by parameter."""

    def __init__(self, signature, arguments):
        self.signature = signature
        self.arguments = arguments

    @property
    def args(self):
        values = []
        for name, parameter in self.signature.parameters.items():
            if parameter.kind in (_KEYWORD_ONLY, _VAR_KEYWORD) or name not in self.arguments:
                break
            if parameter.kind == _VAR_POSITIONAL:
                values.extend(self.arguments[name])
            else:
                values.append(self.arguments[name])
        return tuple(values)

    @property
    def kwargs(self):
        values = {}
        by_name = False
        for name, parameter in self.signature.parameters.items():
            by_name = by_name or parameter.kind in (_KEYWORD_ONLY, _VAR_KEYWORD) or name not in self.arguments
            if not by_name or name not in self.arguments:
                continue
            if parameter.kind == _VAR_KEYWORD:
                values.update(self.arguments[name])
            else:
                values[name] = self.arguments[name]
        return values

    def apply_defaults(self):
        """Adds the defaults of what was not given."""
        filled = {}
        for name, parameter in self.signature.parameters.items():
            if name in self.arguments:
                filled[name] = self.arguments[name]
            elif parameter.default is not _empty:
                filled[name] = parameter.default
            elif parameter.kind == _VAR_POSITIONAL:
                filled[name] = ()
            elif parameter.kind == _VAR_KEYWORD:
                filled[name] = {}
        self.arguments = filled

    def __eq__(self, other):
        return isinstance(other, BoundArguments) and self.arguments == other.arguments

    def __repr__(self):
        return "<BoundArguments (" + ", ".join(f"{name}={value!r}" for name, value in self.arguments.items()) + ")>"


class Signature:
    """The parameters of something callable, and the annotation of its result."""

    empty = _empty

    def __init__(self, parameters=None, *, return_annotation=_empty):
        self.parameters = OrderedDict((parameter.name, parameter) for parameter in parameters or ())
        self.return_annotation = return_annotation

    @classmethod
    def from_callable(cls, obj):
        return signature(obj)

    def replace(self, *, parameters=_empty, return_annotation=_empty):
        return Signature(self.parameters.values() if parameters is _empty else parameters,
                         return_annotation=self.return_annotation if return_annotation is _empty else return_annotation)

    def _bind(self, args, kwargs, partial):
        kwargs = dict(kwargs)
        args = list(args)
        arguments = {}
        rest = None
        for name, parameter in self.parameters.items():
            kind = parameter.kind
            if kind == _VAR_POSITIONAL:
                if args:
                    arguments[name] = tuple(args)
                args = []
            elif kind == _VAR_KEYWORD:
                rest = name
            elif args and kind != _KEYWORD_ONLY:
                if name in kwargs and kind != _POSITIONAL_ONLY:
                    raise TypeError(f"multiple values for argument {name!r}")
                arguments[name] = args.pop(0)
            elif name in kwargs and kind != _POSITIONAL_ONLY:
                arguments[name] = kwargs.pop(name)
            elif parameter.default is _empty and not partial:
                raise TypeError(f"missing a required argument: {name!r}")
        if args:
            raise TypeError("too many positional arguments")
        if rest is not None:
            if kwargs:
                arguments[rest] = kwargs
        elif kwargs:
            raise TypeError(f"got an unexpected keyword argument {next(iter(kwargs))!r}")
        return BoundArguments(self, arguments)

    def bind(self, /, *args, **kwargs):
        """The arguments as a call would bind them."""
        return self._bind(args, kwargs, False)

    def bind_partial(self, /, *args, **kwargs):
        """The arguments as a call would bind them; some may be missing."""
        return self._bind(args, kwargs, True)

    def __eq__(self, other):
        return (isinstance(other, Signature) and list(self.parameters.values()) == list(other.parameters.values())
                and self.return_annotation == other.return_annotation)

    def __str__(self):
        parts = []
        only_positional, starred = False, False
        for parameter in self.parameters.values():
            if parameter.kind == _POSITIONAL_ONLY:
                only_positional = True
            elif only_positional:
                parts.append("/")
                only_positional = False
            if parameter.kind == _VAR_POSITIONAL:
                starred = True
            elif parameter.kind == _KEYWORD_ONLY and not starred:
                parts.append("*")
                starred = True
            parts.append(str(parameter))
        if only_positional:
            parts.append("/")
        text = f"({', '.join(parts)})"
        if self.return_annotation is not _empty:
            text += f" -> {formatannotation(self.return_annotation)}"
        return text

    def __repr__(self):
        return f"<Signature {self}>"


def _of_function(function):
    code = function.__code__
    count, keyword_only = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames
    annotations = function.__annotations__
    defaults = function.__defaults__ or ()
    keyword_defaults = function.__kwdefaults__ or {}

    def make(name, kind, default=_empty):
        return Parameter(name, kind, default=default, annotation=annotations.get(name, _empty))

    found = []
    for number in range(count):
        back = number - (count - len(defaults))
        kind = _POSITIONAL_ONLY if number < code.co_posonlyargcount else _POSITIONAL_OR_KEYWORD
        found.append(make(names[number], kind, defaults[back] if back >= 0 else _empty))
    after = count + keyword_only
    if code.co_flags & 4:
        found.append(make(names[after], _VAR_POSITIONAL))
        after += 1
    for name in names[count:count + keyword_only]:
        found.append(make(name, _KEYWORD_ONLY, keyword_defaults.get(name, _empty)))
    if code.co_flags & 8:
        found.append(make(names[after], _VAR_KEYWORD))
    return Signature(found, return_annotation=annotations.get("return", _empty))


def _without_first(known):
    found = list(known.parameters.values())
    if found and found[0].kind != _VAR_POSITIONAL:
        found = found[1:]
    return known.replace(parameters=found)


def _of_partial(partial):
    known = signature(partial.func)
    found = []
    given = len(partial.args)
    by_name = False
    for parameter in known.parameters.values():
        if given and parameter.kind in (_POSITIONAL_ONLY, _POSITIONAL_OR_KEYWORD):
            given -= 1
            continue
        if parameter.name in partial.keywords and parameter.kind in (_POSITIONAL_OR_KEYWORD, _KEYWORD_ONLY):
            by_name = True
            parameter = parameter.replace(default=partial.keywords[parameter.name], kind=_KEYWORD_ONLY)
        elif by_name and parameter.kind == _POSITIONAL_OR_KEYWORD:
            parameter = parameter.replace(kind=_KEYWORD_ONLY)
        found.append(parameter)
    return known.replace(parameters=found)


def signature(obj):
    """The signature of a function, method, class or callable object."""
    if not callable(obj):
        raise TypeError(f"{obj!r} is not a callable object")
    if isinstance(obj, MethodType):
        return _without_first(signature(obj.__func__))
    obj = unwrap(obj)
    if isinstance(obj, FunctionType):
        return _of_function(obj)
    if isinstance(obj, functools.partial):
        return _of_partial(obj)
    if isinstance(obj, type):
        for name in ("__new__", "__init__"):
            for base in obj.__mro__:
                own = base.__dict__.get(name)
                if isinstance(own, staticmethod):
                    own = own.__func__
                if isinstance(own, FunctionType):
                    return _without_first(signature(own))
        if obj.__module__ != "builtins" or obj is object:
            return Signature()
        raise ValueError(f"no signature found for builtin type {obj!r}")
    native = _native_parameters(obj)
    if native is not None:
        if obj.__module__ is None or obj.__module__.startswith(("torch", "numpy")):
            raise ValueError(f"no signature found for builtin {obj!r}")
        return Signature([Parameter(entry[0], entry[1], default=entry[2] if len(entry) > 2 else _empty)
                          for entry in native])
    call = getattr(type(obj), "__call__", None)
    if isinstance(call, FunctionType):
        return _without_first(signature(call))
    raise ValueError(f"no signature found for {obj!r}")


def unwrap(func, *, stop=None):
    """The function that decorators wrapped."""
    while hasattr(func, "__wrapped__") and not isinstance(func, (type, staticmethod, classmethod)):
        if stop is not None and stop(func):
            break
        func = func.__wrapped__
    return func


def getfullargspec(func):
    """The names and defaults of a function's parameters."""
    if isinstance(func, type):
        func = func.__init__
    known = _of_function(unwrap(func.__func__ if isinstance(func, MethodType) else func))
    args, varargs, varkw, defaults, only, only_defaults = [], None, None, [], [], {}
    for name, parameter in known.parameters.items():
        if parameter.kind in (_POSITIONAL_ONLY, _POSITIONAL_OR_KEYWORD):
            args.append(name)
            if parameter.default is not _empty:
                defaults.append(parameter.default)
        elif parameter.kind == _VAR_POSITIONAL:
            varargs = name
        elif parameter.kind == _KEYWORD_ONLY:
            only.append(name)
            if parameter.default is not _empty:
                only_defaults[name] = parameter.default
        else:
            varkw = name
    annotations = {name: value for name, value in func.__annotations__.items() if name != "return"}
    if known.return_annotation is not _empty:
        annotations = {"return": known.return_annotation, **annotations}
    return FullArgSpec(args, varargs, varkw, tuple(defaults) or None, only, only_defaults or None, annotations)


def getargvalues(frame):
    """The parameters of a frame's function with their values."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames
    args, varargs, keywords = list(names[:count]), None, None
    if code.co_flags & 4:
        varargs = names[count]
        count += 1
    if code.co_flags & 8:
        keywords = names[count]
    return ArgInfo(args, varargs, keywords, frame.f_locals)


def getcallargs(func, /, *args, **kwargs):
    """The arguments of a call by parameter, defaults included."""
    bound = signature(func).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


FrameInfo = namedtuple("FrameInfo", "frame filename lineno function code_context index")


def stack(context=1):
    """The frames of the callers, innermost first."""
    frame = currentframe().f_back
    found = []
    while frame is not None:
        code = frame.f_code
        found.append(FrameInfo(frame, code.co_filename, frame.f_lineno, code.co_name, None, None))
        frame = frame.f_back
    return found


def getmodule(object):
    """The module that something was defined in."""
    import sys

    if ismodule(object):
        return object
    return sys.modules.get(getattr(object, "__module__", None))


def isclass(object):
    return isinstance(object, type)


def isfunction(object):
    return isinstance(object, FunctionType)


def ismethod(object):
    return isinstance(object, MethodType) and isinstance(object.__func__, FunctionType)


def isbuiltin(object):
    return isinstance(object, BuiltinFunctionType)


def isroutine(object):
    return isinstance(object, (FunctionType, MethodType, BuiltinFunctionType))


def ismodule(object):
    return isinstance(object, ModuleType)


def isgenerator(object):
    return isinstance(object, GeneratorType)


def isgeneratorfunction(obj):
    obj = obj.__func__ if isinstance(obj, MethodType) else obj
    return isinstance(obj, FunctionType) and bool(obj.__code__.co_flags & 32)


def iscoroutinefunction(obj):
    return False


def isframe(object):
    return isinstance(object, FrameType)


def iscode(object):
    return isinstance(object, CodeType)


def isdatadescriptor(object):
    return isinstance(object, property) or hasattr(type(object), "__set__")


def isabstract(object):
    return isinstance(object, type) and bool(getattr(object, "__abstractmethods__", None))


def getmembers(object, predicate=None):
    """The attributes as pairs of name and value, sorted by name."""
    found = []
    for name in dir(object):
        try:
            value = getattr(object, name)
        except AttributeError:
            continue
        if predicate is None or predicate(value):
            found.append((name, value))
    return sorted(found, key=lambda pair: pair[0])


def getmro(cls):
    return cls.__mro__


def getattr_static(obj, attr, default=_empty):
    """An attribute as it is stored, without asking descriptors."""
    places = [getattr(obj, "__dict__", {})]
    places += [base.__dict__ for base in (obj if isinstance(obj, type) else type(obj)).__mro__]
    for place in places:
        if attr in place:
            return place[attr]
    if default is _empty:
        raise AttributeError(attr)
    return default


def cleandoc(doc):
    """A documentation string without the indentation of its code."""
    lines = doc.expandtabs().split("\n")
    margins = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    margin = min(margins, default=0)
    lines = [lines[0].lstrip()] + [line[margin:] for line in lines[1:]]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines)


def getdoc(object):
    """The documentation of something, or what its class inherits."""
    doc = getattr(object, "__doc__", None)
    if doc is None and isinstance(object, type):
        doc = next((base.__doc__ for base in object.__mro__[1:] if base.__doc__ and base is not type), None)
    return cleandoc(doc) if isinstance(doc, str) else None


def _object_with_source(object):
    if isinstance(object, MethodType):
        object = object.__func__
    object = unwrap(object)
    if isinstance(object, FrameType):
        return object.f_code
    if isinstance(object, (FunctionType, type, CodeType)):
        return object
    raise TypeError("module, class, method, function, traceback, frame, or code object was expected, got "
                    + type(object).__name__)


def getsourcelines(object):
    """The lines of the text of a function or class, and the number of the first."""
    text, first = _source(_object_with_source(object))
    return text.splitlines(True), first


def getsource(object):
    """The text of a function or class."""
    return _source(_object_with_source(object))[0]


def getfile(object):
    if ismodule(object) and hasattr(object, "__file__"):
        return object.__file__
    object = _object_with_source(object)
    code = getattr(object, "__code__", object)
    if isinstance(code, CodeType):
        return code.co_filename
    raise TypeError(f"{object!r} is a built-in class")


def getsourcefile(object):
    return getfile(object)
