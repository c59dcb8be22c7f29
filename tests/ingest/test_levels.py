"""Black and white: every usual range of numbers gives back the images that were put into it, and none is nearly black in silence."""

import numpy as np
import pytest
from hostile import csv, npy, png, zipped

import ingest
from ingest import BLACK, Choices, Levels

DRAW = np.random.default_rng(4)
INK = DRAW.integers(1, 256, (60, 28, 28), dtype=np.uint8)
TRUTH = np.where(DRAW.random(INK.shape) < 0.2, INK, 0).astype(np.uint8)  # bright strokes on a black ground
TRUTH[:, 0, 0], TRUTH[:, 3, 3] = 0, 255
SHARE = TRUTH / 255
BINARY = TRUTH > 127
STRAY = TRUTH.astype(np.uint16)
STRAY[5, 10, 10] = 65_535


def bits(count: int) -> np.ndarray:
    """The images with so many bits, in 16."""
    return np.rint(SHARE * (2**count - 1)).astype(np.uint16)


# What lies in the file, the images that it means, and by how many grey levels they may differ.
RANGES = {
    "0 to 255": (TRUTH, TRUTH, 0),
    "0 to 255, floats": (TRUTH.astype(np.float64), TRUTH, 0),
    "0 to 255, interpolated": (TRUTH * 1.02 - 1.5, (TRUTH * 1.02 - 1.5).clip(0, 255), 0.51),
    "0 to 254": (TRUTH.clip(max=254), TRUTH.clip(max=254), 0),
    "0 to 250": (TRUTH.clip(max=250).astype(np.int64), TRUTH.clip(max=250), 0),
    "1 to 256": (TRUTH.astype(np.uint16) + 1, TRUTH, 1),
    "0 to 1": (SHARE.astype(np.float32), TRUTH, 0),
    "0 to 1, half precision": (SHARE.astype(np.float16), TRUTH, 0.5),
    "0 to 1 by 254": ((TRUTH / 254).astype(np.float32), TRUTH * (255 / 254), 1.01),
    "0 to 1 by 256": (TRUTH / 256, TRUTH * (255 / 256), 0.51),
    "0 to 1 with an overshoot": (SHARE * 1.08 - 0.04, (255 * (SHARE * 1.08 - 0.04)).clip(0, 255), 0.51),
    "0 to 1 on a ground of -1e-7": (np.where(TRUTH == 0, -1e-7, SHARE).astype(np.float32), TRUTH, 0),
    "-1 to 1": (SHARE * 2 - 1, TRUTH, 0),
    "-1 to 1 with an overshoot": ((SHARE * 2 - 1) * 1.01, (255 * ((SHARE * 2 - 1) * 1.01 + 1) / 2).clip(0, 255), 0.51),
    "-0.5 to 0.5": (SHARE - 0.5, TRUTH, 0),
    "-128 to 127": ((TRUTH.astype(int) - 128).astype(np.int8), TRUTH, 0),
    "-127.5 to 127.5": (TRUTH - 127.5, TRUTH, 0),
    "yes or no": (BINARY, BINARY * 255, 0),
    "0 or 1": (BINARY.astype(np.uint8), BINARY * 255, 0),
    "-1 or 1": (BINARY * 2 - 1, BINARY * 255, 0),
    "2 bits": (bits(2), bits(2) * 85, 0),
    "4 bits": (bits(4), bits(4) * 17, 0),
    "0 to 16": (np.rint(SHARE * 16), np.rint(SHARE * 16) * 255 / 16, 0.51),
    "6 bits": (bits(6), bits(6) * (255 / 63), 0.51),
    "10 bits": (bits(10), TRUTH, 0),
    "12 bits": (bits(12), TRUTH, 0),
    "12 bits, floats": (SHARE * 4095.0 + 0.25, TRUTH, 0.51),
    "14 bits": (bits(14), TRUTH, 0),
    "16 bits": (bits(16), TRUTH, 0),
    "8 bits and a stray pixel": (STRAY, np.where(STRAY > 255, 255, TRUTH), 0),
}


DEPTHS = [name for name, (numbers, _, _) in RANGES.items() if numbers.dtype in (np.uint8, np.uint16)]  # of pictures


