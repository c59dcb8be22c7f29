"""The page Denoise: what its live part is told, its links, and what it says where files are missing."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from app_driver import canvas, choose, markup, press, sentences, visit
from PIL import Image

from explorer.page import strokes
from lessons.denoise import models, screen
from lessons.denoise.screen import LEVELS
from lessons.shared import pca
from lessons.shared.psnr import psnr
from lessons.shared.shipping import Shelf
from vae.corruption import corrupt

PICTURES = ["clean", "none", "dae", "ae", "vae", "pca", "median"]


def pixels(uri: str) -> np.ndarray:
    """The strip as (ways, levels, 28, 28) in [0, 1]."""
    image = np.array(Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1]))))
    return image.reshape(len(PICTURES), 28, len(LEVELS), 28).swapaxes(1, 2) / 255


def test_each_picture_is_what_the_model_gives_and_its_measures_are_its_own(mnist):
    clean = mnist.test.pixels(slice(3, 4))
    found = screen.strip(clean[0, 0].numpy(), "salt-pepper", "salt-pepper")
    assert [row["way"] for row in found.rows] == PICTURES
    shown, at = pixels(found.uri), 8
    noisy = corrupt(clean[0], "salt-pepper", float(LEVELS[at]), screen.SEED)[None]
    model = models.load()["salt-pepper"]
    with torch.no_grad():
        expected = model.expected_image(model.decode(model.encode(noisy).mean))
    np.testing.assert_allclose(shown[2, at], expected[0, 0], atol=0.6 / 255)
    assert found.rows[2]["psnr"][at] == pytest.approx(float(psnr(expected, clean)), abs=0.006)
    basis = pca.load()
    np.testing.assert_allclose(shown[5, at].reshape(1, -1), basis.decode(basis.encode(noisy, models.LATENTS)), atol=0.6 / 255)
    np.testing.assert_allclose(shown[0, at], clean[0, 0], atol=0.6 / 255)
    assert found.rows[1]["psnr"][0] is None  # no noise, no difference


def test_the_page_opens_as_its_link_says_and_says_so_again():
    link = {
        "denoise_kind": "masking",
        "denoise_level": "4",
        "denoise_learned": "gaussian",
        "denoise_digit": "12",
        "denoise_source": "digit",
    }
    app = visit("denoise", **link)
    assert sentences(app) == []
    assert app.query_params == link
    told = canvas(app)
    assert told["at"] == 4
    assert told["strip"] == screen.strip(screen.of_test(12), "masking", "gaussian").uri


@pytest.mark.parametrize(
    ("name", "value"), [("denoise_kind", "fog"), ("denoise_level", "21"), ("denoise_learned", "x"), ("denoise_digit", "-1")]
)
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("denoise", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")


def test_the_prediction_is_compared_with_what_was_measured():
    app = visit("denoise")
    choose(app, "denoise_predicted", "cleans")
    press(app, "Reveal")
    text = re.sub(r"<[^>]+>", " ", markup(app))
    assert "What happens:  It takes some noise off" in text
    assert any(f"**{screen.average('gaussian', 'gaussian', 0.5):.1f} dB**" in m.value for m in app.markdown)


def test_another_noise_shows_other_pictures_and_the_denoiser_that_knows_it():
    app = visit("denoise")
    before = canvas(app)["strip"]
    choose(app, "denoise_kind", "masking")
    told = canvas(app)
    assert told["strip"] == screen.strip(screen.of_test(8), "masking", "masking").uri != before
    assert "black" in told["unit"]


def test_a_drawing_is_cleaned_like_a_digit():
    app = visit("denoise", denoise_source="drawing")
    assert canvas(app)["draw"]
    drawing = (((0.5, 0.1), (0.5, 0.9)),)
    app.session_state[strokes.DRAWING] = drawing
    app.run()
    told = canvas(app)
    assert told["strip"] == screen.strip(strokes.image(drawing), "gaussian", "gaussian").uri
    assert told["drawing"] == [[[0.5, 0.1], [0.5, 0.9]]]


def test_a_link_carries_the_drawing_that_it_shows():
    link = {"denoise_source": "drawing", strokes.DRAWING: strokes.to_text((((0.5, 0.1), (0.5, 0.9)),))}
    app = visit("denoise", **link)
    assert link.items() <= app.query_params.items()
    assert canvas(app)["drawing"] == [[[0.5, 0.1], [0.5, 0.9]]]
    choose(app, "denoise_source", "digit")
    assert strokes.DRAWING not in app.query_params
    (said,) = sentences(visit("denoise", **{**link, strokes.DRAWING: "ink"}))
    assert "the pad stays empty" in said


def test_without_its_files_the_page_says_how_to_make_them(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "SHELF", Shelf("denoise", "denoise", tmp_path))
    (said,) = sentences(visit("denoise"))
    assert "python -m lessons denoise" in said
