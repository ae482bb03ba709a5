"""The reference in docs/ is that of the stubs."""

import os
from pathlib import Path

import tdf

from reference import reference


def test_the_reference_is_up_to_date(root):
    page = root / "docs/python-reference.md"
    made = reference(Path(tdf.__file__).with_name("__init__.pyi").read_text())
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(made)
    assert page.read_text() == made, "UPDATE_GOLDEN=1 renews it"


def test_a_changed_stub_changes_the_reference():
    stub = 'class A:\n    """One."""\n\n    @property\n    def b(self) -> int | None:\n        """Two."""\n'
    assert "| `b` | `int \\| None`: Two. |" in reference(stub)
    assert reference(stub) != reference(stub.replace("Two", "Three"))
