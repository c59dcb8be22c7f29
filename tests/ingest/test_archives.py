"""Archives of anything: tables, IDX files, arrays, pictures, a training and a test part, and files beside them."""

import gzip
import io
import struct

import numpy as np
import pytest
from hostile import IMAGES, PNGS, csv, idx, npy, npz, pictures, png, zipped
from test_tables import written

import ingest

LABELS = np.random.default_rng(7).permutation(np.arange(60) % 3)
TRAIN, TEST = (IMAGES[:51], LABELS[:51]), (IMAGES[48:], LABELS[48:])  # they share three images, so an order can be told
NOTES = [
    ("README.txt", b"Beetles, moths, ants, and bees: seen in 2026, by us, in the park.\nAll, of, them, of, course.\n"),
    ("__MACOSX/._train.csv", b"\0\1\2\3"),
    (".DS_Store", b"\0\0\0\1Bud1"),
    ("LICENSE", b"Do as you like."),
]


def text(images, labels=None, **how) -> bytes:
    return written(images, labels, heading=True, **how).encode()


def byte(labels) -> np.ndarray:
    return np.asarray(labels, np.uint8)


def little(contents: bytes, magic: bool) -> bytes:
    """An IDX file whose sizes are in the wrong byte order, and its magic number too."""
    count = contents[3]
    sizes = struct.pack(f"<{count}I", *struct.unpack_from(f">{count}I", contents, 4))
    return (contents[3::-1] if magic else contents[:4]) + sizes + contents[4 + 4 * count :]


ONE_SET = {
    "a table": [("all/train.csv", text(IMAGES, LABELS))],
    "two tables": [("a.csv", text(IMAGES[:30], LABELS[:30])), ("b.csv", text(IMAGES[30:], LABELS[30:]))],
    "a gzipped table": [("train.csv.gz", gzip.compress(text(IMAGES, LABELS)))],
    "IDX files": [("i/images-idx3-ubyte", idx(IMAGES)), ("i/labels-idx1-ubyte", idx(byte(LABELS)))],
    "gzipped IDX files": [("images.gz", gzip.compress(idx(IMAGES))), ("labels.gz", gzip.compress(idx(byte(LABELS))))],
    "an npz file": [("data/beetles.npz", npz(images=IMAGES, labels=LABELS))],
    "npy files": [("X.npy", npy(IMAGES)), ("y.npy", npy(LABELS))],
}


@pytest.mark.parametrize("kind", ONE_SET)
def test_an_archive_holds_any_kind_of_file_and_notes_beside_it(kind):
    brought = ingest.read([("a.zip", zipped([*NOTES, *ONE_SET[kind]]))])
    np.testing.assert_array_equal(brought.pixels, IMAGES)
    assert [brought.classes[label] for label in brought.labels] == list(map(str, LABELS))
    assert (brought.apart, len(brought)) == (0, 60)
    (aside,) = (sentence for sentence in brought.told if "Left aside" in sentence)
    assert all(name in aside for name, _ in NOTES)


@pytest.mark.parametrize("kind", ONE_SET)
def test_the_same_files_may_be_sent_side_by_side(kind):
    brought = ingest.read([(name.rpartition("/")[2], contents) for name, contents in ONE_SET[kind]])
    np.testing.assert_array_equal(brought.pixels, IMAGES)
    assert len(brought.classes) == 3


