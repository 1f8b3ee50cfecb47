"""Paths of files as objects."""
import os
from glob import glob as _glob


def _joined(parts):
    path = ""
    for part in parts:
        text = os.fspath(part)
        if text.startswith("/") or not path:
            path = text or path
        elif text:
            path = path.rstrip("/") + "/" + text
    root = "/" if path.startswith("/") else ""
    names = [name for name in path.split("/") if name not in ("", ".")]
    return (root + "/".join(names)) or "."


class PurePath:
    """A path that is only text."""

    def __new__(cls, *parts):
        return object.__new__(PosixPath if cls is Path else PurePosixPath if cls is PurePath else cls)

    def __init__(self, *parts):
        self._path = _joined(parts)

    def __fspath__(self):
        return self._path

    def __str__(self):
        return self._path

    def __repr__(self):
        return f"{type(self).__name__}({self._path!r})"

    def as_posix(self):
        return self._path

    def __truediv__(self, other):
        if not isinstance(other, (str, PurePath)):
            return NotImplemented
        return type(self)(self._path, other)

    def __rtruediv__(self, other):
        if not isinstance(other, str):
            return NotImplemented
        return type(self)(other, self._path)

    def joinpath(self, *others):
        return type(self)(self._path, *others)

    def __eq__(self, other):
        return isinstance(other, PurePath) and self._path == other._path

    def __lt__(self, other):
        if not isinstance(other, PurePath):
            return NotImplemented
        return self.parts < other.parts

    def __le__(self, other):
        return self == other or self < other

    def __hash__(self):
        return hash(self._path)

    @property
    def parts(self):
        names = tuple([name for name in self._path.split("/") if name not in ("", ".")])
        return ("/",) + names if self._path.startswith("/") else names

    @property
    def root(self):
        return "/" if self._path.startswith("/") else ""

    anchor = root

    @property
    def name(self):
        names = [part for part in self.parts if part != "/"]
        return names[-1] if names else ""

    @property
    def suffix(self):
        at = self.name.rfind(".")
        return self.name[at:] if 0 < at < len(self.name) - 1 else ""

    @property
    def suffixes(self):
        return ["." + part for part in self.name.lstrip(".").split(".")[1:]]

    @property
    def stem(self):
        return self.name[:len(self.name) - len(self.suffix)]

    @property
    def parent(self):
        parts = self.parts
        if len(parts) <= 1:
            return type(self)("/") if self.root else type(self)(".")
        return type(self)(*parts[:-1])

    @property
    def parents(self):
        found = []
        path = self
        while path.parent != path:
            path = path.parent
            found.append(path)
        return tuple(found)

    def with_name(self, name):
        return self.parent / name

    def with_suffix(self, suffix):
        if suffix and not suffix.startswith("."):
            raise ValueError(f"Invalid suffix {suffix!r}")
        return self.parent / (self.stem + suffix)

    def with_stem(self, stem):
        return self.parent / (stem + self.suffix)

    def is_absolute(self):
        return self._path.startswith("/")

    def is_relative_to(self, other):
        base = type(self)(other).parts
        return self.parts[:len(base)] == base

    def relative_to(self, other):
        base = type(self)(other).parts
        if self.parts[:len(base)] != base:
            raise ValueError(f"{self._path!r} is not in the subpath of {str(other)!r} OR one path is relative and the "
                             "other is absolute.")
        return type(self)(*self.parts[len(base):])

    def match(self, pattern):
        from fnmatch import fnmatch

        return fnmatch(self.name, pattern)


class PurePosixPath(PurePath):
    """A path of this system that is only text."""


class Path(PurePath):
    """A path of a file or folder."""

    @classmethod
    def cwd(cls):
        return cls(os.getcwd())

    @classmethod
    def home(cls):
        return cls(os.path.expanduser("~"))

    def exists(self):
        return os.path.exists(self._path)

    def is_file(self):
        return os.path.isfile(self._path)

    def is_dir(self):
        return os.path.isdir(self._path)

    def is_symlink(self):
        return os.path.islink(self._path)

    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        """Makes the folder, with those above it when `parents` is set."""
        if parents:
            os.makedirs(self._path, exist_ok=exist_ok)
        elif not (exist_ok and self.is_dir()):
            os.mkdir(self._path)

    def rmdir(self):
        os.rmdir(self._path)

    def unlink(self, missing_ok=False):
        if not missing_ok or self.exists():
            os.remove(self._path)

    def rename(self, target):
        os.rename(self._path, os.fspath(target))
        return type(self)(target)

    def replace(self, target):
        os.replace(self._path, os.fspath(target))
        return type(self)(target)

    def touch(self, mode=0o666, exist_ok=True):
        if not exist_ok and self.exists():
            raise FileExistsError(17, "File exists", self._path)
        with open(self._path, "a"):
            pass

    def open(self, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
        return open(self._path, mode)

    def read_text(self, encoding=None, errors=None):
        with open(self._path) as file:
            return file.read()

    def write_text(self, data, encoding=None, errors=None, newline=None):
        if not isinstance(data, str):
            raise TypeError(f"data must be str, not {type(data).__name__}")
        with open(self._path, "w") as file:
            return file.write(data)

    def iterdir(self):
        for name in os.listdir(self._path):
            yield self / name

    def glob(self, pattern):
        """The paths below this folder that fit a pattern."""
        for path in _glob(os.path.join(self._path, pattern), recursive=True):
            yield type(self)(path)

    def rglob(self, pattern):
        for path in _glob(os.path.join(self._path, "**", pattern), recursive=True):
            yield type(self)(path)

    def absolute(self):
        return type(self)(os.path.abspath(self._path))

    def resolve(self, strict=False):
        return type(self)(os.path.realpath(self._path))

    def expanduser(self):
        return type(self)(os.path.expanduser(self._path))

    def stat(self):
        """What is known of the file: its size and the time of its last change."""
        from types import SimpleNamespace

        return SimpleNamespace(st_size=os.path.getsize(self._path), st_mtime=os.path.getmtime(self._path))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None


class PosixPath(Path, PurePosixPath):
    """A path of this system."""
