#!/usr/bin/env python3
"""Fills in what the examples of the operator table print under PyTorch.

    python tests/table/record.py [--check]

Every `Example("CODE", "?")` under src/ops gets the output of CODE in place of the question mark; with --check, the outputs
that are there already are compared and differences listed, nothing is written. Runs under Python 3.11 with PyTorch.
"""
import pathlib
import re
import sys

import torch
import torch.nn.functional as F

ROOT = pathlib.Path(__file__).resolve().parents[2] / "src" / "ops"
TEXT = r'"((?:[^"\\]|\\.)*)"'
EXAMPLE = re.compile(r"Example\(\s*" + TEXT + r",\s*" + TEXT + r",?\s*\)")


def unescape(text):
    text = re.sub(r"\\\n\s*", "", text)
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def escape(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def output(code):
    """What a notebook shows for the code: its value, or its exception."""
    torch.manual_seed(0)
    try:
        return repr(eval(code, {"torch": torch, "F": F, "nn": torch.nn, "nan": float("nan"), "inf": float("inf")}))
    except Exception as error:
        print(f"    {code}: {type(error).__name__}: {str(error).splitlines()[0]}")
        return "?"


def main():
    checking = "--check" in sys.argv[1:]
    for path in sorted(ROOT.rglob("*.rs")):
        text = path.read_text()

        def fill(match):
            code, old = unescape(match[1]), unescape(match[2])
            if old != "?" and not checking:
                return match[0]
            new = output(code)
            if checking and old not in ("?", new):
                print(f"{path.relative_to(ROOT)}: {code}\n    {old!r} for {new!r}")
            return match[0] if checking else match[0].replace(f'"{match[2]}"', f'"{escape(new)}"')

        filled = EXAMPLE.sub(fill, text)
        if filled != text:
            path.write_text(filled)
            print(f"{path.relative_to(ROOT)}: filled in")


if __name__ == "__main__":
    main()
