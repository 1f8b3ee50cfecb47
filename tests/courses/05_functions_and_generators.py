# Functions with all kinds of parameters, decorators, generators and iterators.
import functools
from functools import partial, reduce


def describe(first, second=2, *args, key="k", **kwargs):
    """Shows what arrived."""
    return first, second, args, key, kwargs


describe(1), describe(1, 3, 4, 5, key="z", other=0), describe(*[1, 2, 3], **{"key": "d", "w": 1})
describe.__name__, describe.__doc__
describe()
describe(1, first=2)


def strict(a, /, b, *, c=3):
    return a + b + c


strict(1, 2), strict(1, b=2, c=0)
strict(a=1, b=2)
strict(1, 2, 3)


def remember(item, bag=[]):
    bag.append(item)
    return bag


remember(1), remember(2)


def twice(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        """wrapper"""
        return f(*args, **kwargs), f(*args, **kwargs)

    return wrapper


def named(prefix):
    def decorate(f):
        def wrapper(*args):
            print(f"{prefix}{f.__name__}{args}")
            return f(*args)

        return wrapper

    return decorate


@twice
@named("calling ")
def double(x):
    """Doubles."""
    return 2 * x


double(4)
power = partial(pow, 2)
power(5), reduce(lambda a, b: a * b, [1, 2, 3, 4], 1), list(map(partial(max, 3), [1, 5]))


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


fib(60)


def countdown(n):
    while n > 0:
        yield n
        n -= 1
    return "done"


list(countdown(3)), sum(countdown(4)), [*countdown(2)], max(countdown(5))


def chain(*parts):
    for part in parts:
        result = yield from part
        print("part returned", result)


list(chain(countdown(2), countdown(1)))


def running_mean():
    total, count, mean = 0.0, 0, None
    while True:
        value = yield mean
        total += value
        count += 1
        mean = total / count


m = running_mean()
next(m)
m.send(10), m.send(20), m.send(30)
m.close()
next(m)
g = (x * x for x in range(3))
next(g), next(g), next(g), next(g, "empty")
next(g)


class Squares:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        self.i = 0
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i ** 2


list(Squares(4)), dict(enumerate(Squares(2))), list(zip(Squares(3), "ab"))
it = iter([1, 2, 3])
next(it), list(it), list(it)


def batches(items, size):
    for start in range(0, len(items), size):
        yield items[start:start + size]


for batch in batches(list(range(7)), 3):
    print(batch)
compose = lambda *fs: lambda x: reduce(lambda acc, f: f(acc), fs, x)
compose(lambda x: x + 1, lambda x: x * 10)(4)
(lambda *a, **k: (a, k))(1, 2, z=3)


def fact(n):
    return 1 if n == 0 else n * fact(n - 1)


fact(25)


def endless(n):
    return endless(n + 1)


endless(0)
