"""Files and folders for a while."""
import os
import random as _random

_source = _random.Random()


def gettempdir():
    return os.environ.get("TMPDIR", "/tmp")


def _name(suffix, prefix, dir):
    letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
    middle = "".join([_source.choice(letters) for _ in range(8)])
    return os.path.join(dir or gettempdir(), (prefix or "tmp") + middle + (suffix or ""))


def mkdtemp(suffix=None, prefix=None, dir=None):
    """A new folder's path."""
    path = _name(suffix, prefix, dir)
    os.mkdir(path)
    return path


def mktemp(suffix="", prefix="tmp", dir=None):
    return _name(suffix, prefix, dir)


class TemporaryDirectory:
    """A folder that is removed at the end of a `with` block."""

    def __init__(self, suffix=None, prefix=None, dir=None, ignore_cleanup_errors=False):
        self.name = mkdtemp(suffix, prefix, dir)

    def __enter__(self):
        return self.name

    def __exit__(self, *exc):
        self.cleanup()

    def cleanup(self):
        import shutil

        shutil.rmtree(self.name, ignore_errors=True)

    def __repr__(self):
        return f"<TemporaryDirectory {self.name!r}>"


class NamedTemporaryFile:
    """A text file that is removed when it is closed."""

    def __init__(self, mode="w+", suffix=None, prefix=None, dir=None, delete=True, **options):
        self.name = _name(suffix, prefix, dir)
        self.delete = delete
        self.file = open(self.name, mode.replace("b", ""))

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        self.file.close()
        if self.delete and os.path.exists(self.name):
            os.remove(self.name)
