import math, random, string, itertools, functools, collections, operator, textwrap, statistics, datetime, time, copy, json, re, os, sys, io, contextlib, dataclasses, enum, typing, heapq, bisect
"abc".center(9, "*"), "a,b,,c".split(","), " x y ".split(), "a-b-c".rsplit("-", 1), "abc".partition("b"), "Hello".swapcase(), "x".zfill(4), "-5".zfill(4), "a\tb".expandtabs(4), "abcabc".replace("b", "X", 1), "abc".find("z"), "aXbX".rfind("X"), "abc".startswith(("a", "z")), "abc".removeprefix("a"), "abc".translate(str.maketrans("ab", "xy")), "ß".casefold(), "a1".isalnum(), "١".isdigit(), "Title Case".istitle(), "%s|%5.1f|%-5d|%05d|%x|%e|%r" % ("a", 2.345, 3, 42, 255, 12345.678, "q")
"{:>8.3f}|{:<6}|{:^7}|{:+d}|{:,}|{:_}|{:e}|{:%}|{:b}|{:o}|{:#X}|{:08.2f}|{!r:>6}|{0[1]}|{1.real}".format(3.14159, "ab", "mid", 5, 1234567, 1234567, 12345.6789, .256, 5, 8, 255, -3.14159, "z", [1, 2], 3) if False else "{:>8.3f}|{:<6}|{:^7}|{:+d}|{:,}|{:_}|{:e}|{:%}|{:b}|{:o}|{:#X}|{:08.2f}|{!r:>6}".format(3.14159, "ab", "mid", 5, 1234567, 1234567, 12345.6789, .256, 5, 8, 255, -3.14159, "z")
"{0[1]} {1.real} {k!s:>3} {0}".format([1, 2], 3, k="v"), "{:{w}.{p}f}".format(3.14159, w=8, p=2), "{{}}".format(), f"{'a':>{3}}", f"{3.0!r}", f"{1e10}", f"{10**20}", f"{1/3:.3g}", f"{1234.5678:g}", f"{0.00001:g}", f"{True:d}", f"{5:>+5}", f"{-5:<5}|", f"{'x'*3!r:^9}", f"{[1, 2]!s}", f"{ {'a': 1}['a'] }", f"{x!r}" if (x := "q") else 0, f"{3=}", f"{x = }"
"{} {}".format(1)
"{a}".format(b=1)
f"{5:.2d}"
f"{'a':d}"
"abc"[::-1], "abc" * 2, "b" in "abc", "abc" < "abd", min("hello"), sorted("hello", reverse=True), list(enumerate("ab", 1)), dict(zip("ab", range(2))), "".join(reversed("abc")), "a" "b", r"\n", "\x41\u00e9", len("é"), ord("a"), chr(955), repr("it's"), repr('"'), repr("\n\t\\"), ascii("é"), str(b := 5)
10 ** -2, 7 // -2, -7 % 3, divmod(-7, 2), 2 ** 100, int("ff", 16), int("0b101", 0), float("1e-3"), round(2.675, 2), round(-0.5), round(1234, -2), 0.1 + 0.2, 1e16, 1e-5, 123456789.123, 1e22, float("inf"), -0.0, 3.0, 1_000, 0xff, 0b11, 0o17, 1j ** 2, (1 + 2j).conjugate(), abs(3 + 4j), complex("1+2j"), 5 .bit_length(), (0.75).as_integer_ratio(), (2.0).is_integer(), int(-3.9), bool("False"), sum([.1] * 10), math.fsum([.1] * 10), 7 & 3 | 8 ^ 1, ~5, 1 << 10, -1 >> 1, not 0, 1 < 2 < 3, 1 == 1.0, True + True, 3 if 0 else 4, None is None
math.gcd(12, 18), math.lcm(4, 6), math.comb(5, 2), math.perm(5, 2), math.factorial(10), math.isqrt(17), math.floor(-2.5), math.ceil(2.1), math.trunc(-2.9), math.copysign(1, -0.0), math.hypot(3, 4, 12), math.log(8, 2), math.log2(8), math.log10(1000), math.log1p(1e-10), math.expm1(1e-10), math.isclose(.1 + .2, .3), math.prod([1, 2, 3]), math.dist([0, 0], [3, 4]), math.degrees(math.pi), math.fmod(-7, 3), math.modf(2.5), math.frexp(8), math.ldexp(.5, 3), math.erf(1), math.gamma(5), math.inf, math.tau, math.nan != math.nan, math.ulp(1.), math.sumprod([1, 2], [3, 4]) if hasattr(math, "sumprod") else 11
a = [3, 1, 2]; a.sort(key=lambda v: -v), a, a.insert(1, 9), a.pop(0), a.remove(9), a.extend((7, 8)), a.index(7), a.count(1), a.reverse(), a, a[1:3], a[::-1], a[-2:], a + [1], a * 2, a.copy() == a, a.clear(), a
b = list(range(10)); b[2:5] = [20], b[::2], b; b[::3] = [0] * len(b[::3]); del b[1:3]; b, [*b, *"xy"], (first := b[0]), min(b, key=lambda v: -v), max(b, default=0), any(b), all(b), sum(b, 10), [[0] * 2 for _ in range(2)], list(map(lambda u, v: u + v, [1, 2], [3, 4])), list(filter(None, [0, 1, 2])), list(zip(*[(1, 2), (3, 4)])), sorted([(2, "b"), (1, "z"), (2, "a")]), sorted(["B", "a"], key=str.lower), list(zip([1, 2], [3], strict=False))
b[::2] = [1]
list(zip([1, 2], [3], strict=True))
d = {"x": 1, "y": 2}; d.get("z", 0), d.setdefault("z", 5), d.pop("x"), d.popitem(), d.update(q=1, **{"r": 2}), d | {"y": 9}, list(d.items()), {v: k for k, v in d.items()}, "q" in d, dict.fromkeys("ab", 0), {**d, "y": 0}, len(d), list(reversed(d)), d == {"y": 2, "q": 1, "r": 2}, sorted(d, key=d.get), d.keys() & {"y", "r"}, d.copy() is d, max(d, key=d.get)
d["nope"]
s = {3, 1, 2}; s | {5}, s & {1, 9}, s - {1}, s ^ {1, 7}, s <= {1, 2, 3}, s.isdisjoint({9}), s.add(4), s.discard(99), len(s), frozenset([1, 2]) == {1, 2}, set("hello") == set("ehlo"), s.union([8], [9]), sorted(s.symmetric_difference([1])), {1}.issubset(s), s.pop() in {1, 2, 3, 4}
s.remove(99)
t = (1, 2, 2); t.count(2), t.index(2), t + (3,), t * 2, t[1:], (1,), (), 1 in t, hash((1, 2)) == hash((1, 2)), (x, *y) if False else 0, tuple("ab"), (1, 2) < (1, 3), max((1, 5), (2, 0)); (h, *mid, z) = range(5); h, mid, z; (u, (v, w)) = 1, (2, 3); u, v, w
t[0] = 5
h, z = 1
collections.Counter("banana"), collections.Counter(a=2) + collections.Counter(a=1, b=3), collections.Counter("ab").most_common(1), collections.defaultdict(list, {"a": [1]}), collections.deque([1, 2, 3], maxlen=2), collections.OrderedDict(a=1), collections.namedtuple("P", "x y", defaults=[0])(1), collections.ChainMap({"a": 1}, {"b": 2})["b"]
q = collections.deque([1, 2, 3]); q.appendleft(0), q.rotate(1), q.popleft(), q.extend([7]), q, q[-1], len(q), q.index(1), collections.namedtuple("P", "x y")(1, 2)._replace(x=5)._asdict()
list(itertools.chain([1], [2])), list(itertools.combinations("abc", 2)), list(itertools.permutations([1, 2])), list(itertools.groupby("aab"))[0][0], list(itertools.islice(itertools.count(5, 2), 3)), list(itertools.zip_longest([1], [2, 3], fillvalue=0)), list(itertools.starmap(pow, [(2, 3)])), list(itertools.takewhile(lambda v: v < 3, range(9))), list(itertools.pairwise([1, 2, 3])), list(itertools.batched([1, 2, 3], 2)) if hasattr(itertools, "batched") else 0, list(itertools.accumulate([1, 2, 3], operator.mul, initial=1)), [k for k, g in itertools.groupby([1, 1, 2], key=lambda v: v % 2)], list(itertools.compress("abc", [1, 0, 1])), next(itertools.cycle("ab")), list(itertools.repeat(0, 2)), [list(i) for i in itertools.tee([1, 2])]
@functools.lru_cache(maxsize=None)
def fibm(n): return n if n < 2 else fibm(n - 1) + fibm(n - 2)
fibm(80), fibm.cache_info(), functools.partial(pow, 2)(5), functools.reduce(operator.add, [1, 2, 3], 10), functools.cmp_to_key(lambda p, q: q - p)(1) < functools.cmp_to_key(lambda p, q: q - p)(0), functools.wraps(fibm)(lambda: 0).__name__
@functools.singledispatch
def show(v): return "any"
@show.register
def _(v: int): return "int"
show(1), show("a")
class Color(enum.Enum):
    RED = 1; BLUE = enum.auto()
