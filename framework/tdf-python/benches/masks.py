"""Masks a second from Python, side by side: tdf, llguidance, XGrammar and Lark. One thread, batches of 512 programs.

    pip install llguidance xgrammar lark
    python framework/tdf-python/benches/masks.py

A step makes the bit masks of all unfinished programs and takes the next token of each. Every tool works on whole tokens: llguidance and
XGrammar read bytes, so their vocabulary and grammar hold each token with one blank behind it. Lark gets token classes as terminals.
Before it is timed, each tool must allow the same tokens at every step. No budget holds, since only tdf has one.
"""

import platform
import time
from pathlib import Path

import numpy as np
import tdf

ROOT = Path(__file__).resolve().parents[3]
BATCH, CHECKED, LARK, RUNS = 512, 48, 48, 3

# Strings without quotes: llguidance would take a quote that all strings begin with for forced, and it is no token of its own.
JSON = """
start: value
value: object | array | STRING | NUMBER | "true" | "false" | "null"
object: "{" [pair ("," pair)*] "}"
array: "[" [value ("," value)*] "]"
pair: STRING ":" value
STRING: "id" | "name" | "tags" | "size" | "red" | "blue" | "left" | "right"
NUMBER: "0" | "1" | "2" | "3" | "10" | "-1" | "0.5" | "3.14"
"""


def subjects():
    for name, primitives in [("rainbow", "Box,Ball"), ("csg2d", "Circle,Quad"), ("tinysvg", "Rectangle,Ellipse,Move")]:
        language = tdf.Language.read(ROOT / f"grammars/{name}.lalrpop")
        yield name, language, language.sample(BATCH, size=8, seed=5, measure=primitives)
    language = tdf.Language(tdf.Grammar(JSON, name="json.lark"))
    yield "json", language, language.sample(BATCH, size=(20, 60), seed=5)


def columns(programs, end):
    """For each step the numbers of the programs that are not finished and the ids that they take."""
    ids = [[*program.tokens.tolist(), end] for program in programs]
    for step in range(max(map(len, ids))):
        rows = [row for row, taken in enumerate(ids) if step < len(taken)]
        yield rows, [ids[row][step] for row in rows]


def flags(words, width):
    return np.unpackbits(np.ascontiguousarray(words).view(np.uint8), bitorder="little", axis=-1)[..., :width].astype(bool)


class Tdf:
    name = "tdf"

    def __init__(self, language):
        self.masks = tdf.Masks(language)

    def begin(self, n):
        self.batch, self.words = self.masks.batch(n), np.zeros((n, self.masks.words), np.uint32)
        self.ids = np.zeros(n, np.int64)

    def fill(self, rows):
        self.batch.bitmask(self.words)

    def take(self, rows, ids):
        self.ids[rows] = ids
        self.batch.advance(self.ids)

    def mask(self, row):
        return flags(self.words[row], self.masks.width)


def rules(language, head, classes):
    """The productions in another notation; `classes` gets the names of token classes."""
    alternatives = {}
    for nonterminal, symbols in language.grammar.productions:
        names = [
            f"n{symbol}" if isinstance(symbol, int) else classes.setdefault(tuple(symbol), f"K{len(classes)}")
            for symbol in symbols
        ]
        alternatives.setdefault(nonterminal, []).append(names)
    return alternatives


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Llguidance:
    name = "llguidance"

    def __init__(self, language):
        import llguidance
        import llguidance.numpy

        self.module, classes = llguidance, {}
        tokens, end = language.tokens, len(language.tokens)
        lines = [f"start: n{language.grammar.start_index}"]
        for n, options in rules(language, "start", classes).items():
            lines.append(f"n{n}: " + " | ".join(" ".join(names) or '""' for names in options))
        for members, name in classes.items():
            lines.append(f"{name}: " + " | ".join(quoted(tokens[id] + " ") for id in members))

        class Tokenizer:
            eos_token_id, bos_token_id = end, None
            special_token_ids = [end]

            def __init__(self):
                self.tokens = [f"{token} ".encode() for token in tokens] + [b"<end>"]

            def __call__(self, text):
                text = text if isinstance(text, bytes) else text.encode()
                known = [word + b" " for word in text.split(b" ")]
                return [self.tokens.index(word) for word in known if word in self.tokens]

        self.tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(Tokenizer()))
        self.fresh = llguidance.LLMatcher(self.tokenizer, "\n".join(lines), log_level=0)
        assert not self.fresh.is_error(), self.fresh.get_error()
        self.width = end + 1
        self.executor = llguidance.LLExecutor(num_threads=1)

    def begin(self, n):
        self.matchers = [self.fresh.deep_copy() for _ in range(n)]
        self.words = self.module.numpy.allocate_token_bitmask(n, self.tokenizer.vocab_size)

    def fill(self, rows):
        work = [(self.matchers[row], row) for row in rows]
        self.module.numpy.fill_next_token_bitmask_par(self.executor, work, self.words)

    def take(self, rows, ids):
        for row, id in zip(rows, ids):
            # Where nothing but the end may come, it has stopped by itself.
            if not self.matchers[row].is_stopped():
                self.matchers[row].consume_token(id)

    def mask(self, row):
        return flags(self.words[row], self.width)


