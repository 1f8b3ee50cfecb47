def counter():
    n = 0

    def increment(by=1):
        nonlocal n
        n += by
        return n

    return increment


a, b = counter(), counter()
print(a(), a(5), b())

fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])


def outer(x):
    def middle():
        def inner():
            return x
        return inner
    x += 1
    return middle()


print(outer(1)())


def default(items=[]):
    items.append(len(items))
    return items


print(default(), default())
print(default.__defaults__)

total = 10


def read():
    return total


def write():
    global total
    total += 1


write()
print(read())


def unbound():
    print(total)
    total = 1


try:
    unbound()
except UnboundLocalError as e:
    print("UnboundLocalError:", e)


def maker():
    if False:
        value = 1

    def get():
        return value

    return get


try:
    maker()()
except NameError as e:
    print(type(e).__name__, e)


def args(a, /, b, c=3, *rest, d, e=5, **more):
    return a, b, c, rest, d, e, more


print(args(1, 2, d=4))
print(args(1, 2, 3, 4, 5, d=6, f=7, g=8))
print(args(*[1, 2], **{"d": 4, "z": 1}))
print(args(1, b=2, d=3))
for call in [lambda: args(1), lambda: args(1, 2), lambda: args(a=1, b=2, d=3), lambda: args(1, 2, b=3, d=1),
             lambda: counter(1), lambda: a(by=1, to=2), lambda: a(1, 2, 3), lambda: len(), lambda: outer(y=1)]:
    try:
        print(call())
    except TypeError as e:
        print("TypeError:", e)


def decorate(tag):
    def wrap(f):
        def inner(*args, **kwargs):
            return f"<{tag}>{f(*args, **kwargs)}</{tag}>"
        inner.__name__ = f.__name__
        return inner
    return wrap


@decorate("b")
@decorate("i")
def hello(name, punctuation="!"):
    """Greets."""
    return f"hello {name}{punctuation}"


print(hello("x"), hello(name="y", punctuation="?"), hello.__name__)
import functools


@functools.wraps(hello)
def other(): pass


print(other.__name__)
print((lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4))
compose = lambda *fs: functools.reduce(lambda f, g: lambda x: f(g(x)), fs)
print(compose(str, abs, int)("-5"))


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info().misses)
add = functools.partial(lambda a, b, c: (a, b, c), 1, c=3)
print(add(2))


def f(x: int, y: "str" = "a") -> float:
    z: int = 3
    return z


print(f.__annotations__, f(1))
y = [y for y in range(3)]
print(y, [x for x in [1, 2] for x in [x, x * 10]])
x = "outer"
print([x for x in "ab"], x, [(x, z) for x in range(2) for z in range(x)])
print([last := k for k in range(4)], last)
print({k: v for k, v in zip("ab", range(2))}, {c for c in "aab"} == {"a", "b"})
if (n := len("four")) > 3:
    print(n)
x = [[r * 3 + c for c in range(3)] for r in range(2)]
print(x, [row[::-1] for row in x], [list(t) for t in zip(*x)])
