"""What notebooks use to show things: here values print, and the rest does nothing."""


def display(*objs, **kwargs):
    """Prints the values."""
    for obj in objs:
        print(repr(obj))


def clear_output(wait=False):
    """Nothing: what was printed stays."""


def set_matplotlib_formats(*formats, **kwargs):
    """Nothing."""


class HTML:
    """A piece of HTML, shown as an object."""

    def __init__(self, data=None, url=None, filename=None):
        self.data = data

    def __repr__(self):
        return "<IPython.core.display.HTML object>"


class Markdown(HTML):
    def __repr__(self):
        return "<IPython.core.display.Markdown object>"


class Image(HTML):
    def __repr__(self):
        return "<IPython.core.display.Image object>"


class Javascript(HTML):
    def __repr__(self):
        return "<IPython.core.display.Javascript object>"
