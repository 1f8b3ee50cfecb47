"""Regular expressions."""
import _re
from _re import error

NOFLAG = 0
IGNORECASE = I = 2
LOCALE = L = 4
MULTILINE = M = 8
DOTALL = S = 16
UNICODE = U = 32
VERBOSE = X = 64
ASCII = A = 256

_FLAG_NAMES = [(256, "re.ASCII"), (2, "re.IGNORECASE"), (4, "re.LOCALE"), (32, "re.UNICODE"), (8, "re.MULTILINE"),
               (16, "re.DOTALL"), (64, "re.VERBOSE")]


class Match:
    """A match: the text of its groups and where they are."""

    def __init__(self, pattern, string, spans, pos, endpos):
        self.re = pattern
        self.string = string
        self.pos = pos
        self.endpos = endpos
        self._spans = spans

    def _number(self, group):
        if isinstance(group, str):
            if group not in self.re.groupindex:
                raise IndexError("no such group")
            return self.re.groupindex[group]
        if not 0 <= group < len(self._spans):
            raise IndexError("no such group")
        return group

    def _text(self, group, default=None):
        start, end = self._spans[self._number(group)]
        return default if start < 0 else self.string[start:end]

    def group(self, *groups):
        if len(groups) > 1:
            return tuple([self._text(group) for group in groups])
        return self._text(groups[0] if groups else 0)

    def __getitem__(self, group):
        return self._text(group)

    def groups(self, default=None):
        return tuple([self._text(number, default) for number in range(1, len(self._spans))])

    def groupdict(self, default=None):
        return {name: self._text(number, default) for name, number in self.re.groupindex.items()}

    def span(self, group=0):
        return self._spans[self._number(group)]

    def start(self, group=0):
        return self.span(group)[0]

    def end(self, group=0):
        return self.span(group)[1]

    def expand(self, template):
        """The template with `\\1` and `\\g<name>` replaced by groups."""
        return _expand(template, self)

    @property
    def lastindex(self):
        taken = [number for number in range(1, len(self._spans)) if self._spans[number][0] >= 0]
        return max(taken, key=lambda number: (self._spans[number][1], -number)) if taken else None

    @property
    def lastgroup(self):
        names = {number: name for name, number in self.re.groupindex.items()}
        return names.get(self.lastindex)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return f"<re.Match object; span={self.span()}, match={self.group()!r}>"


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "b": "\b", "\\": "\\"}


def _expand(template, match):
    if "\\" not in template:
        return template
    parts = []
    at = 0
    while at < len(template):
        if template[at] != "\\" or at + 1 == len(template):
            parts.append(template[at])
            at += 1
            continue
        mark = template[at + 1]
        at += 2
        if mark == "g" and template[at:at + 1] == "<":
            end = template.index(">", at)
            name = template[at + 1:end]
            if not name.isdigit() and name not in match.re.groupindex:
                raise IndexError(f"unknown group name {name!r}")
            parts.append(match._text(int(name) if name.isdigit() else name, ""))
            at = end + 1
        elif mark.isdigit() and mark != "0":
            digits = mark
            if template[at:at + 1].isdigit():
                digits += template[at]
                at += 1
            if int(digits) >= len(match._spans):
                raise error(f"invalid group reference {int(digits)} at position {at - len(digits)}")
            parts.append(match._text(int(digits), ""))
        elif mark in _ESCAPES:
            parts.append(_ESCAPES[mark])
        elif mark.isalpha():
            raise error(f"bad escape \\{mark} at position {at - 2}")
        else:
            parts.append("\\" + mark)
    return "".join(parts)


