"""The canvas's JavaScript under Node: its maths against second ways, its decoder against torch."""

import base64
import gzip
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.canvas import facts, payloads
from explorer.models import trained
from vae import checkpoints
from vae.model import latent
from vae.model.networks import AnyModel, Autoencoder

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-3


def test_maths(node: str) -> None:
    done = subprocess.run([node, "--test", str(HERE / "maths.test.mjs")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def assert_parity(javascript, model: AnyModel, codes: torch.Tensor) -> None:
    payload = base64.b64encode(gzip.decompress(payloads.decoder(model).compressed)).decode()
    expected = latent.decode(model, codes).reshape(len(codes), -1).numpy()
    (found,) = javascript("tests/canvas/decode.mjs", ["decode", payload, codes.tolist()])
    for way, images in found.items():
        assert np.abs(np.array(images).reshape(expected.shape) - expected).max() < TOLERANCE, way


def test_equal_axes_hold_the_codes_of_both_models_as_python_finds_them(javascript) -> None:
    models = [trained.get(name) for name in ("mnist-ae-10d", "mnist-vae-10d")]
    shown = [[facts.describe(model)["bounds"][d] for d in (3, 7)] for model in models]
    (found,) = javascript("explorer/canvas/js/geometry.js", ["common", shown])
    assert found == [list(facts.common_bounds(models)[d]) for d in (3, 7)]


@pytest.mark.parametrize("name", checkpoints.names())
def test_shipped_decoders_match_torch(javascript, name: str) -> None:
    model = checkpoints.load(checkpoints.SHIPPED / name).model
    assert_parity(javascript, model, 2 * torch.randn(40, model.spec.latent_dim, generator=torch.Generator().manual_seed(0)))


def test_every_decoder_matches_torch(javascript, model: Autoencoder) -> None:
    codes = torch.randn(11, model.spec.latent_dim, generator=torch.Generator().manual_seed(0))
    assert_parity(javascript, model.given(torch.tensor(3)), codes)  # a conditional one, told that everything is a three
