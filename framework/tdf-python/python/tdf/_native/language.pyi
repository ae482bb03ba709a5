"""Grammars, languages and programs."""

from collections.abc import Sequence
from os import PathLike
from typing import final

import numpy as np
from numpy.typing import NDArray

from .._types import Size

@final
class Grammar:
    """A grammar in LALRPOP's or Lark's syntax, as data."""

    def __new__(cls, text: str, *, name: str = "grammar.lalrpop", features: Sequence[str] = ...) -> Grammar:
        """Reads a grammar from its text.

        `name` is used in messages; a name that ends in `.lark` means Lark's syntax. `features` are those that
        `#[cfg(feature = "...")]` asks for. Raises `GrammarError` with file, line and column.
        """

    @staticmethod
    def read(path: str | PathLike[str], *, features: Sequence[str] = ...) -> Grammar:
        """Reads a grammar file (`.lalrpop` or `.lark`)."""

    @property
    def name(self) -> str:
        """Name of the grammar: the stem of its file."""

    @property
    def fingerprint(self) -> str:
        """Digest of the grammar: equal grammars have equal fingerprints."""

    @property
    def source(self) -> str:
        """Text of the file."""

    @property
    def start(self) -> str:
        """Name of the start symbol."""

    @property
    def nonterminals(self) -> list[str]:
        """Names of the rules."""

    @property
    def tokens(self) -> list[str]:
        """Tokens in the order of their ids, as the grammar writes them."""

    @property
    def productions(self) -> list[tuple[int, list[int | list[int]]]]:
        """Productions of the normal form.

        Each is the number of its nonterminal and its symbols: the number of a nonterminal, or ids of tokens of which any one stands there.
        """

    @property
    def start_index(self) -> int:
        """Number of the start symbol in `productions`."""

    @property
    def warnings(self) -> list[str]:
        """Warnings of the reader, with their places."""

    def __str__(self) -> str: ...
    def __repr__(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Language:
    """A grammar with its lexer and its LR(1) tables. Programs are measured in nodes unless `measure` says otherwise.

    A `measure` is `"nodes"`, `"tokens"`, or alternatives and rules with weights, such as `"Circle,Quad=2"`. `sample` and
    `Masks` also take `"depth"`.
    """

    def __new__(cls, grammar: Grammar | str, *, scope: str = "") -> Language:
        """Prepares a grammar, or the text of one.

        `scope` is a TOML document with the table `scope`: names in scope. Raises `GrammarError` for conflicts.
        """

    @staticmethod
    def read(path: str | PathLike[str], *, features: Sequence[str] = ...) -> Language:
        """Reads a grammar file, and the table `scope` of the `.toml` beside it."""

    @property
    def grammar(self) -> Grammar:
        """The grammar as it is written."""

    @property
    def tokens(self) -> list[str]:
        """Texts of the tokens in the order of their ids."""

    @property
    def nonterminals(self) -> list[str]:
        """Names of the rules."""

    def parse(self, text: str, *, start: str | None = None) -> Program:
        """Parses a program of the nonterminal `start`, by default the start symbol.

        Raises `ParseError`, which says what was expected.
        """

    def print(self, program: Program) -> str:
        """Canonical text of a program."""

    def parse_tokens(self, tokens: Sequence[int], *, start: str | None = None) -> Program:
        """Parses ids of tokens."""

    def sample(
        self,
        n: int = 10,
        *,
        size: Size | None = None,
        seed: int = 0,
        first: int = 0,
        measure: str | None = None,
        weighting: str = "rules",
        start: str | None = None,
    ) -> list[Program]:
        """Random programs, exact in size: what `tdf sample` prints.

        `size` is by default 1 to 8. Program `i` of a seed depends on the seed and `first + i` alone. `weighting` is `"rules"`
        (the paper's), `"skeletons"`, or weights of alternatives, such as `"Quad=3,Circle=0.5"`.
        """

    def __repr__(self) -> str: ...

@final
class Program:
    """A syntax tree. Programs are equal if their trees are. A domain's programs show their image in a notebook."""

    def __str__(self) -> str: ...
    def __repr__(self) -> str: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __len__(self) -> int: ...
    @property
    def nonterminal(self) -> str:
        """Nonterminal that it derives from."""

    @property
    def nodes(self) -> NDArray[np.uint32]:
        """Nodes in pre-order, `[nodes, 3]`: production, token (2**32 - 1 for none), nodes of the subtree."""

    @property
    def tokens(self) -> NDArray[np.int64]:
        """Ids of its tokens, `[tokens]`."""

    def size(self, measure: str | None = None) -> int:
        """Size, by default as the domain counts, else in nodes."""

    def subtree(self, node: int) -> Program:
        """Part of the program whose root is `node`."""

    def replace(self, node: int, replacement: Program | str) -> Program:
        """Program with another part at `node`. This one stays as it is."""

    @property
    def edit_sites(self) -> list[tuple[int, str, int]]:
        """Edit sites in pre-order: node, nonterminal of a replacement, size."""

    def layout(self) -> str | None:
        """Text with line breaks and indentation, if the language has tokens for them."""

    def shown(self) -> str | None:
        """Form that other software takes, such as a formula for a spreadsheet, if the domain has one."""

    def svg(self) -> str | None:
        """SVG document, if the domain has that form."""

    def _repr_svg_(self) -> str | None: ...
    def _repr_png_(self) -> bytes | None: ...
