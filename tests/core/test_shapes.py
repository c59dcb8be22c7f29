"""Shapes are drawn as their factors say: in place, in size, in angle; antialiased; and no test image was trained on."""

import numpy as np
import pytest
import torch

from vae import data, shapes
from vae.__main__ import main


@pytest.fixture(scope="module")
def whole() -> data.Dataset:
    return data.load("shapes")


@pytest.fixture(scope="module")
def sample() -> tuple[torch.Tensor, torch.Tensor]:
    """Values of some hundred combinations (N, 5) and their images (N, 28, 28)."""
    indices = shapes.combinations()
    values = shapes.values(indices[torch.randperm(len(indices), generator=torch.Generator().manual_seed(3))[:600]])
    return values, shapes.render(values)[:, 0]


def inside(values: torch.Tensor, parts: int = 16) -> np.ndarray:
    """The same shape by another way: corners and inequalities at 16 x 16 points a pixel, counted; (28, 28)."""
    x, y, size, angle, kind = values.double().tolist()
    points = (np.arange(28 * parts) + 0.5) / parts
    right, down = np.meshgrid(points - x, points - y)
    back = np.deg2rad(-angle)
    u, v = (right * np.cos(back) - down * np.sin(back)) / size, (right * np.sin(back) + down * np.cos(back)) / size
    if kind == 0:
        covered = (abs(u) <= 0.5) & (abs(v) <= 0.5)
    elif kind == 1:
        covered = 0.5 * np.pi * u**2 + 2 * np.pi * v**2 <= 1  # half-axes sqrt(2 / pi) and 1 / sqrt(2 pi)
    else:
        base = np.sqrt(2 / 1.3)
        top, bottom = -2 / 3 * 1.3 * base, 1 / 3 * 1.3 * base
        covered = (v <= bottom) & (abs(u) <= base / 2 * (v - top) / (bottom - top))
    return covered.reshape(28, parts, 28, parts).mean((1, 3))


def test_the_images_are_those_of_counting_points_inside(sample):
    values, images = sample
    for chosen in range(0, 600, 20):
        difference = np.abs(images[chosen].numpy() - inside(values[chosen]))
        assert difference.max() < 0.16  # at the tip of a triangle; elsewhere far less
        assert difference.sum() < 0.02 * float(images[chosen].sum())


def test_the_centre_of_mass_is_the_position_and_the_area_the_size_squared(sample):
    values, images = sample
    area = images.sum((1, 2))
    centres = torch.arange(28) + 0.5
    torch.testing.assert_close(area, values[:, 2] ** 2, rtol=0.015, atol=0)
    assert ((images.sum(1) @ centres / area - values[:, 0]).abs() < 0.06).all()
    assert ((images.sum(2) @ centres / area - values[:, 1]).abs() < 0.06).all()


def test_the_angle_turns_the_long_axis_clockwise():
    """The direction of largest spread of an ellipse, from its second moments."""
    angles = torch.tensor([0.0, 30, 60, 90, 120, 150])
    values = torch.tensor([[14.0, 14.0, 8.0, float(angle), 1.0] for angle in angles])
    row, column = torch.meshgrid(torch.arange(28) - 13.5, torch.arange(28) - 13.5, indexing="ij")
    for angle, image in zip(angles, shapes.render(values)[:, 0], strict=True):
        moments = [(image * a * b).sum() for a, b in ((column, column), (row, row), (column, row))]
        long_axis = 0.5 * torch.atan2(2 * moments[2], moments[0] - moments[1])  # down is positive: clockwise as seen
        assert (float(torch.rad2deg(long_axis)) - float(angle) + 90) % 180 == pytest.approx(90, abs=0.5)


def test_a_symmetric_shape_looks_the_same_after_its_turn_and_no_other():
    for kind, turns in enumerate(shapes.SYMMETRY):
        around = shapes.render(torch.tensor([[14.0, 13.0, 7.0, 30.0 * i, float(kind)] for i in range(12)]))
        same = [float((image - around[0]).abs().max()) < 1e-4 for image in around]
        assert same == [i % (12 // turns) == 0 for i in range(12)]


def test_edges_are_grey_and_the_border_is_nearly_black(whole):
    images = torch.cat([part.images for part in (whole.train, whole.validation, whole.test)])
    greys = ((images > 0) & (images < 255)).flatten(1).sum(1)
    assert (greys > 0).float().mean() > 0.95  # a square that stands on the pixels' own edges has none
    assert int(images[..., [0, -1]].max()) < 64
    assert int(images[..., [0, -1], :].max()) < 64


def test_the_splits_hold_every_combination_once_with_its_image(whole):
    parts = (whole.train, whole.validation, whole.test)
    factors = torch.cat([part.factors for part in parts])
    assert len(factors) == len(factors.unique(dim=0)) == 12 * 12 * 5 * 12 * 3
    for part in parts:
        assert torch.equal(part.labels, part.factors[:, 4])
        again = shapes.render(shapes.values(part.factors[:50]))
        assert float((again - part.pixels(slice(50))).abs().max()) <= 0.5 / 255 + 1e-6
        assert len(part) / len(factors) == pytest.approx(0.8 if part is whole.train else 0.1, abs=0.01)
        for column, factor in zip(part.factors.T, shapes.FACTORS, strict=True):
            assert column.bincount().min() > 0.7 * len(part) / len(factor.values)


def test_no_image_that_is_tested_on_was_trained_on(whole):
    seen = {image.numpy().tobytes() for image in whole.train.images}
    assert not any(image.numpy().tobytes() in seen for image in (*whole.validation.images, *whole.test.images))
    look, first = shapes.looks(whole.train.factors)
    assert len(seen) == len(first) < len(look)  # squares and ellipses look the same after a turn
    assert torch.equal(whole.train.images[first][look], whole.train.images)


def test_the_command_line_trains_on_shapes(tmp_path, capsys):
    folder = tmp_path / "on-shapes"
    options = ["--images", "2000", "--encoder", "16", "--decoder", "16", "--latent-dim", "3"]
    assert main(["train", "--dataset", "shapes", "--out", str(folder), *options]) == 0
    assert '"dataset": "shapes"' in capsys.readouterr().out
