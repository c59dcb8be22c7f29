"""Tables as people have them: labels anywhere, headings or none, quotes, decimal commas, other encodings."""

import csv
import gzip
import io

import numpy as np
import pytest
from hostile import IMAGES

import ingest
from ingest import NO_LABELS, Choices

ROWS = 60
CLASSES = np.random.default_rng(6).permutation(np.arange(ROWS) % 5)
WORDS = np.array(["\u00c4pfel", "Birnen", "Kiwi, gr\u00fcn", "Nuss", "Obst"])[CLASSES]
ODD = 3, 11, 40  # rows in which a cell is told apart below


def written(images, labels=None, at=0, heading=False, numbered=False, **how) -> str:
    """Images as a table, by the standard library: labels as column `at`, row numbers before all others."""
    rows = [list(image.ravel()) for image in images]
    names = [f"pixel{i}" for i in range(len(rows[0]))]
    if labels is not None:
        names.insert(at, "label")
        for row, label in zip(rows, labels, strict=True):
            row.insert(at, label)
    if numbered:
        names.insert(0, "")
        rows = [[i, *row] for i, row in enumerate(rows)]
    buffer = io.StringIO()
    csv.writer(buffer, **how).writerows(([names] if heading else []) + rows)
    return buffer.getvalue()


def read(text: str | bytes, choices: Choices = ingest.choices.AS_FOUND, name: str = "a.csv") -> ingest.Brought:
    return ingest.read([(name, text.encode() if isinstance(text, str) else text)], choices)


def check(brought: ingest.Brought, images, labels) -> None:
    np.testing.assert_array_equal(brought.pixels, images)
    assert [brought.classes[label] for label in brought.labels] == [str(label) for label in labels]


@pytest.fixture(scope="module")
def digits(mnist):
    """Images with few different labels, and pixels that are alike from row to row: (N, 28, 28), (N,)."""
    return mnist.test.images[:300, 0].numpy(), mnist.test.labels[:300].numpy()


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("heading", [False, True])
@pytest.mark.parametrize("at", [0, 1, 300, 783, 784])
def test_labels_are_found_in_any_column(digits, at, heading, numbered):
    images, labels = digits
    brought = read(written(images, labels, at, heading, numbered))
    check(brought, images, labels)
    name = f"Column {at + numbered + 1} (label)" if heading else f"Column {at + numbered + 1}"
    assert f"{name} was taken for the labels." in brought.told
    assert ("No pixels, and left aside: Column 1." in brought.told) is numbered
    assert at + numbered in dict(brought.offers.columns)


@pytest.mark.parametrize("scale", [1 / 255, 257])
def test_labels_are_found_however_large_pixels_are(digits, scale):
    images, labels = digits
    check(read(written(np.round(images.astype(float) * scale, 5), labels, 784)), images, labels)


@pytest.mark.parametrize("order", ["sorted", "shuffled"])
@pytest.mark.parametrize("at", [0, 64])
def test_labels_of_small_images_are_found_though_they_look_like_pixels(at, order):
    from sklearn.datasets import load_digits

    bunch = load_digits()
    rows = np.argsort(bunch.target, kind="stable") if order == "sorted" else np.arange(len(bunch.target))
    images, labels = bunch.images[rows].astype(int), bunch.target[rows]
    brought = read(written(images, labels, at))
    assert [int(brought.classes[label]) for label in brought.labels] == labels.tolist()
    without = read(written(images))
    np.testing.assert_array_equal(brought.pixels, without.pixels)
    assert (without.classes, without.offers.columns) == (("images",), ())


