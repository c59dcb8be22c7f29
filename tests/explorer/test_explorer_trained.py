"""Models ready to look at: shipped ones are shared and reread when their files change, models of runs are listed for their owner."""

import os
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
import torch
from app_driver import begin, serve, use_copies
from torch.distributions import Normal, kl_divergence

from explorer.models import run_models, trained
from explorer.page import owners, state
from explorer.runs import jobs
from explorer.runs.store import Run, store
from vae import checkpoints
from vae.checkpoints import Checkpoint
from vae.errors import CheckpointError
from vae.learning.recipes import Recipe, recipe
from vae.learning.settings import TrainingSettings
from vae.measuring import metrics
from vae.model.networks import build

NAME = "mnist-vae-2d"


@pytest.fixture
def session(monkeypatch) -> dict:
    """A session's state, as the visitor's pages see it."""
    empty: dict = {}
    monkeypatch.setattr(st, "session_state", empty)
    return empty


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    return use_copies(tmp_path, monkeypatch)


def untrained(kind: str, latent_dim: int = 2, whose: str = "", **settings) -> trained.Trained:
    spec, _ = recipe(kind, latent_dim)
    spec = replace(spec, image_shape=(1, 8, 8))
    settings = TrainingSettings(**{"dataset": "digits", **settings})
    return trained.Trained(Checkpoint("run-3", build(spec, 0).eval(), settings), [], whose=whose)


def submit() -> Run:
    """A short run of this session's, as it waits."""
    spec, settings = recipe("vae", 2, 1_000, dataset="digits")
    return jobs.submit(owners.owner(), [Recipe(replace(spec, image_shape=(1, 8, 8)), settings)])


def rewrite(path, content: bytes) -> None:
    """Replace a file, and make sure its time stamp shows it."""
    stamp = path.stat().st_mtime_ns + 1_000_000_000
    path.write_bytes(content)
    os.utime(path, ns=(stamp, stamp))


def test_a_shipped_model_is_loaded_once_for_all(shipped):
    assert trained.shipped(NAME) is trained.shipped(NAME)


