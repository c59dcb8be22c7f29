"""The page from EM to the VAE: its runs, its panels, and how a student and a link use it."""

import re

import pytest
import torch
from app_driver import choose, markup, press, sentences, visit

from lessons.em import screen
from lessons.em.factor_analysis import Factors, log_likelihood
from lessons.em.figures import NAMES


def text(app) -> str:
    return re.sub(r"<[^>]+>", "", markup(app))


def shown(app, name: str) -> str:
    """What the panel of that algorithm says of the likelihood."""
    panel = re.sub(r"<[^>]+>", " ", markup(app).split(f'aria-label="{name}"')[1].split("</section>")[0])
    return re.search(r"log p\(x\)\s+(\S+)", panel)[1]


def test_turning_brings_codes_back_and_leaves_the_likelihood_alone():
    step = screen.runs(0)["em"][-1]
    angle = torch.tensor(2.0, dtype=torch.float64)
    rotation = torch.stack([torch.stack([angle.cos(), angle.sin()]), torch.stack([angle.sin(), -angle.cos()])])  # mirrored too
    found = screen.turn(step.codes @ rotation, step.codes)
    assert torch.allclose(step.codes @ rotation @ found, step.codes, atol=1e-9)
    centred = screen.digits().centred[:50]
    other = Factors(step.model.loadings @ rotation, step.model.noise)
    assert torch.allclose(log_likelihood(other, centred), log_likelihood(step.model, centred))


@pytest.mark.parametrize("start", range(len(screen.STARTS)))
def test_from_every_start_offered_all_but_vi_arrive(start):
    assert screen.arrived(start) == set(NAMES) - {"vi"}


def test_stepping_shows_the_likelihood_of_that_step():
    app = visit("em")
    assert not sentences(app)
    assert len({shown(app, name) for name in NAMES.values()}) == 1
    press(app, "One step")
    press(app, "Five steps")
    assert app.session_state["em_step"] == 6
    for name, run in screen.runs(0).items():
        assert shown(app, NAMES[name]) == f"{run[6].log_likelihood:.2f}".replace("-", "\u2212")
    press(app, "Back to the start")
    assert app.session_state["em_step"] == 0


def test_a_link_opens_a_step_with_its_reveal():
    app = visit("em", em_step="60", em_start="2", em_revealed="1")
    assert shown(app, "EM") == f"{screen.runs(2)['em'][60].log_likelihood:.2f}".replace("-", "\u2212")
    assert "What happens: All but VI" in text(app)


def test_a_prediction_is_compared():
    app = visit("em")
    choose(app, "em_predicted", "All five")
    press(app, "Reveal")
    assert "You predicted: All five. What happens: All but VI" in text(app)


@pytest.mark.parametrize(("parameter", "value"), [("em_step", "61"), ("em_start", "-1")])
def test_a_link_that_makes_no_sense_is_named(parameter, value):
    (sentence,) = sentences(visit("em", **{parameter: value}))
    assert parameter in sentence
