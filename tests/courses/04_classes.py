# Classes: inheritance, properties, special methods.
class Account:
    """A bank account."""

    interest = 0.02
    count = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        Account.count += 1

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, value):
        if value < 0:
            raise ValueError(f"negative balance: {value}")
        self._balance = value

    @classmethod
    def empty(cls, owner):
        return cls(owner)

    @staticmethod
    def check(number):
        return number % 7 == 0

    def __repr__(self):
        return f"{type(self).__name__}({self.owner!r}, {self._balance})"

    def __str__(self):
        return f"account of {self.owner}"

    def __eq__(self, other):
        return isinstance(other, Account) and self._balance == other._balance

    def __lt__(self, other):
        return self._balance < other._balance


class Savings(Account):
    interest = 0.05

    def __init__(self, owner, balance=0, goal=100):
        super().__init__(owner, balance)
        self.goal = goal

    def grow(self, years):
        return self.balance * (1 + self.interest) ** years


a = Account("ann", 50)
s = Savings("sam", 100, goal=500)
a, str(a), f"{s}", [s, a]
s.grow(2), s.interest, a.interest, Account.count, Savings.empty("eve"), Account.check(21)
a.balance = 70
a.balance
a.balance = -1
sorted([s, a]), a == Account("x", 70), a != s, max(a, s)
isinstance(s, Account), issubclass(Savings, Account), type(s), type(s).__name__, Savings.__mro__
hasattr(a, "goal"), getattr(a, "goal", "none"), vars(s), s.__dict__["goal"], Account.__doc__
setattr(a, "note", "hello")
a.note, a.__class__.__name__, callable(a), callable(a.__str__)
del a.note
a.note
Account()
a.grow(1)


class Vector:
    def __init__(self, *parts):
        self.parts = list(parts)

    def __add__(self, other):
        return Vector(*(p + q for p, q in zip(self.parts, other.parts)))

    def __mul__(self, k):
        return Vector(*(p * k for p in self.parts))

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __matmul__(self, other):
        return sum(p * q for p, q in zip(self.parts, other.parts))

    def __getitem__(self, i):
        return self.parts[i]

    def __setitem__(self, i, value):
        self.parts[i] = value

    def __len__(self):
        return len(self.parts)

    def __iter__(self):
        return iter(self.parts)

    def __contains__(self, x):
        return x in self.parts

    def __call__(self, x):
        return [p * x for p in self.parts]

    def __bool__(self):
        return any(self.parts)

    def __iadd__(self, other):
        self.parts = [p + other for p in self.parts]
        return self

    def __repr__(self):
        return f"Vector{tuple(self.parts)}"


v, w = Vector(1, 2, 3), Vector(4, 5, 6)
v + w, v * 2, 2 * v, -v, v @ w, v[0], v[1:], len(v), list(v), 3 in v, v(10), bool(Vector(0, 0))
v[0] = 9
v += 1
v, [*v, *w], max(v)
v - w


class A:
    def hi(self):
        return "A"


class B(A):
    def hi(self):
        return "B" + super().hi()


class C(A):
    def hi(self):
        return "C" + super(C, self).hi()


class D(B, C):
    def hi(self):
        return "D" + super().hi()


D().hi(), [c.__name__ for c in D.__mro__]


class Shared:
    items = []

    def add(self, x):
        self.items.append(x)
        return self


Shared().add(1).add(2)
Shared.items


class Lazy:
    def __getattr__(self, name):
        return f"<{name}>"


Lazy().anything, Lazy().other
