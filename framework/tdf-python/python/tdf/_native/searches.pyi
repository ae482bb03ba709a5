"""Tasks, policies and searches."""

from collections.abc import Callable
from os import PathLike
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from .._types import Policy, Size, Value
from .domain import Domain
from .examples import Config
from .language import Program

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
