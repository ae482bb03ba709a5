"""Masks beside Lark's `accepts()`, on random prefixes of random programs."""

import re

import tdf
from hypothesis import given, settings
from hypothesis import strategies as st

lark = __import__("pytest").importorskip("lark")

GRAMMARS = {
    "json": """
        start: value
        value: object | array | STRING | NUMBER | "true" | "false" | "null"
        object: "{" [pair ("," pair)*] "}"
        array: "[" [value ("," value)*] "]"
        pair: STRING ":" value
        STRING: "\\"a\\"" | "\\"b\\"" | "\\"name\\""
        NUMBER: "0" | "1" | "-1" | "3.5"
        %ignore " "
    """,
    "calls": """
        start: statement+
        statement: NAME "=" expr ";" | "if" expr block ["else" block] | "return" [expr] ";"
        block: "{" statement* "}"
        expr: term | expr "+" term | expr "-" term
        term: factor | term "*" factor
        factor: NAME | NUMBER | "(" expr ")" | NAME "(" [expr ("," expr)*] ")" | "-" factor
        NAME: "x" | "y" | "f"
        NUMBER: /[0-3]/
        %ignore " "
    """,
    "dangling": """
        start: a
        a: "x" b "y" | "x" c "z" | d
        b: "q" b | "q"
        c: "r" c |
        d: "x" "r" "w" | "[" d "]"
    """,
}


class Pair:
    """A grammar in both libraries, and the terminals of Lark for each token."""

    def __init__(self, text):
        self.masks = tdf.Masks(tdf.Language(tdf.Grammar(text, name="g.lark")))
        self.parser = lark.Lark(text, parser="lalr")
        patterns = {terminal.name: terminal.pattern.to_regexp() for terminal in self.parser.terminals}
        self.names = [
            {name for name, pattern in patterns.items() if re.fullmatch(pattern, token)} for token in self.masks.tokens
        ]
        assert all(self.names)

    def theirs(self, interactive):
        accepts = interactive.accepts()
        ids = {id for id, names in enumerate(self.names) if names & accepts}
        return ids | ({self.masks.end} if "$END" in accepts else set())


PAIRS = {name: Pair(text) for name, text in GRAMMARS.items()}


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(sorted(PAIRS)), choices=st.lists(st.integers(0, 1 << 30), max_size=40))
def test_the_same_tokens_are_allowed(name, choices):
    pair = PAIRS[name]
    state, interactive = pair.masks.begin(), pair.parser.parse_interactive("")
    for choice in choices:
        allowed = state.allowed()
        assert set(allowed.tolist()) == pair.theirs(interactive), state.text
        id = int(allowed[choice % len(allowed)])
        state.advance(id)
        if state.done:
            assert pair.parser.parse(" ".join(pair.masks.tokens[i] for i in state.tokens)) if name != "dangling" else True
            return
        (terminal,) = pair.names[id] & interactive.accepts()
        interactive.feed_token(lark.Token(terminal, pair.masks.tokens[id]))


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(sorted(PAIRS)), choices=st.lists(st.integers(0, 1 << 30), min_size=1, max_size=60), budget=st.integers(1, 40))
def test_a_budget_has_no_dead_ends(name, choices, budget):
    masks = PAIRS[name].masks
    if budget < masks.least:
        return
    state = masks.begin(budget=budget)
    free = masks.begin()
    for choice in choices:
        allowed = state.allowed()
        assert len(allowed) and set(allowed) <= set(free.allowed())
        id = int(allowed[choice % len(allowed)])
        state.advance(id), free.advance(id)
        if state.done:
            assert state.program().size() + state.slack == budget
            return
    while not state.done:
        slacks = []
        for id in state.allowed():
            after = state.copy()
            after.advance(id)
            slacks.append((after.slack, id))
        # The smallest completion first: it always ends.
        state.advance(max(slacks)[1] if masks.end not in state.allowed() else masks.end)
    assert state.program().size() <= budget
