"""Models of the server's folder and models that a browser brought go home like any other: the latter with that browser alone."""

import json
from pathlib import Path

import pytest
import torch

from explorer.models import folder_models
from explorer.runs.store import Gone, store
from explorer.takehome.page import document
from explorer.takehome.views import view_of
from vae import checkpoints, foreign
from vae.checkpoints import Checkpoint
from vae.learning.recipes import Recipe, recipe
from vae.model.networks import build

MAPPING = Path(__file__).resolve().parents[2] / "docs" / "mappings" / "pytorch-example.json"
SHAPES = {"fc1": (40, 784), "fc21": (2, 40), "fc22": (2, 40), "fc3": (40, 2), "fc4": (784, 40)}


@pytest.fixture
def own():
    """A model from elsewhere that Ann has brought; its name."""
    weights = {f"{name}.weight": torch.full(shape, 0.01) for name, shape in SHAPES.items()}
    found = foreign.mapped(foreign.layout(json.loads(MAPPING.read_text())), checkpoints.shapes(weights))
    kept = store().keep_model(
        "ann", "secret name", Recipe(found.spec, found.settings), foreign.filled(found, weights).state_dict()
    )
    yield f"own:{kept.id}"
    store().delete_model(kept.id, "ann")


def test_a_model_of_the_folder_is_taken_home_by_anybody(tmp_path, monkeypatch):
    spec, settings = recipe("vae", 2, 1_000)
    checkpoints.save(tmp_path / "mine", checkpoints.files(Checkpoint("mine", build(spec, seed=1), settings), []))
    monkeypatch.setenv(folder_models.SETTING, str(tmp_path))
    view = view_of("explore", {"model": "folder:mine"}, None)
    assert view.models[0].model.spec == spec
    assert b"<td>1,000</td>" in document(view)


def test_a_model_that_was_brought_is_taken_home_by_its_browser_without_its_name_and_without_a_training_that_nobody_knows(own):
    told = document(view_of("explore", {"model": own}, "ann")).decode()
    assert "VAE, 2 latents" in told
    assert "secret name" not in told
    assert own not in told
    assert "63,828" in told  # weights and biases
    assert "600,000" not in told
    for other in ("bob", None):
        with pytest.raises(Gone, match="private to the browser that brought it"):
            view_of("explore", {"model": own}, other)
