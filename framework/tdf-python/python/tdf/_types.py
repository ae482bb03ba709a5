"""Names for types of arguments."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from ._native import Edit, Query

Value: TypeAlias = str | int | bool | list[int] | list[float]
"""An argument or an output of a program that takes inputs."""

Size: TypeAlias = int | tuple[int, int] | str
"""Sizes of programs: `8`, `(2, 8)` with both included, or `"2..=8"`."""

Proposal: TypeAlias = Edit | tuple[Edit, float] | tuple[Edit, float, float]
"""Edit that a policy proposes, perhaps with the log-probability of the whole edit and that of its position."""

Policy: TypeAlias = Callable[[list[Query], int, float], Sequence[Iterable[Proposal]]]
"""Function of queries, samples for each and temperature. It returns the proposals for each query."""
