"""Classes of characters."""

ascii_lowercase = "abcdefghijklmnopqrstuvwxyz"
ascii_uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ascii_letters = ascii_lowercase + ascii_uppercase
digits = "0123456789"
hexdigits = digits + "abcdef" + "ABCDEF"
octdigits = "01234567"
punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
whitespace = " \t\n\r\v\f"
printable = digits + ascii_letters + punctuation + whitespace


def capwords(s, sep=None):
    """Every word with a capital first letter."""
    return (sep or " ").join(word.capitalize() for word in s.split(sep))


class Template:
    """A text with `$name` and `${name}` in place of values."""

    delimiter = "$"

    def __init__(self, template):
        self.template = template

    def _filled(self, values, safe):
        import re

        def fill(found):
            name = found.group(1) or found.group(2)
            if found.group(3):
                return "$"
            if name is None:
                if safe:
                    return found.group()
                raise ValueError("Invalid placeholder in string: line 1, col " + str(found.start() + 1))
            if safe and name not in values:
                return found.group()
            return str(values[name])

        return re.sub(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\}|(\$)|)", fill, self.template)

    def substitute(self, mapping={}, /, **kws):
        return self._filled({**mapping, **kws}, False)

    def safe_substitute(self, mapping={}, /, **kws):
        return self._filled({**mapping, **kws}, True)
