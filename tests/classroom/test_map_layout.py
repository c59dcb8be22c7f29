"""Where drawings stand on a map: every one once, no picture over another, arrows at the rim that point to what is out of sight."""

import math

import numpy as np
import pytest

PLANE = {"width": 500, "height": 300, "size": 40}
LAYOUT = "explorer/classroom/js/together/map_layout.js"


def scattered(count: int, seed: int = 0) -> list[dict]:
    places = np.random.default_rng(seed).normal([250, 150], [250, 150], (count, 2))
    return [{"id": f"d{i}", "x": float(x), "y": float(y)} for i, (x, y) in enumerate(places)]


@pytest.mark.parametrize("count", [1, 30, 300])
def test_every_drawing_is_shown_once_and_no_picture_covers_another(javascript, count) -> None:
    places = scattered(count)
    (layout,) = javascript(LAYOUT, ["laid", places, PLANE])
    pictures, dots = layout["pictures"], layout["dots"]
    shown = [place["id"] for place in pictures + dots] + [each for arrow in layout["arrows"] for each in arrow["ids"]]
    assert sorted(shown) == sorted(place["id"] for place in places)
    for i, a in enumerate(pictures):
        assert all(max(abs(a["x"] - b["x"]), abs(a["y"] - b["y"])) >= 40 for b in pictures[:i])
    for dot in dots:  # a dot is one only where a picture is in its way
        assert any(max(abs(dot["x"] - b["x"]), abs(dot["y"] - b["y"])) < 40 for b in pictures)


def test_who_comes_first_is_a_picture(javascript) -> None:
    near = [{"id": "a", "x": 100, "y": 100}, {"id": "b", "x": 110, "y": 100}]
    first, second = javascript(LAYOUT, ["laid", near, PLANE], ["laid", near[::-1], PLANE])
    assert [[place["id"] for place in layout["pictures"]] for layout in (first, second)] == [["a"], ["b"]]


@pytest.mark.parametrize("angle", np.linspace(0, 2 * math.pi, 9)[:-1])
def test_an_arrow_stands_at_the_rim_on_the_way_to_its_drawing(javascript, angle) -> None:
    x, y = 250 + 900 * math.cos(angle), 150 + 900 * math.sin(angle)
    (layout,) = javascript(LAYOUT, ["laid", [{"id": "far", "x": x, "y": y}], PLANE])
    (arrow,) = layout["arrows"]
    inset = 40 / 3
    assert min(arrow["x"], 500 - arrow["x"], arrow["y"], 300 - arrow["y"]) == pytest.approx(inset)
    assert math.cos(arrow["angle"] - angle) == pytest.approx(1)
    assert math.cos(math.atan2(arrow["y"] - 150, arrow["x"] - 250) - angle) == pytest.approx(1)


def test_what_lies_behind_one_place_of_the_rim_shares_an_arrow(javascript) -> None:
    far = [{"id": name, "x": 5000 + k, "y": 150} for k, name in enumerate("abc")]
    (layout,) = javascript(LAYOUT, ["laid", far, PLANE])
    assert [arrow["ids"] for arrow in layout["arrows"]] == [["a", "b", "c"]]


def test_a_hand_finds_pictures_dots_and_arrows(javascript) -> None:
    places = [{"id": "a", "x": 100, "y": 100}, {"id": "b", "x": 130, "y": 100}, {"id": "far", "x": 100, "y": -999}]
    (layout,) = javascript(LAYOUT, ["laid", places, PLANE])
    asked = [(100, 100), (119, 81), (131, 101), (250, 250)]
    found = javascript(LAYOUT, *(["under", layout, x, y, 40] for x, y in asked))
    assert found == ["a", "a", "b", None]
    (arrow,) = layout["arrows"]
    assert javascript(LAYOUT, ["under", layout, arrow["x"], arrow["y"], 40]) == ["far"]


def test_arrow_keys_reach_every_drawing(javascript) -> None:
    """From any drawing some keys lead to any other, so nobody needs a mouse."""
    places = scattered(12, seed=3)
    steps = ([1, 0], [-1, 0], [0, 1], [0, -1])
    ids = [place["id"] for place in places]
    answers = iter(javascript(LAYOUT, *(["beside", places, each, step] for each in ids for step in steps)))
    ways = {each: {next(answers) for _ in steps} - {None} for each in ids}
    reached, fresh = {ids[0]}, {ids[0]}
    while fresh:
        fresh = {there for each in fresh for there in ways[each]} - reached
        reached |= fresh
    assert reached == set(ids)
    assert javascript(LAYOUT, ["beside", places, None, [1, 0]]) == [ids[0]]
