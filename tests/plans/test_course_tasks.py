"""Design tasks: a try is judged by what was measured of its model, in the right unit and direction, and by nothing else."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from app_driver import serve, stored

from explorer.plans.course import export, tasks
from explorer.plans.course.progress import Try
from explorer.plans.course.tasks import TASKS, Measured, judge, measured
from explorer.runs.store import store
from vae import data
from vae.measuring import aggregate
from vae.model.networks import build

FOUND = {  # what the usual settings give, and what was found to meet the task, on the budget of a try (docs/measurements.md)
    "bottleneck": (Measured(139.11, 6.19, 2, 2, 1.0), Measured(134.83, 4.65, 5, 5, 7.0)),
    "reach": (Measured(139.11, 6.19, 2, 2, 1.0, 0.1009), Measured(105.5, 10.764, 8, 10, 2.5, 0.0584)),
    "five": (Measured(139.11, 6.19, 2, 2, 1.0), Measured(139.69, 4.191, 5, 10, 8.0)),
    "collapse": (Measured(139.11, 6.19, 2, 2, 1.0), Measured(204.66, 0.06, 0, 20, 27.0)),
}


def tried(task: str, found: Measured) -> Try:
    return Try(task, "r" * 22, None, "done", {name: value for name, value in found._asdict().items() if value is not None})


def by_hand(task: str, found: Measured) -> list[float]:
    """By how much each limit is exceeded, written out."""
    return {
        "bottleneck": [found.kl - 5, found.reconstruction - 138],
        "reach": [(found.empty or 0) - 0.06, found.reconstruction - 112],
        "five": [found.used - 5, found.latents - 10],
        "collapse": [found.kl - 0.1, found.beta - 28],
    }[task]


@pytest.mark.parametrize("task", TASKS)
def test_the_usual_settings_miss_a_task_and_what_was_found_meets_it(task):
    usual, found = FOUND[task]
    assert not export.is_met(tried(task, usual))
    assert export.is_met(tried(task, found))
    assert (export.way(task, tried(task, usual)) != "", export.way(task, tried(task, found))) == (True, "")


@pytest.mark.parametrize("task", TASKS)
def test_a_try_is_judged_as_by_hand_both_ways_and_says_by_how_much(task):
    draw = np.random.default_rng(3)
    for _ in range(200):
        found = Measured(
            *draw.uniform((90, 0), (210, 12)).tolist(),
            *draw.integers(0, 12, 2).tolist(),
            *draw.uniform((0, 0), (50, 0.2)).tolist(),
        )
        outcomes = judge(task, found._asdict())
        expected = by_hand(task, found)
        assert [each.over for each in outcomes] == pytest.approx(expected)
        exact = task == "five"
        assert export.is_met(tried(task, found)) == all(over == 0 if exact else over <= 0 for over in expected)
        lines = export.outcomes(task, tried(task, found))
        for outcome, line in zip(outcomes, lines, strict=True):
            assert ("too many" in line or "too few" in line or "too large" in line) == (not outcome.met)
        assert bool(export.way(task, tried(task, found))) == (not export.is_met(tried(task, found)))


def test_what_is_measured_is_the_trained_model_and_not_what_was_asked_for(monkeypatch):
    """Against the weights themselves, by another path; a real run of a small budget."""
    monkeypatch.setattr(tasks, "IMAGES", 3_000)
    run = tasks.begin("ann", 2.0, 4)
    assert measured(run, store().records(run.id), "reach") is None  # it has not spent its budget
    serve()
    done, moments = stored(run.id), store().records(run.id)
    found = measured(done, moments, "reach")
    assert found is not None
    (spec, settings), (weights,) = run.recipes[0], store().weights(run.id)
    assert (run.owner, settings.images, settings.beta, spec.latent_dim) == ("ann", 3_000, 2.0, 4)
    model = build(spec)
    model.load_state_dict(weights)
    with torch.no_grad():
        posterior = model.encode(data.load("mnist").validation.pixels(slice(1_000)))
    kl = 0.5 * (posterior.mean**2 + posterior.log_variance.exp() - 1 - posterior.log_variance).mean(0)
    assert found.kl == pytest.approx(float(kl.sum()), rel=5e-3)  # a record may multiply in bfloat16
    assert (found.used, found.latents, found.beta) == (int((kl > tasks.USED).sum()), 4, 2.0)
    with torch.no_grad():
        codes = model.encode(data.load("mnist").test.pixels())
    draws = aggregate.landing(aggregate.aggregate_codes(codes))
    near = torch.cdist(draws.draws[:500], aggregate.aggregate_codes(codes)).min(1).values.numpy()
    assert found.empty == pytest.approx(float((near > draws.radius).mean()), abs=0.05)

    assert measured(done, [dataclasses.replace(moments[0], note="beta = 4"), *moments[1:]], "reach") is None
    assert measured(dataclasses.replace(done, state="stopped"), moments, "reach") is None
    assert measured(done, moments, "bottleneck").empty is None
    assert len(json.dumps(found._asdict())) < 190  # it fits into a record


def test_a_try_may_have_any_number_of_latents_and_any_beta_of_the_form():
    for beta in tasks.BETA:
        for latents in tasks.LATENTS:
            spec, settings = tasks.chosen(beta, latents)
            assert (spec.latent_dim, settings.beta, settings.images, settings.seed) == (latents, beta, tasks.IMAGES, tasks.SEED)
