"""Tasks, searches, policies in Python."""

import json

import numpy as np
import pytest
import tdf


@pytest.fixture(scope="module")
def rainbow():
    return tdf.Domain("rainbow")


def mutations(domain):
    """A policy that mutates at random."""
    mutator = tdf.Mutator(domain)

    def policy(queries, samples, temperature):
        assert temperature >= 0
        return [
            [mutator.propose(query.program, seed=query.seed, index=index) for index in range(samples)] for query in queries
        ]

    return policy


def test_tasks(rainbow, tmp_path):
    tasks = tdf.tasks(rainbow, 20, size=(2, 4), seed=3)
    assert len(tasks) == 20 and tasks.observations.shape == (20, 64, 64, 3)
    for task, image in zip(tasks, tasks.observations):
        assert np.array_equal(rainbow.render(task.program), image) and 2 <= task.program.size() <= 4
    assert tasks[-1].program == tasks[19].program and tasks[0]._repr_png_()[:4] == b"\x89PNG"
    assert "<img" in tasks._repr_html_()
    tasks.write(tmp_path / "tasks.jsonl")
    again = tdf.TaskSet.read(rainbow, tmp_path / "tasks.jsonl")
    assert [task.program for task in again] == [task.program for task in tasks]
    with pytest.raises(IndexError):
        tasks[20]
    with pytest.raises(tdf.DataError, match="csg2d"):
        tdf.TaskSet.read(tdf.Domain("csg2d"), tmp_path / "tasks.jsonl")
    with pytest.raises(tdf.DataError, match="too many"):
        tdf.tasks(rainbow, 1 << 20)
    with pytest.raises(tdf.FileError, match="missing"):
        tdf.TaskSet.read(rainbow, tmp_path / "missing")


def test_the_binary_makes_the_same_tasks(binary, rainbow):
    lines = binary("tasks", "--domain", "rainbow", "-n", "10", "--size", "2..=4", "--seed", "3")
    assert lines == tdf.tasks(rainbow, 10, size=(2, 4), seed=3).jsonl()


@pytest.mark.parametrize("method", ["anneal", "enumerate", "random"])
def test_searches_without_a_network(rainbow, method):
    tasks = tdf.tasks(rainbow, 4, size=(1, 2), seed=1)
    found = tdf.search(rainbow, tasks, method, budget=4000, seed=2)
    assert [result.solved for result in found] == [True] * 4
    for task, result in zip(tasks, found):
        assert rainbow.solved(rainbow.render(result.program), task.observation)
        assert result.trace[-1] == result.program in result.solutions
        assert result.expansions <= result.spent <= 4000 and result.renders >= 1 and result.seconds >= 0
        assert result.front[-1][1] == result.difference and result.measure[1] >= 0
        assert result.as_dict()["program"] == str(result.program)
        assert result._repr_html_().count("<img") == 2
    again = tdf.search(rainbow, tasks.observations, method, budget=4000, seed=2)
    assert [result.program for result in again] == [result.program for result in found]


def test_the_binary_finds_the_same(binary, rainbow, tmp_path):
    program = rainbow.parse("(Arrange v (Ball red) (Arrange h (Box blue) (Box yellow)))")
    image = tmp_path / "target.png"
    image.write_bytes(rainbow.png(rainbow.render(program)))
    command = ["search", "--domain", "rainbow", "--target", str(image), "--json", "--seed", "4"]
    for method, options in [("anneal", {"budget": 3000}), ("random", {"budget": 500}), ("enumerate", {"renders": 2000})]:
        limits = [word for key, value in options.items() for word in (f"--{key}", str(value))]
        theirs = json.loads(binary(*command, "--method", method, *limits))
        ours = tdf.search(rainbow, program, method, seed=4, **options)[0].as_dict()
        assert {key: theirs[key] for key in ours if key != "seconds"} == {key: ours[key] for key in ours if key != "seconds"}


