"""What the form on the page Train says, and the curve of the KL's weight: recipes, and back."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.runs.store import Moment
from explorer.training import curves, form
from explorer.training.form import USUAL, FormValues
from vae import command_options, data
from vae.errors import SpecError
from vae.learning.recipes import Recipe, recipe
from vae.learning.training import Training, prepare
from vae.model.spec import WIDTHS

SMALL = replace(USUAL, data="digits", images=30_000)
CHOICES = (
    {},
    {"encoder": "64, 32", "decoder": "48", "activation": "tanh", "batch": 64, "ramp": 0.5, "cycles": 4},
    {"models": "ae", "encoder": "300", "activation": "relu"},
    {"models": "vae", "latents": 10, "decoder": "64, 128", "ramp": 0.0},
    {"models": "cvae", "architecture": "conv", "encoder": "4, 8", "rate": 3e-3},
    {"models": "vae", "architecture": "conv", "dense": 48},
    {"models": "vamp", "batch": 512, "cycles": 3},
)


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_what_the_form_says_is_what_is_trained_and_a_run_fills_the_form_with_what_it_said(choice):
    said = replace(SMALL, **choice)
    made = said.recipes()
    assert form.of_run(made) == (replace(said, ramp=USUAL.ramp, cycles=1) if said.models == "ae" else said)
    for spec, settings in made:
        for part in ("encoder", "decoder"):
            usual = getattr(recipe(spec.kind, spec.latent_dim, architecture=spec.architecture).spec, f"{part}_widths")
            assert getattr(spec, f"{part}_widths") == (form.layer_sizes(getattr(said, part)) or usual)
        assert (spec.architecture, spec.activation, settings.batch_size) == (said.architecture, said.activation, said.batch)
        assert spec.dense_width == said.dense
        expected = (said.ramp, said.cycles) if spec.traits.kl else (USUAL.ramp, 1)
        assert (settings.kl_ramp, settings.kl_cycles) == expected


@pytest.mark.parametrize("architecture", WIDTHS)
def test_before_anybody_has_changed_it_the_form_says_the_default_recipe(architecture):
    for said, kinds in ((form.usual(architecture), ("ae", "vae")), (replace(form.usual(architecture), models="vae"), ("vae",))):
        assert said.recipes() == tuple(recipe(kind, 2, said.images, architecture=architecture) for kind in kinds)


def test_a_weight_that_does_not_rise_has_no_cycles():
    ((_, settings),) = replace(SMALL, models="vae", ramp=0.0, cycles=4).recipes()
    assert (settings.kl_ramp, settings.kl_cycles) == (0.0, 1)


def test_the_printed_command_says_every_choice(tmp_path):
    (made,) = replace(SMALL, models="vae", **CHOICES[1]).recipes()
    words = command_options.command(*made, tmp_path).split()
    said = {flag: words[words.index(flag) + 1] for flag in words if flag.startswith("--")}
    options = ("--encoder", "--decoder", "--activation", "--batch-size", "--kl-ramp", "--kl-cycles")
    assert [said[option] for option in options] == ["64,32", "48", "tanh", "64", "0.5", "4"]


@pytest.mark.parametrize("text", ["many", "64,", "0", "64, 5000", "1,2,3,4,5,6,7,8,9", "6.5"])
def test_what_is_no_list_of_layer_sizes_is_refused_with_a_sentence(text):
    with pytest.raises(SpecError, match=r"^Sizes of hidden layers are up to eight whole numbers from 1 to 4096, "):
        replace(SMALL, encoder=text).recipes()


def _moments(made: tuple[Recipe, ...], change: float | None = None) -> list[Moment]:
    """Moments of a run that is walked to the end of its budget; half-way its beta may be changed."""
    digits = data.load("digits")
    training = Training([prepare(*each, digits) for each in made], [settings for _, settings in made], digits)
    moments, half = [], training.steps // 2
    for taken in range(training.steps + 1):
        note = ""
        if change is not None and taken == half:
            training.change(beta=change)
            note = f"beta = {change:g}, learning rate = 0.003"
        if note or taken % 7 == 0 or taken == training.steps:
            moments.append(Moment(len(moments), training.record(), note, ()))
        training.taken += 1  # the schedules need no steps
    return moments


@pytest.mark.parametrize(("ramp", "cycles"), [(0.3, 1), (0.5, 3), (0.0, 1)])
@pytest.mark.parametrize("change", [None, 6.0])
def test_the_curve_of_the_kl_weight_passes_through_every_record(ramp, cycles, change):
    made = FormValues(data="digits", images=30_000, batch=512, ramp=ramp, cycles=cycles, beta=2.0).recipes()
    moments = _moments(made, change)
    frame = curves.beta(made, moments)
    assert list(frame.images) == sorted(frame.images)
    assert frame.beta.max() == (change or 2.0)
    for moment in moments:
        record = moment.records[1]
        there = frame[np.isclose(frame.images, record.images_seen)].beta
        found = [np.interp(record.images_seen, frame.images, frame.beta), *there]
        assert np.isclose(found, record.beta).any(), record.images_seen
    assert curves.beta(made[:1], moments).empty, "an autoencoder has no KL"
