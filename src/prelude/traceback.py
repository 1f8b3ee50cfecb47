"""Exceptions as text."""
import sys


def format_exception_only(exc, value=None):
    """The line that names an exception."""
    exc = exc if value is None else value
    name = type(exc).__qualname__
    if type(exc).__module__ not in ("builtins", "__main__"):
        name = f"{type(exc).__module__}.{name}"
    text = str(exc)
    return [f"{name}: {text}\n" if text else f"{name}\n"]


def format_exception(exc, value=None, tb=None):
    exc = exc if value is None else value
    return ["Traceback (most recent call last):\n"] + format_exception_only(exc)


def format_exc(limit=None, chain=True):
    exc = sys.exc_info()[1]
    return "NoneType: None\n" if exc is None else "".join(format_exception(exc))


def print_exception(exc, value=None, tb=None, limit=None, file=None):
    print("".join(format_exception(exc, value)), end="", file=sys.stderr if file is None else file)


def print_exc(limit=None, file=None, chain=True):
    print(format_exc(), end="", file=sys.stderr if file is None else file)


def print_stack(f=None, limit=None, file=None):
    pass


def format_stack(f=None, limit=None):
    return []


def extract_tb(tb, limit=None):
    return []
