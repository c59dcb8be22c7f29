"""Python's side of the canvas: what it serves, what it believes, what it says of a drawing."""

import gzip
import hashlib
import json
import math

import numpy as np
import pytest
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from explorer.browser import assets as weights
from explorer.browser import bodies, joined
from explorer.canvas import drawn, facts, payloads
from explorer.canvas.canvas import CanvasState, read_report
from explorer.models import trained
from explorer.models.trained import Trained
from vae import data
from vae.checkpoints import Checkpoint
from vae.learning.settings import TrainingSettings
from vae.model.networks import build
from vae.model.spec import ModelSpec


def subject(kind: str = "vae", dims: int = 3) -> Trained:
    spec = ModelSpec(kind=kind, latent_dim=dims, encoder_widths=(16,), decoder_widths=(16,))
    return Trained(Checkpoint("mine", build(spec), TrainingSettings(dataset="mnist")), [])


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=weights.routes()))


def parse(body: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """A second reader of the format, the plain way."""
    length = int.from_bytes(body[:4], "little")
    header, rest, arrays = json.loads(body[4 : 4 + length]), body[4 + length :], {}
    for item in header["arrays"]:
        kind = np.dtype(item["type"])
        size = math.prod(item["shape"]) * kind.itemsize
        planes = np.frombuffer(rest[:size], np.uint8).reshape(kind.itemsize, -1)
        arrays[item["name"]] = np.ascontiguousarray(planes.T).view(kind).reshape(item["shape"])
        rest = rest[size:]
    assert not rest
    return header, arrays


def test_what_a_model_needs_is_served_under_the_hash_of_its_bytes_for_ever(client: TestClient) -> None:
    told = facts.describe(subject())
    for name in ("weights", "codes", "stds", "pictures"):
        answer = client.get(told[name])
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == told[name].rsplit("/", 1)[-1]
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"


def test_what_nobody_announced_is_not_there(client: TestClient) -> None:
    assert client.get("/canvas/data/" + "0" * 64).status_code == 404
    assert client.get(weights.code_path("explorer/canvas/secrets.txt")).status_code == 404
    assert client.get("/canvas/code/otherversion/component.js").status_code == 404


def test_every_module_is_served_with_what_it_imports(client: TestClient) -> None:
    for path in (joined.ROOT / "explorer" / "canvas" / "js").glob("*.js"):
        module = f"explorer/canvas/js/{path.name}"
        answer = client.get(weights.code_path(module))
        assert answer.text == weights.code_of(module)
        assert answer.headers["content-type"].startswith("text/javascript")


def test_memory_is_bounded_and_the_latest_stay(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_kept", type(bodies._kept)())
    monkeypatch.setattr(bodies, "MEMORY", 5_000)
    noise = np.random.default_rng(0)
    addresses = [bodies.Body(noise.bytes(1_000)).announce() for _ in range(12)]
    assert [client.get(address).status_code for address in addresses] == [404] * 8 + [200] * 4


def dither(count: int) -> np.ndarray:
    """The hash with Python's own integers, one after another."""
    numbers = []
    for x in range(count):
        for shift, factor in ((16, 0x21F0AAAD), (15, 0xD35A2D97)):
            x = (x ^ (x >> shift)) * factor % 2**32
        numbers.append((x ^ (x >> 15)) / 2**32 - 0.5)
    return np.array(numbers)


@pytest.mark.parametrize("dims", [2, 5])
def test_codes_come_back_within_half_a_step_and_what_is_lost_is_noise(dims: int) -> None:
    mine = subject(dims=dims)
    header, arrays = parse(gzip.decompress(payloads.codes(mine.posterior, mine.data.test.labels).compressed))
    low, step = np.array(header["low"])[:, None], header["step"]
    mean = mine.posterior.mean.double().numpy().T
    error = low + step * (arrays["means"] - dither(mean.size).reshape(mean.shape)) - mean
    assert np.abs(error).max() <= step * (0.5 + 1e-9)
    assert error.std() == pytest.approx(step / math.sqrt(12), rel=0.02)
    assert abs(np.corrcoef(error.ravel(), mean.ravel())[0, 1]) < 0.02
    assert step < mean.std(1).max() / (1_000 if dims == 2 else 500)
    assert (arrays["labels"] == mine.data.test.labels.numpy()).all()


def test_numbers_of_the_dither_are_evenly_spread_and_know_nothing_of_their_neighbours() -> None:
    numbers = payloads.dither(200_000)
    assert np.abs(np.sort(numbers) - np.linspace(-0.5, 0.5, len(numbers))).max() < 0.01  # Kolmogorov and Smirnov's distance
    for lag in (1, 2, 10_000):
        assert abs(np.corrcoef(numbers[lag:], numbers[:-lag])[0, 1]) < 0.01


@pytest.mark.parametrize(("dims", "per_octave"), [(2, 16), (5, 4)])
def test_widths_come_back_within_half_a_step_of_their_logarithm(dims: int, per_octave: int) -> None:
    mine = subject(dims=dims)
    body = payloads.stds(mine.posterior)
    assert body is not None
    header, arrays = parse(gzip.decompress(body.compressed))
    assert header["per_octave"] == per_octave
    ratio = 2 ** (header["low"] + arrays["octaves"] / header["per_octave"]) / mine.posterior.std.numpy().T
    assert np.abs(np.log2(ratio)).max() <= 0.5 / header["per_octave"] + 1e-5


FIRST_USE = 525_000  # bytes of decoder and codes: with the canvas's own code and the headers, under 600 kB


@pytest.mark.parametrize(
    "name", ["mnist-ae-2d", "mnist-vae-2d", "mnist-ae-10d", "mnist-vae-10d", "mnist-ae-20d", "mnist-vae-20d"]
)
def test_a_shipped_model_is_light_on_the_wire(name: str) -> None:
    shipped = trained.get(name)
    bodies = payloads.decoder(shipped.model), payloads.codes(shipped.posterior, shipped.data.test.labels)
    assert sum(len(body.compressed) for body in bodies) < FIRST_USE


def test_an_autoencoder_has_no_widths() -> None:
    assert "stds" not in facts.describe(subject("ae"))


def test_weights_that_are_no_numbers_are_said_in_a_sentence() -> None:
    broken = subject()
    _ = broken.posterior, broken.order
    with torch.no_grad():
        broken.model.decoder[0].weight[0, 0] = math.nan
    assert "not finite" in facts.describe(broken)["trouble"]


def test_principal_components_are_numpys() -> None:
    codes = np.random.default_rng(0).normal(size=(500, 6)) * [5, 1, 3, 1, 1, 0.5]
    found = facts.principal(codes)
    _, values, directions = np.linalg.svd(codes - codes.mean(0), full_matrices=False)
    assert np.allclose(np.abs(directions[0] @ found["u"]), 1)
    assert np.allclose(np.abs(directions[1] @ found["v"]), 1)
    assert np.allclose(found["share"], values[:2] ** 2 / (values**2).sum())


GOOD = {"position": [[0.5, -1.0]], "digit": 7, "ends": [1, 2], "moment": 3}


def test_a_report_is_read() -> None:
    assert read_report(GOOD, [2], 10) == CanvasState([[0.5, -1.0]], digit=7, ends=(1, 2), moment=3)


@pytest.mark.parametrize(
    "change",
    [
        {"position": [[0.5]]},
        {"position": [[0.5, math.nan]]},
        {"position": [["a", "b"]]},
        {"position": "here"},
        {"digit": 10},
        {"digit": -1},
        {"digit": True},
        {"ends": [1]},
        {"ends": [1, 99]},
        {"ends": {"a": 1}},
        {"moment": 2.5},
    ],
)
def test_what_makes_no_sense_in_a_report_is_left_out(change: dict) -> None:
    state = read_report({**GOOD, **change}, [2], 10)
    name = next(iter(change))
    assert getattr(state, "positions" if name == "position" else name) is None
    assert state != CanvasState(None)  # the rest is believed


@pytest.mark.parametrize("report", [None, "x", [], {"position": None}])
def test_a_report_that_is_none_says_nothing(report) -> None:
    assert read_report(report, [2], 10) == CanvasState(None)


def test_a_test_image_as_a_drawing_gets_its_own_posterior() -> None:
    mine = subject()
    image = mine.data.test.pixels(slice(4, 5))[0, 0].numpy()
    said = drawn.encode(mine, image)
    assert np.allclose(said["mean"], mine.posterior.mean[4], atol=1e-5)
    assert np.allclose(said["std"], mine.posterior.std[4], atol=1e-5)
    assert sum(said["shares"]) == pytest.approx(1)


def test_a_wide_posterior_is_less_sure() -> None:
    mine = subject()
    image = data.load("mnist").test.pixels(slice(1))[0, 0].numpy()
    sure = []
    for log_variance in (-12.0, 2.0):
        with torch.no_grad():
            mine.model.log_variance_head.weight.zero_()
            mine.model.log_variance_head.bias.fill_(log_variance)
        sure.append(max(drawn.encode(mine, image)["shares"]))
    assert sure[0] > sure[1]


def page() -> None:
    import streamlit as st

    from explorer.canvas.canvas import latent_canvas
    from tests.canvas.test_canvas_python import subject

    state = latent_canvas([subject()], key="run-a__b___c", position=[[0.0, 1.0, 2.0]])  # a run's id may have underscores
    st.text(f"positions {state.positions}")


def test_a_page_draws_it_and_hears_nothing_before_anything_moved() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert app.text[0].value == "positions None"
