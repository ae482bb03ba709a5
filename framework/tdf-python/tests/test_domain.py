"""Domains: images, inputs, options, plugins."""

import zlib

import numpy as np
import pytest
import tdf


def test_built_in_domains():
    assert tdf.Domain.names() == ["csg2d", "csg2d-sketch", "formulas", "lists", "rainbow", "regress", "tinysvg"]
    for name in tdf.Domain.names():
        domain = tdf.Domain(name)
        assert domain.name == name and domain.criteria
        programs = domain.sample(5, size=(2, 4), seed=1)
        assert programs == [domain.parse(str(program)) for program in programs]
        assert domain.takes_inputs == (domain.background is None)


def test_images():
    rainbow = tdf.Domain("rainbow")
    assert rainbow.shape == [64, 64, 3] and rainbow.background == 255
    programs = rainbow.sample(40, size=(1, 4), seed=2)
    images = rainbow.render(programs)
    assert images.shape == (40, 64, 64, 3) and images.dtype == np.uint8
    for program, image in zip(programs, images):
        one = rainbow.render(str(program))
        assert one.shape == (64, 64, 3) and np.array_equal(one, image)
        assert rainbow.solved(one, image) and rainbow.distance(one, image) == 0
    assert rainbow.render([]).shape == (0, 64, 64, 3)
    red, blue = rainbow.render("(Box red)"), rainbow.render("(Box blue)")
    assert red[32, 32].tolist() != blue[32, 32].tolist()
    assert not rainbow.solved(red, blue, "exact") and rainbow.distance(red, blue) > 0


def test_notebooks_show_programs():
    program = tdf.Domain("rainbow").parse("(Ball red)")
    png = program._repr_png_()
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and zlib.crc32(png[12:29]) == int.from_bytes(png[29:33], "big")
    assert program._repr_svg_().startswith("<svg") or program._repr_svg_() is None
    formula = tdf.Domain("formulas").parse("A1")
    assert formula._repr_png_() is None and formula._repr_svg_() is None
    assert tdf.Language("grammar; pub A = { \"x\" => X };").parse("x")._repr_png_() is None


def test_options_and_sketches():
    small = tdf.Domain("csg2d", options={"canvas": 64})
    assert small.shape == [64, 64, 1] and small.options["canvas"] == "64"
    with pytest.raises(tdf.DomainError, match="canvas"):
        tdf.Domain("csg2d", options={"canvas": 3})
    sketch = tdf.Domain("csg2d-sketch")
    program = sketch.sample(1, size=2, seed=1)[0]
    assert sketch.has_observation_model
    assert np.array_equal(sketch.observe(program, seed=3), sketch.observe(program, seed=3))
    assert not np.array_equal(sketch.observe(program, seed=3), sketch.observe(program, seed=4))
    both = sketch.observe([program, program], seed=3)
    assert np.array_equal(both[1], sketch.observe(program, seed=4))


def test_programs_with_inputs():
    formulas = tdf.Domain("formulas")
    rows = [["Ada", "Lovelace"], ["Alan", "Turing"]]
    bound = formulas.bind(rows)
    assert bound.inputs == rows and bound.run("CONCATENATE(A1, B1)") == ["AdaLovelace", "AlanTuring"]
    assert formulas.run("LEN(A1)", rows) == [3, 4]
    assert formulas.run("FIND(B1, A1)", rows) == [None, None]
    lists = tdf.Domain("lists")
    inputs = lists.sample_inputs(seed=1)
    assert inputs == lists.sample_inputs(seed=1) != lists.sample_inputs(seed=2)
    program = lists.sample(1, size=2, seed=0)[0]
    assert len(lists.run(program, inputs)) == len(inputs)
    assert lists.bind(inputs).render(program).shape[0] == len(inputs)
    regress = tdf.Domain("regress")
    columns = [[[1.0, 2.5, -3.0]]]
    assert regress.run(regress.sample(1, size=1, seed=0)[0], columns) is not None


def test_arguments():
    rainbow, formulas = tdf.Domain("rainbow"), tdf.Domain("formulas")
    with pytest.raises(tdf.DomainError, match='did you mean "rainbow"'):
        tdf.Domain("rainbows")
    with pytest.raises(tdf.DomainError, match="a domain"):
        tdf.Domain()
    with pytest.raises(tdf.DomainError, match="take no inputs"):
        rainbow.bind([[1]])
    with pytest.raises(tdf.DomainError, match="take no inputs"):
        rainbow.run("(Box red)")
    with pytest.raises(tdf.DomainError, match="bound to no inputs"):
        formulas.run("A1")
    with pytest.raises(tdf.DomainError, match="row 2 has 1 inputs, row 1 has 2"):
        formulas.bind([["a", "b"], ["c"]])
    with pytest.raises(TypeError, match="wanted, not NoneType"):
        formulas.bind([[None]])
    with pytest.raises(ValueError, match=r"\[64, 64, 3\]"):
        rainbow.distance(np.zeros((64, 64), np.uint8)[..., None], rainbow.render("(Box red)"))
    with pytest.raises(TypeError, match="uint8"):
        rainbow.png(np.zeros((64, 64, 3)))
    with pytest.raises(tdf.DomainError, match="criteri"):
        rainbow.solved(rainbow.render("(Box red)"), rainbow.render("(Box red)"), "beauty")
    with pytest.raises(tdf.ParseError):
        rainbow.render(["(Box red)", "(Box h)"])


def test_a_program_that_cannot_be_rendered_is_named():
    csg = tdf.Domain("csg2d")
    deep = "(+ " * 3000 + "(Circle 4 4 4)" + " (Circle 4 4 4))" * 3000
    with pytest.raises((tdf.RenderError, tdf.ParseError)):
        csg.render(deep)


def test_a_grammar_file_names_its_domain(root):
    assert tdf.Domain(grammar=root / "grammars/rainbow.lalrpop").name == "rainbow"
    with pytest.raises(tdf.DomainError, match="calculator"):
        tdf.Domain(grammar=root / "examples/calculator.lalrpop")


def test_the_binary_renders_the_same(binary, tmp_path):
    rainbow = tdf.Domain("rainbow")
    programs = rainbow.sample(3, size=3, seed=1)
    binary("render", "--domain", "rainbow", "--out", str(tmp_path / "out"), text="".join(f"{p}\n" for p in programs))
    for i, program in enumerate(programs):
        assert (tmp_path / f"out/{i:05}.png").read_bytes() == rainbow.png(rainbow.render(program)) == program._repr_png_()
    assert tdf.Domain.names() == [line.split()[0] for line in binary("domains").splitlines() if line and line[0].isalpha() and line.split()[0] in tdf.Domain.names()]
