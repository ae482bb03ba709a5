"""Edits, mutations and edit paths."""

from typing import final

from .domain import Domain
from .language import Language, Program

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
