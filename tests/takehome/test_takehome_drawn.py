"""A file sees images and drawings as torch does: its encoders, and the classes of the codes around them."""

import base64
import copy
import gzip

import numpy as np
import pytest
import torch
import travelling
from sklearn.neighbors import NearestNeighbors

from explorer.browser.assets import Body
from explorer.canvas import drawn, payloads
from explorer.models import trained
from explorer.page import strokes
from vae import checkpoints, data
from vae.model.networks import Autoencoder
from vae.streams import Purpose, stream

SAMPLING = {"seed": stream(Purpose.CODES).initial_seed(), "draws": drawn.DRAWS, "neighbours": drawn.NEIGHBOURS}
ONE = (((0.52, 0.1), (0.5, 0.9)),)
SEVEN = (((0.3, 0.25), (0.7, 0.25), (0.62, 0.5), (0.5, 0.8)),)
LIKE_FOUR_AND_NINE = (((0.35, 0.2), (0.33, 0.48), (0.62, 0.46)), ((0.64, 0.18), (0.6, 0.85)))
FINE = 1e-4  # between torch's single precision and a browser's double, relative to the largest number
COARSE = 0.01  # of how far codes are spread, for weights that travel in steps


def sent(body: Body) -> str:
    return base64.b64encode(gzip.decompress(body.compressed)).decode()


def outputs(model: Autoencoder, images: torch.Tensor) -> np.ndarray:
    """Means, followed by log variances if there are any, (N, D or 2 D)."""
    with torch.no_grad():
        seen = model.encode(images)
    return torch.cat([part for part in (seen.mean, seen.log_variance) if part is not None], 1).numpy()


def hold(javascript, model: Autoencoder, images: torch.Tensor) -> np.ndarray:
    """The browser's codes of images are torch's with the weights that travel; returns them."""
    (found,) = javascript(
        "tests/takehome/take_home.mjs", ["encoded", sent(payloads.encoder(model)), images.flatten(1).tolist()]
    )
    expected = outputs(travelling.encoder(model), images)
    assert np.abs(np.array(found) - expected).max() < FINE * max(1.0, np.abs(expected).max())
    return np.array(found)


@pytest.mark.parametrize("name", checkpoints.names())
def test_shipped_encoders_match_torch(javascript, name: str) -> None:
    model = checkpoints.load(checkpoints.SHIPPED / name).model
    images = data.load("mnist").test.pixels(slice(60))
    found, itself = hold(javascript, model, images), outputs(model, images)
    dims = model.spec.latent_dim
    away = np.linalg.norm((found - itself)[:, :dims], axis=1) / np.linalg.norm(itself[:, :dims].std(0))
    assert np.sqrt(np.mean(away**2)) < COARSE


def test_every_encoder_matches_torch(javascript, model: Autoencoder, images: torch.Tensor) -> None:
    if model.spec.classes:
        with pytest.raises(payloads.Undrawable, match="class of an image"):
            payloads.encoder(model)
    else:
        hold(javascript, model, images)


@pytest.mark.parametrize("drawing", [ONE, SEVEN, LIKE_FOUR_AND_NINE])
def test_a_drawing_is_classified_as_in_the_app(javascript, drawing: strokes.Strokes) -> None:
    image = strokes.image(strokes.believe(drawing))
    names = [name for name in trained.names() if "-beta-" not in name and "binary" not in name]
    assert len(names) >= 6
    for subject in map(trained.get, names):
        told = drawn.encode(subject, image)
        codes = payloads.codes(subject.posterior, subject.data.test.labels)
        call = [
            "shares",
            sent(payloads.encoder(subject.model)),
            sent(codes),
            image.flatten().tolist(),
            subject.model.spec.latent_dim,
        ]
        (found,) = javascript("tests/takehome/take_home.mjs", [*call, len(subject.data.classes), SAMPLING])
        spread = float(np.linalg.norm(subject.posterior.mean.std(0)))
        assert np.linalg.norm(np.subtract(found["mean"], told["mean"])) < 2 * COARSE * spread
        assert (found["std"] is None) == (told["std"] is None)
        assert int(np.argmax(found["shares"])) == int(np.argmax(told["shares"]))
        assert found["shares"] == pytest.approx(told["shares"], abs=0.06)
        assert sum(found["shares"]) == pytest.approx(1)


def test_the_nearest_codes_are_those_of_scikit_learn(javascript) -> None:
    generator = np.random.default_rng(3)
    means, places = generator.normal(size=(400, 5)).astype(np.float32), generator.normal(size=(12, 5))
    call = ["neighbours", 400, 5, means.ravel().tolist(), places.tolist(), 20]
    (found,) = javascript("tests/takehome/take_home.mjs", call)
    assert found == NearestNeighbors(n_neighbors=20).fit(means.astype(float)).kneighbors(places, return_distance=False).tolist()


def test_fewer_codes_than_neighbours_are_all_of_them(javascript) -> None:
    (found,) = javascript("tests/takehome/take_home.mjs", ["neighbours", 3, 1, [5.0, 1.0, 2.0], [[0.0]], 20])
    assert found == [[1, 2, 0]]


def test_the_model_itself_stays_as_it_is() -> None:
    model = checkpoints.load(checkpoints.SHIPPED / "mnist-vae-2d").model
    before = copy.deepcopy(model.state_dict())
    payloads.encoder(model)
    assert all(torch.equal(before[name], weights) for name, weights in model.state_dict().items())
