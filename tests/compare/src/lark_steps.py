"""Walks Lark's interactive parser through programs: JSON in, JSON out (see lark.rs); null if there are conflicts."""

import json
import sys
import time

import lark


class NoLexer(lark.lexer.Lexer):
    """Terminals come one by one, never from a text."""

    def __init__(self, *_):
        pass

    def lex(self, *_):
        return iter(())


def walk(fresh, programs, keep):
    """Steps of all programs; `keep` gets what is allowed at each."""
    for program in programs:
        parser = fresh.copy()
        for token in program:
            allowed = parser.accepts()
            if keep is not None:
                keep[-1].append(allowed)
            parser.feed_token(token)
        if keep is not None:
            keep.append([])


def main():
    task = json.load(sys.stdin)
    try:
        # Without `strict` it would shift where it has a choice.
        parser = lark.Lark(task["grammar"], parser="lalr", lexer=NoLexer, strict=True)
    except lark.exceptions.GrammarError:
        print("null")
        return
    fresh = parser.parse_interactive("")
    end = lark.Token("$END", "")
    tokens = [lark.Token(f"K{token_class}", "") for token_class in range(task["token_classes"])]
    programs = [[tokens[token_class] for token_class in program] + [end] for program in task["programs"]]
    steps = sum(map(len, programs))
    kept = [[]]
    walk(fresh, programs, kept)
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter_ns()
        walk(fresh, programs, None)
        best = min(best, (time.perf_counter_ns() - begin) / steps)

    def number(terminal):
        return task["token_classes"] if terminal == "$END" else int(terminal[1:])

    token_classes = [[sorted(map(number, allowed)) for allowed in program] for program in kept[:-1]]
    json.dump({"token_classes": token_classes, "nanoseconds": best}, sys.stdout)


main()
