"""What a key does to the ranges of a figure."""

import pytest

MODULE = "explorer/browser/js/figures.js"
BEFORE = {"xaxis.range": [0.0, 10.0], "yaxis2.range": [-1.0, 3.0]}


@pytest.mark.parametrize(
    ("key", "x", "y"),
    [
        ("ArrowRight", [1, 11], [-1, 3]),
        ("ArrowUp", [0, 10], [-0.6, 3.4]),
        ("+", [1, 9], [-0.6, 2.6]),
        ("-", [-1.25, 11.25], [-1.5, 3.5]),
    ],
)
def test_a_key_moves_or_zooms_about_the_middle(javascript, key, x, y):
    (after,) = javascript(MODULE, ["seen", BEFORE, key])
    assert after["xaxis.range"] == pytest.approx(x)
    assert after["yaxis2.range"] == pytest.approx(y)


def test_minus_undoes_plus_and_other_keys_do_nothing(javascript):
    (closer,) = javascript(MODULE, ["seen", BEFORE, "+"])
    (back, nothing) = javascript(MODULE, ["seen", closer, "-"], ["seen", BEFORE, "a"])
    assert back == {name: pytest.approx(ends) for name, ends in BEFORE.items()}
    assert nothing is None
