"""The blocks of Python in README.md and docs/python.md run, from top to bottom."""

import re

import pytest


@pytest.mark.parametrize("name", ["README.md", "docs/python.md"])
def test_the_blocks_run(name, root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    blocks = re.findall(r"^```python\n(.*?)^```", (root / name).read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    names = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{name}, block {number}", "exec"), names)
    shown = capsys.readouterr().out
    assert "(64, 64, 3)" in shown and "SearchResult(solved" in shown
