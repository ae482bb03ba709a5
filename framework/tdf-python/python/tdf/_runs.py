"""Run folders and the folders of evaluations."""

import csv
import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _notebook, _safetensors
from ._native import Config, Domain, FileError, read_toml, run_config, run_files

CHECKPOINTS = {"last": "model", "best": "best"}


class Run:
    """Run folder that `tdf train` or `Run.write` made."""

    folder: Path
    header: dict[str, Any]
    config: Config

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise FileError(f"{self.folder}: no such folder")
        path = self.folder / "config.toml"
        if not path.is_file():
            raise FileError(f"{self.folder} is not a run folder: it has no config.toml")
        self.header = read_toml(path).get("run", {})
        self.config = run_config(path)

    def metrics(self) -> dict[str, NDArray[np.float64]]:
        """Columns of `metrics.csv`, each `[rows]`; NaN where a row has no number."""
        path = self.folder / "metrics.csv"
        try:
            with path.open(newline="") as file:
                head, *rows = list(csv.reader(file)) or [[]]
        except OSError as error:
            raise FileError(f"{path}: {error.strerror}") from error
        columns = zip(*[row for row in rows if len(row) == len(head)]) if rows else [()] * len(head)
        return {name: np.array([_number(cell) for cell in column]) for name, column in zip(head, columns)}

    def network(self, checkpoint: str = "last") -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
        """Tensors of a network by name, and its metadata. `checkpoint` is `"last"` or `"best"`."""
        if checkpoint not in CHECKPOINTS:
            raise ValueError(f"checkpoint {checkpoint!r}: allowed are 'last' and 'best'")
        return _safetensors.read(self.folder / f"checkpoints/{CHECKPOINTS[checkpoint]}.safetensors")

    def domain(self, **source: Any) -> Domain:
        """Domain of the run with its options. Name the `grammar` or the `library` of one that is not built in."""
        options = self.config.as_dict().get("domain", {})
        return Domain(**(source or {"name": self.header["domain"]}), options=options)

    @staticmethod
    def write(
        folder: str | PathLike[str],
        domain: Domain,
        config: Config,
        tensors: Mapping[str, ArrayLike],
        *,
        steps: int,
        examples: int,
    ) -> "Run":
        """Writes a network as a run folder that `tdf search --run` takes.

        `tensors` are those that docs/python.md lists for `config`. tdf checks names and shapes when it loads them.
        """
        files = run_files(domain, config)
        metadata = {**json.loads(files.pop("metadata")), "step": steps, "examples": examples}
        arrays = {name: np.asarray(tensor, np.float32) for name, tensor in tensors.items()}
        folder = Path(folder)
        _safetensors.write(folder / "checkpoints/model.safetensors", arrays, metadata)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return Run(folder)

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r}, domain={self.header.get('domain')!r})"


class Evaluation:
    """Folder that `tdf eval` or `tdf search --out` made."""

    folder: Path
    results: list[dict[str, Any]]
    summary: dict[str, Any]

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.folder = Path(folder)
        self.results = read_results(self.folder / "results.jsonl")
        summary = self.folder / "summary.json"
        self.summary = _json(summary) if summary.is_file() else {}

    def solve_rate(self, expansions: int | None = None) -> float:
        """Share of the results that are solved, within a number of expansions if it is given."""
        if not self.results:
            return float("nan")
        within = [r for r in self.results if r["solved"] and (expansions is None or r["expansions"] <= expansions)]
        return len(within) / len(self.results)

    def _repr_html_(self) -> str:
        rows = [
            [str(r.get("task", r.get("target"))), "solved" if r["solved"] else "nearest", str(r["expansions"]), r["program"]]
            for r in self.results[:24]
        ]
        return _notebook.table(["task", "", "expansions", "program"], rows, len(self.results))

    def __repr__(self) -> str:
        return f"Evaluation({str(self.folder)!r}, {len(self.results)} results, {100 * self.solve_rate():.1f} % solved)"


def read_results(path: str | PathLike[str]) -> list[dict[str, Any]]:
    """Lines of a `results.jsonl`, each a dictionary with the fields of docs/formats.md."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error
    results = []
    for number, line in enumerate(lines, 1):
        try:
            results.append(json.loads(line))
        except ValueError as error:
            raise FileError(f"{path}:{number}: not JSON: {error}") from error
    return results


def _json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise FileError(f"{path}: not JSON: {error}") from error
    return found


def _number(cell: str) -> float:
    return float(cell) if cell else float("nan")
