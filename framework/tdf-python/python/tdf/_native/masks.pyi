"""Token masks."""

from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .domain import Domain
from .language import Language, Program

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
