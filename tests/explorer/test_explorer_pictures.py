"""What is shown and downloaded as a picture holds the pixels it was made from, in the order they came."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.page import pictures

RANDOM = np.random.default_rng(0)


@pytest.fixture
def frames() -> np.ndarray:
    """Seven pictures (7, 5, 4), each of another grey and with one mark, so that order and orientation show."""
    images = np.repeat(np.arange(10, 80, 10, dtype=np.uint8), 20).reshape(7, 5, 4)
    images[:, 0, 1] = 255
    return images


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def sources(markup: str) -> list[np.ndarray]:
    """The pictures inside HTML, decoded."""
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', markup)
    return [np.asarray(opened(base64.b64decode(text))) for text in found]


def test_grey_rounds_to_the_nearest_of_256_levels_and_clips_what_lies_outside():
    values = np.array([[-0.2, 0.0, 0.5 / 255, 0.6 / 255, 127 / 255, 1.0, 1.7]])
    assert pictures.grey(values).tolist() == [[[0, 0, 0, 1, 127, 255, 255]]]


@pytest.mark.parametrize("shape", [(4, 3), (1, 4, 3), (1, 1, 4, 3)])
def test_grey_takes_one_picture_in_any_accepted_shape(shape):
    pixels = torch.rand(4, 3, generator=torch.Generator().manual_seed(0))
    assert pictures.grey(pixels.reshape(shape)).shape == (1, 4, 3)
    np.testing.assert_array_equal(pictures.grey(pixels.reshape(shape)), pictures.grey(pixels.numpy()))


@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 3)], ids=["grey", "colour"])
def test_a_png_decodes_to_the_same_pixels(shape):
    image = RANDOM.integers(0, 256, shape, dtype=np.uint8)
    decoded = opened(pictures.png(image))
    assert decoded.format == "PNG"
    np.testing.assert_array_equal(np.asarray(decoded), image)


def test_tiles_are_read_like_a_page_row_by_row_from_the_top_left(frames):
    canvas = pictures.tile(frames, columns=3)
    assert canvas.shape == (15, 12)
    for i, frame in enumerate(frames):
        top, left = 5 * (i // 3), 4 * (i % 3)
        np.testing.assert_array_equal(canvas[top : top + 5, left : left + 4], frame)
    assert not canvas[10:, 4:].any()  # the last row has one picture only


def test_a_data_uri_holds_the_picture_itself(frames):
    (decoded,) = sources(f'<img src="{pictures.data_uri(frames[0])}">')
    np.testing.assert_array_equal(decoded, frames[0])


def test_a_row_shows_the_pictures_in_order_each_with_its_text_alternative(frames):
    alts = [f"step {i}" for i in range(7)]
    markup = pictures.row_html(frames / 255, alts)
    np.testing.assert_array_equal(np.stack(sources(markup)), frames)
    assert re.findall(r'alt="([^"]+)"', markup) == alts
    assert "--columns: 7" in markup
    assert "--columns: 3" in pictures.row_html(frames / 255, alts, columns=3)


def test_a_row_refuses_pictures_without_a_text_alternative_each(frames):
    with pytest.raises(ValueError, match="shorter"):
        pictures.row_html(frames / 255, ["only one"])


def test_text_alternatives_are_escaped(frames):
    markup = pictures.row_html(frames[:1] / 255, ['a "quoted" <name>'])
    assert "a &quot;quoted&quot; &lt;name&gt;" in markup
    assert "<name>" not in markup
