# Exceptions, context managers, files and modules of the standard library.
import contextlib
import math
import os
import random
import sys
import time


def divide(a, b):
    try:
        result = a / b
    except ZeroDivisionError as error:
        print("caught", error)
        return None
    except (TypeError, ValueError):
        print("bad types")
        raise
    else:
        print("fine")
        return result
    finally:
        print("finally")


divide(6, 3), divide(1, 0)
divide("a", 1)


class CourseError(Exception):
    """An error of our own."""

    def __init__(self, code, message="no message"):
        super().__init__(message)
        self.code = code


try:
    raise CourseError(42, "custom")
except CourseError as error:
    print(error, error.code, repr(error), error.args, isinstance(error, Exception))
raise CourseError(7)
try:
    try:
        {}["k"]
    except KeyError as inner:
        raise RuntimeError("outer") from inner
except RuntimeError as error:
    print(error, "because of", repr(error.__cause__))
assert 1 + 1 == 2, "arithmetic"
assert 1 + 1 == 3, "arithmetic is broken"
for attempt in range(3):
    try:
        if attempt < 2:
            continue
        print("attempt", attempt)
    finally:
        print("cleanup", attempt)


class Timer:
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, value, trace):
        print("exit", kind.__name__ if kind else None)
        return kind is KeyError


with Timer() as t, contextlib.nullcontext(3) as n:
    print("inside", n)
with Timer():
    {}["gone"]
with Timer():
    raise ValueError("not swallowed")


@contextlib.contextmanager
def section(title):
    print(f"<{title}>")
    try:
        yield title.upper()
    finally:
        print(f"</{title}>")


with section("part") as name:
    print(name)
with contextlib.suppress(ZeroDivisionError):
    1 / 0
os.makedirs("data/raw", exist_ok=True)
path = os.path.join("data", "raw", "table.csv")
with open(path, "w") as f:
    f.write("name,score\n")
    for i in range(3):
        f.write(f"n{i},{i * 1.5}\n")
os.path.exists(path), os.path.basename(path), os.path.splitext(path)[1], os.path.isdir("data")
with open(path) as f:
    header = f.readline().strip()
    rows = [line.strip().split(",") for line in f]
header, rows
open("missing.txt")
math.pi, math.e, math.sqrt(2), math.floor(-1.5), math.ceil(1.2), math.factorial(6), math.log(8, 2), math.gamma(5)
math.inf > 1e308, math.isnan(float("nan")), math.hypot(3, 4), math.gcd(12, 18), math.prod([1, 2, 3]), math.comb(5, 2)
math.isclose(0.1 + 0.2, 0.3), math.exp(1), math.sin(math.pi / 2), math.copysign(1, -0.0), math.erf(0.5), math.tanh(0.3)
math.sqrt(-1)
random.seed(3)
random.random(), random.randint(1, 6), random.choice("abc"), random.uniform(2, 3), random.gauss(0, 1)
deck = list(range(8))
random.shuffle(deck)
deck, random.sample(range(20), 4), random.choices([1, 2, 3], k=5), random.randrange(0, 100, 5)
start = time.time()
elapsed = time.time() - start
elapsed >= 0, isinstance(elapsed, float), sys.version_info[:2] >= (3, 9), isinstance(sys.argv, list)
int("x", 16)
sys.maxsize > 2 ** 60
