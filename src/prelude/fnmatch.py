"""Names that fit patterns with `*`, `?` and `[...]`."""
import re


def translate(pat):
    """The regular expression of a pattern."""
    parts = []
    at = 0
    while at < len(pat):
        letter = pat[at]
        at += 1
        if letter == "*":
            parts.append(".*")
        elif letter == "?":
            parts.append(".")
        elif letter == "[" and "]" in pat[at + 1:]:
            end = pat.index("]", at + 1)
            inner = pat[at:end]
            parts.append("[" + ("^" + inner[1:] if inner.startswith("!") else inner) + "]")
            at = end + 1
        else:
            parts.append(re.escape(letter))
    return f"(?s:{''.join(parts)})\\Z"


def fnmatchcase(name, pat):
    return re.match(translate(pat), name) is not None


def fnmatch(name, pat):
    return fnmatchcase(name, pat)


def filter(names, pat):
    return [name for name in names if fnmatch(name, pat)]