TWO_PARTS = {
    "tables": [("train.csv", text(*TRAIN)), ("test.csv", text(*TEST))],
    "IDX files": [
        ("t10k-images-idx3-ubyte", idx(TEST[0])),
        ("t10k-labels-idx1-ubyte", idx(byte(TEST[1]))),
        ("train-images-idx3-ubyte", idx(TRAIN[0])),
        ("train-labels-idx1-ubyte", idx(byte(TRAIN[1]))),
    ],
    "arrays of Keras": npz(x_test=TEST[0], x_train=TRAIN[0], y_test=TEST[1], y_train=TRAIN[1]),
    "arrays of MedMNIST": npz(
        train_images=TRAIN[0], train_labels=TRAIN[1][:, None], test_images=TEST[0], test_labels=TEST[1][:, None]
    ),
    "npz files": [("testing.npz", npz(images=TEST[0], labels=TEST[1])), ("training.npz", npz(images=TRAIN[0], labels=TRAIN[1]))],
    "npy files": [("trainX.npy", npy(TRAIN[0])), ("trainY.npy", npy(TRAIN[1])), ("testX.npy", npy(TEST[0])), ("testY.npy", npy(TEST[1]))],
    "pictures": [
        (f"set/{part}/{label}/{i:02}.png", png(image))
        for part, (images, labels) in (("Test", TEST), ("Train", TRAIN))
        for i, (image, label) in enumerate(zip(images, labels, strict=True))
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", TWO_PARTS)
def test_a_test_part_comes_last_and_is_kept_apart(kind):
    files = TWO_PARTS[kind]
    brought = ingest.read([("a.zip", files if isinstance(files, bytes) else zipped(files))])
    order = [np.argsort(labels, kind="stable") if kind == "pictures" else np.arange(len(labels)) for _, labels in (TRAIN, TEST)]
    expected = [images[rows] for (images, _), rows in zip((TRAIN, TEST), order, strict=True)]
    np.testing.assert_array_equal(brought.pixels, np.concatenate(expected))
    labels = np.concatenate([labels[rows] for (_, labels), rows in zip((TRAIN, TEST), order, strict=True)])
    assert [brought.classes[label] for label in brought.labels] == list(map(str, labels))
    assert brought.apart == 12
    assert "12 images came as a test set, and are kept apart as such." in brought.told


def test_a_part_that_is_too_small_is_not_kept_apart():
    brought = ingest.read([("a.npz", npz(x_train=IMAGES[:55], x_test=IMAGES[55:]))])
    assert (len(brought), brought.apart) == (60, 0)
    assert "The test set has 5 images, fewer than 10, so test images are drawn anew from all." in brought.told
    other = ingest.read([("a.npz", npz(x_train=IMAGES[:40], x_test=IMAGES[40:]))])
    assert (len(other), other.apart) == (60, 0)
    assert "Beside the test set there are 40 images, fewer than 50, so test images are drawn anew from all." in other.told


def test_a_test_part_alone_is_a_set_as_others_are():
    brought = ingest.read([("a.zip", zipped([("t10k-images.gz", gzip.compress(idx(IMAGES)))]))])
    assert (len(brought), brought.apart) == (60, 0)


def test_validation_images_go_with_those_that_are_trained_on():
    brought = ingest.read([("a.npz", npz(x_train=IMAGES, x_val=IMAGES[:9], x_test=IMAGES[:20]))])
    assert (len(brought), brought.apart) == (89, 20)
    np.testing.assert_array_equal(brought.pixels[-20:], IMAGES[:20])
    assert "Validation images are drawn anew from all that are no test images." in brought.told


def test_a_part_without_labels_is_left_aside_where_another_has_some():
    brought = ingest.read([("a.zip", zipped([("train.csv", text(IMAGES, LABELS)), ("test.csv", text(IMAGES[:20]))]))])
    assert (len(brought), brought.apart, len(brought.classes)) == (60, 0, 3)
    assert "test.csv has no labels, and was left aside." in brought.told
    neither = ingest.read([("a.zip", zipped([("train.csv", text(IMAGES)), ("test.csv", text(IMAGES[:20]))]))])
    assert (len(neither), neither.apart) == (80, 20)


def test_folders_that_are_called_after_one_part_are_classes():
    brought = ingest.read([("a.zip", zipped([(f"{'test' if i % 2 else 'control'}/{i:02}.png", PNGS[i]) for i in range(60)]))])
    assert brought.classes == ("control", "test")
    assert brought.apart == 0
    loose = ingest.read(
        [
            (
                "a.zip",
                zipped(
                    [(f"{'test' if i % 3 == 0 else 'train'}/{i:02}.png", PNGS[i]) for i in range(90 - 15) if i < 60]
                    + [(f"train/x{i}.png", PNGS[i]) for i in range(20)]
                ),
            )
        ]
    )
    assert (loose.classes, loose.apart) == (("images",), 20)


def test_names_that_only_hold_such_a_word_name_no_part():
    files = [("latest.csv", text(IMAGES[:30], LABELS[:30])), ("contest.csv", text(IMAGES[30:], LABELS[30:]))]
    assert ingest.read([("a.zip", zipped(files))]).apart == 0


def test_a_text_among_pictures_and_pictures_among_tables_are_left_aside():
    brought = ingest.read([("a.zip", zipped(pictures(("labels.csv", b"name,class\n1.png,0\n"), ("readme.txt", b"hello"))))])
    assert "Left aside: labels.csv, readme.txt." in brought.told
    with_pictures = ingest.read([("a.zip", zipped([("train.csv", csv(IMAGES)), ("preview.png", PNGS[0])]))])
    assert "Left aside: preview.png." in with_pictures.told


def test_pictures_may_be_sent_without_an_archive():
    brought = ingest.read([(f"{i:02}.png", contents) for i, contents in enumerate(PNGS)])
    np.testing.assert_array_equal(brought.pixels, IMAGES)


@pytest.mark.parametrize("magic", [False, True])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_in_the_wrong_byte_order_is_understood_and_it_is_said(magic, pack):
    files = [("images", pack(little(idx(IMAGES), magic))), ("labels", pack(little(idx(byte(LABELS)), magic)))]
    brought = ingest.read(files)
    np.testing.assert_array_equal(brought.pixels, IMAGES)
    assert [brought.classes[label] for label in brought.labels] == list(map(str, LABELS))
    assert "The sizes in images are little-endian, in the wrong byte order for IDX; they were read so." in brought.told


SHAPES = {
    "(N,)": LABELS,
    "(N, 1)": LABELS[:, None],
    "(1, N)": LABELS[None],
    "floats": LABELS.astype(np.float32),
    "one-hot": np.eye(3, dtype=np.uint8)[LABELS],
    "one-hot, floats": np.eye(3)[LABELS],
    "one-hot, yes or no": np.eye(3, dtype=bool)[LABELS],
    "words": np.array(["ant", "bee", "cockchafer"])[LABELS],
    "words (N, 1)": np.array(["ant", "bee", "cockchafer"])[LABELS][:, None],
    "bytes": np.array([b"ant", b"bee", b"cockchafer"])[LABELS],
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("names", [("images", "labels"), ("leaves", "kinds")])
def test_labels_of_any_shape_are_labels(shape, names):
    brought = ingest.read([("a.npz", npz(**dict(zip(names, (IMAGES, SHAPES[shape]), strict=True))))])
    np.testing.assert_array_equal(brought.labels, LABELS)
    assert brought.classes == (("ant", "bee", "cockchafer") if "words" in shape or shape == "bytes" else ("0", "1", "2"))


def test_rows_that_are_not_one_hot_are_no_labels_and_it_is_said():
    brought = ingest.read([("a.npz", npz(images=IMAGES, labels=np.eye(3)[LABELS] * 0.9))])
    assert brought.classes == ("images",)
    assert any("rows that are not 0 but for a single 1" in sentence for sentence in brought.told)


def test_a_file_may_lie_on_the_disk(tmp_path):
    path = tmp_path / "uploaded"
    for name, contents in (
        ("a.zip", zipped(pictures())),
        ("a.npz", npz(x=IMAGES)),
        ("a.csv", csv(IMAGES)),
        ("a.gz", gzip.compress(idx(IMAGES))),
    ):
        path.write_bytes(contents)
        np.testing.assert_array_equal(ingest.read([(name, path)]).pixels, ingest.read([(name, contents)]).pixels)


def test_a_large_array_is_read_block_by_block():
    many = np.repeat(IMAGES, 250, 0)  # 12 MB
    buffer = io.BytesIO()
    np.savez(buffer, images=many)
    np.testing.assert_array_equal(ingest.read([("a.npz", buffer.getvalue())]).pixels, many)