@pytest.mark.parametrize("file", ["spec.json", "model.safetensors", "history.json", "metrics.json"])
def test_a_file_damaged_while_the_app_runs_is_noticed_and_so_is_its_repair(shipped, file):
    before, path = trained.shipped(NAME), shipped / NAME / file
    whole = path.read_bytes()
    rewrite(path, whole[: len(whole) // 2])
    with pytest.raises(CheckpointError, match=rf"{file} of the checkpoint {NAME} .*make checkpoints"):
        trained.shipped(NAME)
    rewrite(path, whole)
    again = trained.shipped(NAME)
    assert again is not before
    for key, value in again.model.state_dict().items():
        assert torch.equal(value, before.model.state_dict()[key])


@pytest.mark.parametrize("file", ["spec.json", "model.safetensors", "history.json", "metrics.json"])
def test_a_file_that_is_gone_is_named(shipped, file):
    (shipped / NAME / file).unlink()
    with pytest.raises(CheckpointError, match=f"has no readable {file}"):
        trained.shipped(NAME)


def test_the_menu_puts_models_of_one_size_together_and_those_of_runs_last(shipped, session):
    made = submit()
    serve()
    assert trained.names() == ["mnist-ae-2d", "mnist-vae-2d", "mnist-ae-10d", "mnist-vae-10d", f"{made.id}.vae"]
    assert trained.of_kind("vae") == ["mnist-vae-2d", "mnist-vae-10d", f"{made.id}.vae"]
    assert trained.of_kind("ae") == ["mnist-ae-2d", "mnist-ae-10d"]


def test_a_damaged_model_stays_in_the_menu_as_damaged_and_is_of_no_kind(shipped, session):
    rewrite(shipped / NAME / "spec.json", b"{")
    assert trained.label(NAME) == f"{NAME} (damaged)"
    assert trained.kind(NAME) is None
    assert NAME in trained.names()
    assert NAME not in trained.of_kind("vae")


def test_an_unknown_name_is_answered_with_the_list(shipped, session):
    with pytest.raises(CheckpointError, match=r"There is no model mnist\\-gan\. Pick one of the list: mnist-ae-2d, "):
        trained.get("mnist-gan")


@pytest.mark.parametrize("name", ["../checkpoints/mnist-vae-2d", "/etc", "", "."])
def test_a_name_never_leaves_the_folder_of_checkpoints(shipped, session, name):
    with pytest.raises(CheckpointError, match="There is no model"):
        trained.get(name)


@pytest.mark.parametrize(
    ("subject", "label"),
    [
        (untrained("ae", 1), "AE, 1 latent, digits"),
        (untrained("vae", 10, dataset="mnist"), "VAE, 10 latents"),
        (untrained("vae", beta=0.5), "VAE, 2 latents, digits, β = 0.5"),
        (untrained("ae", beta=4.0), "AE, 2 latents, digits"),  # an autoencoder has no beta
        (untrained("vae", whose="yours: 14:05:12"), "VAE, 2 latents, digits (yours: 14:05:12)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_label_says_what_sets_the_model_apart(subject, label):
    assert subject.label == label


@pytest.mark.parametrize("name", checkpoints.names())
def test_sliders_reach_the_prior_and_nearly_every_code_and_end_on_two_decimals(name):
    subject = trained.shipped(name)
    low, high = np.array(subject.ranges).T
    codes = subject.posterior.mean.numpy()
    assert (low <= -3).all()
    assert (high >= 3).all()
    assert ((codes >= low) & (codes <= high)).mean(0).min() >= 0.998
    np.testing.assert_array_equal(np.round(subject.ranges, 2), subject.ranges)


@pytest.mark.parametrize("latent_dim", [1, 2, 10])
def test_a_plane_shows_the_two_dimensions_that_carry_most_in_natural_order(latent_dim):
    subject = untrained("vae", latent_dim)
    approximate = Normal(subject.posterior.mean, subject.posterior.std)
    carried = kl_divergence(approximate, Normal(0.0, 1.0)).mean(0)  # (N, D) -> (D,)
    assert subject.order == carried.argsort(descending=True).tolist()
    assert subject.plane_axes == (sorted(subject.order[:2]) if latent_dim > 1 else [0, 0])


def test_measures_that_ship_are_those_shown_and_others_are_computed():
    shipped = checkpoints.load_measures(checkpoints.SHIPPED / NAME, metrics.Measures)
    assert trained.shipped(NAME).measures == shipped
    own = untrained("vae")
    assert own.measures == metrics.evaluate(own.model, own.data)


def test_a_run_that_has_ended_is_its_owners_model_and_nobody_elses(session, monkeypatch):
    made = submit()
    serve()
    name = f"{made.id}.vae"
    subject = trained.get(name)
    (weights,) = store().weights(made.id)
    for key, value in subject.model.state_dict().items():
        assert torch.equal(value, weights[key])
    assert not subject.model.training
    assert subject.label == trained.label(name)
    assert len(subject.history) == len(store().records(made.id))
    monkeypatch.setattr(st, "session_state", {})
    assert name not in trained.names()
    with pytest.raises(CheckpointError, match="There is no model"):
        trained.get(name)
    run_models.open_run(made.id)  # by its link
    state.arrive("explore")
    assert name in trained.names()
    assert "shared: " in trained.label(name)


def test_a_run_that_goes_on_or_learned_nothing_is_no_model_yet(session):
    made = submit()
    assert run_models.listed() == {}
    begin(made, moments=2)
    state.arrive("explore")
    assert run_models.listed() == {}
    store().finish(made.id, "stopped")
    assert run_models.listed() == {}  # asked of the store once in each run of a page
    state.arrive("explore")
    assert list(run_models.listed()) == [f"{made.id}.vae"]


def test_a_store_that_cannot_be_reached_costs_the_models_of_runs_and_is_then_left_alone(session, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run_models.listed() == {}
    assert "mnist-vae-2d" in trained.names()
    asked = []
    monkeypatch.setattr(run_models, "store", lambda: asked.append(1))
    state.arrive("explore")
    assert run_models.listed() == {}
    assert asked == []
