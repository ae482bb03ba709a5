"""Domains."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import final

import numpy as np
from numpy.typing import NDArray

from .._types import Size, Value
from .language import Language, Program

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
