"""The page on latent arithmetic: supported directions do what they are called, random ones look random, and how a link opens it."""

import pytest
import torch
from app_driver import canvas, choose, markup, press, sentences, visit

from lessons.arithmetic import screen
from lessons.arithmetic.screen import Question
from lessons.shared.coders import CODERS


@pytest.mark.parametrize("kind", CODERS)
def test_thick_minus_thin_thickens_at_every_step(kind):
    study = screen.study(kind, 10, Question("thick"), "thickness")
    assert study.rising > 0.9
    assert (study.mean.diff() > 0).all()
    assert study.change() > 1  # pixels
    assert study.longer == 1
    assert study.agreement.mean() > 0.5
    assert (study.band[0] <= study.mean + 0.4).all()
    assert (study.mean <= study.band[1] + 0.4).all()


def test_random_minus_random_looks_like_nothing():
    for kind in CODERS:
        study = screen.study(kind, 10, Question("random"), "thickness")
        assert study.agreement.mean() < 0.4
        assert study.longer < 1
        assert abs(study.change()) < 0.3
        assert study.rising < 0.6


def test_width_carries_identity_unless_the_groups_hold_the_same_digits():
    kept, matched = (screen.still_read("vae", 10, Question("wide", same=same)) for same in (False, True))
    assert kept < 0.4 < matched
    assert screen.still_read("vae", 10, Question("wide"), strength=0.0) > 0.85


def test_a_nine_minus_a_four_makes_nines_of_fours():
    study = screen.study("vae", 10, Question("digits", digits=(9, 4)), "thickness")
    assert study.became is not None
    one, zero = (screen.STRENGTHS.index(strength) for strength in (1.0, 0.0))
    assert study.became[one] > 0.4 > study.became[zero]


def test_a_link_opens_a_direction_a_digit_and_a_strength(mnist):
    link = {"arith_way": "digits", "arith_latents": "10", "arith_digit": "8", "arith_strength": "-0.5"}
    link |= {"arith_count": "100", "arith_plus": "3", "arith_minus": "5", "arith_seed": "4"}
    app = visit("arithmetic", **link)
    assert sentences(app) == []
    told = canvas(app)
    assert told["strength"] == -0.5
    assert told["what"] == "the mean 3 minus the mean 5"
    coder = screen.coder("vae", 10)
    assert told["coders"][1]["code"] == pytest.approx(coder.encode(mnist.test.pixels(slice(8, 9)))[0].tolist(), rel=1e-4)
    assert app.query_params == {**link, "arith_measure": "thickness"}
    press(app, "Draw others")
    assert canvas(app)["coders"][0]["direction"] != told["coders"][0]["direction"]
    choose(app, "arith_plus", 5)  # not minus itself
    assert app.session_state["arith_minus"] != 5
    assert "NaN" not in str(canvas(app))
    assert "nan" not in markup(app)


def test_examples_of_ones_own_make_a_direction(mnist):
    app = visit("arithmetic", arith_way="own")
    assert sentences(app) == []
    before = canvas(app)["coders"][0]["direction"]
    app.text_input(key="arith_with").set_value("1, 35, 38, 43").run()
    told = canvas(app)["coders"][0]["direction"]
    assert told != before
    coder = screen.coder("ae", 10)
    plus = coder.encode(mnist.test.pixels(torch.tensor([1, 35, 38, 43]))).mean(0)
    minus = coder.encode(mnist.test.pixels(torch.tensor(screen.read_indices(app.text_input(key="arith_without").value))))
    assert told == pytest.approx((plus - minus.mean(0)).tolist(), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("text", ["1, two", "1,2,3", "10000,1,2,3", "-1,2,3,4", ""])
def test_examples_that_make_no_group_are_refused(text):
    with pytest.raises(ValueError, match="the usual ones are used instead"):
        screen.read_indices(text)


def test_a_page_with_examples_that_make_no_group_says_so_and_goes_on():
    app = visit("arithmetic", arith_way="own")
    app.text_input(key="arith_with").set_value("1, two").run()
    (said,) = sentences(app)
    assert "the usual ones are used instead" in said
    assert canvas(app)["coders"][0]["direction"]


@pytest.mark.parametrize(
    ("name", "value"), [("arith_way", "up"), ("arith_strength", "3"), ("arith_with", "a"), ("arith_digit", "10000")]
)
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("arithmetic", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")
