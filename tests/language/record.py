#!/usr/bin/env python3
"""Records what the programs of this folder print under Python 3.11, statement by statement.

    python3.11 tests/language/record.py [NAME ...]

The programs use the language and its library only, no tensors. NAME.jsonl gets one record a top-level statement: its first
line, its text, what it printed (its value's repr if it is an expression that is not None), and the exception it raised. A
statement that raises does not stop the ones after it. Sets hash alike in every run (PYTHONHASHSEED=0). Without names, all
programs are recorded.
"""
import ast
import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def record(path):
    """The records of one program, run in this process."""
    lines = path.read_text().split("\n")
    scope = {"__name__": "__main__"}
    for node in ast.parse("\n".join(lines)).body:
        first = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
        out, exc = io.StringIO(), None
        with contextlib.redirect_stdout(out):
            try:
                if isinstance(node, ast.Expr):
                    value = eval(compile(ast.Expression(node.value), path.name, "eval"), scope)
                    if value is not None:
                        print(repr(value))
                else:
                    exec(compile(ast.Module([node], []), path.name, "exec"), scope)
            except Exception as error:
                exc = f"{type(error).__name__}: {error}".rstrip()
                print(exc)
        yield dict(line=first, src="\n".join(lines[first - 1:node.end_lineno]), out=out.getvalue(), exc=exc)


def main():
    assert sys.version_info[:2] == (3, 11), "the reference is Python 3.11"
    if sys.argv[1:2] == ["--one"]:
        for entry in record(pathlib.Path(sys.argv[2])):
            print(json.dumps(entry, ensure_ascii=False))
        return
    programs = [HERE / f"{name}.py" for name in sys.argv[1:]] or sorted(HERE.glob("[!r]*.py"))
    for program in programs:
        done = subprocess.run([sys.executable, "-W", "ignore", __file__, "--one", program], check=True, text=True,
                              stdout=subprocess.PIPE, env=dict(os.environ, PYTHONHASHSEED="0"))
        program.with_suffix(".jsonl").write_text(done.stdout)
        print(f"{program.stem}: {len(done.stdout.splitlines())} statements")


if __name__ == "__main__":
    main()
