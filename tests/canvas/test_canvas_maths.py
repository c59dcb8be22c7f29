"""The canvas's JavaScript under Node: its maths against second ways, its decoder against torch."""

import base64
import gzip
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.canvas import payloads
from vae import checkpoints, latent
from vae.models import AnyModel, Autoencoder

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-3


def test_maths(node: str) -> None:
    done = subprocess.run([node, "--test", str(HERE / "maths.test.mjs")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def decoded_by_node(node: str, model: AnyModel, codes: torch.Tensor) -> dict[str, np.ndarray]:
    body = gzip.decompress(payloads.decoder(model).compressed)
    question = json.dumps({"payload": base64.b64encode(body).decode(), "codes": codes.tolist()})
    done = subprocess.run([node, str(HERE / "decode.mjs")], input=question, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return {name: np.array(values).reshape(len(codes), -1) for name, values in json.loads(done.stdout).items()}


def assert_parity(node: str, model: AnyModel, codes: torch.Tensor) -> None:
    expected = latent.decode(model, codes).reshape(len(codes), -1).numpy()
    for way, images in decoded_by_node(node, model, codes).items():
        assert np.abs(images - expected).max() < TOLERANCE, way


@pytest.mark.parametrize("name", checkpoints.names())
def test_shipped_decoders_match_torch(node: str, name: str) -> None:
    model = checkpoints.load(checkpoints.SHIPPED / name).model
    assert_parity(node, model, 2 * torch.randn(40, model.spec.latent_dim, generator=torch.Generator().manual_seed(0)))


def test_every_decoder_matches_torch(node: str, model: Autoencoder) -> None:
    codes = torch.randn(11, model.spec.latent_dim, generator=torch.Generator().manual_seed(0))
    assert_parity(node, model.given(torch.tensor(3)), codes)  # a conditional one, told that everything is a three
