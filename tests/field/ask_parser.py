"""Whether a real parser of a language accepts programs.

    --accept-lines-for json.lark 'python3 tests/field/ask_parser.py json'

Each line of standard input is a program as JSON; the answer is a line: 1 if the parser accepts it. The languages are the
functions of this file. `c` needs the package pycparser, `graphql` needs graphql-core, `lua` needs luac and `javascript`
needs node.
"""

import ast
import json
import sqlite3
import subprocess
import sys


def succeeds(command, program):
    done = subprocess.run(command, input=program.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def raises(parse, program):
    try:
        parse(program)
    except Exception:
        return False
    return True


def json_(program):
    return raises(json.loads, program)


def python_expression(program):
    return raises(lambda text: ast.parse(text, mode="eval"), program)


def sqlite(program):
    """A table or a column that is not there is no fault of the syntax."""
    try:
        sqlite3.connect(":memory:").executescript("EXPLAIN " + program)
    except sqlite3.Error as error:
        wrong = ("syntax error", "unrecognized token", "incomplete input")
        return not any(words in str(error) for words in wrong)
    return True


def lua(program):
    return succeeds(["luac", "-p", "-"], program)


def javascript(program):
    return succeeds(["node", "--check", "-"], program)


def c(program):
    from pycparser import c_parser

    return raises(lambda text: c_parser.CParser().parse(text), program)


def graphql(program):
    import graphql as core

    return raises(core.parse, program)


def main():
    languages = {
        "json": json_,
        "python-expression": python_expression,
        "sqlite": sqlite,
        "lua": lua,
        "javascript": javascript,
        "c": c,
        "graphql": graphql,
    }
    accepts = languages[sys.argv[1]]
    for line in sys.stdin:
        print(int(accepts(json.loads(line))), flush=True)


main()
