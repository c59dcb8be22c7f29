"""The canvas without a mouse: keys, what a screen reader hears, and less motion for those who asked for it."""

import re

import pytest
from playwright.sync_api import expect


def test_everything_by_keyboard(visit) -> None:
    visitor = visit()
    visitor.planes.first.focus()
    start, quiet = visitor.picture(), len(visitor.sent)
    visitor.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp")
    assert visitor.picture() != start
    (z,) = visitor.until_told(lambda told: told["positions"] is not None)["positions"]
    assert z[0] == pytest.approx(3 * z[1], rel=1e-3)
    assert z[1] > 0
    assert len(visitor.sent) == quiet + 1  # one report when the keys rest
    before = visitor.drawn_plane()
    visitor.press("+")
    visitor.until(lambda: visitor.drawn_plane() != before)
    visitor.press("0")
    visitor.until(lambda: visitor.drawn_plane() == before)


def test_shift_makes_an_arrow_a_tenth_of_a_step(visit) -> None:
    visitor = visit()
    visitor.planes.first.focus()
    before, steps = [0.0, 0.0], []
    for key in ("ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowDown"):
        visitor.press(key)
        (z,) = visitor.until_told(lambda told, old=before: told["positions"] not in (None, [old]))["positions"]
        steps.append([new - old for new, old in zip(z, before, strict=True)])
        before = z
    whole = steps[0][0]
    assert whole < 0
    assert steps == [[whole, 0], [pytest.approx(whole / 10, rel=0.02), 0], [0, pytest.approx(whole / 10, rel=0.02)]]


def test_enter_stays_where_the_hand_is_and_escape_goes_back(visit) -> None:
    visitor = visit()
    visitor.planes.first.focus()
    home = visitor.where(), visitor.picture()
    visitor.hover(0.2, 0.2)
    hovered = visitor.where(), visitor.picture()
    assert hovered != home
    visitor.press("Escape")
    assert (visitor.where(), visitor.picture()) == home
    assert visitor.told()["positions"] is None
    visitor.hover(0.21, 0.2)
    visitor.hover(0.2, 0.2)
    visitor.press("Enter")
    (z,) = visitor.until_told(lambda told: told["positions"] is not None)["positions"]
    visitor.away()
    assert (visitor.where(), visitor.picture()) == hovered
    assert z == pytest.approx(visitor.numbers(), abs=0.005)


def test_a_screen_reader_hears_where_one_is(visit) -> None:
    visitor = visit()
    visitor.planes.first.focus()
    visitor.press("ArrowRight")
    region = visitor.page.locator(".unseen[aria-live=polite]")
    expect(region).to_have_text(re.compile(r"z = \(.+\), nearest code: \d, [\d.]+ away"), timeout=30_000)


def test_a_layer_is_switched_by_key_and_says_so(visit) -> None:
    visitor = visit()
    button = visitor.button("Points")
    expect(button).to_have_attribute("aria-pressed", "true")
    before = visitor.drawn_plane()
    button.focus()
    visitor.press("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    visitor.until(lambda: visitor.drawn_plane() != before)


def test_an_animation_plays_by_itself(visit) -> None:
    visitor = visit("mode=morph", ready=False)
    visitor.button("Pause").wait_for()
    before = visitor.picture()
    visitor.until(lambda: visitor.picture() != before)


def test_for_a_reader_who_asked_for_less_motion_nothing_moves_by_itself(visit) -> None:
    visitor = visit("mode=morph", reduced_motion="reduce")
    before = visitor.picture()
    assert visitor.button("Play").is_visible()
    visitor.page.wait_for_timeout(700)
    assert visitor.picture() == before
    series = visit("mode=series", reduced_motion="reduce")
    assert series.page.get_by_test_id("series-slider").get_attribute("step") == "1"  # from moment to moment, without travelling