FORMS = {
    "semicolons": {"delimiter": ";"},
    "tabs": {"delimiter": "\t"},
    "bars": {"delimiter": "|"},
    "spaces": {"delimiter": " "},
    "every cell quoted": {"quoting": csv.QUOTE_ALL},
    "texts quoted": {"quoting": csv.QUOTE_NONNUMERIC},
    "single quotes": {"quoting": csv.QUOTE_ALL, "quotechar": "'"},
    "lines of UNIX": {"lineterminator": "\n"},
    "lines of old Macs": {"lineterminator": "\r"},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("heading", [False, True])
def test_separators_quotes_and_lines_may_be_any(form, heading):
    names = [word.replace(" ", "") if form == "spaces" else word for word in WORDS]
    check(read(written(IMAGES, names, 784, heading, **FORMS[form])), IMAGES, names)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le with a mark"])
def test_encodings_may_be_any(encoding):
    text = written(IMAGES, WORDS, heading=True)
    contents = b"\xff\xfe" + text.encode("utf-16-le") if "mark" in encoding else text.encode(encoding)
    check(read(contents), IMAGES, WORDS)
    check(read(gzip.compress(contents), name="a.csv.gz"), IMAGES, WORDS)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_are_decimal_points(separator):
    shares = np.round(IMAGES / 255, 4)
    text = written(shares, WORDS, heading=True, delimiter=separator)
    comma = text.replace("0.", "0,").replace("1.0", "1,0")
    assert comma.count(",") > 40_000
    brought = read(comma)
    np.testing.assert_array_equal(brought.pixels, IMAGES)
    assert len(brought.classes) == 5


@pytest.mark.parametrize("heading", [False, True])
def test_commas_at_the_ends_of_rows_are_no_pixels(heading):
    lines = written(IMAGES, CLASSES, heading=heading).splitlines()
    check(read("\n".join(line + "," for line in lines)), IMAGES, CLASSES)
    check(read("\n".join(line + "," * (i > 0 or not heading) for i, line in enumerate(lines))), IMAGES, CLASSES)


def test_row_names_without_a_heading_of_their_own_are_left_aside():
    lines = written(IMAGES, CLASSES, 784, heading=True, quoting=csv.QUOTE_NONNUMERIC).splitlines()
    named = [lines[0], *(f'"{i + 1}",{line}' for i, line in enumerate(lines[1:]))]  # as R's write.table does
    check(read("\n".join(named)), IMAGES, CLASSES)


def test_a_heading_of_numbers_is_no_image():
    import pandas

    for index in (True, False):
        frame = pandas.DataFrame(IMAGES.reshape(ROWS, -1))
        np.testing.assert_array_equal(read(frame.to_csv(index=index)).pixels, IMAGES)
        frame.insert(0, "digit", CLASSES)
        check(read(frame.to_csv(index=index)), IMAGES, CLASSES)
    shuffled = pandas.DataFrame(IMAGES.reshape(ROWS, -1)).assign(species=WORDS).sample(frac=1, random_state=0)
    order = shuffled.index.to_numpy()
    check(read(shuffled.to_csv()), IMAGES[order], WORDS[order])


def test_what_numpy_writes_is_read():
    buffer = io.StringIO()
    np.savetxt(buffer, np.column_stack([CLASSES, IMAGES.reshape(ROWS, -1)]))  # spaces, and numbers such as 1.000e+00
    check(read(buffer.getvalue(), name="a.txt"), IMAGES, CLASSES)


def test_a_line_that_names_the_separator_is_no_row():
    check(read("sep=;\n" + written(IMAGES, CLASSES, delimiter=";")), IMAGES, CLASSES)


def test_several_columns_that_are_no_pixels_are_told_apart_by_their_headings():
    lines = written(IMAGES, WORDS, heading=True).splitlines()
    more = [
        f"{'id' if i == 0 else 7_000 + 3 * (i % 7)},{line},{'source' if i == 0 else 'camera'}" for i, line in enumerate(lines)
    ]
    brought = read("\n".join(more))
    check(brought, IMAGES, WORDS)
    assert "No pixels, and left aside: Column 1 (id), Column 787 (source)." in brought.told


@pytest.mark.parametrize("at", ["first", "last"])
def test_one_hot_labels_are_labels(at):
    hot, pixels = np.eye(5, dtype=int)[CLASSES], IMAGES.reshape(ROWS, -1)
    buffer = io.StringIO()
    np.savetxt(buffer, np.hstack([hot, pixels] if at == "first" else [pixels, hot]), "%d")
    brought = read(buffer.getvalue())
    check(brought, IMAGES, CLASSES)
    assert (
        f"Columns {1 if at == 'first' else 785} to {5 if at == 'first' else 789} were taken for labels, one-hot."
        in brought.told
    )


def test_another_column_may_be_chosen_for_the_labels_or_none(digits):
    images, labels = digits
    text = written(images, labels, 784)
    assert read(text).choices.column == 784
    none = read(text, Choices(column=NO_LABELS))
    np.testing.assert_array_equal(none.pixels, images)
    assert none.classes == ("images",)
    first = read(text, Choices(column=0))
    rows = np.column_stack([images.reshape(300, -1), labels])
    np.testing.assert_array_equal(first.pixels, rows[:, 1:].reshape(-1, 28, 28))
    assert "Column 1 was taken for the labels." in first.told
    with pytest.raises(ingest.Refused, match=r"has 784 columns, 783 of them pixels; a row is a square image"):
        read(written(images), Choices(column=5))


def test_a_choice_beyond_the_table_is_refused():
    with pytest.raises(ingest.Refused, match="no column 786"):
        read(written(IMAGES, CLASSES), Choices(column=785))
