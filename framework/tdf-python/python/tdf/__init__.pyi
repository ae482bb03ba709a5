"""Program synthesis over user-defined languages: grammars, exact token masks, training examples, search.

Shapes are those of NumPy arrays. Random functions take a seed, and give what the command `tdf` gives for it.
Long work does not hold the interpreter's lock. Every exception of this package is an `Error`, which is a `ValueError`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, TypeAlias, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BatchInputs",
    "Config",
    "ConfigError",
    "DataError",
    "Domain",
    "DomainError",
    "Edit",
    "EditPath",
    "Error",
    "Evaluation",
    "Example",
    "ExampleBatch",
    "ExampleBatches",
    "ExampleStream",
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
    "Policy",
    "Program",
    "Proposal",
    "Query",
    "RenderError",
    "Run",
    "SearchError",
    "SearchResult",
    "Size",
    "SizeError",
    "Task",
    "TaskSet",
    "Value",
    "__version__",
    "methods",
    "read_results",
    "search",
    "tasks",
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

    def __new__(cls, program: Program, node: int, replacement: Program | str) -> Edit:
        """Edit of `program` at `node`, which is counted in pre-order."""

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

@final
class Config:
    """Configuration: all keys of docs/configuration.md, with their bounds."""

    def __new__(
        cls,
        preset: str = "tiny",
        changes: Mapping[str, object] | None = None,
        *,
        file: str | PathLike[str] | None = None,
        domain: Domain | None = None,
    ) -> Config:
        """Preset (`"tiny"`, `"best"` or `"paper"`) with changes, such as `{"train.batch": 64, "program.size": (2, 4)}`.

        `file` is a TOML file that changes keys before `changes` do. `domain` fills in the defaults of a domain. Raises `ConfigError`
        for keys that do not exist and for values out of their bounds.
        """

    def change(self, changes: Mapping[str, object]) -> Config:
        """Configuration with other values. This one stays as it is."""

    def toml(self) -> str:
        """All keys with their values, as TOML."""

    def as_dict(self) -> dict[str, Any]:
        """All keys with their values."""

    def __getitem__(self, key: str, /) -> Any: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __repr__(self) -> str: ...

@final
class ExampleStream:
    """Endless stream of training examples: what `tdf train` trains on. Example `i` depends on the seed and on `i` alone."""

    def __new__(cls, domain: Domain, *, config: Config | None = None, seed: int | None = None) -> ExampleStream:
        """Stream of a domain, by default with the preset `tiny`.

        The keys `program.*`, `noise.*` and `train.objective` say what examples are made of. `seed` is by default `train.seed`.
        """

    @property
    def seed(self) -> int:
        """Seed."""

    @property
    def domain(self) -> Domain:
        """Domain of the programs."""

    @property
    def vocabulary(self) -> int:
        """Number of ids that programs are written in: tokens, end and anchor."""

    def mask_matrix(self) -> NDArray[np.bool_]:
        """Masks of decisions, `[mask_count, tokens + 1]`: the rows that `ExampleBatch.decision_masks` names."""

    def example(self, index: int) -> Example:
        """Example number `index`."""

    def batches(
        self,
        size: int,
        *,
        first: int = 0,
        threads: int = 1,
        ahead: int | None = None,
        part: tuple[int, int] | None = None,
    ) -> ExampleBatches:
        """Batches of `size` examples, beginning with example `first`.

        `threads` threads make them, and at most `ahead` batches wait. Batches do not depend on either. `part` is the range of each
        batch that is made, for processes that share batches.
        """

    @property
    def render_failures(self) -> int:
        """Programs so far that the domain could not render. Others were sampled in their place."""

    def __repr__(self) -> str: ...

@final
class Example:
    """Training example."""

    @property
    def target(self) -> Program:
        """Program to be found."""

    @property
    def current(self) -> Program | None:
        """Program at hand; `None` if nothing is generated yet."""

    @property
    def edit(self) -> Edit | None:
        """Next edit on the path to the target; `None` where a program is generated."""

    @property
    def distance(self) -> int:
        """Edits left to the target, this one included."""

    @property
    def target_observation(self) -> NDArray[np.uint8]:
        """Observation of the target."""

    @property
    def current_observation(self) -> NDArray[np.uint8]:
        """Observation of the program at hand."""

    @property
    def inputs(self) -> list[list[Value]]:
        """Rows of inputs that both programs run on."""

    def __repr__(self) -> str: ...

@final
class ExampleBatches:
    """Iterator over batches. It ends only with an exception."""

    def __iter__(self) -> ExampleBatches: ...
    def __next__(self) -> ExampleBatch: ...

@final
class ExampleBatch:
    """Training examples as arrays. `n` examples, programs of at most `l` ids, edits of at most `d` decisions."""

    def __len__(self) -> int: ...
    @property
    def first(self) -> int:
        """Number of the first example."""

    @property
    def current(self) -> NDArray[np.uint8]:
        """Observations of the programs at hand, `[n, *shape]`. Outputs have as many rows as the longest task of the batch."""

    @property
    def target(self) -> NDArray[np.uint8]:
        """Observations of the targets, as `current`."""

    @property
    def rows(self) -> NDArray[np.int64]:
        """Rows of inputs of each example, `[n]`; 0 for images."""

    @property
    def ids(self) -> NDArray[np.int64]:
        """Programs at hand, `[n, l]`: ids of tokens that are a choice, and anchors. Filled up with 0."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each program in `ids`, `[n]`."""

    @property
    def sites(self) -> NDArray[np.bool_]:
        """Positions in `ids` that stand for edit sites, `[n, l]`."""

    @property
    def position(self) -> NDArray[np.int64]:
        """Position in `ids` of the site to edit, `[n]`."""

    @property
    def decisions(self) -> NDArray[np.int64]:
        """Ids of the replacement that are a choice, `[n, d]`. Filled up with -100, which PyTorch's losses ignore."""

    @property
    def decision_masks(self) -> NDArray[np.int64]:
        """Mask of each decision, `[n, d]`: a row of `ExampleStream.mask_matrix`. Filled up with a mask that allows something."""

    @property
    def decision_count(self) -> NDArray[np.int64]:
        """Decisions of each edit, `[n]`."""

    @property
    def distance(self) -> NDArray[np.int64]:
        """Edits left to the target, `[n]`; 0 for examples of generation of a network that also edits."""

    @property
    def alternative_example(self) -> NDArray[np.int64]:
        """Row of the example that each further right edit belongs to, `[a]`. There are some with `noise.labels` = `"all-first-edits"`."""

    @property
    def alternative_position(self) -> NDArray[np.int64]:
        """Position of each further right edit, `[a]`."""

    @property
    def alternative_decisions(self) -> NDArray[np.int64]:
        """Decisions of each further right edit, `[a, e]`, as `decisions`."""

    @property
    def alternative_masks(self) -> NDArray[np.int64]:
        """Masks of these decisions, `[a, e]`."""

    @property
    def inputs(self) -> BatchInputs:
        """Rows of inputs of each example."""

    def __repr__(self) -> str: ...

