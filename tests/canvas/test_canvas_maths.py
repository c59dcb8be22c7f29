"""The canvas's JavaScript under Node: its maths against second ways, its decoder against torch."""

import base64
import gzip
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
import travelling

from explorer.canvas import facts, payloads
from explorer.models import trained
from vae import checkpoints
from vae.model import latent
from vae.model.layered import LayeredSpec
from vae.model.networks import AnyModel, Autoencoder, build

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-4
GREY = 1 / 255  # one grey level of a screen


def test_maths(node: str) -> None:
    done = subprocess.run([node, "--test", str(HERE / "maths.test.mjs")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def assert_parity(javascript, model: AnyModel, codes: torch.Tensor) -> np.ndarray:
    """Hold the browser's pictures of codes against torch's with the same weights; returns their errors against those of the model itself."""
    payload = base64.b64encode(gzip.decompress(payloads.decoder(model).compressed)).decode()
    (found,) = javascript("tests/canvas/decode.mjs", ["decode", payload, codes.tolist()])
    one, every = (np.array(found[way]).reshape(len(codes), -1) for way in ("one", "all"))
    expected, itself = (latent.decode(each, codes).reshape(one.shape).numpy() for each in (travelling.decoder(model), model))
    assert np.abs(one - expected).max() < TOLERANCE
    assert np.abs(every - expected).max() < TOLERANCE
    return one - itself


def test_equal_axes_hold_the_codes_of_both_models_as_python_finds_them(javascript) -> None:
    models = [trained.get(name) for name in ("mnist-ae-10d", "mnist-vae-10d")]
    shown = [[facts.describe(model)["bounds"][d] for d in (3, 7)] for model in models]
    (found,) = javascript("explorer/canvas/js/geometry.js", ["common", shown])
    assert found == [list(facts.common_bounds(models)[d]) for d in (3, 7)]


@pytest.mark.parametrize("name", checkpoints.names())
def test_shipped_decoders_match_torch(javascript, name: str) -> None:
    model = checkpoints.load(checkpoints.SHIPPED / name).model
    codes = 2 * torch.randn(40, model.spec.latent_dim, generator=torch.Generator().manual_seed(0))
    errors = assert_parity(javascript, model, codes)
    assert np.sqrt(np.mean(errors**2)) < GREY / 2
    assert np.quantile(np.abs(errors), 0.99) < GREY


def test_steps_are_off_by_half_a_step_at_most_and_hold_any_weights() -> None:
    noise = torch.randn(64, 32, generator=torch.Generator().manual_seed(0))
    far = noise.clone()
    far[0, 0] = 1e5  # one that is far out makes all steps wider, so that two bytes hold it
    for weights, part in ((noise, 64), (1e-9 * noise, 64), (far, 1024), (torch.zeros(3, 2), 64)):
        whole, step = payloads.steps(weights, part)
        assert np.abs(whole * step - weights.double().numpy()).max() <= 0.5 * step * (1 + 1e-9)
    assert payloads.steps(noise, 64).step == pytest.approx(float(noise.square().mean().sqrt()) / 64)


def test_every_decoder_matches_torch(javascript, model: Autoencoder) -> None:
    codes = torch.randn(11, model.spec.latent_dim, generator=torch.Generator().manual_seed(0))
    assert_parity(javascript, model.given(torch.tensor(3)), codes)  # a conditional one, told that everything is a three


LISTED = {  # decoders that list their layers, as models from elsewhere do
    "kernel 4": ["transposed 3 kernel=4 stride=2 padding=1", "relu", "transposed 1 kernel=4 stride=2 padding=1"],
    "kernel 3": ["transposed 3 kernel=3 stride=2 padding=1 output_padding=1", "tanh", "transposed 1 kernel=3 stride=2 padding=1 output_padding=1"],
    "kernel 2": ["transposed 3 kernel=2 stride=2", "gelu", "transposed 1 kernel=2 stride=2"],
    "same size": ["transposed 3 kernel=4 stride=2 padding=1", "relu", "transposed 2 kernel=4 stride=2 padding=1", "relu", "convolution 1 kernel=3 padding=1"],
    "transposed, same size": ["transposed 4 kernel=4 stride=2 padding=1", "relu", "transposed 3 kernel=4 stride=2 padding=1", "transposed 1 kernel=5 padding=2"],
    "kernel 8, stride 4": ["transposed 1 kernel=8 stride=4 padding=2"],
    "kernel 7, stride 1": ["transposed 1 kernel=7 stride=1"],
    "dense again": ["transposed 3 kernel=2 stride=2", "relu", "flatten", "linear 64", "unflatten 1 8 8"],
}  # fmt: skip


WHOLE = {name: ("linear 20", "unflatten 5 2 2", *lines) for name, lines in LISTED.items()} | {
    "no dense layer first": ("unflatten 2 1 1", "transposed 1 kernel=3 padding=1", "flatten", "linear 64", "unflatten 1 8 8")
}


@pytest.mark.parametrize("name", WHOLE)
def test_decoders_that_list_their_layers_match_torch(javascript, name: str) -> None:
    model = build(LayeredSpec(image_shape=(1, 8, 8), encoder_layers=("flatten",), decoder_layers=WHOLE[name]), seed=2)
    codes = 3 * torch.randn(11, 2, generator=torch.Generator().manual_seed(0))
    payload = base64.b64encode(gzip.decompress(payloads.decoder(model).compressed)).decode()
    (found,) = javascript("tests/canvas/decode.mjs", ["decode", payload, codes.tolist()])
    expected = latent.decode(model, codes).flatten(1).numpy()
    for way in ("one", "all"):
        np.testing.assert_allclose(np.array(found[way]).reshape(expected.shape), expected, rtol=0, atol=GREY / 2)


def test_a_decoder_that_the_browser_cannot_compute_is_refused_in_words() -> None:
    lines = ("tanh", "linear 64", "unflatten 1 8 8")
    model = build(LayeredSpec(image_shape=(1, 8, 8), encoder_layers=("flatten",), decoder_layers=lines))
    with pytest.raises(payloads.Undrawable, match="Tanh"):
        payloads.decoder(model)
