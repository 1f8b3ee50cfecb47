class Animal:
    count = 0
    sounds = {}

    def __init__(self, name, *, legs=4):
        self.name = name
        self.legs = legs
        Animal.count += 1

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r}, legs={self.legs})"

    def speak(self):
        return "..."

    @property
    def title(self):
        return self.name.title()

    @title.setter
    def title(self, value):
        self.name = value.lower()

    @title.deleter
    def title(self):
        self.name = "nobody"

    @classmethod
    def make(cls, text):
        name, _, legs = text.partition("/")
        return cls(name, legs=int(legs or 4))

    @staticmethod
    def is_name(text):
        return text.isidentifier()


class Dog(Animal):
    def speak(self):
        return "woof, " + super().speak()


class Puppy(Dog):
    def __init__(self, name, **kwargs):
        super(Puppy, self).__init__(name, **kwargs)
        self.age = 0

    def speak(self):
        return super().speak().upper()


d = Dog("rex")
print(d, d.speak(), d.title, Animal.count)
d.title = "FIDO"
print(d.name)
del d.title
print(d)
p = Puppy.make("tiny/3")
print(p, p.speak(), p.age, isinstance(p, Animal), isinstance(d, Puppy), issubclass(Puppy, (int, Dog)))
print(Animal.is_name("a1"), p.is_name("1a"))
print([c.__name__ for c in Puppy.__mro__])
print(vars(p), p.__class__.__name__, Puppy.__bases__ == (Dog,))


class A:
    def who(self): return ["A"]
class B(A):
    def who(self): return ["B"] + super().who()
class C(A):
    def who(self): return ["C"] + super().who()
class D(B, C):
    def who(self): return ["D"] + super().who()
print(D().who(), [c.__name__ for c in D.mro()])

try:
    class E(A, B):
        pass
except TypeError as e:
    print("TypeError:", str(e).split("\n")[0])


class Vector:
    def __init__(self, *xs): self.xs = xs
    def __add__(self, other): return Vector(*(a + b for a, b in zip(self.xs, other.xs)))
    def __mul__(self, k): return Vector(*(a * k for a in self.xs)) if isinstance(k, (int, float)) else NotImplemented
    __rmul__ = __mul__
    def __neg__(self): return self * -1
    def __eq__(self, other): return isinstance(other, Vector) and self.xs == other.xs
    def __hash__(self): return hash(self.xs)
    def __lt__(self, other): return self.xs < other.xs
    def __len__(self): return len(self.xs)
    def __getitem__(self, i): return self.xs[i]
    def __contains__(self, x): return x in self.xs
    def __bool__(self): return any(self.xs)
    def __call__(self, i, default=None): return self.xs[i] if i < len(self) else default
    def __iter__(self): return iter(self.xs)
    def __repr__(self): return "<" + ", ".join(map(str, self)) + ">"
    def __format__(self, spec): return "<" + ", ".join(format(x, spec) for x in self) + ">"
    def __matmul__(self, other): return sum(a * b for a, b in zip(self, other))
    def __iadd__(self, other):
        print("iadd")
        return self + other


v, w = Vector(1, 2), Vector(3, 4)
print(v + w, 2 * v, v * 2, -v, v @ w, v == Vector(1, 2), v != w, len(v), v[1], v[-1:], 2 in v, bool(Vector(0, 0)))
print(v(0), v(7, "none"), sorted([w, v]), {v: "v"}[Vector(1, 2)], f"{v:.2f}", max(v, w))
v += w
print(v)
try:
    v * "x"
except TypeError as e:
    print("TypeError:", e)
try:
    v < 3
except AttributeError as e:
    print("AttributeError:", e)


class Meta:
    def __getattr__(self, name):
        if name.startswith("auto_"):
            return name[5:]
        raise AttributeError(f"no {name}")
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2)


m = Meta()
m.x = 21
print(m.x, m.auto_field, hasattr(m, "missing"), getattr(m, "missing", "default"))
setattr(m, "y", "ab")
print(m.y, sorted(m.__dict__))
delattr(m, "y")
try:
    m.y
except AttributeError as e:
    print(e)


class Positive:
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, obj, owner): return self if obj is None else getattr(obj, self.name)
    def __set__(self, obj, value):
        if value <= 0:
            raise ValueError(f"{self.name[1:]} must be positive")
        setattr(obj, self.name, value)


class Box:
    width = Positive()
    def __init__(self, width): self.width = width


b = Box(3)
print(b.width)
try:
    b.width = -1
except ValueError as e:
    print(e)


class Registry(list):
    def register(self, f):
        self.append(f.__name__)
        return f


registry = Registry()


@registry.register
def one(): pass


@registry.register
def two(): pass


print(registry, len(registry), isinstance(registry, list))


class Counter(dict):
    def __missing__(self, key): return 0


c = Counter(a=1)
c["b"] += 2
print(c, c["zz"], c.get("zz"))


class Temp(float):
    def __repr__(self): return f"{float(self):.1f}C"


print(Temp(36.6), Temp(1) + 1, [Temp(2)])
print(type("Dyn", (Animal,), {"speak": lambda self: "dyn"})("x").speak())


class Outer:
    class Inner:
        value = 5
    def method(self):
        return self.Inner.value


print(Outer().method(), Outer.Inner.__qualname__, Outer.method.__qualname__)


class Scope:
    x = 1
    ys = [y for y in range(x)]
    def get(self): return x


x = "global x"
print(Scope().get(), Scope.ys)
