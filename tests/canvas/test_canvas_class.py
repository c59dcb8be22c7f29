"""A teacher's hand on the planes of a class: what a canvas says of its own hand, and what it does with another's."""

import json

import pytest

HEAR = "() => { window.heard = []; addEventListener('class-hand', ({ detail }) => window.heard.push(detail)); }"
SAY = "(detail) => { window.dispatchEvent(new CustomEvent('class-pointer', { detail })); }"
REST = 3_100  # milliseconds after which a reader's own hand has left the picture to another's


def say(visitor, models: list[str] | None, codes: list[list[float]] | None = None) -> None:
    visitor.page.evaluate(SAY, None if models is None else {"models": models, "codes": codes})
    visitor.painted()


def test_a_hand_is_said_with_its_models_and_codes_and_that_it_has_gone(visit) -> None:
    visitor = visit("mode=mixed")
    visitor.page.evaluate(HEAR)
    visitor.hover(0.6, 0.35)
    (said,) = visitor.page.evaluate("() => window.heard.slice(-1)")
    assert said["models"] == ["ae-2-0", "vae-10-0"]
    assert [len(code) for code in said["codes"]] == [2, 10]
    assert said["codes"][0] == pytest.approx(visitor.numbers(0), abs=0.006)
    visitor.away()
    assert visitor.page.evaluate("() => window.heard.at(-1)") is None


def test_anothers_hand_is_marked_and_decoded_where_the_same_models_are_shown(visit) -> None:
    visitor = visit("mode=pair")
    codes = [[0.5, -0.75], [0.5, -0.75]]
    bare, pictures = visitor.drawn_plane(layer=1), [visitor.picture(i) for i in (0, 1)]
    say(visitor, ["ae-2-1", "vae-2-0"], codes)  # the first is another model
    assert visitor.picture(0) == pictures[0]
    assert visitor.where(1) == "z = (0.50, \u22120.75)"
    say(visitor, ["vae-2-0"], codes[:1])  # a page with one plane
    assert [visitor.picture(i) for i in (0, 1)] == pictures
    say(visitor, ["ae-2-0", "vae-2-0"], codes)
    assert [visitor.where(i) for i in (0, 1)] == ["z = (0.50, \u22120.75)"] * 2
    assert visitor.drawn_plane(layer=1) != bare
    say(visitor, None)
    assert [visitor.picture(i) for i in (0, 1)] == pictures
    assert visitor.drawn_plane(layer=1) == bare


def test_ones_own_hand_goes_first(visit) -> None:
    visitor = visit()
    say(visitor, ["vae-2-0"], [[0.5, -0.75]])
    visitor.planes.first.focus()
    visitor.press("ArrowRight")  # from the reader's own place, not from the other's
    mine = visitor.numbers()
    assert mine[1] == pytest.approx(0)
    say(visitor, ["vae-2-0"], [[-1.0, -1.0]])
    assert visitor.numbers() == mine
    visitor.page.wait_for_timeout(REST)
    visitor.until(lambda: visitor.numbers() == [-1.0, -1.0])
    visitor.hover(0.7, 0.4)
    mine = visitor.numbers()
    say(visitor, ["vae-2-0"], [[-0.5, -1.0]])
    assert visitor.numbers() == mine


@pytest.mark.parametrize("codes", [[[0.5]], [[None, 1.0]], [None]], ids=json.dumps)
def test_what_is_no_code_moves_nothing(visit, codes) -> None:
    visitor = visit()
    before = visitor.picture()
    say(visitor, ["vae-2-0"], codes)
    assert visitor.picture() == before


def test_a_series_says_nothing_since_its_models_change(visit) -> None:
    visitor = visit("mode=series")
    visitor.page.evaluate(HEAR)
    visitor.hover(0.6, 0.35)
    assert visitor.page.evaluate("() => window.heard") == []
