"""The page on the ELBO as a student and a teacher's link use it."""

import re

import pytest
from app_driver import canvas, choose, markup, press, run, sentences, visit
from streamlit.testing.v1 import AppTest

from lessons.elbo import screen

PREDICTION = "elbo_predicted"


def verdict(app: AppTest) -> str:
    return re.sub(r"<[^>]+>", "", markup(app))


def story(app: AppTest) -> str:
    (text,) = (block.value for block in app.markdown if block.value.startswith("For this image"))
    return text


def test_the_reveal_waits_for_a_prediction_and_compares():
    app = visit("elbo")
    assert not sentences(app)
    assert "What happens" not in verdict(app)
    choose(app, PREDICTION, "It falls as q gets wider")
    press(app, "Reveal")
    assert "You predicted: It falls as q gets wider. What happens: It does not move" in verdict(app)


def test_it_can_be_skipped_and_begun_again():
    app = press(visit("elbo"), "Show without predicting")
    assert "What happens: It does not move" in verdict(app)
    press(app, "Predict again")
    assert "What happens" not in verdict(app)


def test_a_link_opens_a_digit_and_a_q():
    app = visit(
        "elbo", elbo_digit="6", elbo_m1="0.5", elbo_m2="-1", elbo_s1="0.3", elbo_s2="0.05", elbo_view="whole", elbo_revealed="1"
    )
    told = canvas(app)
    assert told["start"] == {"m1": 0.5, "m2": -1.0, "s1": 0.3, "s2": 0.05, "view": "whole"}
    assert told["image"]["square"] == pytest.approx(screen.facts(6)["image"]["square"])
    assert "What happens" in verdict(app)
    assert "the encoder looked in the wrong place" in story(app)
    found = screen.vae_gaps(6)
    assert f"{found.log_evidence:.2f}".replace("-", "\u2212") in story(app)


def test_another_digit_begins_with_q_beside_its_own_posterior():
    app = visit("elbo", elbo_m1="2", elbo_m2="2", elbo_s1="1", elbo_s2="1", elbo_view="whole", elbo_revealed="1")
    assert canvas(app)["start"] == {"m1": 2.0, "m2": 2.0, "s1": 1.0, "s2": 1.0, "view": "whole"}
    press(app, "A small gap")
    run(app)
    *q, view = canvas(app)["start"].values()
    assert q == pytest.approx(screen.start(3))
    assert view is None
    assert "best q found" in story(app)


@pytest.mark.parametrize(
    ("parameter", "value", "part"),
    [("elbo_digit", "10000", "whole number"), ("elbo_s1", "0", "number from"), ("elbo_m2", "x", "number")],
)
def test_a_link_that_makes_no_sense_is_named(parameter, value, part):
    app = visit("elbo", **{parameter: value})
    (sentence,) = sentences(app)
    assert parameter in sentence
    assert part in sentence


def test_the_answers_of_the_check_say_why():
    app = visit("elbo", elbo_revealed="1")
    choose(app, "elbo_check", "It rose by 4 nats")
    assert "Not quite" in verdict(app)
    choose(app, "elbo_check", "Nothing: the gap shrank by 4 nats")
    assert "Right." in verdict(app)
