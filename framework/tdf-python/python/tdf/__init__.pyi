"""Program synthesis over user-defined languages: grammars, exact token masks, training examples, search.

Shapes are those of NumPy arrays. Random functions take a seed, and give what the command `tdf` gives for it.
Long work does not hold the interpreter's lock. Every exception of this package is an `Error`, which is a `ValueError`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "ConfigError",
    "DataError",
    "Domain",
    "DomainError",
    "Edit",
    "EditPath",
    "Error",
    "FileError",
    "Grammar",
    "GrammarError",
    "Language",
    "MaskBatch",
    "MaskError",
    "MaskState",
    "Masks",
    "Mutator",
    "ParseError",
    "Program",
    "RenderError",
    "SearchError",
    "Size",
    "SizeError",
    "Value",
    "__version__",
]

__version__: str

Value: TypeAlias = str | int | bool | list[int] | list[float]
"""An argument or an output of a program that takes inputs."""

Size: TypeAlias = int | tuple[int, int] | str
"""Sizes of programs: `8`, `(2, 8)` with both included, or `"2..=8"`."""

class Error(ValueError):
    """The base of all exceptions of this package."""

class GrammarError(Error):
    """A grammar that cannot be read, or is not LR(1)."""

class ParseError(Error):
    """A text that is not a program of the language. `line` and `column` count from 1, `offset` counts bytes from 0."""

    line: int
    column: int
    offset: int

class SizeError(Error):
    """A size or a weighting that the language does not have."""

class MaskError(Error):
    """A language without masks, or a token that the mask does not allow."""

class DomainError(Error):
    """A domain that cannot be found, loaded or opened."""

class RenderError(Error):
    """A program that cannot be rendered or run."""

class DataError(Error):
    """Tasks or training examples that cannot be made or read."""

class SearchError(Error):
    """A search whose options cannot be met, or whose policy failed."""

class ConfigError(Error):
    """A key of a configuration, or its value."""

class FileError(Error):
    """A file that cannot be read or written, or has another content."""

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

@final
class Masks:
    """Exact token masks under a size budget: a token is allowed if and only if some program continues with it.

    Masks range over `width` ids: the tokens of the language, and `end`, which finishes a program.
    """

    def __new__(
        cls,
        language: Language | Domain,
        *,
        measure: str | None = None,
        budget: int | None = None,
        start: str | None = None,
    ) -> Masks:
        """Makes the mask automaton.

        `budget` is the greatest size of a program that states begin with; without it there is none. `start` is the
        nonterminal. Raises `MaskError` if no program is that small, or if the automaton is too large.
        """

    @property
    def width(self) -> int:
        """Number of ids of a mask: `len(tokens) + 1`."""

    @property
    def words(self) -> int:
        """Words of 32 bits of a bit mask: `ceil(width / 32)`."""

    @property
    def end(self) -> int:
        """Id that finishes a program."""

    @property
    def anchor(self) -> int:
        """Id that stands for an edit site without a token of its own. No mask allows it."""

    @property
    def tokens(self) -> list[str]:
        """Texts of the tokens in the order of their ids."""

    @property
    def mask_count(self) -> int:
        """Number of distinct masks."""

    @property
    def class_count(self) -> int:
        """Number of classes of decoder states."""

    @property
    def greatest_slack(self) -> int:
        """Greatest budget, above the least size, up to which masks are exact."""

    @property
    def least(self) -> int:
        """Least size of a program."""

    def matrix(self) -> NDArray[np.bool_]:
        """All masks, `[mask_count, width]`. On a GPU `matrix[mask_ids]` masks a batch."""

    def bit_matrix(self) -> NDArray[np.uint32]:
        """All masks as bits, `[mask_count, words]`. Bit `i % 32` of word `i // 32` stands for the id `i`."""

    def begin(self, *, budget: int | None = None, start: str | None = None) -> MaskState:
        """State at the beginning of a program."""

    def batch(self, n: int, *, budget: int | None = None, start: str | None = None, threads: int = 1) -> MaskBatch:
        """States of `n` programs, all at their beginning. `threads` work on them."""

    def __repr__(self) -> str: ...

@final
class MaskState:
    """State of one program that is generated token by token."""

    def allowed(self) -> NDArray[np.int64]:
        """Ids that may come next, ascending."""

    def mask(self) -> NDArray[np.bool_]:
        """Ids that may come next, `[width]`."""

    def bitmask(self) -> NDArray[np.uint32]:
        """Ids that may come next as bits, `[words]`."""

    def allows(self, id: int) -> bool:
        """Whether an id may come next."""

    def advance(self, id: int) -> None:
        """Takes an id. Raises `MaskError` if it may not come next; the state stays as it was."""

    def feed(self, text: str) -> None:
        """Takes the tokens of a text. A name, a number or a text at its very end may go on."""

    def skip_forced(self) -> NDArray[np.int64]:
        """Takes ids for as long as there is only one, and returns those of tokens."""

    @property
    def mask_id(self) -> int:
        """Number of its mask: a row of `Masks.matrix`."""

    @property
    def forced(self) -> int | None:
        """Only id that may come next, if there is only one."""

    @property
    def done(self) -> bool:
        """Whether the end was taken."""

    @property
    def slack(self) -> int | None:
        """Budget minus the least size of a complete program; `None` without a budget."""

    @property
    def tokens(self) -> NDArray[np.int64]:
        """Ids of the tokens that were taken."""

    @property
    def text(self) -> str:
        """Tokens that were taken, with blanks between them."""

    def program(self) -> Program:
        """Finished program. Raises `MaskError` before the end."""

    def copy(self) -> MaskState:
        """Copy that advances by itself."""

    def __copy__(self) -> MaskState: ...
    def __repr__(self) -> str: ...

@final
class MaskBatch:
    """States of many programs at once. `n` is their number."""

    def __len__(self) -> int: ...
    def advance(self, ids: ArrayLike) -> None:
        """Takes an id in each state, `[n]`. In finished states the id is not looked at.

        An array of the type `int64` is not copied. Raises `MaskError` if a mask does not allow its id; then no state advances.
        """

    def bitmask(self, out: NDArray[np.uint32] | None = None) -> NDArray[np.uint32]:
        """Masks as bits, `[n, words]`, written into `out` if it is given. Rows of finished states are 0."""

    def mask(self, out: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
        """Masks, `[n, width]`, written into `out` if it is given. Rows of finished states are false."""

    def mask_ids(self) -> NDArray[np.int64]:
        """Number of each state's mask, `[n]`: rows of `Masks.matrix`."""

    def forced(self) -> NDArray[np.int64]:
        """Only id that may come next, `[n]`; -1 where there are several or none."""

    @property
    def done(self) -> NDArray[np.bool_]:
        """Whether the end was taken, `[n]`."""

    @property
    def slack(self) -> NDArray[np.int64]:
        """Unused budget, `[n]`; -1 without a budget."""

    def restart(self, indices: ArrayLike | None = None) -> None:
        """Begins the states at `indices` anew; all of them without `indices`."""

    def select(self, indices: ArrayLike) -> None:
        """State `i` becomes a copy of state `indices[i]`, for beams. The number of states may change."""

    def __repr__(self) -> str: ...

