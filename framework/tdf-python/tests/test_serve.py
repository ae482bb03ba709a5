"""Domains in Python: `tdf.serve`, and the file `tdf_serve.py` without the package."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tdf

GRAMMAR = """grammar;
pub Scene: Scene = { "(" "Tile" <color:Color> <level:Level> ")" => Scene::Tile { <> } };
Color: Color = { "red" => Color::Red, "blue" => Color::Blue };
Level: Level = { r"[0-9]" => Level(<>) };
"""

DOMAIN = '''
import sys
{imports}
sys.stderr.write("started\\n")


class Tiles:
    name = "tiles"
    canvas = (4, 3, 3)
    criteria = ["same"]

    def render(self, program):
        print("printed between two frames", flush=True)
        assert isinstance(program, {module}.Node)
        if program.level.text == "9":
            raise {module}.NoImage("9 is too bright")
        if program.level.text == "8":
            raise ValueError("8 is broken")
        color = {{"Red": (200, 0, 0), "Blue": (0, 0, 200)}}[program.color.label]
        return bytes(part + int(program.level.text) for part in color) * 12

    def solved(self, criterion, image, target):
        return image == target


{module}.serve(Tiles)
'''


def write(folder: Path, imports: str, module: str) -> Path:
    """The files of the domain; its grammar."""
    (folder / "tiles.lalrpop").write_text(GRAMMAR)
    (folder / "tiles.py").write_text(DOMAIN.format(imports=imports, module=module))
    command = json.dumps([sys.executable, "tiles.py"])
    (folder / "tiles.toml").write_text(f'[domain]\nname = "tiles"\ngrammar = "tiles.lalrpop"\ncommand = {command}\n')
    return folder / "tiles.lalrpop"


@pytest.fixture
def grammar(tmp_path):
    return write(tmp_path, "import tdf", "tdf")


def test_a_domain_of_the_package(grammar):
    domain = tdf.Domain(grammar=grammar)
    assert domain.name == "tiles" and domain.criteria[0] == "same" and domain.shape == [3, 4, 3]
    image = domain.render("(Tile red 3)")
    assert image.tolist() == [[[203, 3, 3]] * 4] * 3
    assert domain.solved(image, image) and not domain.solved(image, domain.render("(Tile blue 3)"))
    images = domain.render([f"(Tile blue {level})" for level in range(8)] * 8)
    assert np.array_equal(images[:, 0, 0, 2], np.tile(np.arange(200, 208), 8))
    with pytest.raises(tdf.RenderError, match="9 is too bright"):
        domain.render("(Tile red 9)")
    with pytest.raises(tdf.RenderError, match="ValueError: 8 is broken"):
        domain.render("(Tile red 8)")


def test_the_binary_starts_the_same_domain(grammar, binary, tmp_path):
    out = tmp_path / "images"
    binary("render", "--grammar", str(grammar), "--out", str(out), text="(Tile red 3)\n")
    domain = tdf.Domain(grammar=grammar)
    assert (out / "00000.png").read_bytes() == domain.png(domain.render("(Tile red 3)"))


def test_the_file_alone_needs_no_package(root, tmp_path):
    source = root / "framework/tdf-process/python/tdf_serve.py"
    (tmp_path / "tdf_serve.py").write_text(source.read_text())
    # Of the package and of NumPy nothing can be imported.
    blocked = "sys.modules.update(tdf=None, numpy=None)\nimport tdf_serve"
    domain = tdf.Domain(grammar=write(tmp_path, blocked, "tdf_serve"))
    assert domain.render("(Tile blue 1)")[0, 0].tolist() == [1, 1, 201]


def test_the_package_has_the_file_itself(root):
    """A link in the repository, a file in wheels."""
    source = (root / "framework/tdf-process/python/tdf_serve.py").read_text()
    assert Path(tdf.__file__).with_name("_serve.py").read_text() == source
    assert {"serve", "Node", "NoImage"} <= set(tdf.__all__) and tdf.Node.__module__ == "tdf._serve"


def test_an_import_prints_nothing():
    """Standard output carries the frames."""
    done = subprocess.run([sys.executable, "-c", "import tdf"], capture_output=True, env=os.environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
