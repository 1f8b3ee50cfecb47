"""Context managers, and what makes them."""
from functools import wraps


class ContextDecorator:
    """The base of context managers that also decorate functions."""

    def __call__(self, func):
        @wraps(func)
        def inner(*args, **kwargs):
            with self._recreate_cm():
                return func(*args, **kwargs)

        return inner

    def _recreate_cm(self):
        return self


class _GeneratorContextManager(ContextDecorator):
    """A generator with one yield as a context manager."""

    def __init__(self, func, args, kwargs):
        self.gen = func(*args, **kwargs)
        self._call = (func, args, kwargs)

    def _recreate_cm(self):
        return _GeneratorContextManager(*self._call)

    def __enter__(self):
        try:
            return next(self.gen)
        except StopIteration:
            raise RuntimeError("generator didn't yield") from None

    def __exit__(self, typ, value, traceback):
        if typ is None:
            try:
                next(self.gen)
            except StopIteration:
                return False
            raise RuntimeError("generator didn't stop")
        try:
            self.gen.throw(value)
        except StopIteration as stop:
            return stop is not value
        except BaseException as error:
            if error is value:
                return False
            raise
        raise RuntimeError("generator didn't stop after throw()")


def contextmanager(func):
    """A decorator that turns a generator function with one yield into a context manager."""

    @wraps(func)
    def helper(*args, **kwargs):
        return _GeneratorContextManager(func, args, kwargs)

    return helper


class nullcontext:
    """A context manager that does nothing."""

    def __init__(self, enter_result=None):
        self.enter_result = enter_result

    def __enter__(self):
        return self.enter_result

    def __exit__(self, *exc):
        return None


class suppress:
    """A context manager that swallows some exceptions."""

    def __init__(self, *exceptions):
        self._exceptions = exceptions

    def __enter__(self):
        pass

    def __exit__(self, typ, value, traceback):
        return typ is not None and issubclass(typ, self._exceptions)


class _Redirect:
    """The base of context managers that put another stream in the place of a standard one."""

    _stream = None

    def __init__(self, new_target):
        self._new_target = new_target
        self._old_targets = []

    def __enter__(self):
        import sys

        self._old_targets.append(getattr(sys, self._stream))
        setattr(sys, self._stream, self._new_target)
        return self._new_target

    def __exit__(self, typ, value, traceback):
        import sys

        setattr(sys, self._stream, self._old_targets.pop())


class redirect_stdout(_Redirect):
    """What is printed goes to another file."""

    _stream = "stdout"


class redirect_stderr(_Redirect):
    """What goes to the standard error goes to another file."""

    _stream = "stderr"


class AbstractContextManager:
    """The base of context managers that return themselves."""

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        return None


class chdir:
    """Another current folder."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        import os

        self._old = os.getcwd()
        os.chdir(self.path)

    def __exit__(self, *exc):
        import os

        os.chdir(self._old)


class closing:
    """A context manager that closes a thing at the end."""

    def __init__(self, thing):
        self.thing = thing

    def __enter__(self):
        return self.thing

    def __exit__(self, *exc):
        self.thing.close()


class ExitStack:
    """A context manager that leaves any number of others, last first."""

    def __init__(self):
        self._exits = []

    def enter_context(self, cm):
        result = cm.__enter__()
        self._exits.append(cm.__exit__)
        return result

    def callback(self, callback, *args, **kwargs):
        def leave(typ, value, traceback):
            callback(*args, **kwargs)
            return False

        self._exits.append(leave)
        return callback

    def __enter__(self):
        return self

    def __exit__(self, typ, value, traceback):
        swallowed = False
        while self._exits:
            if self._exits.pop()(typ, value, traceback):
                swallowed, typ, value, traceback = True, None, None, None
        return swallowed

    def close(self):
        self.__exit__(None, None, None)