@final
class Edit:
    """Replacement of a part of a program."""

    @property
    def node(self) -> int:
        """Root of the part that is replaced, in pre-order."""

    @property
    def replacement(self) -> Program:
        """Part that takes its place."""

    def apply(self, program: Program) -> Program:
        """Program after the edit."""

    def __repr__(self) -> str: ...

@final
class Mutator:
    """Noise of tree diffusion: small random mutations."""

    def __new__(
        cls,
        language: Language | Domain,
        *,
        max_edit_size: int | None = None,
        choice: str = "size",
        measure: str | None = None,
    ) -> Mutator:
        """Prepares mutations.

        `max_edit_size` (sigma_small) is the greatest size of a removed or inserted part: by default 2, or the least whose edits
        make all programs. `choice` is `"size"`, `"rule"` or `"uniform"`.
        """

    @property
    def max_edit_size(self) -> int:
        """Greatest size of a removed or inserted part."""

    def mutate(self, program: Program | str, *, seed: int = 0, index: int = 0, steps: int = 1) -> Program:
        """Program after `steps` mutations: what `tdf mutate` prints for line `index` (from 0) of its input."""

    def propose(self, program: Program | str, *, seed: int = 0, index: int = 0) -> Edit | None:
        """Mutation as an edit; `None` if no node can be mutated."""

    def __repr__(self) -> str: ...

