"""Thickness, slant and width against shapes whose measures are known, against deskewing, and the browser's against Python's."""

import math

import numpy as np
import pytest
import torch
from scipy.ndimage import affine_transform, gaussian_filter

from lessons.arithmetic.attributes import slant, thickness, width

FINE = 8  # subpixels a pixel


def bar(wide: float, long: float, degrees: float = 0.0, side: int = 48) -> torch.Tensor:
    """A bar of that width and length, leaning to the right by so much, with smooth edges (side, side)."""
    axis = (np.arange(side * FINE) + 0.5) / FINE - side / 2
    x, y = np.meshgrid(axis, axis)
    angle = math.radians(degrees)
    along, across = -y * math.cos(angle) + x * math.sin(angle), x * math.cos(angle) + y * math.sin(angle)
    inside = (np.abs(along) < long / 2) & (np.abs(across) < wide / 2)
    return torch.from_numpy(inside.reshape(side, FINE, side, FINE).mean((1, 3)))


def disc(radius: float, side: int = 48) -> torch.Tensor:
    axis = (np.arange(side * FINE) + 0.5) / FINE - side / 2
    x, y = np.meshgrid(axis, axis)
    return torch.from_numpy((x**2 + y**2 < radius**2).reshape(side, FINE, side, FINE).mean((1, 3)))


@pytest.mark.parametrize("degrees", [0, 20, 45, 70, 90])
@pytest.mark.parametrize("wide", [2.0, 3.5, 6.0])
def test_a_bar_is_as_thick_as_it_was_drawn(wide, degrees):
    exact = wide * 32 / (32 + wide)  # 2 w L / (2 L + 2 w): its ends belong to the outline
    assert float(thickness(bar(wide, 32, degrees)[None])) == pytest.approx(
        exact, rel=0.12
    )  # pixels are coarse for a bar of two


def test_a_disc_is_as_thick_as_its_radius():
    for radius in (4.0, 8.0, 15.0):
        assert float(thickness(disc(radius)[None])) == pytest.approx(radius, rel=0.05)


def test_thickness_asks_neither_how_dark_nor_how_soft_a_stroke_is():
    sharp = bar(5, 30, 30)
    soft = torch.from_numpy(gaussian_filter(sharp.numpy(), 0.8))
    exact = float(thickness(sharp[None]))
    assert float(thickness(0.3 * sharp[None])) == pytest.approx(exact, rel=1e-5)
    assert float(thickness(soft[None])) == pytest.approx(exact, rel=0.07)


def test_a_stroke_at_the_border_has_an_outline_there():
    assert float(thickness(torch.ones(1, 20, 20))) == pytest.approx(10, rel=0.05)  # 2 A / P = 2 * 400 / 80


@pytest.mark.parametrize("degrees", [-35, -10, 0, 15, 40])
def test_a_thin_bar_leans_as_it_was_drawn(degrees):
    assert float(slant(bar(1.0, 32, degrees)[None])) == pytest.approx(degrees, abs=1)


def test_deskewing_by_the_measured_slant_leaves_none(mnist):
    images = mnist.test.pixels(slice(30))[:, 0]
    before = slant(images)
    after = []
    for image, degrees in zip(images, before, strict=True):
        shear = math.tan(math.radians(float(degrees)))
        # a row at y takes its pixels from x - shear (y - middle)
        matrix, offset = np.array([[1.0, 0], [-shear, 1.0]]), np.array([0.0, shear * 13.5])
        after.append(torch.from_numpy(affine_transform(image.numpy(), matrix, offset, order=1)))
    assert before.abs().mean() > 10
    assert slant(torch.stack(after)).abs().max() < 3


def test_the_width_of_a_bar_on_its_side():
    for wide in (6, 14, 20):
        image = torch.zeros(1, 28, 28)
        image[0, 10:14, 2 : 2 + wide] = 1
        assert float(width(image)) == pytest.approx(math.sqrt(wide**2 - 1), rel=1e-4)  # 12 times the variance of whole pixels


def test_a_stack_of_images_gives_a_number_each_and_no_ink_gives_no_nonsense(mnist):
    images = mnist.test.pixels(slice(6))
    for measure in (thickness, slant, width):
        found = measure(images)
        assert found.shape == (6,)
        assert found[2] == pytest.approx(float(measure(images[2])[0]))
        assert torch.isfinite(measure(torch.zeros(1, 28, 28))).all()


def test_the_browser_measures_what_python_does(mnist, in_javascript):
    images = mnist.test.pixels(slice(12))
    found = in_javascript(
        "lessons/arithmetic/arithmetic_maths", *[["attributes", image.flatten().tolist(), 28] for image in images]
    )
    for name, measure in (("thickness", thickness), ("slant", slant), ("width", width)):
        assert [each[name] for each in found] == pytest.approx(measure(images).tolist(), rel=1e-3, abs=1e-3)
