"""Models of shapes: what ships is what was trained and measured; responses and traversals against direct ways."""

import json
from dataclasses import replace

import pytest
import torch

from lessons.disentangle import mig, models, ship
from vae import data, shapes
from vae.errors import CheckpointError
from vae.measuring import metrics
from vae.model import latent


@pytest.fixture(scope="module")
def whole() -> data.Dataset:
    return data.load("shapes")


def test_training_again_gives_a_model_of_the_same_kind_from_the_same_seed(whole):
    first, second = (models.trained(2.0, 1, whole, images=4_000) for _ in range(2))
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(a, b)
        assert torch.equal(a, a.half().float())
    assert models.trained(None, 1, whole, images=256).spec.kind == "ae"


@pytest.mark.parametrize("name", models.SHOWN)
def test_the_table_is_of_the_models_that_ship(whole, name):
    """A part of the measures, taken again from the weights."""
    checkpoint, beta = models.load(name), models.SHOWN[name]
    assert checkpoint.settings == models.settings(beta, 0)
    row = models.row(models.table(), beta)
    assert row.kind == checkpoint.model.spec.kind
    bound = metrics.bound(checkpoint.model, whole.test)
    assert row.reconstruction == pytest.approx(bound.reconstruction, rel=1e-3)
    images, factors = models.everything(whole)
    posterior = latent.encode(checkpoint.model, images[::9])
    if row.kind == "vae":
        assert row.kl == pytest.approx(bound.kl, rel=1e-3)
        assert sum(row.kl_per_dim) == pytest.approx(row.kl, abs=1e-3)
        part = mig.posterior_information(posterior, factors[::9], draws=1_000)
        assert float((part.shares - row.known().shares).abs().max()) < 0.12  # fewer images and draws
    part = mig.binned_information(posterior.mean, factors[::9])
    assert float((part.shares - row.known("binned").shares).abs().max()) < 0.08


def test_principal_components_of_the_table_are_those_of_the_training_images(whole):
    (shipped,) = (row for row in models.table() if row.kind == "pca")
    train = whole.train.pixels().flatten(1)
    centred = train - train.mean(0)
    _, directions = torch.linalg.eigh(centred.T @ centred)
    images, factors = models.everything(whole)
    codes = (images.flatten(1) - train.mean(0)) @ directions[:, -models.LATENTS :].flip(1)
    again = mig.binned_information(codes, factors)
    assert float((again.nats - torch.tensor(shipped.binned)).abs().max()) < 0.03  # a component's sign moves the edges of bins


def test_the_table_holds_every_beta_at_every_seed_and_its_information_is_within_bounds():
    table = models.table()
    kinds = [(row.kind, row.beta, row.seed) for row in table]
    expected = [("vae", beta, seed) for beta in models.BETAS for seed in models.SEEDS]
    assert sorted(kinds, key=str) == sorted(
        [*expected, *(("ae", None, seed) for seed in models.SEEDS), ("pca", None, 0)], key=str
    )
    for row in table:
        for estimate in ("information", "of_triangles", "binned"):
            known = row.known(estimate)
            if known is not None:
                assert known.nats.shape == (models.LATENTS, 5 if estimate != "of_triangles" else 4)
                assert -0.02 < float(known.shares.min()) <= float(known.shares.max()) <= 1
    rates = [sum(models.row(table, beta, seed).kl for seed in models.SEEDS) for beta in models.BETAS]
    assert rates == sorted(rates, reverse=True)


def test_factors_of_the_whole_set_are_even_so_their_entropies_are_logarithms(whole):
    expected = torch.tensor([float(len(factor.values)) for factor in shapes.FACTORS]).log()
    torch.testing.assert_close(models.factor_entropies(), expected)
    torch.testing.assert_close(mig.entropies(models.everything(whole)[1]), expected)


def test_shuffled_factors_leave_hardly_any_information(whole):
    """How much the estimate says of nothing: its bias on this many images."""
    images, factors = models.everything(whole)
    posterior = latent.encode(models.load("beta-1").model, images[::4])
    shuffled = factors[::4][torch.randperm(len(posterior.mean), generator=torch.Generator().manual_seed(0))]
    information = mig.posterior_information(posterior, shuffled, draws=1_000)
    assert float(information.shares.abs().max()) < 0.02


def test_a_response_is_the_mean_of_the_images_with_that_value():
    factors = shapes.combinations()[::7]
    codes = torch.randn(len(factors), 3, generator=torch.Generator().manual_seed(0))
    found = models.responses(codes, factors, 2)
    assert found.shape == (5, 3)
    torch.testing.assert_close(found[3], codes[factors[:, 2] == 3].mean(0))


def test_a_traversal_moves_one_latent_from_end_to_end_and_leaves_the_rest():
    model = models.load("beta-2").model
    z = torch.linspace(-1, 1, models.LATENTS)
    ranges = [(-3.0, 2.0 + d) for d in range(models.LATENTS)]
    strips = models.traversals(model, z, [5, 0], ranges, 4)
    assert strips.shape == (2, 4, 1, 28, 28)
    codes = z.repeat(4, 1)
    codes[:, 5] = torch.linspace(-3, 7, 4)
    torch.testing.assert_close(strips[0], latent.decode(model, codes))


def test_what_is_missing_or_damaged_says_how_to_make_it_again(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "SHELF", replace(models.SHELF, root=tmp_path))
    with pytest.raises(CheckpointError, match="python -m lessons disentangle"):
        models.load("beta-2")
    path = models.SHELF.folder / f"{models.TABLE}.json"
    path.parent.mkdir(parents=True)
    for damage in (None, "[", '[{"kind": "vae"}]', "5"):
        if damage is not None:
            path.write_text(damage)
        with pytest.raises(CheckpointError, match="python -m lessons disentangle"):
            models.table()


def test_the_command_writes_the_table_and_the_shown_models(tmp_path, monkeypatch, whole):
    """All of it in small."""
    monkeypatch.setattr(models, "SHELF", replace(models.SHELF, root=tmp_path))
    monkeypatch.setattr(models, "BETAS", (2.0,))
    monkeypatch.setattr(models, "SEEDS", (0,))
    trained = models.trained
    monkeypatch.setattr(models, "trained", lambda beta, seed, dataset: trained(beta, seed, dataset, images=256))
    monkeypatch.setattr(
        models, "posterior_information", lambda posterior, factors: mig.posterior_information(posterior, factors, 20)
    )
    ship.write()
    assert [row.kind for row in models.table()] == ["pca", "ae", "vae"]
    assert isinstance(json.loads((models.SHELF.folder / f"{models.TABLE}.json").read_text())[2]["information"][7][4], float)
    assert models.load("beta-2").settings.beta == 2
    assert models.load("ae").model.spec.kind == "ae"
