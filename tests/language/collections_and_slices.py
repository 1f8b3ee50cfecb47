a = [1, 2, 3, 4, 5]
a[1:3] = ["x", "y", "z"]
print(a)
a[::2] = [0, 0, 0]
print(a)
del a[0], a[-1]
print(a)
a.insert(1, "new")
a.append([9])
a.extend("ab")
a += (7,)
print(a, a.pop(), a.pop(0), a.index("z") if "z" in a else None, a.count("a"))
a.reverse()
print(a)
a.clear()
print(a, bool(a))
b = [3, 1, 2]
c = b
c.sort()
print(b, b is c, b == [1, 2, 3], b[:] is b, sorted(b, reverse=True), b.copy() == b)
b.sort(key=lambda v: -v)
print(b, [1, 2] < [1, 3], [1] < [1, 0], [[0] * 2] * 2, [1, 2] * 2, [1] + [2])
m = [[0] * 2 for _ in range(2)]
m[0][1] = 5
print(m)
shared = [[]] * 2
shared[0].append(1)
print(shared)
nested = [1]
nested.append(nested)
print(nested)
d = {"b": 1, "a": 2}
d["c"] = 3
d.update(a=5, z=0)
d |= {"y": 9}
print(d, list(d), d.keys(), d.values(), d.items(), len(d), "a" in d, d.get("q"), d.get("q", 0))
print(d.pop("b"), d.pop("q", None), d.setdefault("n", []), d.setdefault("a", 1), {**d, "a": "over"}, d | {"k": 1})
for k, v in sorted(d.items(), key=lambda kv: str(kv[1])):
    print(k, v, end="; ")
print()
del d["z"]
print(d, d == dict(sorted(d.items())), dict([("x", 1)]), dict.fromkeys("ab", 0), {1: "a", 1.0: "b", True: "c"})
print({k: v for k, v in d.items() if v}, list(reversed(d)), next(iter(d)), min(d), d.keys() & {"a"}, d.copy() is d)
try:
    for k in d: d[k + "!"] = 1
except RuntimeError as e:
    print(e)
s = {3, 1, 2}
s.add(1)
s.discard(9)
s |= {5}
print(len(s), s == {1, 2, 3, 5}, {1, 2} & {2, 3}, {1, 2} | {3} == {1, 2, 3}, {1, 2} - {2}, {1, 2} ^ {2, 3} == {1, 3}, {1} < {1, 2}, {1} <= {1}, {1}.isdisjoint({2}))
print(set(), frozenset([1]), {1} == frozenset([1]), sorted(set("hello")), sorted({1, 2}.union([3], (4,))))
t = (1, 2, 3)
u = 1,
print(t[1:], t + u, t * 2, len(t), t.index(2), t.count(3), (), (1,), t == (1, 2, 3), hash(t) == hash((1, 2, 3)), t < (1, 3))
x, (y, *z), w = 1, (2, 3, 4), 5
print(x, y, z, w)
*p, q = "abc"
print(p, q)
x, y = y, x
print(x, y)
x = y = []
x.append(1)
print(y)
i = 0
arr = [0, 0]
i, arr[i] = 1, 9
print(i, arr)
print([*range(3), *"ab"], (*[1], 2), {**{"a": 1}, **{"b": 2}}, {*[1, 1]}, [*{}])
print(a[5:], [1, 2, 3][-100:2], [1, 2, 3][5:], "abc"[::-1], list(range(10))[8:2:-2], [1, 2, 3][slice(0, 2)], slice(1, None, 2).indices(10))
from collections import Counter, defaultdict, deque, namedtuple, OrderedDict
c = Counter("abracadabra")
print(c.most_common(2), c["a"], c["q"], sum(c.values()), Counter(a=3) - Counter(a=1), sorted(c.elements())[:3])
dd = defaultdict(list)
dd["x"].append(1)
print(dd, dict(dd), "y" in dd)
q = deque([1, 2, 3], maxlen=3)
q.append(4)
q.appendleft(0)
q.rotate(1)
print(q, list(q), q.pop(), q.popleft())
P = namedtuple("P", "x y")
pt = P(1, y=2)
print(pt, pt.x, pt[1], pt._replace(x=5), pt._asdict(), P._fields, tuple(pt), pt == (1, 2))
od = OrderedDict(a=1)
od["b"] = 2
od.move_to_end("a")
print(od, list(od))
import copy, itertools, functools
deep = copy.deepcopy(shared)
deep[0].append(2)
print(shared, deep, copy.copy(b) == b)
print(list(itertools.chain([1], "ab")), list(itertools.product("ab", repeat=2))[:2], list(itertools.permutations([1, 2, 3], 2))[:3], list(itertools.combinations("abc", 2)))
print(list(itertools.accumulate([1, 2, 3])), [(k, list(g)) for k, g in itertools.groupby("aabbb")], list(itertools.zip_longest([1], [2, 3], fillvalue=0)), list(itertools.repeat(7, 2)))
print(functools.reduce(lambda a, b: a * b, [1, 2, 3, 4], 10), list(itertools.starmap(pow, [(2, 3)])), list(itertools.compress("abc", [1, 0, 1])), list(itertools.dropwhile(lambda x: x < 2, [1, 2, 1])))
print(type([]), type({}), type(()), type(set()), type(None), type(1), type("a"), type(1.5), type(len), type(print).__name__, type(lambda: 0).__name__, type(type))
print(isinstance(1, (str, int)), callable(len), callable(5), id(a) == id(a), list(map(str, [1, 2])), dir([])[-1], len(dir("")) > 40)
