for i in range(3):
    if i == 1: continue
    print("i", i)
else:
    print("for else")
for i in range(3):
    if i == 1:
        break
else:
    print("not printed")
n = 3
while n:
    n -= 1
    if n == 1:
        continue
    print("n", n)
else:
    print("while else")
while True:
    break
for a, (b, c) in [(1, (2, 3)), (4, (5, 6))]:
    print(a, b, c)
for i, x in enumerate(["p", "q"]): print(i, x)
obj = type("O", (), {})()
for obj.field in range(2):
    pass
lst = [0, 0]
for lst[1] in range(3):
    pass
print(obj.field, lst)
for x in []:
    pass
else:
    print("empty else")
if n > 0:
    print("positive")
elif n == 0:
    print("zero")
else:
    print("negative")
if True: print("one line"); print("two")
x = 5; y = 6; print(x, y)
print(x
      + y,
      [1,
       2])
z = 1 + \
    2
print(z)
def f():
  if x:
      return (1,
              2)
print(f())
def g(): pass
print(g())
def h(): "doc"; return h.__doc__
print(h())
total = 0
for i in range(10):
    for j in range(10):
        if j > i: break
        total += 1
print(total)
squares = {i: i * i for i in range(3)}
for k in squares: print(k, squares[k], end=" ")
print()
i = 10
result = [i for i in range(3)]
print(i, result)
def order(x):
    print("eval", x)
    return x
d = {order("k1"): order("v1"), order("k2"): order("v2")}
order(1) + order(2) * order(3)
[order(5), order(6)][order(0)]
def k(*a, **kw): return a, kw
print(k(order(1), *[order(2)], x=order(3), **{"y": order(4)}))
lst = [1, 2]
lst[order(0)] = order("rhs")
order(1) < order(2) < order(0) < order(9)
print(order(0) and order(1), order(2) or order(3))
del x
try:
    x
except NameError as e:
    print(e)
def shadow(list):
    return [list]
print(shadow(1), list("ab"))
def recursive(n): return 1 if n == 0 else n * recursive(n - 1)
print(recursive(20))
assert (lambda: True)()
pass
import math as m, os.path
from math import sqrt as root, pi
print(m.floor(2.5), root(16), os.path.join("a", "b"), round(pi, 2))
λ = 2; σ_1 = λ + 1; print(σ_1)
print(__name__)
matrix = [[1, 2], [3, 4]]
for row in matrix:
    for value in row:
        if value == 3:
            print("found")
            break
    else:
        continue
    break
a = b = c = 0
a += 1; b -= 1; c |= 4
print(a, b, c)
x: int = 3
y: "list[int]"
print(x)
print([x for x in range(20) if x % 2 if x % 3], [(i, j) for i in range(2) for j in "ab" if i])
t = 1, 2; (p, q), [r] = t, [3]; print(p, q, r)
print((lambda: (yield))() is not None, [lambda: 1][0]())
e = ...
print(e, type(e).__name__, Ellipsis is e, NotImplemented)
print("a" if 0 else "b" if 0 else "c", not 1 == 2, 2 ** 3 ** 2, -2 ** 2, 1 - 2 - 3, 8 / 4 / 2, 1 if [] else 2)
