"""The data sets' splits, and what happens when their files are missing, damaged or out of reach."""

import gzip
import hashlib
import http.client
import re
import shutil
import urllib.request
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


@pytest.fixture
def elsewhere(tmp_path, monkeypatch, no_network) -> Path:
    """An empty data folder in place of the project's, without a network; the folder of MNIST's files in it."""
    monkeypatch.setattr(data, "PROJECT_DATA", tmp_path / "data")
    raw = tmp_path / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    return raw


@pytest.fixture
def archives(elsewhere) -> Path:
    """That folder with the four real archives in it, nothing unpacked."""
    for name in data.ARCHIVES:
        shutil.copyfile(ARCHIVES / name, elsewhere / name)
    return elsewhere


@pytest.fixture(scope="module")
def unpacked() -> dict[str, bytes]:
    """The four files in the archives."""
    return {name.removesuffix(".gz"): gzip.decompress((ARCHIVES / name).read_bytes()) for name in data.ARCHIVES}


def read(name: str = "mnist") -> data.Dataset:
    """Read afresh, past the cache of `data.load`."""
    return data.LOADERS[name].read()


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
    assert {name: hashlib.md5((ARCHIVES / name).read_bytes()).hexdigest() for name in data.ARCHIVES} == MD5


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


def assert_says_where_the_files_belong(error: BaseException, folder: Path) -> None:
    assert re.fullmatch(r"[^\n]+\.", str(error))
    assert [word for word in (str(folder), *data.ARCHIVES) if word not in str(error)] == []


@pytest.mark.parametrize(("name", "folder"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST"), ("kmnist", "KMNIST")])
def test_files_missing_offline_say_which_files_belong_where(elsewhere, name, folder):
    with pytest.raises(DataError) as refusal:
        read(name)
    assert_says_where_the_files_belong(refusal.value, elsewhere.parent.parent / folder / "raw")


@pytest.mark.parametrize("content", [b"", b"nothing like an archive", "half"], ids=["empty", "foreign", "half"])
def test_a_damaged_archive_offline_says_which_files_belong_where(archives, content):
    damaged = archives / data.ARCHIVES[0]
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2] if content == "half" else content)
    with pytest.raises(DataError) as refusal:
        read()
    assert_says_where_the_files_belong(refusal.value, archives)


def test_a_connection_that_breaks_off_says_which_files_belong_where(elsewhere, monkeypatch):
    def break_off(*_, **__):
        raise http.client.IncompleteRead(b"")

    monkeypatch.setattr(urllib.request, "urlopen", break_off)
    with pytest.raises(DataError) as refusal:
        read()
    assert_says_where_the_files_belong(refusal.value, elsewhere)


@pytest.mark.parametrize(
    "damage",
    [lambda whole: b"", lambda whole: whole[:3], lambda whole: whole[: len(whole) // 2], lambda whole: bytes(len(whole))],
    ids=["empty", "header-cut", "half", "zeros"],
)
@pytest.mark.parametrize("file", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_an_unpacked_file_that_was_cut_short_is_unpacked_again_without_a_network(
    archives, unpacked, no_network, mnist, file, damage
):
    for name, content in unpacked.items():
        (archives / name).write_bytes(damage(content) if name == file else content)
    again = read()
    assert torch.equal(again.test.images, mnist.test.images)
    assert torch.equal(again.test.labels, mnist.test.labels)
    assert no_network() == []


@pytest.fixture
def write_protected(tmp_path, monkeypatch) -> Path:
    """The project's data folder refuses every new file, and the cache folder is a fresh one."""

    def refuse(*_, **__):
        raise PermissionError("read-only")

    monkeypatch.setattr(data.tempfile, "TemporaryFile", refuse)
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data" / "MNIST" / "raw"


def test_a_write_protected_project_is_unpacked_in_the_cache_folder(archives, write_protected, no_network, mnist):
    before = sorted(archives.iterdir())
    assert torch.equal(read().train.images, mnist.train.images)
    assert sorted(archives.iterdir()) == before
    assert {name for name in MD5 if (write_protected / name).exists()} == set(MD5)
    assert no_network() == []


def test_a_copy_in_the_cache_folder_that_was_cut_short_is_made_again(archives, write_protected, mnist):
    write_protected.mkdir(parents=True)
    (write_protected / data.ARCHIVES[0]).write_bytes(b"the beginning of a copy")
    assert torch.equal(read().test.images, mnist.test.images)


def test_files_missing_from_a_write_protected_project_belong_in_the_cache_folder(elsewhere, write_protected):
    with pytest.raises(DataError) as refusal:
        read()
    assert_says_where_the_files_belong(refusal.value, write_protected)


def test_no_folder_to_write_to_says_which_setting_names_one(archives, write_protected, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(DataError, match="LATENT_EXPLORER_CACHE"):
        read()


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
