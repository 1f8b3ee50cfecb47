# Names, control flow and evaluation order: what later lessons take for granted.
x = 10
y = x = x + 5
x, y
a, *rest, last = range(6)
a, rest, last
first, (second, third) = 1, (2, 3)
print(first, second, third)
a, b = 1, 2
a, b = b, a
print(a, b)
1 < 2 < 3, 3 > 2 == 2, 1 < 3 < 2
0 or "default", [] and 1, not [], None is None
17 // 5, -17 // 5, 17 % 5, -17 % 5, 2 ** 10, 2 ** -1, 7 / 2
2 ** 100
divmod(-7, 2), round(2.5), round(3.14159, 2), abs(-3), int("42"), float("1e3")
10 if x > 100 else 20


def order(tag, value):
    print("eval", tag)
    return value


order("left", 1) + order("right", 2) * order("last", 3)
{order("key", "k"): order("value", "v")}
funcs = [lambda: i for i in range(3)]
[f() for f in funcs]
fixed = [lambda i=i: i for i in range(3)]
[f() for f in fixed]
counter = 0


def bump():
    global counter
    counter += 1
    return counter


bump(), bump(), counter


def outer():
    total = 0

    def inner(n):
        nonlocal total
        total += n
        return total

    return inner


acc = outer()
acc(5), acc(7)


def broken():
    print(counter)
    counter = 3


broken()
for n in range(2, 8):
    for d in range(2, n):
        if n % d == 0:
            print(n, "=", d, "*", n // d)
            break
    else:
        print(n, "is prime")
n = 27
steps = 0
while n != 1:
    n = 3 * n + 1 if n % 2 else n // 2
    steps += 1
    if steps > 200:
        break
else:
    print("reached 1 after", steps)
if (length := len("walrus")) > 5:
    print(f"{length=}")
for i, (word, number) in enumerate(zip(["a", "b"], [1, 2]), start=1):
    print(i, word, number)
print(*[1, 2, 3], sep=" | ", end=" !\n")
undefined_name
1 / 0
"3" + 4
int("three")
[1, 2][5]
