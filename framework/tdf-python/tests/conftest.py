"""The binary, for tests that compare with it, and the repository's files."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def binary():
    """Runs `tdf` with these arguments; skips if there is none. `TDF` names it, else it is looked for on the path."""
    tdf = os.environ.get("TDF") or shutil.which("tdf")
    if tdf is None:
        pytest.skip("there is no tdf binary: set TDF to its path")

    def run(*arguments: str, text: str = "") -> str:
        done = subprocess.run([tdf, *arguments], input=text, capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else done.stderr

    return run
