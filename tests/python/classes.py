class L(list):
    def __init__(self, *a):
        super().__init__(a)
        self.k = 1
    def __getitem__(self, i):
        return super().__getitem__(i) * 10
    def __repr__(self):
        return "L" + super().__repr__()
l = L(1,2,3)
print(l, len(l), l[1], l.k, list(l), l + [4], l == [1,2,3], isinstance(l, list), sum(l), l[0:2])
l.append(5); print(l, sorted(l, reverse=True), 5 in l, l.index(5))
class D(dict):
    def __missing__(self, k): return k*2
    def __setitem__(self, k, v):
        super().__setitem__(k, v+1)
d = D(a=1)
d['b'] = 5
print(d, d['zz'], d['b'], d.get('q'), len(d), list(d.items()), 'a' in d, {**d}, dict(d), type(d).__name__)
class S(str):
    def __new__(cls, v):
        o = super().__new__(cls, v.upper())
        o.extra = 1
        return o
    def shout(self): return self + "!"
s = S("abc"); print(s, s.shout(), s.extra, len(s), s == "ABC", repr(s), s.lower(), type(s.lower()).__name__, {s: 1}["ABC"], f"{s:>5}", "%s" % s, s[0])
class I(int):
    def __add__(self, o): return I(int(self) + int(o) + 100)
    def __repr__(self): return f"I({int(self)})"
i = I(5); print(i, i + 1, 1 + i, i * 2, int(i), i == 5, hash(i) == hash(5), [1,2,3,4,5,6][i], str(i), f"{i}", f"{i:03d}", -i, i < 6, range(i))
class F(float): pass
f = F(1.5); print(f, f + 1, round(f), f.is_integer(), F("2.5"), int(f), repr(f))
class T(tuple):
    def __new__(cls, a, b): return super().__new__(cls, (a, b))
    @property
    def a(self): return self[0]
t = T(1,2); print(t, t.a, len(t), t == (1,2), hash(t) == hash((1,2)), t + (3,), list(t))
a, b = t; print(a, b)
class St(set):
    def add2(self, x): self.add(x); return self
st = St([1,2]); print(st.add2(3), len(st), 3 in st, st | {9}, st & {1}, isinstance(st, set))
class E1(ValueError):
    def __init__(self, code, msg):
        super().__init__(msg)
        self.code = code
try: raise E1(5, "bad")
except ValueError as e: print(e, e.code, e.args, repr(e), type(e).__name__, isinstance(e, Exception))
class E2(Exception):
    def __str__(self): return "custom"
try: raise E2("x")
except E2 as e: print(e, repr(e), str(e))
class E3(Exception): pass
try: raise E3
except E3 as e: print(repr(e), str(e) == "")
try:
    try: 1/0
    except ZeroDivisionError as e: raise KeyError("k") from e
except KeyError as e: print(repr(e.__cause__), e, e.args)
try: {}['x']
except KeyError as e: print(e.args, str(e), repr(e))
try: [][5]
except IndexError as e: print(e.args)
try: int('x')
except ValueError as e: print(e)
try: open('/nonexistent/x')
except OSError as e: print(type(e).__name__, e.errno, e.strerror, e.filename, e)
e = ValueError("a"); e.add_note("note1"); print(e.__notes__, e.with_traceback(None) is e)
try: next(iter([]))
except StopIteration as e: print(repr(e), e.value)
def gen():
    x = yield 1
    print('got', x)
    return 9
g = gen(); print(next(g))
try: g.send('hi')
except StopIteration as e: print(e.value)
class V:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return isinstance(o, V) and self.x == o.x
    def __hash__(self): return hash(self.x)
    def __lt__(self, o): return self.x < o.x
    def __repr__(self): return f"V({self.x})"
    def __len__(self): return self.x
    def __bool__(self): return self.x > 0
    def __iter__(self): return iter(range(self.x))
    def __contains__(self, k): return k == self.x
    def __call__(self, y): return self.x + y
    def __add__(self, o): return V(self.x + (o.x if isinstance(o, V) else o))
    __radd__ = __add__
    def __neg__(self): return V(-self.x)
    def __abs__(self): return V(abs(self.x))
    def __index__(self): return self.x
    def __float__(self): return float(self.x)
    def __int__(self): return self.x
    def __format__(self, spec): return f"<{self.x}:{spec}>"
    def __round__(self, n=None): return ('r', n)
    def __getattr__(self, n):
        if n.startswith('dyn'): return n
        raise AttributeError(n)
