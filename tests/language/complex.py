import cmath
import math
print(2j, 1 + 2j, 1 - 2j, -2j, 1.5e3J, 0j, -0j, 1e20 + 1e-7j, complex(-0.0, 1), complex(0, -0.0), .5j, 1_0j)
print([1j, {1 + 0j}], (1j,), {1j: 2}, str(3 - 4j), repr(complex("inf-nanj")), complex("nan"), complex(float("nan"), -float("inf")))
print((1 + 2j) + 3, 3 - (1 + 2j), (1 + 2j) * 2.5, (1 + 2j) * (3 - 4j), (1 + 2j) / (3 - 4j), 1 / 2j, True + 1j, 2 ** 70 + 1j)
print((1 + 2j) ** 2, (1 + 2j) ** -2, 2 ** 1j, (1 + 2j) ** 0.5, (1 + 2j) ** (1 - 1j), 0j ** 0, 1j ** 100, (-8) ** (1 / 3), (-2.5) ** 1.5, 1j ** 101)
print(-(1 - 2j), +(1 - 2j), abs(3 + 4j), bool(0j), bool(1e-300j), not 0j)
z = 3 - 4j
print(z.real, z.imag, z.conjugate(), type(z.real), z.conjugate().conjugate() == z, (5).real, (5).imag, (2.5).imag, (2.5).conjugate())
print(z == 3 - 4j, 1 + 0j == 1, 1 == 1 + 0j, 1j == 1, 1.5 == complex(1.5), z != 3, z == "a", 10 ** 30 == complex(1e30), float("nan") + 0j == 1)
print(hash(1 + 0j) == hash(1), hash(2.5 + 0j) == hash(2.5), hash(1 + 2j), hash(-1j), hash(1j), {1: "one"}[1 + 0j], len({1, 1.0, 1 + 0j}))
print(isinstance(1j, complex), isinstance(1, complex), type(1j), type(1j).__name__, complex)
print(complex(), complex(1), complex(1, 2), complex(1.5, -2), complex("1+2j"), complex(" ( -1.5e-3-2e4J ) "), complex(1j, 2j), complex(imag=3), complex(real=1, imag=2), complex("-j"), complex("3"), complex(True))
print(f"{1 + 2j}", f"{1 + 2j:.2f}", f"{1.23456 - 2j:10.3}|", f"{2j:+}", f"{1j:>8}|{1j:<8}|{1j:^8}|", f"{12345.678 + 1e6j:,.1f}", f"{1 + 2j:e}", f"{3 + 4j!r:>10}", "{:g}".format(1 + 1e-7j))
print("%s %r" % (1j, 2 + 1j), str(1e16 + 1j), 1e15 + 1j, complex(0.1, 0.2), 1j * 1j, 1j - 1j)
print(sum([1j, 2, 3.5]), sum([], 1j), max([1j, 2], key=abs), sorted([3 + 4j, 1j, 2], key=abs), pow(1j, 2), pow(2, 1j) == 2 ** 1j)
1j < 2
1 > 2j
1j <= 1j
sorted([1j, 2])
max(1j, 2)
int(1j)
float(1j)
round(1j)
math.sqrt(1j)
math.floor(1j)
1j // 2
5 % 1j
divmod(1j, 2)
1j & 1
~1j
1j / 0
1 / 0j
0j ** -1
0j ** 1j
1e200 * (1 + 1j) ** 2000
pow(1j, 2, 3)
complex("1 + 2j")
complex("abc")
complex("1", 2)
complex(1, "2")
complex([])
complex(1, [])
complex(1, 2, 3)
complex(foo=1)
f"{1j:05}"
f"{1j:=8}"
f"{1j:d}"
f"{1j:%}"
[1, 2][1j]
"a" * 1j
"a" + 1j
range(1j)
1j.foo
len(1j)
class Phasor:
    def __init__(self, r, t):
        self.r, self.t = r, t
    def __complex__(self):
        return cmath.rect(self.r, self.t)
print(complex(Phasor(2, 0)), cmath.sqrt(Phasor(4, 0)))
class Half:
    def __float__(self):
        return 0.5
print(complex(Half()), complex(Half(), Half()))
print(1j.__add__(2), 1j.__mul__(2j), (1).__add__(1j), 1j.__radd__(2), 1j.__eq__(1), 1j.__abs__(), 1j.__bool__(), (2j).__neg__(), 1j.__lt__ is None if hasattr(1j, "zzz") else "-")
print(cmath.sqrt(-1), cmath.sqrt(2j), cmath.sqrt(-4 - 0j), cmath.sqrt(1e300 + 1e300j), cmath.exp(1j * cmath.pi), cmath.exp(1), cmath.log(-1), cmath.log(1j), cmath.log(8, 2), cmath.log10(100j))
print(cmath.phase(-1), cmath.phase(1j), cmath.polar(1 + 1j), cmath.rect(2, cmath.pi / 2), cmath.rect(1, 0), cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.nan, cmath.infj, cmath.nanj)
def near(z):
    return complex(round(z.real, 12), round(z.imag, 12))
print([near(f(0.5 + 0.3j)) for f in (cmath.sin, cmath.cos, cmath.tan, cmath.asin, cmath.acos, cmath.atan)])
print([near(f(1.5 - 0.3j)) for f in (cmath.sinh, cmath.cosh, cmath.tanh, cmath.asinh, cmath.acosh, cmath.atanh)])
print(cmath.isclose(1, 1 + 1e-10j), cmath.isclose(1j, 1.1j, rel_tol=0.2), cmath.isclose(1, 2), cmath.isnan(complex("nan")), cmath.isinf(complex("infj")), cmath.isfinite(1j), cmath.isfinite(complex("infj")))
cmath.log(0)
cmath.exp(1000)
cmath.sqrt("a")
cmath.atanh(1)
roots = [cmath.exp(2j * cmath.pi * k / 4) for k in range(4)]
print([f"{r:.1f}" for r in roots], abs(sum(roots)) < 1e-12)
def mandelbrot(c, limit=20):
    z = 0
    for n in range(limit):
        if abs(z) > 2:
            return n
        z = z * z + c
    return limit
print(["".join(" .:-=+*#%@"[min(9, mandelbrot(complex(x / 4, y / 2)) // 2)] for x in range(-8, 4)) for y in range(-2, 3)])
def quadratic(a, b, c):
    d = cmath.sqrt(b * b - 4 * a * c)
    return (-b + d) / (2 * a), (-b - d) / (2 * a)
print(quadratic(1, 2, 5), quadratic(1, -3, 2))
z = 1 + 1j
z += 2
z *= 1j
z -= 1
z /= 2
z **= 2
print(z, z is z, id(z) == id(z), [z].index(z), z in [1, z])
import copy
print(copy.copy(z), copy.deepcopy([z]), z.__class__, callable(complex), complex.__name__, complex(z) == z)
