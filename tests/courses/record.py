#!/usr/bin/env python3
"""Records what the scripts of this folder print under Python with PyTorch.

    record.py [NAME ...]

Every top-level statement of NAME.py runs as a notebook cell of its own: the repr of an expression that is not None is
printed, an exception is reported as `Type: message` and the next statement goes on. NAME.jsonl gets one record a statement:
its first and last line, the kind of its syntax tree, its text, what it printed (with the exception's line), the exception,
and what it wrote to standard error; `sec` is kept 0 so that a recording changes only when its content does. Random
generators start from seed 0, sets hash alike (PYTHONHASHSEED=0), and each script runs in a process and folder of its own.
Needs Python 3.11 with PyTorch and NumPy; without names, all scripts are recorded.
"""
import ast
import contextlib
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

HERE = pathlib.Path(__file__).resolve().parent


def statements(text):
    """Triples (first line, last line, node), decorators included."""
    for node in ast.parse(text).body:
        first = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
        yield first, node.end_lineno, node


def quiet(line, node):
    """Whether the statement ends its line with a semicolon, which hides its value."""
    return line[len(line.encode()[:node.end_col_offset].decode()):].strip() == ";"


def record(path):
    """The records of one script, run in this process."""
    import numpy
    import torch

    torch.manual_seed(0)
    random.seed(0)
    numpy.random.seed(0)
    warnings.showwarning = lambda message, kind, *place: print(f"{kind.__name__}: {message}", file=sys.stderr)
    text = path.read_text()
    lines = text.split("\n")
    scope = {"__name__": "__main__"}
    for first, last, node in statements(text):
        out, err, exc = io.StringIO(), io.StringIO(), None
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                if isinstance(node, ast.Expr):
                    value = eval(compile(ast.Expression(node.value), path.name, "eval"), scope)
                    if value is not None and not quiet(lines[last - 1], node):
                        print(repr(value))
                else:
                    exec(compile(ast.Module([node], []), path.name, "exec"), scope)
            except Exception as error:
                exc = f"{type(error).__name__}: {error}".rstrip()
                print(exc)
        yield dict(line=first, end=last, kind=type(node).__name__, src="\n".join(lines[first - 1:last]),
                   out=out.getvalue(), exc=exc, err=err.getvalue() or None, sec=0)


def main():
    if sys.argv[1:2] == ["--one"]:
        for entry in record(pathlib.Path(sys.argv[2])):
            print(json.dumps(entry, ensure_ascii=False))
        return
    scripts = [HERE / f"{name}.py" for name in sys.argv[1:]] or sorted(HERE.glob("[0-9]*.py"))
    for script in scripts:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, __file__, "--one", script], cwd=folder, check=True, text=True,
                                  stdout=subprocess.PIPE, env=dict(os.environ, PYTHONHASHSEED="0"))
        script.with_suffix(".jsonl").write_text(done.stdout)
        print(f"{script.stem}: {len(done.stdout.splitlines())} statements")


if __name__ == "__main__":
    main()
