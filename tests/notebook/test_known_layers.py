"""Layers that the browser knows, computed under Node and by torch; and those that it does not know, which Python decodes."""

import base64
import gzip

import numpy as np
import pytest
import torch
import travelling
from torch import nn

from explorer.canvas import payloads
from explorer.notebook.subject import layers_of, packed

TOLERANCE = 1e-4
KNOWN = {
    "dense": nn.Sequential(
        nn.Linear(3, 20), nn.GELU(), nn.Linear(20, 17), nn.Tanh(), nn.Linear(17, 48), nn.Unflatten(1, (3, 4, 4))
    ),
    "no bias": nn.Sequential(
        nn.Linear(3, 9, bias=False), nn.Sigmoid(), nn.Linear(9, 48, bias=False), nn.Unflatten(1, (3, 4, 4))
    ),
    "doubling": nn.Sequential(
        nn.Linear(3, 8), nn.ReLU(), nn.Unflatten(1, (2, 2, 2)), nn.ConvTranspose2d(2, 3, 4, 2, 1), nn.Sigmoid()
    ),
    "output padding": nn.Sequential(
        nn.Linear(3, 24), nn.Unflatten(1, (6, 2, 2)), nn.ConvTranspose2d(6, 3, 3, stride=2, padding=1, output_padding=1)
    ),
    "apart": nn.Sequential(nn.Linear(3, 8), nn.Unflatten(1, (2, 2, 2)), nn.ConvTranspose2d(2, 3, 2, stride=2)),
    "not square": nn.Sequential(nn.Linear(3, 6), nn.Unflatten(1, (1, 2, 3)), nn.ConvTranspose2d(1, 3, 3, stride=3)),
    "convolutions": nn.Sequential(
        nn.Linear(3, 50),
        nn.Unflatten(1, (2, 5, 5)),
        nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.ReLU()),
        nn.Conv2d(4, 5, 2, stride=2),
        nn.Flatten(),
        nn.Dropout(0.5),
        nn.Linear(20, 48),
        nn.Unflatten(1, (3, 4, 4)),
    ),
    "not padded": nn.Sequential(nn.Linear(3, 72), nn.Unflatten(1, (2, 6, 6)), nn.Conv2d(2, 3, 3, padding=0)),
}
UNKNOWN = {
    "norm": nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Linear(8, 48)),
    "groups": nn.Sequential(nn.Linear(3, 32), nn.Unflatten(1, (2, 4, 4)), nn.Conv2d(2, 2, 3, padding=1, groups=2)),
    "dilation": nn.Sequential(nn.Linear(3, 32), nn.Unflatten(1, (2, 4, 4)), nn.Conv2d(2, 3, 3, padding=2, dilation=2)),
    "circular": nn.Sequential(
        nn.Linear(3, 32), nn.Unflatten(1, (2, 4, 4)), nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular")
    ),
    "same": nn.Sequential(nn.Linear(3, 32), nn.Unflatten(1, (2, 4, 4)), nn.Conv2d(2, 3, 3, padding="same")),
    "uneven": nn.Sequential(nn.Linear(3, 32), nn.Unflatten(1, (2, 4, 4)), nn.Conv2d(2, 3, (3, 1), padding=(1, 0))),
    "tanh gelu": nn.Sequential(nn.Linear(3, 8), nn.GELU(approximate="tanh"), nn.Linear(8, 48)),
    "twice": nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Tanh(), nn.Linear(8, 48)),
    "unfit": nn.Sequential(nn.Linear(4, 48)),
    "nothing": nn.Sequential(nn.Flatten()),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_browser_decodes_as_torch_does(javascript, name: str) -> None:
    torch.manual_seed(0)
    layers = layers_of(KNOWN[name].eval())
    for layer in layers:
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    codes = 2 * torch.randn(11, 3)
    before = torch.nn.Sequential(*layers)(codes)
    body = packed(layers, 3, tuple(before.shape[1:]), "clamp")
    heavy = [[layer] for layer in layers if hasattr(layer, "weight")]
    travelling.rounded(heavy, [payloads.HIDDEN] * (len(heavy) - 1) + [payloads.OUTER])
    with torch.no_grad():
        expected = torch.nn.Sequential(*layers)(codes).clamp(0, 1).numpy()
    payload = base64.b64encode(gzip.decompress(body.compressed)).decode()
    (found,) = javascript("tests/canvas/decode.mjs", ["decode", payload, codes.tolist()])
    for way in ("one", "all"):
        np.testing.assert_allclose(np.array(found[way]).reshape(expected.shape), expected, atol=TOLERANCE)
    assert expected.std() > 0.01


@pytest.mark.parametrize("name", UNKNOWN)
def test_other_layers_are_left_to_python(name: str) -> None:
    assert packed(layers_of(UNKNOWN[name]), 3, (3, 4, 4), "clamp") is None
