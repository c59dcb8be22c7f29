"""Scaling obeys its laws: areas average, the aspect stays, the ground goes on, black and white are alike."""

import numpy as np
import pytest

from ingest import scale

DRAW = np.random.default_rng(0)


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_a_whole_factor_is_the_mean_of_each_block(factor):
    image = DRAW.integers(0, 256, (28 * factor, 28 * factor), dtype=np.uint8)
    means = image.reshape(28, factor, 28, factor).mean((1, 3))
    assert np.abs(scale.fit(image) - means).max() <= 1.01  # rounded across and down


def test_a_thin_line_turns_grey_rather_than_vanishing():
    image = np.zeros((280, 280), np.uint8)
    image[:, 143] = 255
    fitted = scale.fit(image).astype(float)
    assert fitted.sum(1) == pytest.approx(np.full(28, 25.5), abs=0.6)


@pytest.mark.parametrize(
    ("height", "width", "box"), [(56, 28, (28, 14)), (28, 56, (14, 28)), (300, 100, (28, 9)), (5, 7, (20, 28))]
)
def test_the_aspect_stays_in_the_middle_of_its_own_ground(height, width, box):
    image = np.full((height, width), 200, np.uint8)
    image[1:-1, 1:-1] = 60
    fitted = scale.fit(image)
    rows, columns = ((28 - side) // 2 for side in box)
    outside = np.ones((28, 28), bool)
    outside[rows : rows + box[0], columns : columns + box[1]] = False
    assert outside.sum() == 784 - box[0] * box[1]
    assert (fitted[outside] == 200).all()
    assert fitted[14, 14] < 100


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (90, 40), (1, 300), (640, 480)])
def test_black_and_white_are_alike_and_what_fits_is_left_alone(shape):
    image = DRAW.integers(0, 256, shape, dtype=np.uint8)
    fitted = scale.fit(image)
    assert fitted.shape == (28, 28)
    np.testing.assert_array_equal(scale.fit(fitted), fitted)
    assert np.abs(scale.fit(255 - image).astype(int) - (255 - fitted)).max() <= 2


def test_a_flat_image_stays_flat():
    assert (scale.fit(np.full((77, 31), 93, np.uint8)) == 93).all()
