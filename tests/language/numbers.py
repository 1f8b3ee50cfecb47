import math
print(2 ** 100, -2 ** 100, 2 ** 64 - 1, 2 ** 63, -2 ** 63, 9223372036854775807 + 1, 9223372036854775807 * 9223372036854775807)
print(math.factorial(30), sum(range(10 ** 6)), 10 ** 30 // 7, -10 ** 30 // 7, 10 ** 30 % 7, -10 ** 30 % 7, divmod(10 ** 25, -3))
print((2 ** 100) >> 90, 1 << 70, -1 >> 5, (2 ** 70) & (2 ** 65 - 1), 2 ** 70 | 1, 2 ** 70 ^ 2 ** 70, ~(2 ** 65), ~5, -5 & 3, 5 ^ 3)
print(2 ** 100 == 2.0 ** 100, 2 ** 53 + 1 == float(2 ** 53), 10 ** 400 > 1e308, hash(2 ** 61 - 1), hash(1) == hash(1.0) == hash(True))
print(int(1e20), int("123456789012345678901234567890"), float(10 ** 20), str(10 ** 25), f"{10 ** 20:,}", f"{2 ** 70:x}", "%d" % 10 ** 1)
print(3 ** 50 % 1000, pow(3, 200, 1000), pow(3, -1, 7), math.gcd(2 ** 80, 6 ** 40) == 2 ** 40, math.isqrt(10 ** 40), (2 ** 100).bit_length())
try:
    float(10 ** 400)
except OverflowError as e:
    print("OverflowError:", e)
try:
    10 ** 400 / 3
except OverflowError as e:
    print("OverflowError:", e)
try:
    2.0 ** 10000
except OverflowError as e:
    print("OverflowError:", e)
try:
    math.exp(1000)
except OverflowError as e:
    print("OverflowError:", e)
try:
    math.sqrt(-1)
except ValueError as e:
    print("ValueError:", e)
try:
    0.0 ** -1
except ZeroDivisionError as e:
    print("ZeroDivisionError:", e)
print(10 ** 400 // 10 ** 399, 10 ** 300 / 10 ** 299, 1e300 * 1e10, -1e300 * 1e10, float("inf") - float("inf"))
a = 9223372036854775807
a += 1
print(a, a - 1, -a - 1, a * -1, abs(-a), a // -1, -a % 10)
print(True + True, True * 3, True == 1, False < True, isinstance(True, int), type(True + 0).__name__, not 0, not "a")
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 != 2, 3 > 2 == True, 1 in [1] == True)
print(0 or "default", 1 and "second", None or [] or "last", not None, "" and 1 / 0)
print(5 if 0 else 6, [1, 2][True], "yes" if [] == [] else "no", None is None, 1 is not None)
print(max(3, 1, 2), min([4, 2, 8]), max("apple", "fig", key=len), min([], default="none"), sum([0.1] * 10), math.fsum([0.1] * 10), sum([[1], [2]], []))
print(round(0.5), round(1.5), round(-0.5), round(2.567, 1), round(15, -1), round(25, -1), (0.1).hex(), (5.0).is_integer(), (0.5).as_integer_ratio())
print(math.inf, -math.inf, math.nan, math.nan == math.nan, math.isnan(math.nan), math.tau, math.log(8, 2), math.log2(8), math.log10(1000), math.log1p(0))
print(math.hypot(3, 4), math.comb(5, 2), math.perm(5, 2), math.prod([1, 2, 3, 4]), math.copysign(1, -0.0), math.fmod(-7, 3), math.trunc(-2.7), math.dist([0, 0], [3, 4]))
print(7 // 0.5, 7.0 // -2, -7 % 2.5, 1e16 + 1, 0.1 * 3, 1 - 0.9, 1e-7, 1e5, 123456.789e3, 1.0e-10, 100000000000000000000.0)
x = 5
x += 3
x -= 1
x *= 2
x //= 3
x **= 2
x %= 7
x <<= 3
x >>= 1
x |= 1
x &= 7
x ^= 2
print(x, bin(-5), f"{-5:08b}", f"{255:#010x}", 0b1010 & 0b110)
print(1e3 == 1000, 1.0 is None, 0.1 + 0.2 == 0.3, math.isclose(0.1 + 0.2, 0.3))
print(sorted([3, 1.5, True, -2]), sorted(["b", "A", "a"], key=str.lower), sorted([(2, "b"), (1, "z"), (2, "a")], reverse=True))
print([10, 9, 8][-1], list(range(10, 0, -3)), len(range(0, 10, 3)), 7 in range(0, 10, 7), range(5)[1:3], range(3) == range(0, 3, 1), list(range(5))[::-2])
