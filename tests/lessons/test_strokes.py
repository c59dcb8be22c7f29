"""Drawings: an address carries them exactly, and Python and the browser make one image of them."""

import json

import numpy as np
import pytest

from explorer.page import strokes
from explorer.page.parameters import Strokes

ROW = Strokes(strokes.DRAWING, (), told="drawing")
SEVEN = (((0.2, 0.2), (0.8, 0.21), (0.45, 0.9)), ((0.31, 0.5), (0.7, 0.52)))
FAR = (((-1.5, 2.5), (0.0, 1.0)), ((0.999, -0.001),))


def scribble(points: int, seed: int = 0) -> list:
    """A few long strokes of so many points."""
    walk = 0.5 + 0.1 * np.random.default_rng(seed).normal(size=(points, 2)).cumsum(0).clip(-4, 4)
    return [part.tolist() for part in np.array_split(walk, 3)]


@pytest.mark.parametrize("drawing", [SEVEN, FAR, (((0.5, 0.5),),)])
def test_a_drawing_survives_its_address(drawing):
    assert ROW.read(ROW.write(drawing)) == drawing
    assert len(ROW.write(drawing)) < 600


@pytest.mark.parametrize("text", ["", ".", "AAA", "AAAA.", "AAA=", "\u2212\u2212\u2212\u2212", "AAAA" * 141, "AAAA!AAAA"])
def test_a_damaged_drawing_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"damaged; the pad stays empty\.$"):
        ROW.read(text)


@pytest.mark.parametrize("said", ["ink", [[]], [[[0.1]]], [[["a", 1]]], [[[float("nan"), 0]]], 7, [[[0, 0]] * 141], {"x": 1}])
def test_what_is_no_drawing_is_not_believed(said):
    with pytest.raises(ValueError, match="no drawing"):
        ROW.believe(said)


def test_an_empty_pad_is_believed_and_is_black():
    assert ROW.believe(None) == ROW.believe([]) == ()
    assert not strokes.image(()).any()


def test_the_longest_drawing_fits_and_keeps_its_look(in_javascript):
    drawn = scribble(900)
    (sent,) = in_javascript("explorer/browser/js/strokes", ["thinned", drawn])
    believed = ROW.believe(sent)
    assert json.loads(json.dumps(believed)) == sent
    assert len(ROW.write(believed)) <= 600
    whole, thin = in_javascript("explorer/browser/js/strokes", ["centred", drawn], ["centred", sent])
    assert np.abs(np.subtract(whole, thin)).mean() < 10  # of 255


@pytest.mark.parametrize("drawing", [SEVEN, FAR, (((0.5, 0.5),),), ((((0.2, 0.2)), (0.2, 0.2)),)])
def test_python_and_the_browser_make_the_same_image(in_javascript, drawing):
    (image,) = in_javascript("explorer/browser/js/strokes", ["centred", drawing])
    np.testing.assert_allclose(255 * strokes.image(drawing), np.reshape(image, (28, 28)), atol=1)
    assert in_javascript("explorer/browser/js/strokes", ["thinned", drawing]) == [json.loads(json.dumps(drawing))]
