"""Paragraphs: wrapped, indented and dedented."""


def wrap(text, width=70, initial_indent="", subsequent_indent=""):
    """The lines of a paragraph, none longer than `width` unless a word is."""
    lines, line = [], initial_indent
    empty = True
    for word in text.split():
        if not empty and len(line) + 1 + len(word) > width:
            lines.append(line)
            line, empty = subsequent_indent, True
        while empty and len(line) + len(word) > width and width > len(line):
            cut = width - len(line)
            lines.append(line + word[:cut])
            word, line = word[cut:], subsequent_indent
        line += word if empty else " " + word
        empty = False
    return lines if empty else lines + [line]


def fill(text, width=70, initial_indent="", subsequent_indent=""):
    return "\n".join(wrap(text, width, initial_indent, subsequent_indent))


def shorten(text, width, placeholder=" [...]"):
    """The paragraph cut after a word so that it fits with the placeholder."""
    words = text.split()
    if len(" ".join(words)) <= width:
        return " ".join(words)
    while words and len(" ".join(words)) + len(placeholder) > width:
        words.pop()
    return " ".join(words) + placeholder if words else placeholder.strip()


def dedent(text):
    """The text without the indentation that all its lines share."""
    lines = [line if line.strip() else "" for line in text.split("\n")]
    margins = [line[:len(line) - len(line.lstrip())] for line in lines if line]
    margin = margins[0] if margins else ""
    for other in margins:
        while not other.startswith(margin):
            margin = margin[:-1]
    return "\n".join(line[len(margin):] for line in lines)


def indent(text, prefix, predicate=None):
    """The text with a prefix before every line that is not blank."""
    wanted = predicate or (lambda line: line.strip())
    return "".join(prefix + line if wanted(line) else line for line in text.splitlines(True))
