"""References that do not keep an object alive; here they do."""


class ref:
    """A reference; called, it gives the object."""

    def __init__(self, object, callback=None):
        self._object = object

    def __call__(self):
        return self._object


def proxy(object, callback=None):
    return object


class WeakKeyDictionary(dict):
    """A dictionary."""


class WeakValueDictionary(dict):
    """A dictionary."""


class WeakSet(set):
    """A set."""