v = V(3)
print({V(1): 'a'}[V(1)], V(1) in [V(1)], [V(1)].index(V(1)), sorted([V(3), V(1)]), max([V(1), V(5)]), len(v), bool(V(0)), list(v), 3 in v, v(4), v + 1, 1 + v, sum([V(1), V(2)]), -v, abs(V(-2)), [0,1,2,3][v], float(v), int(v), f"{v:abc}", format(v, 'q'), round(v), round(v, 2), v.dynx, hasattr(v, 'zz'), getattr(v, 'zz', 0), {V(1), V(1)}, set([V(1), V(2)]) == {V(2), V(1)}, callable(v), range(v), hex(v), "%d" % v, "%s" % v, '{:x} {!r}'.format(v, v), tuple(v), any(v), dict.fromkeys([V(1)]), [V(1)] == [V(1)], (V(1),) == (V(1),), {'a': V(1)} == {'a': V(1)}, [V(1)] < [V(2)], math_ok := True)
import math
print(math.floor(2.7), math.sqrt(v), 'abc'[v:] == '', bin(v), chr(V(97)), 'a' * v, [0] * v)
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration
        return self.n
print(list(It()), sum(It()), max(It()), sorted(It(), reverse=True), dict(zip('abc', It())), [*It()], list(map(str, It())), list(enumerate(It())), 'x'.join(map(str, It())), next(It()), list(zip(It(), It())), set(It()), tuple(It()), list(filter(lambda x: x > 1, It())))
class Old:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * i
    def __len__(self): return 3
print(list(Old()), list(reversed(Old())), 4 in Old())
class P:
    def __init__(self): self._x = 1
    @property
    def x(self):
        "doc x"
        return self._x
    @x.setter
    def x(self, v): self._x = v * 2
    @x.deleter
    def x(self): self._x = None
    @staticmethod
    def sm(a): return a + 1
    @classmethod
    def cm(cls): return cls.__name__
p = P(); p.x = 5; print(p.x, P.sm(1), p.sm(2), P.cm(), p.cm(), P.x.__doc__); del p.x; print(p.x)
try: P.x.fset(p, 3); print(p.x)
except Exception as e: print(e)
class R:
    @property
    def ro(self): return 1
try: R().ro = 2
except AttributeError as e: print(e)
try: del R().ro
except AttributeError as e: print(e)
X = type('X', (object,), {'a': 1, 'f': lambda self: self.a + 1}); print(X().f(), X.__name__, X)
class A:
    def __setattr__(self, k, v): object.__setattr__(self, k, v * 2)
    def __getattribute__(self, k): return super().__getattribute__(k)
    def __delattr__(self, k): print('del', k); super().__delattr__(k)
a = A(); a.q = 4; print(a.q, vars(a), a.__dict__); del a.q; print(vars(a))
print(vars(V(1)), sorted(n for n in dir(V(1)) if not n.startswith('_')), [n for n in dir(P) if n[0] != '_'])
print(isinstance(v, V), issubclass(L, list), V.__mro__[-1], L.__bases__, type(v) is V, v.__class__.__name__, V.__module__, V.__qualname__, V.__doc__, P.cm.__name__, p.sm.__name__, p.cm.__self__)
def fn(a, b=2, *args, c=3, **kw):
    """Doc."""
    return a
print(fn.__name__, fn.__doc__, fn.__defaults__, fn.__module__, fn.__qualname__, fn.__annotations__)
fn.attr = 5; print(fn.attr, fn.__dict__)
print((lambda x: x).__qualname__, print.__doc__ is not None, len.__self__ is not None)
m = v.__add__; print(m(2), m.__name__, m.__self__ is v, m.__func__ is V.__add__)
it = iter([1,2,3]); print(it.__next__(), it.__iter__() is it, it.__length_hint__())
b = [1,2,3]; b[1:2] = [9,9]; print(b); b[::2] = [0,0]; print(b); del b[0]; print(b); del b[::2]; print(b); b *= 2; print(b); b += 'ab'; print(b); b[5:] = (1,2); print(b); b[:0] = [7]; print(b)
x = y = [1]; x += [2]; print(y, x is y); z = (1,); w = z; z += (2,); print(w, z)
dd = {'a': 1}; de = dd; dd |= {'b': 2}; print(de); ss = {1}; se = ss; ss |= {2}; ss -= {1}; print(se); ss ^= {5}; ss &= {5, 2}; print(se)
dd = {i: i for i in range(5)}
try:
    for k in dd: dd[k + 10] = 1
except RuntimeError as e: print(e)
try:
    for k in (s2 := {1,2}): s2.add(k + 10)
except RuntimeError as e: print(e)
print(dd.setdefault('q', 5), dd.setdefault('q', 6), dd.pop('q'), dd.pop('zz', None), dd.popitem(), dd.update(a=1), dd.update([('b', 2)]), dd)
print(str.upper('a'), list.append, dict.get, [].append.__name__ , str.join(',', ['a', 'b']), int.bit_length(5), list(map(str.strip, [' a ', 'b '])), dict.fromkeys('ab', 0), sorted('bA', key=str.lower), list.__len__([1]), object.__repr__(5)[:15])
print([].__class__, [].__doc__ is not None, (5).__doc__ is not None, int.__doc__ is not None)
