"""A drawing from a phone is checked, becomes MNIST's kind of image, and lies where each model of the map encodes it."""

import numpy as np
import pytest

from explorer.canvas import drawn
from explorer.classroom.guard import Refused
from explorer.classroom.together import drawings
from explorer.classroom.together.drawings import MAPS, received
from explorer.models import trained
from explorer.page import strokes

SEVEN = [[[0.2, 0.2], [0.8, 0.21], [0.45, 0.9]], [[0.31, 0.5], [0.7, 0.52]]]


def test_a_drawing_lies_at_the_mean_that_the_canvas_gives_it() -> None:
    came = received(SEVEN, 7)
    pixels = strokes.image(strokes.believe(SEVEN))
    for name in MAPS:
        np.testing.assert_allclose(came["codes"][name], drawn.encode(trained.shipped(name), pixels)["mean"], atol=6e-4)
    assert (drawings.unpacked(came["image"]) == np.round(255 * pixels)).all()
    assert came["strokes"] == SEVEN


def test_strokes_are_kept_in_thousandths() -> None:
    assert received([[[0.12345, 0.5]]], 1, ())["strokes"] == [[[0.123, 0.5]]]


@pytest.mark.parametrize(
    "sent",
    [
        *([], [[]], [[[0.1, 0.1]]] * 41, [[[0.1, 0.1]] * 301] * 2),
        *("ink", 7, None, {"x": 1}, [[[0.1]]], [[["a", 1]]], [[[True, 0]]], [[[float("nan"), 0]]], [[[1.6, 0]]]),
    ],
)
def test_what_is_no_drawing_is_refused_with_a_sentence(sent) -> None:
    with pytest.raises(Refused, match="A drawing is 1 to 40 strokes with 600 points at most"):
        received(sent, 3)


@pytest.mark.parametrize("label", [-1, 10, "3", True, None, 2.0])
def test_a_drawing_says_which_digit_it_is(label) -> None:
    with pytest.raises(Refused, match="0 to 9"):
        received(SEVEN, label)


def test_the_longest_drawing_is_taken() -> None:
    assert len(received([[[0.5 + 0.001 * k, 0.5] for k in range(15)]] * 40, 1, ())["strokes"]) == 40
