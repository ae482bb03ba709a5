"""Training examples."""

import gc

import numpy as np
import pytest
import tdf


@pytest.fixture(scope="module")
def stream():
    return tdf.ExampleStream(tdf.Domain("rainbow"), config=tdf.Config("tiny", {"program.size": (2, 4)}), seed=5)


def test_examples_lead_to_their_targets(stream):
    paths = tdf.EditPath(stream.domain)
    for index in range(50):
        example = stream.example(index)
        assert np.array_equal(example.target_observation, stream.domain.render(example.target))
        assert np.array_equal(example.current_observation, stream.domain.render(example.current))
        assert example.distance >= 1 and example.inputs == []
        rest = example.edit.apply(example.current)
        assert (rest == example.target) == (example.distance == 1)
        assert len(paths.find(rest, example.target)) >= example.distance - 1
        assert 2 <= example.target.size() <= 4


def test_batches_are_the_examples(stream):
    masks, matrix = tdf.Masks(stream.domain), stream.mask_matrix()
    assert stream.vocabulary == masks.width + 1 and matrix.shape[1] == masks.width
    batch = next(stream.batches(40, first=7))
    assert len(batch) == 40 and batch.first == 7
    for row in range(40):
        example = stream.example(7 + row)
        assert np.array_equal(batch.target[row], example.target_observation)
        assert np.array_equal(batch.current[row], example.current_observation)
        assert batch.distance[row] == example.distance
        length, count = batch.lengths[row], batch.decision_count[row]
        # The network reads the tokens that are a choice.
        tokens = example.current.tokens.tolist()
        assert [id for id in batch.ids[row, :length] if id != masks.anchor] == [t for t in tokens if masks.tokens[t] not in "()"]
        assert not batch.ids[row, length:].any() and not batch.sites[row, length:].any()
        assert batch.sites[row].sum() == len(example.current.edit_sites)
        sites = np.flatnonzero(batch.sites[row])
        nodes = [site[0] for site in example.current.edit_sites]
        assert sorted(sites).index(batch.position[row]) == nodes.index(example.edit.node)
        # Every decision is allowed by its mask, and what is filled up is allowed nothing of.
        decisions, allowed = batch.decisions[row], matrix[batch.decision_masks[row]]
        assert allowed[np.arange(count), decisions[:count]].all()
        assert (decisions[count:] == -100).all() and allowed.any(axis=1).all()
        replacement = set(example.edit.replacement.tokens.tolist()) | {masks.end}
        assert set(decisions[:count].tolist()) <= replacement


@pytest.mark.parametrize(("threads", "ahead"), [(1, 1), (3, 2)])
def test_batches_do_not_depend_on_threads(stream, threads, ahead):
    one, other = stream.batches(16), stream.batches(16, threads=threads, ahead=ahead)
    names = [name for name in dir(tdf.ExampleBatch) if not name.startswith("_") and name != "inputs"]
    for _ in range(5):
        a, b = next(one), next(other)
        assert all(np.array_equal(getattr(a, name), getattr(b, name)) for name in names)


def test_parts_make_up_batches(stream):
    whole, first, second = stream.batches(10), stream.batches(10, part=(0, 4)), stream.batches(10, part=(4, 10))
    for _ in range(3):
        parts = [next(first), next(second)]
        assert [part.first % 10 for part in parts] == [0, 4]
        assert np.array_equal(next(whole).target, np.concatenate([part.target for part in parts]))


def test_memory_is_not_used_again_while_an_array_lives(stream):
    kept, copies = [], []
    for _, batch in zip(range(40), stream.batches(64)):
        kept.append(batch.target[::7])
        copies.append(kept[-1].copy())
        if len(kept) > 5:
            del kept[2], copies[2]
            gc.collect()
    assert all(np.array_equal(a, b) for a, b in zip(kept, copies))
    batch = next(stream.batches(4))
    batch.current[:] = 0
    assert not batch.current.any()


def test_all_right_edits():
    config = tdf.Config("best", {"program.size": "2..=4"})
    stream = tdf.ExampleStream(tdf.Domain("rainbow"), config=config)
    batch = next(stream.batches(64))
    assert len(batch.alternative_example) == len(batch.alternative_position) == len(batch.alternative_decisions) > 0
    # Half of the examples of a network that edits and generates are generated: nothing is read, and no distance is learned.
    written = batch.distance == 0
    assert 0 < written.sum() < 64 and (batch.lengths[written] == 1).all()
    example = stream.example(int(np.flatnonzero(written)[0]))
    assert example.edit is None
    assert batch.sites[batch.alternative_example, batch.alternative_position].all()


def test_programs_with_inputs():
    domain = tdf.Domain("lists")
    stream = tdf.ExampleStream(domain)
    batch = next(stream.batches(16))
    most = batch.rows.max()
    assert batch.target.shape[:2] == (16, most) and len(batch.inputs) == 16
    for row in range(16):
        example = stream.example(row)
        assert batch.inputs[row] == example.inputs and batch.rows[row] == len(example.inputs)
        bound = domain.bind(example.inputs)
        assert np.array_equal(batch.target[row, : batch.rows[row]], bound.render(example.target))
    with pytest.raises(IndexError):
        batch.inputs[16]


def test_arguments(stream):
    for wrong in ({"size": 0}, {"size": 4, "threads": 0}, {"size": 4, "part": (2, 2)}, {"size": 4, "part": (0, 5)}):
        with pytest.raises(ValueError):
            stream.batches(**wrong)
    with pytest.raises(tdf.ConfigError, match="train.batch"):
        tdf.Config("tiny", {"train.batch": 0})
    with pytest.raises(tdf.ConfigError, match="tran.batch"):
        tdf.Config("tiny", {"tran.batch": 1})
    with pytest.raises(tdf.ConfigError, match="huge"):
        tdf.Config("huge")
    with pytest.raises(tdf.DataError):
        tdf.ExampleStream(tdf.Domain("rainbow"), config=tdf.Config("tiny", {"noise.max_edit_size": 1}))
    with pytest.raises(ValueError, match="2\\*\\*62"):
        stream.example(1 << 63)


def test_configurations(tmp_path):
    config = tdf.Config("tiny", {"train.batch": 64, "train.minutes": 1.5, "model.current_image": False, "program.size": (2, 4)})
    assert (config["train.batch"], config["program.size"], config["model.current_image"]) == (64, "2..=4", False)
    assert config.change({"train.batch": 32}) != config and config["train.batch"] == 64
    with pytest.raises(KeyError):
        config["train.nothing"]
    file = tmp_path / "mine.toml"
    file.write_text(config.toml())
    assert tdf.Config("tiny", file=file) == config
    assert repr(config).startswith('Config("tiny", {') and repr(tdf.Config("best")) == 'Config("best")'
    assert tdf.Config(domain=tdf.Domain("csg2d"))["search.criterion"] == tdf.Domain("csg2d").criteria[0]
