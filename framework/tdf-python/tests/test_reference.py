"""The reference in docs/ is that of the package."""

import ast
import os
from pathlib import Path

import tdf

from reference import declarations, reference


def test_the_reference_is_up_to_date(root):
    page = root / "docs/python-reference.md"
    made = reference(declarations(Path(tdf.__file__).parent, tdf.__all__))
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(made)
    assert page.read_text() == made, "UPDATE_GOLDEN=1 renews it"


def test_every_public_name_is_declared():
    nodes = declarations(Path(tdf.__file__).parent, tdf.__all__)
    names = [node.name if hasattr(node, "name") else node.target.id for node in nodes if not isinstance(node, ast.Expr)]
    assert sorted([*names, "__version__"]) == sorted(tdf.__all__)


def test_a_changed_stub_changes_the_reference():
    stub = 'class A:\n    """One."""\n\n    @property\n    def b(self) -> int | None:\n        """Two."""\n'
    made = reference(ast.parse(stub).body)
    assert "| `b` | `int \\| None`: Two. |" in made
    assert made != reference(ast.parse(stub.replace("Two", "Three")).body)
