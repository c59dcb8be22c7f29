"""The class's chart: which models a class may train, and where each stands on the plane of rate and distortion. Pure.

The teacher asks one question, beta, the number of latents, or the budget, and offers values; a student picks one and trains that VAE. All else is the
default recipe, so the points differ by what was asked, and by the seed, which is the student's number. Rate and distortion (Alemi et al. 2018, "Fixing a Broken
ELBO") are the KL and the reconstruction term on validation images, in nats per image: their sum is minus the ELBO.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Literal, TypedDict, get_args

from explorer.runs.store import ACTIVE
from explorer.runs.store.class_works import Standing
from vae.errors import VaeError
from vae.learning.recipes import Recipe, recipe
from vae.learning.records import Record

Question = Literal["beta", "latents", "budget"]
BUDGET = 20_000  # training images, repeats included, that a class's run has
USUAL: dict[Question, tuple[float, ...]] = {  # what is offered unless the teacher says otherwise
    "beta": (0.1, 0.5, 1, 2, 4, 8, 16),
    "latents": (1, 2, 3, 5, 10, 20),
    "budget": (1_000, 2_000, 5_000, 10_000, 20_000),
}
ALLOWED: dict[Question, tuple[float, float]] = {"beta": (0, 100), "latents": (1, 50), "budget": (500, BUDGET)}
MOST_OFFERS = 8
LATENTS, BETA = 2, 1.0  # of a model where they are not asked for


class BadChart(VaeError):
    """What was asked or picked is not possible; the message says what is."""


class Chart(TypedDict):
    """What the class is asked."""

    on: bool
    question: Question
    offers: list[float]
    budget: int


def opened(question: Any, offers: Any = None) -> Chart:
    """The chart of a question, with the values that the teacher offers or the usual ones; BadChart where one is out of range."""
    if question not in get_args(Question):
        raise BadChart("A class can be asked which beta, how many latents, or which budget.")
    low, high = ALLOWED[question]
    values = USUAL[question] if offers is None else offers
    if not isinstance(values, list | tuple) or not 1 <= len(values) <= MOST_OFFERS:
        raise BadChart(f"Offer one to {MOST_OFFERS} values.")
    for value in values:
        number = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
        if not number or not (question == "beta" or value == int(value)):
            raise BadChart(f"Offer {'numbers' if question == 'beta' else 'whole numbers'} from {low:g} to {high:,.0f}.")
    kept = sorted({float(value) if question == "beta" else int(value) for value in values})
    return {"on": True, "question": question, "offers": kept, "budget": BUDGET}


def steered(before: Mapping[str, Any] | None, said: Mapping[str, Any]) -> Chart:
    """The chart that a teacher steers to from the one before, saying only what is to change. Another question comes with its usual offers."""
    question = said.get("question", before["question"] if before else "beta")
    kept = before["offers"] if before and before["question"] == question else None
    return {**opened(question, said.get("offers", kept)), "on": said.get("on", bool(before and before["on"]))}


def recipe_of(chart: Mapping[str, Any] | None, value: Any, seed: int) -> Recipe:
    """What a student trains who picks that value; `seed` is the student's number. BadChart where it is not offered."""
    if not chart or not chart["on"]:
        raise BadChart("No models are trained for the class's chart now.")
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in chart["offers"]:
        raise BadChart(f"Pick one of these: {', '.join(f'{offer:g}' for offer in chart['offers'])}.")
    question = chart["question"]
    latents = int(value) if question == "latents" else LATENTS
    images = int(value) if question == "budget" else chart["budget"]
    return recipe("vae", latents, images, beta=float(value) if question == "beta" else BETA, seed=seed)


def begun(made: Recipe) -> dict[str, Any]:
    """What the class is told of a run that has just been queued."""
    spec, settings = made
    return {"beta": settings.beta, "latents": spec.latent_dim, "images": settings.images, **standing("queued", None)}


def standing(state: str, records: Any) -> dict[str, Any]:
    """Where a run stands, from its state and the stored records (JSON) of its newest moment; None before its first step, which would set the scale."""
    rate = distortion = None
    with suppress(TypeError, KeyError, ValueError, AttributeError, IndexError):  # no moment yet, or a damaged one
        record = Record.from_json(records[0])
        if record.images_seen:
            rate, distortion = round(record.validation.kl, 2), round(record.validation.reconstruction, 2)
    return {"state": state, "rate": rate, "distortion": distortion}


def learning(runs: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether any of a room's runs is still learning, as the class knows it."""
    return any(run["state"] in ACTIVE for run in runs.values())


def news(runs: Mapping[str, Mapping[str, Any]], standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """What the class does not know of its runs yet: bodies of events. One that is no longer in the store was deleted, and is said to be stopped."""
    found = {each.run_id: standing(each.state, each.records) for each in standings}
    gone = {run_id: {"state": "stopped"} for run_id, run in runs.items() if run_id not in found and run["state"] in ACTIVE}
    told = {**{run_id: now for run_id, now in found.items() if run_id in runs}, **gone}
    return [
        {"id": run_id, **now}
        for run_id, now in told.items()
        if any(runs[run_id].get(name) != value for name, value in now.items())
    ]
