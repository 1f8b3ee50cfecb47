"""How long code takes."""
from time import perf_counter as default_timer


class Timer:
    """Times a function without arguments."""

    def __init__(self, stmt="pass", setup="pass", timer=default_timer, globals=None):
        if isinstance(stmt, str) and stmt != "pass":
            raise NotImplementedError("timeit of a text is not part of this language; pass a function")
        self.stmt = stmt if callable(stmt) else lambda: None
        self.setup = setup if callable(setup) else lambda: None
        self.timer = timer

    def timeit(self, number=1000000):
        self.setup()
        stmt = self.stmt
        start = self.timer()
        for _ in range(number):
            stmt()
        return self.timer() - start

    def repeat(self, repeat=5, number=1000000):
        return [self.timeit(number) for _ in range(repeat)]


def timeit(stmt="pass", setup="pass", timer=default_timer, number=1000000, globals=None):
    return Timer(stmt, setup, timer).timeit(number)


def repeat(stmt="pass", setup="pass", timer=default_timer, repeat=5, number=1000000, globals=None):
    return Timer(stmt, setup, timer).repeat(repeat, number)
