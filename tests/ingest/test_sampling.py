"""Of more images than are used a sample is: of each class its share, the same each time, wherever the classes lie in the file."""

import numpy as np
import pytest
from hostile import csv, npz, png, zipped

import ingest
from ingest import brought
from ingest.sampling import quotas, stratified

DRAW = np.random.default_rng(0)


@pytest.mark.parametrize("counts", [(70, 30), (1, 999), (5, 5, 5), (1, 1, 1, 97), tuple(range(1, 101)), (0, 8, 0, 9)])
@pytest.mark.parametrize("most", [1, 7, 50, 10_000])
def test_each_class_has_its_share_to_within_one_image(counts, most):
    found = quotas(np.array(counts), most)
    exact = np.array(counts) * min(1, most / sum(counts))
    assert found.sum() == min(most, sum(counts))
    assert (np.abs(found - exact) < 1).all()
    assert (found <= counts).all()


def test_within_a_class_every_image_is_as_likely():
    classes = np.repeat([0, 1], [600, 400])
    often = np.zeros(1_000)
    for _ in range(400):  # the seed is fixed, so the images change places
        places = DRAW.permutation(1_000)
        often[places] += stratified(classes[places], 250)
    assert often.mean() == pytest.approx(100)
    assert often.std() == pytest.approx(np.sqrt(400 * 0.25 * 0.75), rel=0.15)


def numbered(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images that differ, with labels of which some are rare, sorted."""
    images = DRAW.integers(0, 256, (count, 6, 6), dtype=np.uint8)
    images[:, 0, 0], images[:, 0, 1] = 0, 255
    images[:, 5, 4], images[:, 5, 5] = np.divmod(np.arange(count), 256)
    return images, np.sort(DRAW.choice(4, count, p=[0.6, 0.3, 0.09, 0.01]))


def as_table(images: np.ndarray, labels: np.ndarray) -> list[tuple[str, bytes]]:
    rows = np.concatenate([labels[:, None], images.reshape(len(images), -1)], 1)
    return [("a.csv", csv(rows, "label," + ",".join(f"pixel{i}" for i in range(36))))]


def as_pictures(images: np.ndarray, labels: np.ndarray) -> list[tuple[str, bytes]]:
    return [
        (
            "a.zip",
            zipped([(f"{label}/{i:04}.png", png(image)) for i, (image, label) in enumerate(zip(images, labels, strict=True))]),
        )
    ]


@pytest.mark.parametrize("written", [as_table, as_pictures, lambda images, labels: [("a.npz", npz(x=images, y=labels))]])
def test_a_file_with_too_many_images_gives_the_same_sample_in_every_form(written, monkeypatch):
    images, labels = numbered(900)
    whole = ingest.read([("a.npz", npz(x=images, y=labels))])
    monkeypatch.setattr(brought, "MOST_IMAGES", 300)
    found = ingest.read(written(images, labels))
    used = stratified(2 * labels, 300)
    np.testing.assert_array_equal(found.pixels, whole.pixels[used])
    np.testing.assert_array_equal(found.labels, labels[used])
    shares = np.bincount(labels) / 3
    assert (np.abs(np.bincount(found.labels, minlength=4) - shares) < 1).all()
    assert "300 of 900 images are used: the same share of each class, drawn at random, and the same each time." in found.told


def test_a_test_set_keeps_its_share_too(monkeypatch):
    images, labels = numbered(900)
    monkeypatch.setattr(brought, "MOST_IMAGES", 450)
    parts = {"x_train": images[:600], "y_train": labels[:600], "x_test": images[600:], "y_test": labels[600:]}
    found = ingest.read([("a.npz", npz(**parts))])
    assert abs(found.apart - 150) <= 4  # each class in each part within one image
    assert len(found) == 450
