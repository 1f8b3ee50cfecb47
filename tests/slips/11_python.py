"""Mistakes with Python's own values, one after the other."""
import torch
[1, 2, 3][3]
[1, 2, 3]['a']
[1, 2, 3][1.0]
(1, 2)[5]
(1, 2)[0] = 3
x = (1, 2)
x[0] = 3
'abc'[5]
'abc'['a']
x = 'abc'
x[0] = 'z'
{'a': 1}['b']
{'a': 1}[[1]]
{[1]: 2}
{1, [2]}
d = {'a': 1}
d.b
d = {'a': 1}
for k in d:
    d[k + 'x'] = 1
a = [1, 2, 3]
a.push(4)
a = [1, 2, 3]
a.append(1, 2)
a = [1, 2, 3]
a.remove(5)
a = [1, 2, 3]
a.index(5)
a = []
a.pop()
a = [1]
a.pop(3)
a = [1]
a.insert(1)
{}.pop('a')
{}.popitem()
set().pop()
set().remove(1)
[3, 'a'].sort()
sorted([1, None])
max([])
max(1)
max('a', 1)
min(None, 1)
sum(['a', 'b'])
sum(5)
len(5)
len()
len([1], [2])
int('abc')
int('3.5')
int(None)
int([1])
float('abc')
float(None)
float([1])
'a' + 1
1 + 'a'
'a' - 'b'
'a' * 'b'
'a' * 2.5
[1] + (2,)
[1] + 1
[1] * [2]
[1] - [1]
{} + {}
None + 1
1 + None
1 / 0
1 // 0
1 % 0
1.0 / 0
1.5 // 0
1.5 % 0
0 ** -1
0.0 ** -1
'a' < 1
[1] < 1
None < 1
{} < {}
1 in 5
1 in 'abc'
-'a'
~1.5
not_defined
not_defined()
pritn('a')
math.sqrt(2)
import math
math.sqrt(-1)
import math
math.sqrt('a')
import math
math.log(0)
import math
math.factorial(-1)
import math
math.factorial(1.5)
import math
math.exp(1000)
import math
math.squareroot(2)
import mathh
import numpy.foo
def f(a, b): return a
f(1)
def f(a, b): return a
f()
def f(a, b): return a
f(1, 2, 3)
def f(a, b=2): return a
f(1, 2, 3)
def f(a, *, b): return a
f(1)
def f(a, *, b): return a
f(1, 2)
def f(a, *, b, c): return a
f(1)
def f(a): return a
f(b=1)
def f(a): return a
f(1, a=2)
def f(a, /): return a
f(a=1)
def f(): return 1
f(1)
def f(): return x_undefined
f()
def f():
    print(y)
    y = 1
f()
def f(a): return a
def f(a): return a
def f(a): return a
f(*[1, 2])
def f(a): return a
f(**{1: 2})
def f(a): return a
f.x
(lambda x: x)()
5()
'a'()
[1]()
None.foo
(5).foo
'abc'.foo
'abc'.upper
'abc'.upper(1)
'abc'.join([1, 2])
'abc'.join(5)
'abc'.split(5)
'abc'.split('')
'abc'.replace('a')
'abc'.index('z')
'abc'.startswith(1)
'abc'.center()
a, b = 1
a, b = 1, 2, 3
a, b, c = 1, 2
a, b = 'abc'
a, *b, c = [1]
(a, b), c = 1, 2
for a, b in [1, 2]: pass
for a, b in [(1, 2, 3)]: pass
for x in 5: pass
for i in range('a'): pass
for i in range(1.5): pass
range(1, 2, 0)
range()
enumerate(5)
enumerate()
zip(1)
list(zip([1], 5))
list(5)
list(1, 2)
dict([1, 2])
dict([(1, 2, 3)])
dict(5)
tuple(5)
set(5)
map(5)
list(map(5, [1]))
list(map(lambda a, b: a, [1]))
list(filter(lambda: 1, [1]))
next(5)
next([1])
iter(5)
reversed(5)
reversed({1, 2})
open('x', 'q')
abs('a')
round('a')
round(1.5, 'a')
divmod(1, 0)
pow(2, -1, 0)
chr(-1)
chr('a')
ord('ab')
ord(5)
hex(1.5)
bin('a')
isinstance(1, 'int')
isinstance(1)
issubclass(1, int)
getattr(1, 'foo')
getattr(1)
setattr(1, 'a', 2)
hasattr(1)
type()
super()
print(1, foo=2)
print(1, sep=5)
'{} {}'.format(1)
'{a}'.format(b=1)
'{0} {}'.format(1, 2)
'{'.format(1)
'}'.format(1)
'{:d}'.format(1.5)
'{:d}'.format('a')
'{:f}'.format('a')
'{:.2f}'.format(None)
'{:.2f}'.format([1])
'{:q}'.format(1)
'{:10.3s}'.format(5)
f'{1:q}'
f'{[1]:.2f}'
f'{None:5}'
f'{"a":.2f}'
f'{1.5:d}'
f'{undefined_name}'
'%d' % 'a'
'%d %d' % 1
'%d' % (1, 2)
'%s' % (1, 2)
'%q' % 1
'%(a)s' % {'b': 1}
'%(a)s' % 5
'%.2f' % 'a'
'%c' % 'ab'
class A:
    def __init__(self, x): self.x = x