@final
class EditPath:
    """Edit paths between programs: TreeDiff of the paper."""

    def __new__(
        cls, language: Language | Domain, *, max_edit_size: int | None = None, measure: str | None = None
    ) -> EditPath:
        """Prepares edit paths. `max_edit_size` as in `Mutator`."""

    @property
    def max_edit_size(self) -> int:
        """Greatest size of an inserted part."""

    def find(self, source: Program | str, target: Program | str, *, seed: int = 0) -> list[Edit]:
        """Edits that lead from `source` to `target`, applied one after the other."""

    def programs(self, source: Program | str, target: Program | str, *, seed: int = 0) -> list[Program]:
        """Programs on the way, both ends included: what `tdf path` prints."""

    def __repr__(self) -> str: ...

@final
class Domain:
    """A language with a renderer, or with a meaning of its programs on inputs.

    An observation is an image (`[height, width, channels]`), or the outputs of a program in slots (`[rows, bytes]`). Both have the
    type `uint8`.
    """

    def __new__(
        cls,
        name: str | None = None,
        *,
        grammar: str | PathLike[str] | None = None,
        library: str | PathLike[str] | None = None,
        options: Mapping[str, object] = ...,
        features: Sequence[str] = ...,
        progress: Callable[[str], object] | None = None,
    ) -> Domain:
        """Opens a domain: built in, by its grammar file, or in a shared library.

        A grammar file is that of a built-in domain, or has a `.toml` beside it that names the plugin. tdf builds the plugin if
        it is out of date, and `progress` gets the lines of the compiler. `options` are those that `tdf domains` lists.
        """

    @staticmethod
    def names() -> list[str]:
        """Names of the built-in domains."""

    @property
    def name(self) -> str:
        """Name of the domain."""

    @property
    def language(self) -> Language:
        """Language of its programs."""

    @property
    def options(self) -> dict[str, str]:
        """Values of its options."""

    @property
    def criteria(self) -> list[str]:
        """Names of its success criteria, the default first."""

    @property
    def shape(self) -> list[int]:
        """Shape of an observation."""

    @property
    def background(self) -> int | None:
        """Value of an empty canvas; `None` without images."""

    @property
    def takes_inputs(self) -> bool:
        """Whether its programs take inputs."""

    @property
    def has_observation_model(self) -> bool:
        """Whether targets are seen in another form than they are rendered, such as sketches."""

    @property
    def inputs(self) -> list[list[Value]]:
        """Rows of inputs that it is bound to."""

    def parse(self, text: str) -> Program:
        """Parses a program."""

    def sample(
        self,
        n: int = 10,
        *,
        size: Size | None = None,
        seed: int = 0,
        first: int = 0,
        measure: str | None = None,
        weighting: str = "rules",
    ) -> list[Program]:
        """Random programs, as `Language.sample`, measured as the domain counts."""

    def render(self, programs: Program | str | Iterable[Program | str]) -> NDArray[np.uint8]:
        """Observation of a program; of several programs an array with one more dimension, on all threads.

        Raises `RenderError`, which names the program.
        """

    def observe(self, programs: Program | str | Iterable[Program | str], *, seed: int = 0) -> NDArray[np.uint8]:
        """Form in which programs are seen as targets: what `tdf render --sketch` writes."""

    def bind(self, rows: Iterable[Iterable[Value]]) -> Domain:
        """Domain whose programs run on `rows` of inputs."""

    def run(self, program: Program | str, rows: Iterable[Iterable[Value]] | None = None) -> list[Value | None]:
        """Outputs of a program on `rows`, or on the rows that the domain is bound to; `None` where it fails."""

    def sample_inputs(self, seed: int = 0) -> list[list[Value]]:
        """Random rows of inputs."""

    def solved(self, observation: NDArray[np.uint8], target: NDArray[np.uint8], criterion: str = "") -> bool:
        """Whether an observation meets a criterion for a target, by default the first one."""

    def distance(self, observation: NDArray[np.uint8], target: NDArray[np.uint8]) -> float:
        """Distance of two observations, by the domain's own measure."""

    def svg(self, program: Program | str) -> str | None:
        """SVG document of a program, if the domain has that form."""

    def shown(self, program: Program | str) -> str | None:
        """Form of a program that other software takes, if it is not the text of the program."""

    def png(self, image: NDArray[np.uint8]) -> bytes:
        """Image as a PNG file."""

    def __repr__(self) -> str: ...
