"""Configurations and training examples."""

from collections.abc import Mapping
from os import PathLike
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray

from .._types import Value
from .domain import Domain
from .edits import Edit
from .language import Program

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
