"""Rational numbers."""
import math
import numbers


def _parse(text):
    text = text.strip()
    try:
        if "/" in text:
            top, bottom = text.split("/")
            return int(top), int(bottom)
        mantissa, _, exponent = text.lower().partition("e")
        whole, _, digits = mantissa.partition(".")
        top, bottom = int(whole + digits), 10 ** len(digits)
        power = int(exponent or 0)
        return (top * 10**power, bottom) if power >= 0 else (top, bottom * 10**-power)
    except ValueError:
        raise ValueError(f"Invalid literal for Fraction: {text!r}") from None


class Fraction:
    """A quotient of two integers in lowest terms."""

    def __init__(self, numerator=0, denominator=None):
        if isinstance(numerator, str):
            top, bottom = _parse(numerator)
        elif isinstance(numerator, Fraction):
            top, bottom = numerator.numerator, numerator.denominator
        elif isinstance(numerator, float):
            top, bottom = numerator.as_integer_ratio()
        else:
            top, bottom = numerator, 1
        if denominator is not None:
            other = Fraction(denominator)
            top, bottom = top * other.denominator, bottom * other.numerator
        if bottom == 0:
            raise ZeroDivisionError(f"Fraction({top}, 0)")
        common = math.gcd(top, bottom) * (1 if bottom > 0 else -1)
        self.numerator = top // common
        self.denominator = bottom // common

    def limit_denominator(self, max_denominator=1000000):
        """The closest fraction with a denominator of at most that size."""
        if self.denominator <= max_denominator:
            return Fraction(self)
        p0, q0, p1, q1 = 0, 1, 1, 0
        n, d = self.numerator, self.denominator
        while True:
            a = n // d
            q2 = q0 + a * q1
            if q2 > max_denominator:
                break
            p0, q0, p1, q1 = p1, q1, p0 + a * p1, q2
            n, d = d, n - a * d
        k = (max_denominator - q0) // q1
        low, high = Fraction(p0 + k * p1, q0 + k * q1), Fraction(p1, q1)
        return high if abs(high - self) <= abs(low - self) else low

    def _with(self, other, exact, rounded):
        if isinstance(other, (int, Fraction)):
            return exact(self, Fraction(other))
        if isinstance(other, float):
            return rounded(float(self), other)
        return NotImplemented

    def __add__(self, other):
        return self._with(other, lambda a, b: Fraction(a.numerator * b.denominator + b.numerator * a.denominator,
                                                       a.denominator * b.denominator), lambda a, b: a + b)

    __radd__ = __add__

    def __sub__(self, other):
        return self._with(other, lambda a, b: a + -b, lambda a, b: a - b)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        return self._with(other, lambda a, b: Fraction(a.numerator * b.numerator, a.denominator * b.denominator),
                          lambda a, b: a * b)

    __rmul__ = __mul__

    def __truediv__(self, other):
        return self._with(other, lambda a, b: Fraction(a.numerator * b.denominator, a.denominator * b.numerator),
                          lambda a, b: a / b)

    def __rtruediv__(self, other):
        return Fraction(other) / self if isinstance(other, (int, Fraction)) else other / float(self)

    def __floordiv__(self, other):
        return math.floor(self / other)

    def __mod__(self, other):
        return self - other * (self // other)

    def __pow__(self, power):
        if isinstance(power, int):
            if power >= 0:
                return Fraction(self.numerator**power, self.denominator**power)
            return Fraction(self.denominator**-power, self.numerator**-power)
        return float(self) ** float(power)

    def __neg__(self):
        return Fraction(-self.numerator, self.denominator)

    def __abs__(self):
        return Fraction(abs(self.numerator), self.denominator)

    def _order(self, other):
        if isinstance(other, float):
            return float(self) - other
        other = Fraction(other)
        return self.numerator * other.denominator - other.numerator * self.denominator

    def __eq__(self, other):
        return isinstance(other, (int, float, Fraction)) and self._order(other) == 0

    def __lt__(self, other):
        return self._order(other) < 0

    def __le__(self, other):
        return self._order(other) <= 0

    def __gt__(self, other):
        return self._order(other) > 0

    def __ge__(self, other):
        return self._order(other) >= 0

    def __hash__(self):
        return hash(self.numerator) if self.denominator == 1 else hash((self.numerator, self.denominator))

    def __bool__(self):
        return self.numerator != 0

    def __float__(self):
        return self.numerator / self.denominator

    def __int__(self):
        return int(self.numerator / self.denominator) if abs(self.numerator) < 2**53 else self.__trunc__()

    def __trunc__(self):
        return self.numerator // self.denominator if self.numerator >= 0 else -(-self.numerator // self.denominator)

    def __floor__(self):
        return self.numerator // self.denominator

    def __ceil__(self):
        return -(-self.numerator // self.denominator)

    def __round__(self, ndigits=None):
        if ndigits is None:
            below = self.__floor__()
            rest = self - below
            return below + (rest > Fraction(1, 2) or rest == Fraction(1, 2) and below % 2 == 1)
        scale = 10**ndigits
        return Fraction(round(self * scale), scale)

    def __str__(self):
        return str(self.numerator) if self.denominator == 1 else f"{self.numerator}/{self.denominator}"

    def __repr__(self):
        return f"Fraction({self.numerator}, {self.denominator})"
