"""The class's chart: what may be offered and picked, which model that is, and where a run stands."""

from dataclasses import replace

import pytest

from explorer.classroom.together import chart
from explorer.classroom.together.chart import BadChart, opened, recipe_of
from vae.learning.recipes import recipe
from vae.learning.records import Losses, Record


@pytest.mark.parametrize("question", chart.USUAL)
def test_every_usual_offer_is_a_model_that_differs_from_the_default_in_what_was_asked(question) -> None:
    for value in chart.USUAL[question]:
        spec, settings = recipe_of(opened(question), value, seed=7)
        usual_spec, usual = recipe("vae", int(value) if question == "latents" else 2, images=settings.images)
        assert spec == usual_spec
        assert settings == replace(usual, beta=value if question == "beta" else 1.0, seed=7)
        assert settings.images == (value if question == "budget" else 20_000)


@pytest.mark.parametrize(
    ("question", "offers"),
    [
        ("colour", None),
        (None, None),
        ("beta", []),
        ("beta", [1] * 9),
        ("beta", [-1]),
        ("beta", ["1"]),
        ("beta", [True]),
        ("beta", [float("nan")]),
        ("latents", [2.5]),
        ("latents", [0]),
        ("latents", [float("inf")]),
        ("budget", [20_001]),
        ("budget", "123"),
    ],
)
def test_what_cannot_be_offered_is_refused_with_a_sentence(question, offers) -> None:
    with pytest.raises(BadChart, match=r"\.$"):
        opened(question, offers)


def test_offers_are_sorted_and_each_stands_once() -> None:
    assert opened("latents", [5, 2.0, 5])["offers"] == [2, 5]


@pytest.mark.parametrize("value", [3, "1", None, True, 1e9, [1]])
def test_only_what_is_offered_can_be_picked(value) -> None:
    with pytest.raises(BadChart, match=r"Pick one of these: 0\.5, 1, 4\."):
        recipe_of(opened("beta", [4, 1, 0.5]), value, seed=1)


@pytest.mark.parametrize("closed", [None, {**opened("beta"), "on": False}])
def test_nothing_is_trained_while_nothing_is_asked(closed) -> None:
    with pytest.raises(BadChart, match="now"):
        recipe_of(closed, 1, seed=1)


def test_a_point_stands_where_validation_images_say() -> None:
    losses = Losses(reconstruction=140.126, kl=7.0, kl_per_dim=(4.0, 3.0), total=147.126)
    record = Record(5_000, 0.1, 0.01, 1.0, 1.0, training=replace(losses, kl=1.0), validation=losses)
    assert chart.standing("running", [record.to_json()]) == {"state": "running", "rate": 7.0, "distortion": 140.13}
    assert chart.standing("queued", None) == {"state": "queued", "rate": None, "distortion": None}
    assert chart.standing("running", [replace(record, images_seen=0).to_json()])["rate"] is None  # it has not begun to learn
    broken = record.to_json() | {"validation": {"total": None}}
    assert chart.standing("running", [broken])["rate"] is None
