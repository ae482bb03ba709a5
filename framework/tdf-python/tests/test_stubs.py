"""The stubs: what they declare is there, and says of itself what they say."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import tdf

from reference import declarations

PACKAGE = Path(tdf.__file__).parent


def documented():
    """Name and docstring of every class, method and function of the stubs; methods that Python calls have none."""
    for node in declarations(PACKAGE, tdf.__all__):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name, ast.get_docstring(node)
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and not (inner.name.startswith("_") and inner.name != "__new__"):
                    yield f"{node.name}.{inner.name}", ast.get_docstring(inner)


@pytest.mark.parametrize(("name", "text"), list(documented()))
def test_everything_is_documented(name, text):
    assert text, name
    # A class has one docstring at run time, which is not that of its constructor.
    if name.endswith("__new__"):
        return
    there = tdf
    for part in name.split("."):
        there = getattr(there, part)
    assert there.__doc__ and there.__doc__.strip().splitlines()[0] == text.splitlines()[0]


def test_mypy_takes_the_stubs():
    pytest.importorskip("mypy")
    checks = str(Path(__file__).with_name("check_stubs.py"))
    for command in ([checks], ["-m", "mypy", "--strict", str(PACKAGE)]):
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
