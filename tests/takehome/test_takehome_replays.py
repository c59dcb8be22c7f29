"""A run goes home with its training: moments that were kept, what each decodes, and nothing that leads back to it."""

import gzip
import json
import re
from dataclasses import replace

import pytest
import torch

from explorer.browser import assets
from explorer.canvas import payloads
from explorer.runs.store import Run, address, store
from explorer.runs.worker import train_run
from explorer.takehome import replays
from explorer.takehome.page import document
from explorer.takehome.views import view_of
from vae.errors import CheckpointError, VaeError
from vae.learning.recipes import Recipe, recipe
from vae.model.networks import build


@pytest.fixture(scope="module")
def run() -> Run:
    """A run of an autoencoder and a VAE that has ended."""
    plain = [recipe(kind, 2, 2_000, dataset="digits") for kind in ("ae", "vae")]
    waiting = store().create("ann", [Recipe(replace(spec, image_shape=(1, 8, 8)), settings) for spec, settings in plain])
    claimed = store().claim("test", per_owner=9)
    assert claimed is not None
    train_run(claimed.id, claimed.attempt, address())
    ended = store().get(waiting.id)
    assert ended is not None
    return ended


def test_the_moments_are_those_that_were_kept_from_the_first_to_the_last(run: Run) -> None:
    series = replays.of_run(run.id, None)
    seen = [int(stage.label.replace(",", "")) for stage in series.stages]
    records = store().records(run.id)
    assert 2 <= len(seen) <= replays.MOST
    assert seen == sorted(set(seen))
    assert (seen[0], seen[-1]) == (0, run.images_seen)
    for stage, images in zip(series.stages, seen, strict=True):
        (moment,) = [each for each in records if each.records[0].images_seen == images]
        assert all(f"{record.validation.total:.1f}" in stage.caption for record in moment.records)
        state, taken = store().weights(run.id, moment.index), store().snapshot(run.id, moment.index)
        for past, weights, snapshot in zip(stage.models, state, taken, strict=True):
            assert all(torch.equal(past.model.state_dict()[name], value.float()) for name, value in weights.items())
            assert torch.equal(past.posterior.mean, snapshot.codes)


def test_a_file_carries_them_and_no_name_that_leads_to_the_run(run: Run) -> None:
    view = view_of("train", {"run": run.id, "replay": "1"})
    contents = document(view).decode()
    told = json.loads(re.search(r'id="view">(.*?)</script>', contents)[1])
    assert [len(moment["models"]) for moment in told["series"]["moments"]] == [2] * len(replays.of_run(run.id, None).stages)
    for moment in told["series"]["moments"]:
        for body in (body for model in moment["models"] for body in model.values()):
            assert f'data-address="{body}"' in contents
    assert run.id not in contents
    assert "ann" not in re.findall(r"\bann\b", contents)
    assert not told["draw"]


def test_without_its_training_a_file_has_the_models_as_they_have_become(run: Run) -> None:
    view = view_of("train", {"run": run.id})
    told = json.loads(re.search(r'id="view">(.*?)</script>', document(view).decode())[1])
    newest = store().weights(run.id)
    assert told["series"] is None
    for facts, (spec, _), weights in zip(told["models"], run.recipes, newest, strict=True):
        model = build(spec)
        model.load_state_dict(weights)
        assert gzip.decompress(assets.announced(facts["weights"])) == gzip.decompress(payloads.decoder(model).compressed)


def test_what_cannot_be_replayed_is_said(run: Run, monkeypatch) -> None:
    with pytest.raises(VaeError, match=r"says replay = 'yes'. It must be 0 or 1."):
        view_of("train", {"run": run.id, "replay": "yes"})
    monkeypatch.setattr(type(store()), "snapshots", lambda *_: [])
    with pytest.raises(CheckpointError, match="Too little was kept"):
        document(view_of("train", {"run": run.id, "replay": "1"}))
