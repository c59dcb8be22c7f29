"""The histories that ship are those of the models that ship, and a run that repeats itself repeats its numbers."""

from dataclasses import replace

import pytest
import torch

from lessons.kl import history as kl_history
from vae import checkpoints
from vae.errors import CheckpointError
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train
from vae.measuring.metrics import Measures
from vae.model import latent
from vae.model.posterior import kl_per_dimension
from vae.model.spec import ModelSpec


@pytest.mark.parametrize("name", kl_history.TRACED)
def test_it_ends_where_the_shipped_weights_are(name):
    """The rerun is another machine's rounding away from the weights that ship: within a tenth of a nat for each latent."""
    history = kl_history.load()[name]
    shipped = checkpoints.load_measures(checkpoints.SHIPPED / name, Measures)
    assert history.parts[-1].sum(0).tolist() == pytest.approx(shipped.kl_per_dim, abs=0.1)


@pytest.mark.parametrize("name", kl_history.TRACED)
def test_its_sum_follows_the_kl_that_the_checkpoint_recorded(name):
    """On 10,000 test images against the first 1,000 validation images; an image's KL varies by a quarter or less."""
    history = kl_history.load()[name]
    recorded = {r.images_seen: r.validation.kl for r in checkpoints.load_history(checkpoints.SHIPPED / name)}
    shared = [(float(parts.sum()), recorded[seen]) for seen, parts in zip(*history, strict=True) if seen in recorded]
    assert len(shared) >= 2
    for found, said in shared:
        assert found == pytest.approx(said, rel=0.15, abs=0.05)


def test_what_is_written_is_what_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(kl_history, "SHELF", replace(kl_history.SHELF, root=tmp_path))
    with pytest.raises(CheckpointError, match="kl-history"):
        kl_history.load()
    parts = torch.randn(4, 3, 2, generator=torch.Generator().manual_seed(0))
    kl_history.write({name: kl_history.History([0, 5, 10, 20], parts) for name in kl_history.TRACED})
    for history in kl_history.load().values():
        assert history.images_seen == [0, 5, 10, 20]
        torch.testing.assert_close(history.parts, parts, atol=6e-5, rtol=0)
    (kl_history.SHELF.folder / "kl_history.json").write_text("{}")
    with pytest.raises(CheckpointError):
        kl_history.load()


def test_a_run_is_measured_at_its_moments(tmp_path, monkeypatch, digits):
    recipe = (
        ModelSpec(latent_dim=3, image_shape=digits.image_shape),
        TrainingSettings(dataset="digits", images=2_000, batch_size=100),
    )
    model = prepare(*recipe, digits)
    checkpoints.save(tmp_path / "small", checkpoints.files(checkpoints.Checkpoint("small", model, recipe[1]), []))
    monkeypatch.setattr(checkpoints, "SHIPPED", tmp_path)
    history = kl_history.record("small")
    assert history.images_seen[0] == 0
    assert history.images_seen[-1] == 2_000
    assert history.parts.shape == (len(history.images_seen), 3, 3)
    list(train(model, recipe[1], digits))  # the same run again, to its end
    posterior = latent.encode_split(model, digits.test)
    torch.testing.assert_close(history.parts[-1].sum(0), kl_per_dimension(posterior).mean(0), atol=1e-5, rtol=1e-4)
