"""Values printed over several lines where one is too short."""


def pformat(object, indent=1, width=80, depth=None, *, compact=False, sort_dicts=True, underscore_numbers=False):
    """The text that pprint writes."""
    return PrettyPrinter(indent, width, depth, compact=compact, sort_dicts=sort_dicts).pformat(object)


def pprint(object, stream=None, indent=1, width=80, depth=None, *, compact=False, sort_dicts=True,
           underscore_numbers=False):
    """Writes a value, its dicts sorted by key."""
    PrettyPrinter(indent, width, depth, stream, compact=compact, sort_dicts=sort_dicts).pprint(object)


def pp(object, *args, sort_dicts=False, **kwargs):
    """Writes a value, its dicts in their own order."""
    pprint(object, *args, sort_dicts=sort_dicts, **kwargs)


def _ordered(values, key=None):
    """Values in order; by type and text where they cannot be compared."""
    try:
        return sorted(values, key=key)
    except TypeError:
        pick = key or (lambda value: value)
        return sorted(values, key=lambda value: (type(pick(value)).__name__, repr(pick(value))))


class PrettyPrinter:
    """A printer with settings: indentation per level, line width, depth, compact lists, sorted dicts."""

    def __init__(self, indent=1, width=80, depth=None, stream=None, *, compact=False, sort_dicts=True,
                 underscore_numbers=False):
        if indent < 0:
            raise ValueError("indent must be >= 0")
        if depth is not None and depth <= 0:
            raise ValueError("depth must be > 0")
        if not width:
            raise ValueError("width must be != 0")
        self._step = indent
        self._width = width
        self._depth = depth
        self._stream = stream
        self._compact = compact
        self._sort = sort_dicts

    def pprint(self, object):
        print(self.pformat(object), file=self._stream)

    def pformat(self, object):
        return self._format(object, 0, 0, 1)

    def _short(self, value, level):
        """The text on one line."""
        if type(value) not in (dict, list, tuple):
            return repr(value)
        if self._depth is not None and level > self._depth and value:
            return "{...}" if isinstance(value, dict) else "[...]" if isinstance(value, list) else "(...)"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self._short(k, level + 1)}: {self._short(v, level + 1)}"
                                   for k, v in self._items(value)) + "}"
        inside = ", ".join(self._short(part, level + 1) for part in value)
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"

    def _items(self, value):
        return _ordered(value.items(), key=lambda item: item[0]) if self._sort else list(value.items())

    def _format(self, value, indent, allowance, level):
        text = self._short(value, level)
        if len(text) <= self._width - indent - allowance or self._depth is not None and level > self._depth:
            return text
        kind = type(value)
        if kind is dict and value:
            return self._dict(value, indent, allowance, level)
        if kind.__name__ == "OrderedDict" and value:
            start = "OrderedDict(["
            return start + self._rows(list(value.items()), indent + len(start) - 1, allowance + 2, level,
                                      self._pair) + "])"
        if kind is list and value:
            return "[" + self._rows(value, indent, allowance + 1, level) + "]"
        if kind is tuple and value:
            end = ",)" if len(value) == 1 else ")"
            return "(" + self._rows(value, indent, allowance + len(end), level) + end
        if kind in (set, frozenset) and value:
            start, end = ("{", "}") if kind is set else ("frozenset({", "})")
            return start + self._rows(_ordered(value), indent + len(start) - 1, allowance + len(end), level) + end
        if kind is str and value:
            return self._string(value, indent, allowance, level)
        return text

    def _pad(self):
        return " " * (self._step - 1)

    def _dict(self, value, indent, allowance, level):
        indent += self._step
        items = self._items(value)
        parts = []
        for i, (key, part) in enumerate(items):
            head = self._short(key, level) + ": "
            after = allowance + 1 if i == len(items) - 1 else 1
            parts.append(head + self._format(part, indent + len(head), after, level + 1))
        return "{" + self._pad() + (",\n" + " " * indent).join(parts) + "}"

    def _pair(self, item, indent, allowance, level):
        head = f"({item[0]!r}, "
        return head + self._format(item[1], indent + len(head), allowance + 1, level) + ")"

    def _rows(self, values, indent, allowance, level, show=None):
        show = show or self._format
        indent += self._step
        between = ",\n" + " " * indent
        if not self._compact:
            last = len(values) - 1
            parts = [show(part, indent, allowance if i == last else 1, level + 1) for i, part in enumerate(values)]
            return self._pad() + between.join(parts)
        lines, line = [], ""
        for i, part in enumerate(values):
            text = self._short(part, level + 1)
            room = self._width - indent - (allowance if i == len(values) - 1 else 1)
            if line and len(line) + 2 + len(text) > room:
                lines.append(line)
                line = ""
            if len(text) > room and not line:
                lines.append(show(part, indent, 1, level + 1))
            else:
                line = line + ", " + text if line else text
        return self._pad() + between.join(lines + ([line] if line else []))

    def _string(self, value, indent, allowance, level):
        """A long string cut at spaces, one piece per line."""
        if level == 1:
            indent += 1
            allowance += 1
        lines = value.splitlines(True)
        chunks = []
        for i, line in enumerate(lines):
            room = self._width - indent
            if len(repr(line)) <= room - (allowance if i == len(lines) - 1 else 0):
                chunks.append(repr(line))
                continue
            words, word = [], ""
            for ch in line:  # a word with the spaces after it
                if word and word[-1].isspace() and not ch.isspace():
                    words.append(word)
                    word = ""
                word += ch
            words.append(word)
            current = ""
            for j, word in enumerate(words):
                limit = room - (allowance if j == len(words) - 1 and i == len(lines) - 1 else 0)
                if len(repr(current + word)) > limit:
                    if current:
                        chunks.append(repr(current))
                    current = word
                else:
                    current += word
            if current:
                chunks.append(repr(current))
        if len(chunks) == 1:
            return chunks[0]
        text = ("\n" + " " * indent).join(chunks)
        return f"({text})" if level == 1 else text