@final
class BatchInputs:
    """Rows of inputs of the examples of a batch."""

    def __len__(self) -> int: ...
    def __getitem__(self, key: int, /) -> list[list[Value]]: ...

@final
class Task:
    """Observation to be explained."""

    @property
    def name(self) -> str | None:
        """Name in the benchmark that it is from."""

    @property
    def program(self) -> Program | None:
        """Program with this observation, if one is known."""

    @property
    def observation(self) -> NDArray[np.uint8]:
        """Observation of the target."""

    @property
    def plain(self) -> NDArray[np.uint8]:
        """Observation that a solution has, where targets are seen in another form."""

    @property
    def inputs(self) -> list[list[Value]]:
        """Rows of inputs."""

    @property
    def outputs(self) -> list[Value | None] | None:
        """Output of each row; `None` for images."""

    def __repr__(self) -> str: ...
    def _repr_png_(self) -> bytes | None: ...

@final
class TaskSet:
    """Sequence of tasks. A notebook shows it as a table."""

    @staticmethod
    def read(domain: Domain, path: str | PathLike[str]) -> TaskSet:
        """Reads a file of tasks. Raises `DataError` with file and line."""

    def jsonl(self) -> str:
        """Lines that `tdf tasks` prints."""

    def write(self, path: str | PathLike[str]) -> None:
        """Writes the lines of `jsonl` to a file."""

    @property
    def domain(self) -> Domain:
        """Domain of the tasks."""

    @property
    def observations(self) -> NDArray[np.uint8]:
        """Images of all tasks, `[n, height, width, channels]`."""

    def __len__(self) -> int: ...
    def __getitem__(self, key: int, /) -> Task: ...
    def __repr__(self) -> str: ...
    def _repr_html_(self) -> str: ...

@final
class Query:
    """Question to a policy: a program, its observation and the target."""

    @property
    def program(self) -> Program:
        """Program to be edited."""

    @property
    def observation(self) -> NDArray[np.uint8]:
        """Observation of the program."""

    @property
    def target(self) -> NDArray[np.uint8]:
        """Observation of the target."""

    @property
    def inputs(self) -> list[list[Value]]:
        """Rows of inputs."""

    @property
    def seed(self) -> int:
        """Random number of this query: a policy that uses no other one gives results that repeat."""