def test_examples_of_inputs_and_outputs():
    formulas = tdf.Domain("formulas")
    rows = [["Ada", "Lovelace"], ["Alan", "Turing"], ["Grace", "Hopper"]]
    outputs = ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
    (result,) = tdf.search(formulas, (rows, outputs), "anneal", budget=500_000, seed=0)
    assert result.solved and result.outputs == outputs
    assert formulas.run(result.program, [["Barbara", "Liskov"]]) == ["Barbara Liskov"]
    assert result.program.shown().startswith("=")
    with pytest.raises(tdf.SearchError, match="2 outputs for 3 rows"):
        tdf.search(formulas, (rows, outputs[:2]), "anneal")


def test_a_policy_in_python(rainbow):
    tasks = tdf.tasks(rainbow, 6, size=(1, 2), seed=1)
    asked = []
    inner = mutations(rainbow)

    def policy(queries, samples, temperature):
        asked.append(len(queries))
        for query in queries:
            assert np.array_equal(query.observation, rainbow.render(query.program)) and query.inputs == []
            assert query.target.shape == (64, 64, 3)
        return inner(queries, samples, temperature)

    found = tdf.search(rainbow, tasks, policy=policy, budget=800, seed=3, restart=8)
    assert max(asked) > 1, "the programs of all tasks are asked about at once"
    assert sum(result.solved for result in found) >= 4
    again = tdf.search(rainbow, tasks, policy=inner, budget=800, seed=3, restart=8)
    assert [result.program for result in found] == [result.program for result in again]


def test_a_beam_with_a_value_in_python(rainbow):
    tasks = tdf.tasks(rainbow, 3, size=(1, 2), seed=5)
    seen = []

    def value(current, target):
        seen.append(current.shape)
        return (current != target).mean(axis=(1, 2, 3))

    found = tdf.search(rainbow, tasks, "beam", policy=mutations(rainbow), value=value, ranking="value", budget=600, beam=8)
    assert seen and all(shape[1:] == (64, 64, 3) for shape in seen)
    assert sum(result.solved for result in found) >= 2


def test_what_a_policy_may_not_do(rainbow):
    program = rainbow.parse("(Box red)")

    def run(answer):
        return tdf.search(rainbow, program, policy=lambda queries, samples, temperature: answer(queries), budget=50)

    class Broken(Exception):
        pass

    def broken(queries):
        raise Broken("no weights")

    with pytest.raises(Broken, match="no weights"):
        run(broken)
    with pytest.raises(ValueError, match="answered 0 of 1"):
        run(lambda queries: [])
    with pytest.raises(TypeError, match="a proposal is an Edit"):
        run(lambda queries: [["(Box blue)"]])
    other = tdf.Language('grammar; pub A = { "x" => X, "y" => Y };').parse("x")
    with pytest.raises(tdf.ParseError, match="not of `rainbow`"):
        run(lambda queries: [[tdf.Edit(other, 0, "y")]])
    # An edit of another program: its node is a colour there, and here none or another thing.
    far = tdf.Edit(rainbow.parse("(Arrange h (Box red) (Box blue))"), 5, "green")
    with pytest.raises((IndexError, tdf.ParseError)):
        tdf.search(rainbow, program, policy=lambda q, s, t: [[far] for _ in q], budget=50, start="(Box blue)")
    with pytest.raises(tdf.SearchError, match="only these methods work without a network: anneal, enumerate, random"):
        tdf.search(rainbow, program)
    with pytest.raises(tdf.ConfigError, match="search.bugdet"):
        tdf.search(rainbow, program, "anneal", bugdet=3)
    with pytest.raises(TypeError, match="a target is"):
        tdf.search(rainbow, 7, "anneal")
    with pytest.raises(ValueError, match="shape"):
        tdf.search(rainbow, np.zeros((3, 3, 3), np.uint8), "anneal")


def test_a_search_can_be_stopped(rainbow):
    class Enough(Exception):
        pass

    def progress(share):
        assert 0 <= share <= 1
        raise Enough

    targets = np.zeros((64, 64, 3), np.uint8)
    with pytest.raises(Enough):
        tdf.search(rainbow, targets, "anneal", seconds=60, progress=progress)


def test_methods():
    assert set(tdf.methods()) == {"anneal", "beam", "enumerate", "hybrid", "random", "rollout", "sample"}