class Pattern:
    """A compiled regular expression."""

    def __init__(self, pattern, flags):
        self.pattern = pattern
        self._flags = flags
        self._handle, names = _re.compile(pattern, flags)
        self.groups = len(names) - 1
        self.groupindex = {name: number for number, name in enumerate(names) if name is not None}

    @property
    def flags(self):
        return self._flags | UNICODE

    def _find(self, string, pos, endpos, mode, limit):
        if not isinstance(string, str):
            raise TypeError(f"expected string or bytes-like object, got '{type(string).__name__}'")
        return [Match(self, string, spans, pos, len(string) if endpos is None else endpos)
                for spans in _re.find(self._handle, string, pos, endpos, mode, limit)]

    def _first(self, string, pos, endpos, mode):
        found = self._find(string, pos, endpos, mode, 1)
        return found[0] if found else None

    def search(self, string, pos=0, endpos=None):
        """The first match anywhere in the string, or None."""
        return self._first(string, pos, endpos, "search")

    def match(self, string, pos=0, endpos=None):
        """The match at the start of the string, or None."""
        return self._first(string, pos, endpos, "match")

    def fullmatch(self, string, pos=0, endpos=None):
        """The match of the whole string, or None."""
        return self._first(string, pos, endpos, "fullmatch")

    def finditer(self, string, pos=0, endpos=None):
        """An iterator over all matches that do not overlap."""
        return iter(self._find(string, pos, endpos, "search", 0))

    def findall(self, string, pos=0, endpos=None):
        """The texts of all matches; with groups, the groups."""
        found = self._find(string, pos, endpos, "search", 0)
        if self.groups == 0:
            return [match.group() for match in found]
        if self.groups == 1:
            return [match._text(1, "") for match in found]
        return [match.groups("") for match in found]

    def split(self, string, maxsplit=0):
        """The parts between the matches; groups of the pattern stand among them."""
        parts = []
        at = 0
        for match in self._find(string, 0, None, "search", max(maxsplit, 0)):
            start, end = match.span()
            parts.append(string[at:start])
            parts.extend(match.groups())
            at = end
        return parts + [string[at:]]

    def subn(self, repl, string, count=0):
        """The string with the matches replaced, and how many there were."""
        parts = []
        at = 0
        found = self._find(string, 0, None, "search", max(count, 0))
        for match in found:
            start, end = match.span()
            parts.append(string[at:start])
            parts.append(repl(match) if callable(repl) else _expand(repl, match))
            at = end
        return "".join(parts) + string[at:], len(found)

    def sub(self, repl, string, count=0):
        """The string with the matches replaced by a text or by what a function of the match gives."""
        return self.subn(repl, string, count)[0]

    def __eq__(self, other):
        return isinstance(other, Pattern) and (self.pattern, self._flags) == (other.pattern, other._flags)

    def __hash__(self):
        return hash((self.pattern, self._flags))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        names = [name for bit, name in _FLAG_NAMES if self._flags & bit]
        return f"re.compile({self.pattern!r}" + (", " + "|".join(names) if names else "") + ")"


_compiled = {}


def compile(pattern, flags=0):
    """The compiled form of a regular expression."""
    if isinstance(pattern, Pattern):
        if flags:
            raise ValueError("cannot process flags argument with a compiled pattern")
        return pattern
    if not isinstance(pattern, str):
        raise TypeError("first argument must be string or compiled pattern")
    key = (pattern, flags)
    if key not in _compiled:
        if len(_compiled) > 500:
            _compiled.clear()
        _compiled[key] = Pattern(pattern, flags)
    return _compiled[key]


def search(pattern, string, flags=0):
    return compile(pattern, flags).search(string)


def match(pattern, string, flags=0):
    return compile(pattern, flags).match(string)


def fullmatch(pattern, string, flags=0):
    return compile(pattern, flags).fullmatch(string)


def finditer(pattern, string, flags=0):
    return compile(pattern, flags).finditer(string)


def findall(pattern, string, flags=0):
    return compile(pattern, flags).findall(string)


def split(pattern, string, maxsplit=0, flags=0):
    return compile(pattern, flags).split(string, maxsplit)


def sub(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).sub(repl, string, count)


def subn(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).subn(repl, string, count)


def escape(pattern):
    """The pattern that matches exactly this text."""
    special = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f"
    return "".join(["\\" + letter if letter in special else letter for letter in pattern])


def purge():
    _compiled.clear()
