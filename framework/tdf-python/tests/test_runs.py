"""Run folders, networks, evaluations."""

import json

import numpy as np
import pytest
import tdf


def test_a_shipped_network(root):
    run = tdf.Run(root / "examples/checkpoints/rainbow-tiny")
    assert run.header["domain"] == "rainbow" and run.config["model.width"] == 64
    assert run.domain().name == "rainbow"
    tensors, metadata = run.network()
    assert tensors["tokens"].shape == (19, 64) and tensors["tokens"].dtype == np.float32
    assert metadata["step"] > 0 and all(np.isfinite(tensor).all() for tensor in tensors.values())
    with pytest.raises(ValueError, match="newest"):
        run.network("newest")
    with pytest.raises(tdf.FileError, match="best.safetensors"):
        run.network("best")


def test_writing_a_network_and_reading_it(tmp_path, root):
    rainbow = tdf.Domain("rainbow")
    config = tdf.Config("tiny", {"program.size": (2, 4)}, domain=rainbow)
    tensors = {"b": np.arange(6.0).reshape(2, 3), "a": np.float32(3) * np.ones(4)}
    run = tdf.Run.write(tmp_path / "run", rainbow, config, tensors, steps=7, examples=70)
    found, metadata = run.network()
    assert found.keys() == tensors.keys() and all(np.array_equal(found[name], tensors[name]) for name in tensors)
    assert (metadata["step"], metadata["examples"], metadata["domain"]) == (7, 70, "rainbow")
    assert run.config == config and run.header["fingerprint"] == rainbow.language.grammar.fingerprint
    file = tmp_path / "run/checkpoints/model.safetensors"
    whole = file.read_bytes()
    for at in (3, 60, len(whole) // 2, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[at] ^= 1
        file.write_bytes(damaged)
        with pytest.raises(tdf.FileError, match="damaged|not a network"):
            run.network()
    with pytest.raises(tdf.FileError, match="`a` is infinite"):
        tdf.Run.write(tmp_path / "bad", rainbow, config, {"a": np.array([np.inf])}, steps=1, examples=1)


def test_the_binary_says_what_is_missing_in_a_network(binary, tmp_path):
    rainbow = tdf.Domain("rainbow")
    config = tdf.Config("tiny", domain=rainbow)
    tdf.Run.write(tmp_path / "run", rainbow, config, {"a": np.zeros(1)}, steps=1, examples=1)
    image = tmp_path / "target.png"
    image.write_bytes(rainbow.png(rainbow.render("(Box red)")))
    said = binary("search", "--run", str(tmp_path / "run"), "--target", str(image))
    assert "has no tensor" in said or "libtorch" in said, said


def test_folders_that_are_none(tmp_path):
    with pytest.raises(tdf.FileError, match="no such folder"):
        tdf.Run(tmp_path / "nothing")
    with pytest.raises(tdf.FileError, match="no config.toml"):
        tdf.Run(tmp_path)
    (tmp_path / "config.toml").write_text("[run]\nx = \n")
    with pytest.raises(tdf.FileError, match="config.toml:2"):
        tdf.Run(tmp_path)


def test_metrics(tmp_path):
    rainbow = tdf.Domain("rainbow")
    run = tdf.Run.write(tmp_path, rainbow, tdf.Config(domain=rainbow), {}, steps=0, examples=0)
    with pytest.raises(tdf.FileError, match="metrics.csv"):
        run.metrics()
    (tmp_path / "metrics.csv").write_text("step,loss,solve_rate\n50,1.5,\n100,0.5,0.25\n150,0.")
    metrics = run.metrics()
    assert metrics["step"].tolist() == [50, 100] and np.isnan(metrics["solve_rate"][0]) and metrics["loss"][1] == 0.5


def test_evaluations(tmp_path, binary):
    (tmp_path / "tasks.jsonl").write_text(tdf.tasks(tdf.Domain("rainbow"), 4, size=1).jsonl())
    out = tmp_path / "evaluation"
    binary("eval", "--tasks", str(tmp_path / "tasks.jsonl"), "--method", "random", "--budget", "300", "--out", str(out), "--seeds", "2")
    evaluation = tdf.Evaluation(out)
    assert len(evaluation.results) == 8 and evaluation.summary["criterion"]
    assert evaluation.solve_rate() >= evaluation.solve_rate(10) >= 0
    assert evaluation.results == tdf.read_results(out / "results.jsonl") and "<table>" in evaluation._repr_html_()


def test_results_with_a_damaged_line(tmp_path):
    (tmp_path / "results.jsonl").write_text(json.dumps({"solved": True, "expansions": 3, "program": "x", "task": 0}) + "\n{")
    with pytest.raises(tdf.FileError, match="results.jsonl:2"):
        tdf.Evaluation(tmp_path)
