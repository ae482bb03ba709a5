"""What Lark says of a grammar and of programs. It needs the Python package lark.

    --stock-for .lark 'python3 tests/field/ask_lark.py check {}'
    --accept-lines-for .lark 'python3 tests/field/ask_lark.py programs {}'

`check` succeeds if Lark makes an LALR(1) parser of the grammar. `programs` reads a program as JSON from each line of
standard input, and answers with a line: 1 if a parser that Lark makes of the grammar accepts it. The LALR(1) parser is
asked first, and the Earley parser about what that one refuses.
"""

import json
import re
import sys

import lark


def parser(path, kind):
    """A parser that begins where tdf does: at `start`, or else at the first rule."""
    with open(path, encoding="utf-8") as file:
        rules = re.findall(r"^[?!]*(_*[a-z][a-z_0-9]*)\s*[.{:]", file.read(), re.MULTILINE)
    start = "start" if "start" in rules or not rules else rules[0]
    return lark.Lark.open(path, parser=kind, start=start)


def parsers(path):
    for kind in ("lalr", "earley"):
        try:
            yield parser(path, kind)
        except lark.exceptions.LarkError:
            # LALR(1) has conflicts where Earley has none.
            continue


def accepts(parser, program):
    try:
        parser.parse(program)
    except (lark.exceptions.LarkError, RecursionError):
        return False
    return True


def main():
    task, path = sys.argv[1:]
    if task == "check":
        try:
            parser(path, "lalr")
        except Exception as error:
            # Errors of Python's regular expressions and of files are no LarkError.
            sys.exit(f"{type(error).__name__}: {error}")
        return
    both = list(parsers(path))
    for line in sys.stdin:
        program = json.loads(line)
        print(int(any(accepts(one, program) for one in both)), flush=True)


main()