A()
class A:
    def __init__(self, x): self.x = x
A(1, 2)
class A: pass
A(1)
class A: pass
A().x
class A: pass
A.x
class A: pass
A().f()
class A:
    def f(): pass
A().f()
class A:
    def f(self): pass
A.f()
class A:
    def f(self): return self.y
A().f()
class A: pass
A() + 1
class A: pass
1 + A()
class A: pass
A() < A()
class A: pass
len(A())
class A: pass
A()[0]
class A: pass
A()[0] = 1
class A: pass
for x in A(): pass
class A: pass
A()()
class A: pass
int(A())
class A: pass
with A(): pass
class A:
    def __len__(self): return -1
len(A())
class A:
    def __len__(self): return 'a'
len(A())
class A:
    def __str__(self): return 5
str(A())
class A:
    def __repr__(self): return 5
repr(A())
class A:
    def __bool__(self): return 5
bool(A())
class A:
    def __iter__(self): return 5
iter(A())
class A:
    def __init__(self): return 5
A()
class A:
    __slots__ = ('a',)
A().b = 1
class A:
    @property
    def x(self): return 1
A().x = 2
class A:
    @property
    def x(self): return 1
del A().x
class A(B): pass
class A(int, str): pass
from abc import ABC, abstractmethod
class A(ABC):
    @abstractmethod
    def f(self): pass
A()
from enum import Enum
class C(Enum):
    A = 1
C(5)
from enum import Enum
class C(Enum):
    A = 1
C.B
from enum import Enum
class C(Enum):
    A = 1
C['B']
from collections import namedtuple
P = namedtuple('P', 'x y')
P(1)
from collections import namedtuple
P = namedtuple('P', 'x y')
P(1, 2).z
from collections import namedtuple
P = namedtuple('P', 'x y')
from collections import deque
deque([1]).popleft(1)
from collections import deque
deque().pop()
from collections import defaultdict
defaultdict(5)
from collections import OrderedDict
OrderedDict()['a']
from collections import Counter
Counter(5)
import random
random.choice([])
import random
random.sample([1, 2], 3)
import random
random.randint(5, 1)
import random
random.shuffle((1, 2))
import random
random.sample({1, 2}, 1)
import json
json.loads('{a: 1}')
import json
json.loads('')
import json
json.dumps({1, 2})
import json
json.dumps(torch.ones(2))
raise ValueError('x')
raise 'error'
raise 5
raise
assert False, 'msg'
assert 1 == 2
del undefined_thing
x = [1]
del x[5]
x = {}
del x['a']
x = 5
del x.foo
x = 5
x.foo = 1
x = 5
x[0]
x = 5
x[0] = 1
x = None
x[0]
x = None
x['a'] = 1
x = None
for i in x: pass
x = None
x()
x = None
len(x)
x = print
x[0]
x = len
x.foo
int[0]
try:
    1 / 0
except ValueError:
    pass
try:
    raise KeyError('k')
except KeyError as e:
    raise RuntimeError('bad') from e
with 5: pass
def g():
    yield 1
g()[0]
def g():
    yield 1
len(g())
def g():
    yield 1
x = g()
next(x)
next(x)
def g():
    yield 1
g().send(5)
import functools
functools.reduce(lambda a, b: a + b, [])
import itertools
list(itertools.islice([1, 2], -1))
import itertools
itertools.product(5)
import re
re.compile('(')
import re
re.match('a', 5)
import copy
copy.deepcopy()
int('12', 50)
int('z', 16)
x: int = 'a'
x + 1
[i for i in 5]
[i for i in [1] if undefined_q]
{k: v for k, v in [1]}
global_var += 1
def f():
    counter += 1
counter = 0
f()
def f():
    nonlocal_x.append(1)
f()
a = 1
a.b.c
nn.Linear.in_features
'abc'.decode()
round(None)
sorted(5)
sorted([1, 2], lambda x: x)
sorted([1, 2], key=5)
any(5)
all(None)
isinstance([], list[int])
id()
hash([])
hash({})
vars(5)
format(1, 5)
'a'.zfill('b')
'abc'.find()
'abc'.count()
'a,b'.split(',', 'x')
[].extend(5)
[1].count()
[1, 2].sort(reverse='a', foo=1)
[1, 2].sort(lambda x: x)
{}.update(5)
{}.update([1])
{}.get()
{}.fromkeys(5)
{}.keys()[0]
{1: 2}.values()[0]
{1, 2}.add()
{1, 2}.add([1])
{1, 2} + {3}
{1, 2} | [3]
(1, 2) + [3]
(1, 2).append(3)
slice(1)[0]
range(5)[10]
range(5) + range(5)
range(5).append(1)
range(5)[0] = 1