class Xgrammar:
    name = "XGrammar"

    def __init__(self, language):
        import xgrammar

        self.module, classes = xgrammar, {}
        tokens, end = language.tokens, len(language.tokens)
        lines = [f"root ::= n{language.grammar.start_index}"]
        for n, options in rules(language, "root", classes).items():
            lines.append(f"n{n} ::= " + " | ".join(" ".join(names) or '""' for names in options))
        for members, name in classes.items():
            lines.append(f"{name} ::= " + " | ".join(quoted(tokens[id] + " ") for id in members))
        vocabulary = [f"{token} " for token in tokens] + ["<end>"]
        info = xgrammar.TokenizerInfo(vocabulary, xgrammar.VocabType.RAW, stop_token_ids=[end])
        self.compiled = xgrammar.GrammarCompiler(info, max_threads=1).compile_grammar("\n".join(lines))
        self.width = end + 1
        self.many = xgrammar.BatchGrammarMatcher(max_threads=1) if hasattr(xgrammar, "BatchGrammarMatcher") else None

    def begin(self, n):
        self.matchers = [self.module.GrammarMatcher(self.compiled) for _ in range(n)]
        self.words = self.module.allocate_token_bitmask(n, self.width)

    def fill(self, rows):
        if self.many is None:
            for row in rows:
                self.matchers[row].fill_next_token_bitmask(self.words, row)
        else:
            self.many.batch_fill_next_token_bitmask([self.matchers[row] for row in rows], self.words, rows)

    def take(self, rows, ids):
        if self.many is None:
            for row, id in zip(rows, ids):
                assert self.matchers[row].accept_token(id)
        else:
            assert all(self.many.batch_accept_token([self.matchers[row] for row in rows], ids))

    def mask(self, row):
        return flags(self.words[row].numpy(), self.width)


class Lark:
    name = "Lark"

    def __init__(self, language):
        import lark

        class NoLexer(lark.lexer.Lexer):
            def __init__(self, *_):
                pass

            def lex(self, *_):
                return iter(())

        classes = {}
        lines = [f"start: n{language.grammar.start_index}"]
        for n, options in rules(language, "start", classes).items():
            lines.append(f"n{n}: " + " | ".join(" ".join(names) for names in options))
        lines.append("%declare " + " ".join(classes.values()))
        self.fresh = lark.Lark("\n".join(lines), parser="lalr", lexer=NoLexer, strict=True).parse_interactive("")
        self.members = {name: list(members) for members, name in classes.items()}
        end = len(language.tokens)
        self.members["$END"] = [end]
        self.tokens = {id: lark.Token(name, "") for name, ids in self.members.items() for id in ids}
        self.width = end + 1

    def begin(self, n):
        self.parsers, self.accepts = [self.fresh.copy() for _ in range(n)], [None] * n

    def fill(self, rows):
        for row in rows:
            self.accepts[row] = self.parsers[row].accepts()

    def take(self, rows, ids):
        for row, id in zip(rows, ids):
            self.parsers[row].feed_token(self.tokens[id])

    def mask(self, row):
        mask = np.zeros(self.width, bool)
        for name in self.accepts[row]:
            mask[self.members[name]] = True
        return mask


def check(ours, theirs, programs, end):
    """Whether both allow the same tokens at every step."""
    ours.begin(len(programs))
    theirs.begin(len(programs))
    for rows, ids in columns(programs, end):
        ours.fill(rows)
        theirs.fill(rows)
        for row in rows:
            if not np.array_equal(ours.mask(row), theirs.mask(row)):
                raise SystemExit(f"{theirs.name} allows other tokens in {programs[row]}")
        ours.take(rows, ids)
        theirs.take(rows, ids)


def measure(tool, programs, end):
    """Masks a second, the best of three runs."""
    plan, best = list(columns(programs, end)), 0.0
    for _ in range(RUNS):
        tool.begin(len(programs))
        begin = time.perf_counter()
        for rows, ids in plan:
            tool.fill(rows)
            tool.take(rows, ids)
        best = max(best, sum(len(rows) for rows, _ in plan) / (time.perf_counter() - begin))
    return best


def main():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    print(f"{cpu}, Python {platform.python_version()}, one thread, {BATCH} programs")
    print(f"{'grammar':10} {'ids':>5} {'steps':>7}" + "".join(f"{tool.name:>14}" for tool in (Tdf, Llguidance, Xgrammar, Lark)))
    for name, language, programs in subjects():
        end = len(language.tokens)
        tools = [kind(language) for kind in (Tdf, Llguidance, Xgrammar, Lark)]
        for tool in tools[1:]:
            check(tools[0], tool, programs[:CHECKED], end)
        rates = [measure(tool, programs[: LARK if isinstance(tool, Lark) else BATCH], end) for tool in tools]
        steps = sum(len(rows) for rows, _ in columns(programs, end))
        print(f"{name:10} {end + 1:>5} {steps:>7}" + "".join(f"{rate:>14,.0f}" for rate in rates), flush=True)


if __name__ == "__main__":
    main()
