"""Mistakes, one after the other."""
import torch
import torch.nn as nn
import torch.nn.functional as F
None + 1
x = [3, 1, 2].sort()
x[0]
sorted([1, 'a'])
max([])
max(5)
min()
sum(['a', 'b'])
sum(5)
int([1])
int(None)
float([1])
range(1.5)
range('a')
range(1, 10, 0)
list(5)
len()
len([1], [2])
abs('a')
round('a')
'abc'.foo()
[1].push(2)
[1].add(2)
[1].remove(5)
[].pop()
[1, 2].index(5)
{}.pop('a')
'a'.join([1, 2])
' '.join(5)
'abc'.split(1)
1 / 0
1 // 0
1 % 0
1.0 / 0
0 ** -1
10.0 ** 400
int('abc')
'%d' % 'a'
'%d %d' % 5
'{} {}'.format(1)
'{x}'.format(y=1)
f'{5:z}'
f'{torch.ones(2):.2f}'
f'{"a":.2f}'
f'{[1]:.2f}'
open('nosuch.txt')
assert 1 == 2, 'not equal'
raise ValueError('bad')
raise 'bad'
raise 5
def f(a, b): return a
f(1)
def f(a, b): return a
f(1, 2, 3)
def f(a, b): return a
f()
def f(a, b): return a
f(1, a=2)
def f(a, b): return a
f(1, c=2)
def f(): return 1
f(1)
def f(*, a): return a
f(1)
def f(*, a): return a
f()
def f(x): x + 1
f(1) + 1
def f():
    y = y + 1
f()
count = 0
def f():
    count += 1
f()
def f():
    return g()
def g():
    return h
f()
def f(n):
    return f(n + 1)
f(0)
class A:
    def go(): return 1
A().go()
class A:
    def __init__(self, x): self.x = x
A()
class A:
    def __init__(self, x): self.x = x
A(1, 2)
class A:
    def __init__(self): self.x = 1
A().y
class A:
    pass
A().go()
class A:
    pass
A() + A()
class A:
    pass
A() < A()
class A:
    pass
len(A())
class A:
    pass
A()[0]
class A:
    pass
A()(1)
class A:
    pass
A(1)
class A:
    pass
for i in A(): pass
class B:
    def __init__(self):
        return 5
B()
A.x
next([1])
def gen():
    yield 1
gen()[0]
def gen():
    yield 1
len(gen())
with 5: pass
with open: pass
isinstance(1, 'int')
isinstance(1)
issubclass(1, int)
zip(1, 2)
enumerate(5)
dict([1, 2])
map(5)
list(map(5, [1]))
'a' < 1
[1] < 5
5 in 5
1 in 'abc'
not_defined + 1
x = 1
x.append(2)
x = 1.5
x.shape
x = [1, 2]
x.shape
x = [1., 2.]
x.mean()
torch.ones(2).length
torch.ones(2).len()
