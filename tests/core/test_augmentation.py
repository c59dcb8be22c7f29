"""Moved and turned images: against scipy's affine transform, and what must hold of any such change."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from vae import augmentation, data
from vae.augmentation import mixed, moved_and_turned, transformed
from vae.data import Split


@pytest.fixture
def digits() -> Split:
    train = data.load("mnist").train
    return Split(train.images[:40], train.labels[:40])


def test_nothing_changes_without_a_turn_and_a_shift(digits) -> None:
    same = moved_and_turned(digits, copies=1, turn=0, shift=0)
    order = [next(i for i in range(40) if torch.equal(each, digits.images[i])) for each in same.images]
    assert sorted(order) == list(range(40))
    assert torch.equal(same.labels, digits.labels[order])


@pytest.mark.parametrize(("height", "width"), [(28, 28), (20, 31)])
def test_it_is_scipys_affine_transform(height, width) -> None:
    generator = torch.Generator().manual_seed(1)
    images = torch.zeros(3, 1, height, width)
    images[:, :, 5:-5, 5:-5] = torch.rand(3, 1, height - 10, width - 10, generator=generator)
    degrees, shifts = torch.tensor([0.0, 13.0, -40.0]), torch.tensor([[2.0, -1.0], [0.4, 1.3], [-1.5, 0.0]])
    found = transformed(images, degrees, shifts)
    middle = (np.array([height, width]) - 1) / 2
    for image, angle, (right, down), ours in zip(
        images[:, 0].numpy(), degrees.tolist(), shifts.tolist(), found[:, 0], strict=True
    ):
        t = np.deg2rad(angle)
        back = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])  # (row, column) of the result -> of the source
        theirs = ndimage.affine_transform(image, back, middle - back @ (middle + np.array([down, right])), order=1)
        np.testing.assert_allclose(ours.numpy()[3:-3, 3:-3], theirs[3:-3, 3:-3], atol=1e-4)


def test_ink_is_neither_made_nor_lost(digits) -> None:
    many = moved_and_turned(digits, copies=5)
    assert float(many.images.float().mean()) == pytest.approx(float(digits.images.float().mean()), rel=0.01)
    whole = transformed(digits.images.float(), torch.zeros(40), torch.tensor([[1.0, -1.0]]).expand(40, 2))
    assert torch.allclose(whole[..., :-1, 1:], digits.images.float()[..., 1:, :-1], atol=1e-3)


def test_a_seed_gives_the_same_images_and_another_seed_others(digits) -> None:
    first, again, other = (moved_and_turned(digits, copies=2, seed=seed) for seed in (4, 4, 5))
    assert torch.equal(first.images, again.images)
    assert not torch.equal(first.images, other.images)
    assert torch.equal(first.labels.bincount(minlength=10), 2 * digits.labels.bincount(minlength=10))


def test_a_mixture_has_every_image_so_often_and_the_others_once(digits) -> None:
    others = Split(torch.full((7, 1, 28, 28), 255, dtype=torch.uint8), torch.full((7,), 9))
    both = mixed(digits, others, copies=3, count=5)
    white = (both.images == 255).flatten(1).all(1)
    assert int(white.sum()) == 5
    assert len(both) == 3 * 40 + 5
    assert (both.labels[white] == 9).all()


def test_only_what_is_trained_on_is_enlarged(digits) -> None:
    small = data.three_splits("small", digits.images, digits.labels, tuple("0123456789"), held_out=10)
    for way in augmentation.WAYS:
        more = augmentation.enlarged(small, way)
        assert more.name == f"small:{way}"
        assert len(more.train) > len(small.train)
        assert more.validation is small.validation
        assert more.test is small.test
