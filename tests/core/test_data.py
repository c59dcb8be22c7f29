"""The data sets' splits. What their files may be like is in test_set_files.py."""

import gzip
import hashlib
from pathlib import Path

import pytest
import torch

from vae import data
from vae.errors import DataError

ARCHIVES = Path(__file__).resolve().parents[2] / "data" / "MNIST" / "raw"
MD5 = {
    "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
    "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
    "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
    "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
}


@pytest.fixture(scope="module")
def unpacked() -> dict[str, bytes]:
    """The four files in the archives."""
    return {name.removesuffix(".gz"): gzip.decompress((ARCHIVES / name).read_bytes()) for name in MD5}


def test_mnist_has_55000_training_5000_validation_and_10000_test_images(mnist):
    parts = (mnist.train, mnist.validation, mnist.test)
    assert [len(part) for part in parts] == [55_000, 5_000, 10_000]
    assert {part.images.shape[1:] for part in parts} == {(1, 28, 28)}
    assert mnist.image_shape == (1, 28, 28)


def test_digits_has_1197_training_200_validation_and_400_test_images(digits):
    assert [len(part) for part in (digits.train, digits.validation, digits.test)] == [1197, 200, 400]
    assert digits.image_shape == (1, 8, 8)
    assert {int(grey) for grey in digits.train.images.unique()} == {round(level * 255 / 16) for level in range(17)}


@pytest.mark.parametrize("name", ["mnist", "digits"])
def test_every_split_has_grey_levels_as_bytes_and_every_class_by_name(name):
    dataset = data.load(name)
    assert dataset.name == name
    assert dataset.classes == tuple("0123456789")
    for part in (dataset.train, dataset.validation, dataset.test):
        assert part.images.dtype == torch.uint8
        assert part.labels.dtype == torch.int64
        assert len(part.labels) == len(part)
        assert part.labels.unique().tolist() == list(range(10))


def test_no_digit_is_in_two_splits(digits, mnist):
    """MNIST's archive has no two equal images; scikit-learn's digits are told apart by their place in the original order."""
    seen = [{image.numpy().tobytes() for image in part.images} for part in (mnist.train, mnist.validation, mnist.test)]
    assert len(seen[0] | seen[1] | seen[2]) == sum(map(len, seen)) == 70_000


def test_the_digits_splits_are_the_whole_set_each_image_once(digits):
    from sklearn.datasets import load_digits

    parts = (digits.train, digits.validation, digits.test)
    found = sorted((p.tobytes(), int(y)) for part in parts for p, y in zip(part.images.numpy(), part.labels, strict=True))
    bunch = load_digits()
    whole = zip((bunch.images * (255 / 16)).round().astype("uint8"), bunch.target, strict=True)
    assert found == sorted((image.tobytes(), int(label)) for image, label in whole)


def test_validation_is_the_end_of_the_original_training_set(mnist, unpacked):
    raw = unpacked["train-images-idx3-ubyte"]
    assert mnist.validation.images[0].numpy().tobytes() == raw[16 + 55_000 * 784 :][:784]
    assert mnist.train.images[0].numpy().tobytes() == raw[16:][:784]


def test_the_archives_are_the_original_ones():
    assert {name: hashlib.md5((ARCHIVES / name).read_bytes()).hexdigest() for name in MD5} == MD5


def test_pixels_are_grey_levels_over_255(mnist):
    index = torch.tensor([3, 1])
    torch.testing.assert_close(mnist.test.pixels(index), mnist.test.images[index].double().div(255).float())
    assert mnist.test.pixels().max() == 1
    assert len(mnist.validation.pixels(slice(7))) == 7


def test_loading_twice_gives_the_same_object(mnist):
    assert data.load("mnist") is mnist


def test_an_unknown_data_set_is_refused_with_the_list_of_known_ones():
    with pytest.raises(DataError, match=r"'imagenet'.*mnist, digits, shapes, fashion-mnist, kmnist\.$"):
        data.load("imagenet")


@pytest.mark.parametrize(("counts", "held_out"), [((50,), 10), ((400, 100, 12), 51), ((3, 3, 3, 60), 10), ((2_000, 1), 200)])
def test_three_splits_share_out_every_image_once_and_every_class_in_proportion(counts, held_out):
    labels = torch.cat([torch.full((count,), label) for label, count in enumerate(counts)])
    images = torch.arange(len(labels)).view(-1, 1, 1, 1)
    whole = data.three_splits("x", images, labels, tuple(map(str, range(len(counts)))), held_out)
    parts = (whole.test, whole.validation, whole.train)
    assert [len(part) for part in parts] == [held_out, held_out, len(labels) - 2 * held_out]
    assert sorted(torch.cat([part.images.flatten() for part in parts]).tolist()) == list(range(len(labels)))
    for part in parts:
        torch.testing.assert_close(labels[part.images.flatten()], part.labels)
        for label, count in enumerate(counts):
            assert abs(int((part.labels == label).sum()) - count * len(part) / len(labels)) <= 1 + len(counts) / 2
    again = data.three_splits("x", images, labels, whole.classes, held_out)
    torch.testing.assert_close(again.train.images, whole.train.images)
    assert whole.test.images.flatten().tolist() != sorted(whole.test.images.flatten().tolist())  # shuffled within a class


@pytest.mark.parametrize(("counts", "apart"), [((60, 30), 10), ((200,), 199 - 50), ((300, 3, 90), 40)])
def test_images_that_came_as_a_test_set_are_the_test_split_and_no_other(counts, apart):
    labels = torch.cat([torch.full((count,), label) for label, count in enumerate(counts)]).flip(0)
    images = torch.arange(len(labels)).view(-1, 1, 1, 1)
    whole = data.three_splits("x", images, labels, tuple(map(str, range(len(counts)))), 12, apart)
    assert whole.test.images.flatten().tolist() == list(range(len(labels) - apart, len(labels)))
    torch.testing.assert_close(whole.test.labels, labels[-apart:])
    assert len(whole.validation) == 12
    drawn = torch.cat([whole.validation.images, whole.train.images]).flatten()
    assert sorted(drawn.tolist()) == list(range(len(labels) - apart))
    alone = data.three_splits("x", images[:-apart], labels[:-apart], whole.classes, 12)
    torch.testing.assert_close(alone.test.images, whole.validation.images)  # drawn as from a set without a test set


def test_a_source_is_asked_for_the_names_that_begin_with_it_and_for_no_other(monkeypatch, digits):
    asked: list[str] = []
    monkeypatch.setitem(data.SOURCES, "shelf", lambda rest: asked.append(rest) or digits)
    assert data.load("shelf:a:b") is digits
    assert asked == ["a:b"]
    for name in ("shelf", "other:a"):
        with pytest.raises(DataError, match="There is no data set"):
            data.load(name)
