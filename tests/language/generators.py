def count(n):
    print("start")
    for i in range(n):
        got = yield i
        if got:
            print("got", got)
    return "done"


g = count(3)
print(next(g), g.send("hello"), next(g))
try:
    next(g)
except StopIteration as e:
    print("StopIteration", e.value)
print(next(g, "exhausted"))


def flatten(x):
    for y in x:
        if isinstance(y, (list, tuple)):
            yield from flatten(y)
        else:
            yield y


print(list(flatten([1, [2, (3, [4])], []])))


def outer():
    result = yield from count(2)
    print("result", result)
    yield "after"


print(list(outer()))


def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("closed")
        raise
    finally:
        print("finally")


g = closing()
print(next(g))
g.close()


def catching():
    while True:
        try:
            x = yield
            print("value", x)
        except ValueError as e:
            print("caught", e)
            yield "recovered"


g = catching()
next(g)
g.send(1)
print(g.throw(ValueError("bad")))


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


import itertools
print(list(itertools.islice(fib(), 10)), list(itertools.takewhile(lambda x: x < 30, fib())))
squares = (x * x for x in range(5) if x % 2 == 0)
print(sum(squares), list(squares))
print(any(x > 3 for x in [1, 5]), all(x > 3 for x in []), max((len(w), w) for w in "a bcd ef".split()))


class Tree:
    def __init__(self, value, *children):
        self.value, self.children = value, children

    def __iter__(self):
        yield self.value
        for c in self.children:
            yield from c


print(list(Tree(1, Tree(2, Tree(3)), Tree(4))))
first, *rest = Tree(1, Tree(2), Tree(3))
print(first, rest)


class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Countdown(3)), 2 in Countdown(3), dict(zip("abc", Countdown(3))))
it = iter([1, 2, 3])
for x in it:
    print(x, next(it, None))
print(list(iter(iter([5, 4, 0, 7]).__next__, 0)))


def lazy():
    print("never printed before the first next")
    yield


g = lazy()
print("made")
list(g)
print(list(map(lambda a, b: a + b, [1, 2, 3], [10, 20])), list(filter(None, [0, 1, "", "a"])))
print(list(enumerate("ab", start=1)), list(reversed([1, 2, 3])), list(zip(*[(1, 2), (3, 4)])))
try:
    def bad():
        raise StopIteration("inside")
        yield
    next(bad())
except RuntimeError as e:
    print("RuntimeError:", e)
try:
    list(zip([1, 2], [1], strict=True))
except ValueError as e:
    print("ValueError:", e)
gen = (print("evaluated", x) for x in range(2))
for _ in gen:
    pass
