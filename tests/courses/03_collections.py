# Lists, tuples, dicts, sets, comprehensions and the collections module.
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
import copy
import itertools

xs = [5, 3, 8, 1]
xs.append(9)
xs.insert(1, 7)
xs.extend([2, 2])
xs
xs.sort(reverse=True)
xs, xs.index(7), xs.count(2), xs.pop(), xs.pop(0), xs
xs[1:3] = ["a", "b", "c"]
del xs[0]
xs[::2], xs[-2:], xs + [0], [0] * 3
pairs = [("b", 2), ("a", 2), ("c", 1)]
sorted(pairs, key=lambda p: p[1]), sorted(pairs), max(pairs, key=lambda p: p[1]), min([3, 1, 2])
matrix = [[1, 2, 3], [4, 5, 6]]
[list(row) for row in zip(*matrix)], [x for row in matrix for x in row if x % 2], sum(map(sum, matrix))
{k: v for v, k in enumerate("abc")}, {x % 3 for x in range(10)}, tuple(x * x for x in range(4))
d = {"one": 1, "two": 2}
d["three"] = 3
d.update(four=4)
d, list(d), d.get("five", 0), "one" in d, d.pop("one"), d.setdefault("six", 6), len(d)
for key, value in d.items():
    print(key, "->", value)
{**d, "extra": 0}, d | {"two": 22}, dict(zip("ab", [1, 2])), dict.fromkeys("xy", 0)
d["missing"]
a, b = {1, 2, 3}, {2, 3, 4}
a & b, a | b, a - b, a ^ b, a <= {1, 2, 3, 4}, 2 in a
t = (1, [2, 3])
t[1].append(4)
t
t[0] = 5
Counter("mississippi").most_common(2), Counter("aab") + Counter("abc"), Counter("aab")["z"]
groups = defaultdict(list)
for word in ["apple", "avocado", "banana"]:
    groups[word[0]].append(word)
groups, dict(groups)
q = deque([1, 2, 3], maxlen=3)
q.append(4)
q.appendleft(0)
q, q.popleft(), list(q)
Point = namedtuple("Point", ["x", "y"])
p = Point(1, y=2)
p, p.x, p[1], p._replace(x=9), p._asdict(), Point._fields
od = OrderedDict([("z", 1), ("a", 2)])
od.move_to_end("z")
od
nested = [[1, 2], {"k": [3]}]
shallow, deep = copy.copy(nested), copy.deepcopy(nested)
nested[0].append(99)
shallow, deep
list(itertools.chain([1], [2, 3])), list(itertools.product("ab", [1, 2])), list(itertools.combinations(range(4), 2))
list(itertools.permutations("abc", 2))[:3], list(itertools.accumulate([1, 2, 3])), list(itertools.islice(itertools.count(5, 2), 3))
[(k, list(g)) for k, g in itertools.groupby("aabbbc")], list(itertools.zip_longest([1, 2], [3], fillvalue=0))
list(itertools.repeat(7, 2)), list(itertools.takewhile(lambda n: n < 3, range(9))), list(itertools.starmap(pow, [(2, 3), (3, 2)]))
any(x > 3 for x in [1, 5]), all([]), list(filter(None, [0, 1, "", "a"])), list(reversed([1, 2])), list(map(str, [1, 2]))
x = y = []
x.append(1)
y, x is y, [1] == [1], [1, 2] < [1, 3]
