"""Where the program runs."""
import sys


def python_version():
    return ".".join(str(part) for part in sys.version_info[:3])


def python_implementation():
    return "CPython"


def system():
    return {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(sys.platform, sys.platform)


def machine():
    return "x86_64"


def processor():
    return machine()


def node():
    return "localhost"


def platform():
    return f"{system()}-{machine()}"
