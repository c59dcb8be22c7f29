"""The files that the page Interpolate offers hold what it shows."""

import io

import numpy as np
import pytest
import streamlit as st
from app_driver import PAIR, visit
from PIL import Image

from explorer.models import trained
from explorer.page.pictures import grey, tile
from vae.model import latent


@pytest.fixture
def offered(monkeypatch) -> dict[str, tuple[str, bytes]]:
    """What download buttons offer: file name -> media type and content."""
    files: dict[str, tuple[str, bytes]] = {}
    button = st.download_button

    def record(label, data, file_name, mime, **options):
        files[file_name] = (mime, data())  # made when somebody presses
        return button(label, data, file_name, mime, **options)

    monkeypatch.setattr(st, "download_button", record)
    return files


@pytest.fixture
def strips(offered) -> np.ndarray:
    """The walk from test image 11 to 250 in seven steps, computed beside the page that offers it: (2, 7, H, W)."""
    visit("interpolate", a="11", b="250", steps="7")
    walks = []
    for name in PAIR.values():
        subject = trained.shipped(name)
        codes = latent.linear(subject.posterior.mean[11], subject.posterior.mean[250], 7)
        walks.append(grey(latent.decode(subject.model, codes)))
    return np.stack(walks)


def test_there_is_a_strip_and_an_animation_of_each_model(strips, offered):
    assert {name: mime for name, (mime, _) in offered.items()} == {
        f"{model}-11-to-250-linear.{kind}": f"image/{kind}" for model in PAIR.values() for kind in ("png", "gif")
    }


def test_a_strip_holds_the_steps_side_by_side(strips, offered):
    for model, strip in zip(PAIR.values(), strips, strict=True):
        _, content = offered[f"{model}-11-to-250-linear.png"]
        picture = np.asarray(Image.open(io.BytesIO(content)))
        np.testing.assert_array_equal(picture, tile(strip, 7, gap=1).repeat(4, 0).repeat(4, 1))


def test_an_animation_plays_the_steps_forth_and_back(strips, offered):
    for model, strip in zip(PAIR.values(), strips, strict=True):
        _, content = offered[f"{model}-11-to-250-linear.gif"]
        animation = Image.open(io.BytesIO(content))
        assert animation.n_frames == 12
        for position, step in enumerate([*range(7), *range(5, 0, -1)]):
            animation.seek(position)
            frame = np.asarray(animation.convert("L"))[::8, ::8]
            np.testing.assert_array_equal(frame, strip[step])