@pytest.mark.parametrize(
    ("form", "name"),
    [(form, name) for form in ("npy", "csv", "pictures") for name in (DEPTHS if form == "pictures" else RANGES)],
)
def test_the_images_come_back_whatever_numbers_are_black_and_white(name, form):
    numbers, truth, near = RANGES[name]
    if form == "npy":
        file = "a.npy", npy(numbers)
    elif form == "csv":
        file = "a.csv", csv(numbers.astype(int) if numbers.dtype == bool else numbers)
    else:
        file = "a.zip", zipped([(f"{i:02}.png", png(image)) for i, image in enumerate(numbers)])
    brought = ingest.read([file])
    assert np.abs(brought.pixels - truth.astype(float)).max() <= near + 1e-9
    levels = brought.choices.levels
    (said,) = (sentence for sentence in brought.told if "for white" in sentence)
    assert f"{levels.black:,.6g} was taken for black and {levels.white:,.6g} for white" in said
    assert f"{numbers.min():,.6g} to {numbers.max():,.6g}" in said or form != "npy"
    assert levels in brought.offers.levels
    assert not brought.faint


def test_what_is_cut_off_is_said():
    brought = ingest.read([("a.npy", npy(SHARE * 1.08 - 0.04))])
    outside = ((SHARE * 1.08 - 0.04 < -0.5 / 255) | (SHARE * 1.08 - 0.04 > 1 + 0.5 / 255)).mean()
    assert any(f"{outside:.1%} of the pixels lay outside and were cut off" in sentence for sentence in brought.told)


def test_whatever_the_scale_images_are_never_nearly_black_in_silence():
    draw, asked = np.random.default_rng(5), 0
    for _ in range(150):
        numbers = SHARE * 10 ** draw.uniform(-4, 6) + draw.choice([0, 0, 1e-7, -1e-7, -1, 3])
        numbers = np.rint(numbers).astype(np.int64) if draw.random() < 0.5 else numbers
        try:
            brought = ingest.read([("a.npy", npy(numbers))])
        except ingest.Unclear as unclear:
            asked += 1
            again = ingest.read([("a.npy", npy(numbers))], Choices(levels=unclear.levels[-1]))
            assert (again.pixels.min(), again.pixels.max()) == (0, 255)  # the last runs from the least number to the greatest
        except ingest.Refused:
            assert numbers.min() == numbers.max()  # rounded to nothing
        else:
            assert not brought.faint or brought.told[-1] == "A typical image uses less than a quarter of all grey levels."
            assert brought.pixels.max() >= 63
            assert np.corrcoef(brought.pixels.ravel(), numbers.ravel())[0, 1] > 0.99
    assert 10 < asked < 110


def test_numbers_around_a_mean_are_asked_for_and_one_choice_brings_the_images_back():
    standardised = (SHARE - 0.1307) / 0.3081
    with pytest.raises(ingest.Unclear, match=r"run from -0\.424213 to 2\.82149\. Usual grey levels") as asked:
        ingest.read([("a.npy", npy(standardised))])
    brought = ingest.read([("a.npy", npy(standardised))], Choices(levels=asked.value.levels[-1]))
    np.testing.assert_array_equal(brought.pixels, TRUTH)


def test_a_range_that_is_chosen_is_taken_and_one_that_darkens_is_noticed():
    brought = ingest.read([("a.npy", npy(bits(12)))], Choices(levels=Levels(0, 65_535)))
    assert brought.faint
    assert brought.choices.levels == Levels(0, 65_535)
    np.testing.assert_array_equal(brought.pixels, np.rint(bits(12) / 257).astype(np.uint8))
    assert BLACK == 0


def test_a_range_in_which_nothing_is_left_is_asked_for_again():
    with pytest.raises(ingest.Unclear, match="With 300 as black and 400 as white every pixel") as asked:
        ingest.read([("a.npy", npy(TRUTH))], Choices(levels=Levels(300, 400)))
    assert Levels(0, 255) in asked.value.levels


def test_pictures_of_8_and_of_16_bits_have_ranges_of_their_own():
    deep = [png(image) for image in bits(12)[:30]]
    flat = [png(image) for image in TRUTH[30:]]
    brought = ingest.read([("a.zip", zipped([(f"{i:02}.png", contents) for i, contents in enumerate(deep + flat)]))])
    np.testing.assert_array_equal(brought.pixels, TRUTH)
    assert sum("for white" in sentence for sentence in brought.told) == 2


def test_a_question_outlives_the_way_between_processes():
    import pickle

    with pytest.raises(ingest.Unclear) as asked:
        ingest.read([("a.npy", npy(TRUTH * -3.0))])
    again = pickle.loads(pickle.dumps(asked.value))
    assert (str(again), again.levels) == (str(asked.value), asked.value.levels)
    assert again.levels
