#!/usr/bin/env python3
"""Records what the demos print under Python with PyTorch, into expected/NAME.txt.

    python demos/record.py [NAME ...]

Every demo is a program of its own: it runs in a fresh process, and what it writes to standard output is the expectation
that the test `demos` compares with. Needs Python 3.11 with PyTorch; without names, all demos are recorded.
"""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def main():
    scripts = [HERE / f"{name}.py" for name in sys.argv[1:]] or sorted(HERE.glob("[0-9]*.py"))
    for script in scripts:
        done = subprocess.run([sys.executable, str(script)], check=True, text=True, stdout=subprocess.PIPE)
        (HERE / "expected" / f"{script.stem}.txt").write_text(done.stdout)
        print(f"{script.stem}: {len(done.stdout.splitlines())} lines")


if __name__ == "__main__":
    main()