@final
class SearchResult:
    """Outcome of a search for one target. A notebook shows target and found image side by side."""

    @property
    def solved(self) -> bool:
        """Whether the program meets the criterion."""

    @property
    def program(self) -> Program:
        """Program found, or the nearest one."""

    @property
    def solutions(self) -> list[Program]:
        """All solutions, in the order in which they were found."""

    @property
    def trace(self) -> list[Program]:
        """Programs from the initial one to the found one."""

    @property
    def front(self) -> list[tuple[int, float, Program]]:
        """Front of size against distance: size, distance and program, the smallest first."""

    @property
    def difference(self) -> float:
        """Distance of the program's observation from the target, by the domain's own measure."""

    @property
    def measure(self) -> tuple[str, float, float] | None:
        """Name, value and threshold of the criterion's measure."""

    @property
    def expansions(self) -> int:
        """Node expansions until the first solution; all of them if there is none."""

    @property
    def renders(self) -> int:
        """Programs rendered until then."""

    @property
    def network_calls(self) -> int:
        """Answers of the policy and of the value until then."""

    @property
    def seconds(self) -> float:
        """Seconds until then."""

    @property
    def spent(self) -> int:
        """All node expansions."""

    @property
    def target(self) -> NDArray[np.uint8]:
        """Observation of the target."""

    @property
    def outputs(self) -> list[Value | None] | None:
        """Outputs of the program on the inputs of the target; `None` for images."""

    def as_dict(self) -> dict[str, Any]:
        """Fields of a line of `tdf search --json`."""

    def __repr__(self) -> str: ...
    def _repr_html_(self) -> str: ...

Proposal: TypeAlias = Edit | tuple[Edit, float] | tuple[Edit, float, float]
"""Edit that a policy proposes, perhaps with the log-probability of the whole edit and that of its position."""

Policy: TypeAlias = Callable[[list[Query], int, float], Sequence[Iterable[Proposal]]]
"""Function of queries, samples for each and temperature. It returns the proposals for each query."""

def tasks(
    domain: Domain, n: int = 256, *, size: Size | None = None, seed: int = 0, hard: int | None = None
) -> TaskSet:
    """Random tasks with distinct observations: what `tdf tasks` prints.

    `size` is by default 2 to 8. `hard` leaves out images that compress better than this share of random ones, in percent.
    """

def search(
    domain: Domain,
    targets: TaskSet | Task | Program | NDArray[np.uint8] | tuple[Any, Any] | list[Any],
    method: str | None = None,
    *,
    policy: Policy | None = None,
    value: Callable[[NDArray[np.uint8], NDArray[np.uint8]], Any] | None = None,
    config: Config | None = None,
    seed: int = 0,
    start: Program | str | None = None,
    first_task: int = 0,
    refine: bool = True,
    progress: Callable[[float], object] | None = None,
    **options: Any,
) -> list[SearchResult]:
    """Searches programs for targets: what `tdf search` does.

    A target is a `Task`, an observation, a `Program` whose observation is meant, or a pair of rows of inputs and their outputs. Without a
    `policy` the method is `"anneal"`, `"enumerate"` or `"random"`. With one it may be `"rollout"` (the default), `"beam"` or
    `"hybrid"`. A policy gets the open programs of all targets at once. `value` gets two arrays of observations and returns their
    distances.

    `options` are the keys `search.*` of a configuration, such as `budget`, `seconds`, `renders`, `solutions`, `beam`, `criterion`.
    `config` is by default the preset `tiny` with the defaults of the domain. `refine` makes what was found simple and exact, as the
    binary does. `progress` gets the share of the work that is done, 0 to 1. An exception of a callable ends the search and is raised.
    """

def methods() -> dict[str, str]:
    """Names of the search methods, and what each does."""

class Run:
    """Run folder that `tdf train` or `Run.write` made."""

    folder: Path
    header: dict[str, Any]
    config: Config
    def __init__(self, folder: str | PathLike[str]) -> None: ...
    def metrics(self) -> dict[str, NDArray[np.float64]]:
        """Columns of `metrics.csv`, each `[rows]`; NaN where a row has no number."""

    def network(self, checkpoint: str = "last") -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
        """Tensors of a network by name, and its metadata. `checkpoint` is `"last"` or `"best"`."""

    def domain(self, **source: Any) -> Domain:
        """Domain of the run with its options. Name the `grammar` or the `library` of one that is not built in."""

    @staticmethod
    def write(
        folder: str | PathLike[str],
        domain: Domain,
        config: Config,
        tensors: Mapping[str, ArrayLike],
        *,
        steps: int,
        examples: int,
    ) -> Run:
        """Writes a network as a run folder that `tdf search --run` takes.

        `tensors` are those that docs/python.md lists for `config`. tdf checks names and shapes when it loads them.
        """

    def __repr__(self) -> str: ...

class Evaluation:
    """Folder that `tdf eval` or `tdf search --out` made."""

    folder: Path
    results: list[dict[str, Any]]
    summary: dict[str, Any]
    def __init__(self, folder: str | PathLike[str]) -> None: ...
    def solve_rate(self, expansions: int | None = None) -> float:
        """Share of the results that are solved, within a number of expansions if it is given."""

    def _repr_html_(self) -> str: ...
    def __repr__(self) -> str: ...

def read_results(path: str | PathLike[str]) -> list[dict[str, Any]]:
    """Lines of a `results.jsonl`, each a dictionary with the fields of docs/formats.md."""
