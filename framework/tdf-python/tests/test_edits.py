"""Mutations and edit paths."""

import pytest
import tdf


@pytest.fixture(scope="module")
def rainbow():
    return tdf.Domain("rainbow")


def test_mutations_are_a_function_of_the_seed(rainbow):
    mutator = tdf.Mutator(rainbow)
    assert mutator.max_edit_size == 2
    program = rainbow.parse("(Arrange h (Box red) (Ball blue))")
    mutated = [mutator.mutate(program, seed=seed) for seed in range(20)]
    assert program not in mutated and len(set(mutated)) > 5
    assert mutated == [mutator.mutate(str(program), seed=seed) for seed in range(20)]
    edit = mutator.propose(program, seed=3)
    assert edit.apply(program) == mutator.mutate(program, seed=3)
    assert isinstance(edit.node, int) and edit.replacement.nonterminal in ("Scene", "Color", "Direction")
    assert repr(edit).startswith(f"Edit(node={edit.node}")


def test_paths_lead_to_the_target(rainbow):
    paths = tdf.EditPath(rainbow)
    for source, target in zip(rainbow.sample(30, size=(1, 8), seed=1), rainbow.sample(30, size=(1, 8), seed=2)):
        program = source
        for edit in paths.find(source, target, seed=5):
            assert edit.replacement.size() <= 2
            program = edit.apply(program)
        assert program == target
        programs = paths.programs(source, target, seed=5)
        assert programs[0] == source and programs[-1] == target
    assert paths.find("(Box red)", "(Box red)") == []


def test_arguments(rainbow):
    with pytest.raises(ValueError, match="allowed is 1 to 256"):
        tdf.Mutator(rainbow, max_edit_size=0)
    with pytest.raises(ValueError, match="uniform"):
        tdf.Mutator(rainbow, choice="leaf")
    with pytest.raises(tdf.SizeError, match="max_edit_size 1: edits of size 1 are too small"):
        tdf.EditPath(rainbow, max_edit_size=1)
    with pytest.raises(tdf.ParseError):
        tdf.Mutator(rainbow).mutate("(Box h)")


def test_the_binary_does_the_same(binary, rainbow):
    programs = rainbow.sample(10, size=(2, 6), seed=4)
    mutator = tdf.Mutator(rainbow)
    mutated = [mutator.mutate(program, seed=9, index=i, steps=3) for i, program in enumerate(programs)]
    text = "".join(f"{program}\n" for program in programs)
    lines = binary("mutate", "--domain", "rainbow", "--seed", "9", "--steps", "3", text=text).splitlines()
    assert lines == [str(program) for program in mutated]
    source, target = programs[0], programs[1]
    lines = binary("path", "--domain", "rainbow", "--seed", "2", str(source), str(target)).splitlines()
    assert lines == [str(program) for program in tdf.EditPath(rainbow).programs(source, target, seed=2)]
