"""Abstract classes: classes that cannot be made before all their abstract methods are defined."""

class ABCMeta(type):
    """The class of classes that cannot be made before all their abstract methods are defined."""

    def __call__(cls, *args, **kwargs):
        lacking = []
        for name in dir(cls):
            member = getattr(cls, name, None)
            if getattr(getattr(member, "fget", member), "__isabstractmethod__", False):
                lacking.append(name)
        if lacking:
            plural = "s" if len(lacking) > 1 else ""
            raise TypeError(f"Can't instantiate abstract class {cls.__name__} with abstract method{plural} "
                            + ", ".join(sorted(lacking)))
        return super().__call__(*args, **kwargs)

    def register(cls, subclass):
        return subclass


def abstractmethod(funcobj):
    """A decorator that marks a method which subclasses must define."""
    funcobj.__isabstractmethod__ = True
    return funcobj


class ABC(metaclass=ABCMeta):
    """The base of abstract classes."""