Color.RED, Color.BLUE.value, Color["RED"] is Color(1), list(Color), Color.RED.name, isinstance(Color.RED, Color)
Color(9)
class Vec:
    __slots__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __hash__(self): return hash((self.x, self.y))
    def __lt__(self, o): return self.x < o.x
    def __getitem__(self, i): return (self.x, self.y)[i]
    def __len__(self): return 2
    def __iter__(self): yield self.x; yield self.y
    def __contains__(self, v): return v in (self.x, self.y)
    def __call__(self, k): return Vec(self.x * k, self.y * k)
    def __matmul__(self, o): return self.x * o.x + self.y * o.y
    def __bool__(self): return bool(self.x or self.y)
    def __repr__(self): return f"Vec({self.x}, {self.y})"
    def __format__(self, spec): return f"<{self.x:{spec}},{self.y:{spec}}>"
    @property
    def norm(self): return math.hypot(self.x, self.y)
    @classmethod
    def unit(cls): return cls(1, 0)
    @staticmethod
    def zero(): return Vec(0, 0)
v = Vec(3, 4); v, v == Vec(3, 4), v.norm, list(v), 4 in v, v(2), v @ v, bool(Vec(0, 0)), f"{v:.1f}", Vec.unit(), Vec.zero(), len({v, Vec(3, 4)}), sorted([Vec(2, 0), Vec(1, 0)]), v[-1], (lambda a, b: a + b)(*v), max(v), [*v], isinstance(v, Vec), type(v).__name__, Vec.__name__, callable(v), hasattr(v, "z")
v.z = 1
v.norm = 2
v + v
v < 3
Vec(1)
class A:
    n = 0
    def __init_subclass__(cls, **k): A.n += 1; super().__init_subclass__(**k)
    def __getattr__(self, k): return f"no {k}"
    def __enter__(self): return self
    def __exit__(self, *e): return e[0] is KeyError
