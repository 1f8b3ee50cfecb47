def f(x):
    try:
        print("try", x)
        if x == 0:
            return "return"
        if x == 1:
            raise ValueError("one")
        if x == 2:
            raise KeyError("two")
        if x == 3:
            1 / 0
    except ValueError as e:
        print("ValueError", e)
    except (KeyError, IndexError) as e:
        print(type(e).__name__, e, e.args)
        return "handled"
    else:
        print("else")
    finally:
        print("finally")
    return "end"


for i in range(5):
    try:
        print(f(i))
    except ZeroDivisionError as e:
        print("outer", e)


class AppError(Exception):
    def __init__(self, code, message="default"):
        super().__init__(message)
        self.code = code


class SubError(AppError):
    pass


try:
    raise SubError(7)
except AppError as e:
    print(repr(e), e.code, str(e), isinstance(e, SubError))
try:
    e
except NameError as error:
    print(error)

try:
    try:
        {}["k"]
    except KeyError as e:
        raise RuntimeError("while handling") from e
except RuntimeError as e:
    print(e, repr(e.__cause__), e.__cause__ is e.__context__)
try:
    try:
        [][1]
    except IndexError:
        raise TypeError("next") from None
except TypeError as e:
    print(e, e.__cause__, e.__suppress_context__)
try:
    try:
        raise ValueError("again")
    except ValueError:
        raise
except ValueError as e:
    print("re-raised", e)


def returns():
    try:
        return "try"
    finally:
        return "finally"


print(returns())


def loop():
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            print("body", i)
        finally:
            print("cleanup", i)
    else:
        print("no break")
    return i


print(loop())


class Managed:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        print("enter", self.name)
        return self.name

    def __exit__(self, kind, value, trace):
        print("exit", self.name, kind.__name__ if kind else None, value)
        return self.swallow


with Managed("a") as a, Managed("b", swallow=True) as b:
    print(a, b)
    raise ValueError("swallowed")
print("after")
try:
    with Managed("c"):
        raise KeyError("through")
except KeyError as e:
    print("caught", e)


def with_return():
    with Managed("d"):
        return "value"


print(with_return())
import contextlib


@contextlib.contextmanager
def manager(x):
    print("before", x)
    try:
        yield x * 2
    finally:
        print("after", x)


with manager(4) as y:
    print(y)
with contextlib.suppress(ZeroDivisionError):
    1 / 0
def attempt(f):
    try:
        print("no error", f())
    except Exception as e:
        print(type(e).__name__, "|", e)


attempt(lambda: int("x"))
attempt(lambda: [1][5])
attempt(lambda: {}["a"])
attempt(lambda: None.x)
attempt(lambda: 1 + "a")
attempt(lambda: "a" + 1)
attempt(lambda: undefined)
attempt(lambda: (1, 2).append(3))
attempt(lambda: float("abc"))
attempt(lambda: 1 // 0)
attempt(lambda: 1 % 0)
attempt(lambda: 1.0 / 0)
attempt(lambda: "abc"[10])
attempt(lambda: [].pop())
attempt(lambda: {}.popitem())
attempt(lambda: "x".index("y"))
attempt(lambda: [1].index(2))
attempt(lambda: [1].remove(3))
attempt(lambda: next(iter([])))
attempt(lambda: len(5))
attempt(lambda: iter(5))
attempt(lambda: 5())
attempt(lambda: 5[0])
attempt(lambda: [1, 2]["a"])
attempt(lambda: {[]: 1})
attempt(lambda: hash([]))
attempt(lambda: sorted([1, "a"]))
attempt(lambda: max([]))
attempt(lambda: "%d" % "x")
attempt(lambda: "{}".format())
attempt(lambda: "%s %s" % 1)
attempt(lambda: range(1, 2, 0))
attempt(lambda: "a" * "b")
attempt(lambda: [] + ())
attempt(lambda: -"a")
attempt(lambda: int("12", 40))
attempt(lambda: chr(-1))
attempt(lambda: ord("ab"))
attempt(lambda: sum(["a"]))
attempt(lambda: (1).foo)
attempt(lambda: [1, 2].foo)
attempt(lambda: int([]))
attempt(lambda: 2 ** "x")
attempt(lambda: 1 < "a")
attempt(lambda: f(1, 2))
attempt(lambda: "a".join([1]))
attempt(lambda: 1 in 2)
attempt(lambda: (1).bit_length(1))
attempt(lambda: "abc".foo())
attempt(lambda: f"{1:z}")
attempt(lambda: 1 << -1)
try:
    a, b = 1, 2, 3
except ValueError as e:
    print(e)
try:
    a, b, c = [1, 2]
except ValueError as e:
    print(e)
try:
    a, *b, c = [1]
except ValueError as e:
    print(e)
try:
    a, b = 5
except TypeError as e:
    print(e)
try:
    assert 1 > 2, "message"
except AssertionError as e:
    print("assert", e)
try:
    assert False
except AssertionError as e:
    print("assert", repr(e))
try:
    raise "text"
except TypeError as e:
    print(e)
try:
    raise NotImplementedError
except NotImplementedError as e:
    print(repr(e))


def deep(n):
    return deep(n + 1)


try:
    deep(0)
except RecursionError as e:
    print("RecursionError", str(e)[:32])


def recover(n):
    try:
        return recover(n + 1)
    except RecursionError:
        return "recovered"


print(recover(0))


class Chain:
    def __getattr__(self, name):
        return getattr(self, name + "x")


try:
    Chain().a
except RecursionError:
    print("RecursionError in __getattr__")
