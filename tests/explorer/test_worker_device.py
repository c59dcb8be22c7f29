"""What a worker trains on: LATENT_EXPLORER_DEVICE, where the worker runs."""

import pytest
import torch

from explorer.runs.store import Run, Store, store
from explorer.runs.worker import train_run
from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.model.spec import ModelSpec

SPEC = ModelSpec("ae", 2, encoder_widths=(8,), decoder_widths=(8,), image_shape=(1, 8, 8))


def trained(tmp_path) -> Run:
    kept: Store = store(f"sqlite:///{tmp_path / 'runs.db'}")
    run = kept.create("ann", [Recipe(SPEC, TrainingSettings(dataset="digits", images=512))])
    claimed = kept.claim("worker", 1)
    assert claimed is not None
    train_run(run.id, claimed.attempt, kept.url)
    ended = kept.get(run.id)
    assert ended is not None
    return ended


@pytest.mark.parametrize("wanted", ["cpu", "auto"])
def test_a_worker_trains_on_the_device_that_its_machine_names(tmp_path, monkeypatch, wanted):
    monkeypatch.setenv("LATENT_EXPLORER_DEVICE", wanted)
    ended = trained(tmp_path)
    assert (ended.state, ended.error) == ("done", "")


@pytest.mark.parametrize(("wanted", "sentence"), [("cuda", "finds no cuda device on this machine"), ("gpu", "no device 'gpu'")])
def test_a_device_that_is_not_there_is_said_to_the_owner(tmp_path, monkeypatch, wanted, sentence):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setenv("LATENT_EXPLORER_DEVICE", wanted)
    ended = trained(tmp_path)
    assert ended.state == "failed"
    assert sentence in ended.error