class B(A):
    def __setattr__(self, k, v): super().__setattr__(k, v * 2)
    def __repr__(self): return f"{type(self).__name__}()"
o = B(); o.k = 5; o.k, o.zz, A.n, B.__mro__[1].__name__, B.__bases__, isinstance(o, A), issubclass(B, A), o, vars(o), super(B, o).__repr__()[:3]
with B() as c: {}["a"]
with B() as c: 1 / 0
def g(n):
    try:
        while n: n -= 1; r = yield n; n = r or n
    finally: print("closed")
    return "end"
i = g(3); next(i), i.send(5), next(i), i.close()
def h():
    r = yield from g(1); yield r
list(h()), sum(k * k for k in range(4)), [(p, q) for p in range(3) for q in range(p) if q != p], {k: [j for j in range(k)] for k in (1, 2)}, next((k for k in [] if k), "none")
try: int("z")
except (ValueError, TypeError) as e: print(type(e).__name__, e, e.args)
else: print("else")
finally: print("fin")
class MyErr(Exception):
    def __init__(self, code): super().__init__(f"code {code}"); self.code = code
try:
    try: raise MyErr(3)
    except MyErr as e: raise RuntimeError("outer") from e
except RuntimeError as e: print(repr(e), repr(e.__cause__), e.__cause__.code)
raise MyErr(7)
def k(a, b=2, *args, c, d=4, **kw): return a, b, args, c, d, kw
k(1, c=3), k(1, 2, 3, 4, c=5, e=6), k(*[1, 2], **{"c": 3}), k.__defaults__, k.__kwdefaults__, k.__code__.co_varnames[:3]
k(1)
k(1, 2, c=3, a=1)
def outer():
    n = 0
    def inc():
        nonlocal n; n += 1; return n
    return inc
f = outer(); f(), f(), outer()(), (lambda: (yield))().__class__.__name__
def bad(): print(loc); loc = 1
bad()
for i in range(3):
    if i == 1: continue
    print(i, end=" ")
else: print("done")
while True:
    break
else: print("never")
print(*[1, 2], sep="-", end="!\n"), print("a", "b", file=sys.stdout), print()
json.dumps({"a": [1, None, True, 1.5, "é"]}, indent=1, sort_keys=True), json.loads("[1, 2.0, null]"), re.sub(r"(\w)(\d)", r"\2\1", "a1b2"), re.split(r"[,;]", "a,b;c"), re.match(r"(?P<n>\d+)", "12a").group("n"), re.findall("a.", "abac", re.I), bool(re.fullmatch("a+", "aaa")), re.search("b", "abc").span()
textwrap.dedent("  a\n  b"), textwrap.shorten("hello big world", 11), statistics.mean([1, 2, 4]), statistics.stdev([1, 2, 4]), statistics.median([1, 3]), datetime.timedelta(hours=25), datetime.date(2024, 2, 29).isoformat(), datetime.datetime(2024, 1, 2, 3).strftime("%Y-%m-%d %H"), heapq.nsmallest(2, [3, 1, 2]), bisect.bisect_left([1, 2, 2], 2), copy.deepcopy([[1]]), operator.itemgetter(1)([1, 2]), string.ascii_lowercase[:3], os.path.join("a", "b"), os.path.splitext("x.tar.gz"), sys.version_info[:2] >= (3, 11), io.StringIO("a\nb").readlines(), random.Random(0).random(), random.Random(1).sample(range(10), 3)
buf = io.StringIO()
with contextlib.redirect_stdout(buf): print("hidden")
buf.getvalue(), isinstance(3, int | str), typing.get_type_hints(k), (lambda *, z=1: z)(), [].__doc__[:8], type(None), type(...), NotImplemented, ..., __name__, id(None) == id(None), dir([])[-1], callable(len), getattr(v, "q", 0), globals()["v"] is v, eval if False else 0
x: int = 5; y: "str"; x, "y" in globals()
assert x == 4, f"x is {x}"
global_x = [i for i in range(3)][-1]; i
lambda: 0
print
del x; x
