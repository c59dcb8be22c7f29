"""The page on equilibria: what it says was computed, and how a student and a link use it."""

import json

import pytest
from app_driver import choose, press, sentences, visit

from lessons.nash import duel, games
from lessons.nash.games import Point


def told(app) -> list[dict]:
    """What the page's live parts are told."""
    return [json.loads(found.proto.json)["start"] for found in app.get("bidi_component")]


def words(app) -> str:
    return "".join(block.value for block in app.markdown)


def test_a_link_opens_both_games_and_what_makes_no_sense_is_named():
    link = {
        "nash_x": "-1",
        "nash_step": "0.5",
        "nash_rounds": "80",
        "nash_rules": "extragradient",
        "nash_data": "two",
        "nash_centre": "0.5",
    }
    app = visit("nash", **link)
    assert sentences(app) == []
    game, line = told(app)
    assert game == {"x": -1.0, "y": 0.0, "step": 0.5, "pull": 0.0, "rounds": 80, "on": ["extragradient"]}
    assert line == {"data": "two", "loss": "minimax", "centre": 0.5, "log_width": 0.0}
    assert link.items() <= dict(app.query_params).items()
    (said,) = sentences(visit("nash", nash_loss="hinge"))
    assert said.startswith("The link says nash_loss = 'hinge'.")


@pytest.mark.parametrize(
    ("step", "ahead", "needed"),
    [
        ("0.3", "leads home", "between 0.154 and its inverse"),
        ("0.8", "leads home", "between 0.500 and its inverse"),
        ("1", "goes round for ever", "no $m$ brings"),
        ("1.2", "leads outwards", "no $m$ brings"),
    ],
)
def test_the_reveal_says_what_the_game_did(step, ahead, needed):
    app = visit("nash", nash_step=step)
    choose(app, "nash_predicted", app.radio(key="nash_predicted").options[1])
    press(app, "Reveal")
    size = float(step)
    far = games.distance(games.play("simultaneous", Point(1.0, 0.0), size, 0.0, 60)[-1])
    assert far == pytest.approx((1 + size**2) ** 30)
    assert f"{far:.3g} times as far after 60 rounds" in words(app)
    assert f"the **extragradient**, {ahead} (factor {games.growth('extragradient', size, 0.0):.4f})" in words(app)
    assert "Taking turns goes round for ever (factor 1.0000)" in words(app)
    assert needed in words(app)


def test_the_collapse_it_tells_of_is_where_descent_ends():
    centre, _ = duel.descend(duel.DATA["two"], 1.0, 0.0, "non-saturating", 200)[-1]
    assert f"ends at {centre:.2f}" in words(visit("nash"))
