"""The files that the page Interpolate offers hold what it shows. The browser makes them; Pillow and torch say what must be in them."""

import io

import numpy as np
import pytest
import torch
from app_driver import PAIR, canvas, visit
from PIL import Image

from explorer.models import trained
from explorer.page.pictures import grey
from vae.model import latent

SAVING = "explorer/canvas/js/saving.js"


def way(name: str) -> torch.Tensor:
    """The pictures from test image 11 to 250 in seven steps, (7, 1, H, W)."""
    subject = trained.shipped(name)
    return latent.decode(subject.model, latent.linear(subject.posterior.mean[11], subject.posterior.mean[250], 7))


def walk(images: torch.Tensor) -> dict:
    """The same as the browser has them."""
    steps, _, height, width = images.shape
    return {"images": images.flatten().tolist(), "steps": steps, "width": width, "height": height}


def test_a_strip_and_an_animation_of_each_model_are_offered():
    save = canvas(visit("interpolate", a="11", b="250", steps="7"))["morph"]["controls"]["save"]
    assert save == [{"png": f"{name}: PNG strip", "gif": f"{name}: animated GIF"} for name in ("AE", "VAE")]


@pytest.mark.parametrize("name", PAIR.values())
def test_a_strip_holds_the_steps_side_by_side(javascript, name):
    images = way(name)
    (found,) = javascript(SAVING, ["strip", walk(images)])
    picture = np.array(list(found["grey"].values())).reshape(found["height"], found["width"])
    apart = np.pad(grey(images), ((0, 0), (0, 0), (0, 1)))  # a black column to the right of each
    np.testing.assert_array_equal(picture, np.hstack(apart)[:, :-1].repeat(4, 0).repeat(4, 1))


@pytest.mark.parametrize("name", PAIR.values())
def test_an_animation_plays_the_steps_forth_and_back(javascript, name):
    images = way(name)
    (found,) = javascript(SAVING, ["animation", walk(images)])
    animation, strip = Image.open(io.BytesIO(bytes(found))), grey(images)
    assert (animation.n_frames, animation.info["duration"], animation.info["loop"]) == (12, 90, 0)
    for position, step in enumerate([*range(7), *range(5, 0, -1)]):
        animation.seek(position)
        np.testing.assert_array_equal(np.asarray(animation.convert("L")), strip[step].repeat(8, 0).repeat(8, 1))


@pytest.mark.parametrize("kind", ["noise", "flat", "stripes"])
def test_pillow_reads_every_pixel_of_an_animation(javascript, kind):
    """Noise fills the table of codes and starts it anew; one grey makes the longest codes."""
    height, width = 61, 97
    pixels = np.random.default_rng(0).integers(0, 256, (2, height * width))
    frames = {"noise": pixels, "flat": np.full_like(pixels, 7), "stripes": np.arange(pixels.size).reshape(pixels.shape) % 256}[
        kind
    ]
    (found,) = javascript("explorer/browser/js/gif.js", ["gif", frames.tolist(), width, height, 40])
    animation = Image.open(io.BytesIO(bytes(found)))
    for position, frame in enumerate(frames):
        animation.seek(position)
        np.testing.assert_array_equal(np.asarray(animation.convert("L")).ravel(), frame)
