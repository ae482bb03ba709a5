"""The half of the package in Rust. Its stubs are in several modules; at run time everything is in `tdf._native` itself."""

from os import PathLike
from typing import Any

from .domain import Domain
from .edits import Edit, EditPath, Mutator
from .errors import (
    ConfigError,
    DataError,
    DomainError,
    Error,
    FileError,
    GrammarError,
    MaskError,
    ParseError,
    RenderError,
    SearchError,
    SizeError,
)
from .examples import BatchInputs, Config, Example, ExampleBatch, ExampleBatches, ExampleStream
from .language import Grammar, Language, Program
from .masks import MaskBatch, Masks, MaskState
from .searches import Query, SearchResult, Task, TaskSet, methods, search, tasks

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
    "Program",
    "Query",
    "RenderError",
    "SearchError",
    "SearchResult",
    "SizeError",
    "Task",
    "TaskSet",
    "__version__",
    "methods",
    "read_toml",
    "run_config",
    "run_files",
    "search",
    "tasks",
]

__version__: str

def read_toml(path: str | PathLike[str]) -> dict[str, Any]:
    """A TOML file as a dictionary."""

def run_config(path: str | PathLike[str]) -> Config:
    """The configuration in the `config.toml` of a run."""

def run_files(domain: Domain, config: Config) -> dict[str, str]:
    """The texts of the files of a run by their names, and under `metadata` the metadata of its network as JSON."""
