"""Every format gives back the images that were put into it, and says what was done to them."""

import gzip

import numpy as np
import pytest
from hostile import IMAGES, PNGS, csv, idx, npy, npz, pictures, png, zipped
from PIL import Image

import ingest
from ingest import scale
from vae import archives

LABELS = np.arange(60) % 3
NAMES = np.array(["cat", "dog", "eel"])[LABELS]


def table(images: np.ndarray, labels=None, separator: str = ",", heading: bool = False, at: int = 0) -> bytes:
    rows = [list(map(str, image.ravel())) for image in images]
    names = [f"pixel{i}" for i in range(len(rows[0]))]
    if labels is not None:
        for row, label in zip(rows, labels, strict=True):
            row.insert(at, str(label))
        names.insert(at, "Label")
    return "\r\n".join(separator.join(row) for row in ([names] if heading else []) + rows).encode()


FORMATS = {
    "zip": [("a.zip", zipped(pictures()))],
    "npz": [("a.npz", npz(images=IMAGES, labels=LABELS))],
    "npz, floats to 1": [("a.npz", npz(X=(IMAGES / 255).astype(np.float32), y=LABELS))],
    "npz, floats from -1": [("a.npz", npz(X=IMAGES / 127.5 - 1, y=LABELS))],
    "npz, 16 bits": [("a.npz", npz(X=IMAGES.astype(np.uint16) * 257))],
    "npz, column by column": [("a.npz", npz(X=np.asfortranarray(IMAGES.reshape(60, 784))))],
    "npz, channel last": [("a.npz", npz(X=IMAGES[..., None]))],
    "npz, channel first, big-endian": [("a.npz", npz(X=IMAGES[:, None].astype(">i4")))],
    "npz, colour first": [("a.npz", npz(X=np.repeat(IMAGES[:, None], 3, axis=1)))],
    "npy": [("a.npy", npy(IMAGES))],
    "idx": [("a", idx(IMAGES)), ("b", idx(LABELS.astype(np.uint8)))],
    "idx, gzipped, labels first": [("b.gz", gzip.compress(idx(LABELS.astype(np.uint8)))), ("a.gz", gzip.compress(idx(IMAGES)))],
    "idx, without labels": [("a", idx(IMAGES))],
    "csv": [("a.csv", csv(IMAGES))],
    "csv, label first": [("a.csv", table(IMAGES, LABELS))],
    "csv, named label last": [("a.csv", table(IMAGES, NAMES, ";", heading=True, at=784))],
    "csv, tabs": [("a.tsv", b"\xef\xbb\xbf" + table(IMAGES, NAMES, "\t"))],
}


@pytest.mark.parametrize("name", FORMATS)
def test_images_and_labels_come_back(name):
    brought = ingest.read(FORMATS[name])
    expected = np.concatenate([IMAGES[::2], IMAGES[1::2]]) if name == "zip" else IMAGES  # by the names of folders
    np.testing.assert_array_equal(brought.pixels, expected)
    if name == "zip":
        assert brought.classes == ("0", "1")
        np.testing.assert_array_equal(brought.labels, np.repeat([0, 1], 30))
    elif len(brought.classes) > 1:
        assert brought.classes in (("0", "1", "2"), ("cat", "dog", "eel"))
        np.testing.assert_array_equal(brought.labels, LABELS)
    else:
        assert "label" not in name.replace("without labels", "")
    assert all(sentence.endswith(".") for sentence in brought.told)
    assert brought.told[0].startswith("60 ")


def test_what_the_real_data_set_holds_comes_back(mnist):
    raw = archives.PROJECT_DATA / "MNIST" / "raw"
    files = [(kind, (raw / f"t10k-{kind}-ubyte.gz").read_bytes()) for kind in ("images-idx3", "labels-idx1")]
    brought = ingest.read(files)
    np.testing.assert_array_equal(brought.pixels, mnist.test.images[:, 0].numpy())
    np.testing.assert_array_equal(brought.labels, mnist.test.labels.numpy())
    assert brought.classes == mnist.classes
    assert not brought.rims_are_bright
    assert ingest.inverted(brought).rims_are_bright


def test_what_systems_put_into_archives_is_left_out_and_folders_need_not_be_classes():
    junk = [("__MACOSX/0/._000.png", b"x"), (".DS_Store", b"x"), ("0/Thumbs.db", b"x"), ("0/", b"")]
    assert len(ingest.read([("a.zip", zipped(pictures(*junk)))])) == 60
    loose = ingest.read([("a.zip", zipped(pictures(("top.png", PNGS[0]))))])
    assert (len(loose), loose.classes, set(loose.labels)) == (61, ("images",), {0})
    nested = ingest.read([("a.zip", zipped([(f"all/{name}", contents) for name, contents in pictures()]))])
    assert nested.classes == ("0", "1")


def test_labels_that_are_no_classes_are_left_out_and_it_is_said():
    many = ingest.read([("a.npz", npz(x=np.repeat(IMAGES, 2, 0), y=np.arange(120) / 7))])
    assert (many.classes, many.told[-1]) == (
        ("images",),
        "The labels have 120 different values; more than 100 are no classes, so they were left out.",
    )
    one = ingest.read([("a.npz", npz(x=IMAGES, y=np.zeros(60, int)))])
    assert one.told[-1] == "All images have one label, 0, so it was left out."
    assert ingest.read([("a.npz", npz(x=IMAGES, y=LABELS * 5.0))]).classes == ("0", "5", "10")  # by value, not by letter


def test_of_several_arrays_the_likeliest_are_taken_and_the_others_named():
    brought = ingest.read(
        [("a.npz", npz(images=IMAGES, labels=LABELS, weights=IMAGES / 255, names=np.array(["cat", "dog", "eel"])))]
    )
    assert (len(brought), brought.classes) == (60, ("0", "1", "2"))
    assert "Left aside: names, weights." in brought.told[0] + brought.told[1]


def test_colour_becomes_grey_as_a_library_does_it():
    colours = np.random.default_rng(2).integers(0, 256, (60, 28, 28, 3), dtype=np.uint8)
    greys = np.stack([np.asarray(Image.fromarray(image).convert("L")) for image in colours])
    from_array = ingest.read([("a.npz", npz(x=colours))]).pixels
    assert np.abs(from_array.astype(int) - greys).max() <= 1
    from_files = ingest.read([("a.zip", zipped([(f"{i:02}.png", png(image)) for i, image in enumerate(colours)]))]).pixels
    np.testing.assert_array_equal(from_files, greys)


def test_mixed_sizes_are_scaled_each_by_itself():
    sizes = [(28, 28), (100, 40), (9, 30), (8, 8)] * 13
    draw = np.random.default_rng(3)
    images = [draw.integers(0, 256, size, dtype=np.uint8) for size in sizes]
    brought = ingest.read([("a.zip", zipped([(f"{i:02}.png", png(image)) for i, image in enumerate(images)]))])
    assert np.abs(brought.pixels - np.stack([scale.fit(image) for image in images])).max() <= 0.5 + 1 / 256
    assert brought.told[0] == "52 images of 4 sizes, from 8 \u00d7 8 to 40 \u00d7 100 pixels."
