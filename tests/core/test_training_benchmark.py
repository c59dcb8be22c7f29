"""The benchmark of training: what it asks of a GPU, on machines that have none."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

from benchmarks import clock, convolutions, peers, to_a_bound, training
from benchmarks.convolutions import Point
from vae.data import Dataset, Split, load
from vae.hardware import CPU

SECOND = torch.device("cpu", 0)  # to torch a device of its own, with the same numbers
META = torch.device("meta")  # it has shapes and no numbers
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="This test needs a GPU, and torch finds none here.")


@pytest.fixture
def few() -> Dataset:
    """MNIST with 200 test images."""
    whole = load("mnist")
    return replace(whole, test=Split(whole.test.images[:200], whole.test.labels[:200]))


@pytest.mark.parametrize("architecture", peers.PEERS)
def test_a_step_of_the_peer_stays_on_its_device_once_its_images_are_there(architecture):
    """An operation on tensors of two devices is an error."""
    model = peers.PEERS[architecture](2).to(META)
    assert list(islice(peers.peer_steps(model, META), 2)) == [128, 256]
    assert {parameter.grad.device for parameter in model.parameters()} == {META}


@pytest.mark.parametrize("kind", ["cuda", "mps"])
def test_a_gpus_clock_is_read_when_the_gpu_has_done_its_work(monkeypatch, kind):
    happened = []
    monkeypatch.setattr(getattr(torch, kind), "synchronize", lambda: happened.append("waited"))
    monkeypatch.setattr(clock.time, "perf_counter", lambda: happened.append("read") or float(len(happened)))
    spent = clock.seconds(lambda: happened.append("worked"), torch.device(kind))
    assert happened == ["waited", "read", "worked", "waited", "read"]
    assert spent == 3.0


def test_the_comparison_with_the_peer_gives_every_figure_on_a_device_that_is_not_the_default(monkeypatch, few):
    monkeypatch.setattr(to_a_bound, "PEER_IMAGES", 256)
    monkeypatch.setattr(to_a_bound, "SMALLEST_BUDGET", 600)
    monkeypatch.setattr(to_a_bound, "ONE_CORE", 600)
    monkeypatch.setattr(to_a_bound, "in_process", lambda work, *arguments: work(*arguments))
    found = to_a_bound.against_peer("mlp", 2, few, seeds=1, rounds=1, epochs=1, place=SECOND)
    assert found["ours_elbo"] <= found["peer_elbo"]
    assert found["speedup"] == pytest.approx(found["peer_seconds"] / found["ours_seconds_to_peer_elbo"])
    assert all(value > 0 for value in found.values())
    assert "over_one_core" in found
    training.print_table({"mlp_2": found})


def test_a_bound_that_is_never_reached_ends_the_search(monkeypatch, few):
    monkeypatch.setattr(to_a_bound, "our_bound", lambda *_: float("nan"))
    with pytest.raises(SystemExit, match=r"images the bound is nan nats, and not yet the peer's 90\.00"):
        to_a_bound.smallest_budget("mlp", 2, 90.0, 1, few, CPU)


def test_a_device_that_is_not_there_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr("sys.argv", ["training", "--device", "cuda", "--only", "conv_10"])
    with pytest.raises(SystemExit):
        training.main()
    assert "finds no cuda device on this machine" in capsys.readouterr().err


@needs_gpu
def test_on_a_gpu_the_benchmark_compares_convolutions(monkeypatch, few):
    monkeypatch.setattr(training, "load", lambda name: few)
    found = training.measure(["conv_10"], quick=True, place=torch.device("cuda"))
    assert found["conv_10"]["ours_images_per_second"] > 0


def test_the_time_to_a_bound_is_read_from_the_curve_through_the_points():
    """nats = 96 + 40 / sqrt(seconds) is at 103 after (40 / 7)^2 seconds, and never below 96."""
    found = [Point(0, seconds, 96 + 40 * seconds**-0.5) for seconds in (6.0, 12.0, 25.0, 50.0, 100.0)]
    assert convolutions.seconds_to(103.0, found) == pytest.approx((40 / 7) ** 2, rel=1e-3)
    assert convolutions.seconds_to(95.0, found) is None
    assert convolutions.seconds_to(103.0, found[:3]) is None
