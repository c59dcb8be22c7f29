"""The family: trained again in small, replayed, tabulated; and what ships keeps its promises."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from vae import checkpoints, family, seeds
from vae.__main__ import main
from vae.errors import CheckpointError
from vae.family import Group
from vae.learning import timeline
from vae.learning.recipes import Recipe, recipe
from vae.learning.settings import TrainingSettings
from vae.measuring.bounds import importance_bound
from vae.measuring.metrics import Measures, bound
from vae.model.latent import encode
from vae.model.spec import ModelSpec

SPEC = ModelSpec(encoder_widths=(24,), decoder_widths=(24,), image_shape=(1, 8, 8))
SETTINGS = TrainingSettings(dataset="digits", images=6_400, batch_size=32)
SMALL = Group(
    {
        "small-ae": Recipe(replace(SPEC, kind="ae"), SETTINGS),
        "small-vae": Recipe(SPEC, SETTINGS),
        "small-beta": Recipe(SPEC, replace(SETTINGS, beta=4.0)),
    },
    heirs={
        "small-iwae": Recipe(SPEC, replace(SETTINGS, importance_samples=3, learning_rate=1e-3, kl_ramp=0.0)),
        "small-flow": Recipe(replace(SPEC, prior="flow", prior_size=2), replace(SETTINGS, learning_rate=1e-3, kl_ramp=0.0)),
    },
    timeline=True,
    importance_samples=5,
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("family")
    family.train_group(SMALL, out)
    return out


@pytest.mark.parametrize("name", ["mnist-ae-2d", "mnist-vae-2d"])
def test_shipped_timelines_hold_24_moments(name):
    moments = timeline.load(checkpoints.SHIPPED / name)
    assert len(moments) == 24
    assert {m.codes.shape for m in moments} == {(2_000, 2)}


def test_a_timeline_leads_from_the_start_to_the_shipped_model(trained, digits):
    moments = timeline.load(trained / "small-vae")
    seen = [m.images_seen for m in moments]
    assert len(moments) == timeline.MOMENTS - 1  # in so short a run two of them fall on one step
    assert (seen[0], seen[-1]) == (0, 6_400)
    assert seen == sorted(set(seen))
    shipped = checkpoints.load(trained / "small-vae").model
    for name, weight in shipped.decoder.state_dict().items():
        torch.testing.assert_close(moments[-1].decoder[name], weight, rtol=0, atol=0)
        assert not torch.equal(moments[0].decoder[name], weight)
    first = digits.test.pixels(slice(2_000))
    torch.testing.assert_close(moments[-1].codes, encode(shipped, first).mean, rtol=2e-2, atol=2e-2)


def test_log_spaced_shares_grow_by_a_constant_factor():
    found = timeline.shares(3_000_000, 256)
    ratios = [after / before for before, after in pairwise(found[1:])]
    assert len(found) == timeline.MOMENTS
    assert found[:2] == [0.0, 512 / 3_000_000]
    assert found[-1] == 1.0
    assert ratios == pytest.approx([ratios[0]] * len(ratios))


@pytest.mark.parametrize("damage", [None, b"", b"no tensors"])
def test_a_damaged_timeline_is_a_sentence(tmp_path, damage):
    folder = tmp_path / "model"
    folder.mkdir()
    if damage is not None:
        (folder / timeline.FILE).write_bytes(damage)
    with pytest.raises(CheckpointError, match="The checkpoint model has no readable timeline"):
        timeline.load(folder)


@pytest.mark.parametrize("name", ["small-vae", "small-flow"])
def test_the_command_of_a_member_or_heir_makes_it_again_alone(trained, tmp_path, capsys, name):
    words = checkpoints.load(trained / name).command.replace("--begin-with checkpoints", f"--begin-with {trained}").split()[3:]
    words[words.index("--out") + 1] = str(tmp_path / name)
    assert main(words) == 0
    capsys.readouterr()
    assert (trained / name / "model.safetensors").read_bytes() == (tmp_path / name / "model.safetensors").read_bytes()


def test_heirs_go_on_from_the_weights_of_the_last_member(trained):
    other = checkpoints.load_history(trained / "small-beta")[-1].validation
    price = checkpoints.load_measures(trained / "small-beta", Measures).training_core_seconds
    for name in SMALL.heirs:
        first, last = (checkpoints.load_history(trained / name)[at].validation for at in (0, -1))
        assert first.reconstruction == pytest.approx(other.reconstruction, rel=0.01)
        assert last.total < first.total
        assert checkpoints.load_measures(trained / name, Measures).training_core_seconds > price  # it is that of the whole way


def test_the_table_has_a_row_for_every_model_and_every_baseline(trained, monkeypatch, digits):
    monkeypatch.setattr(family, "GROUPS", (SMALL,))
    probes = {
        "pixels": {key: 0.5 for name in ("knn_accuracy", "linear_probe_100", "linear_probe") for key in (name, f"{name}_error")}
    }
    (trained / family.BASELINES).write_bytes(checkpoints.to_json(probes))
    rows = [line for line in family.table(trained).splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0][2:] for row in rows[2:]] == [
        "small-ae",
        "small-vae",
        "small-beta",
        "small-iwae",
        "small-flow",
        "pixels",
    ]
    assert {row.count(" | ") for row in rows} == {len(family.HEAD) - 1}
    measured = checkpoints.load_measures(trained / "small-vae", Measures)
    assert f"{measured.negative_elbo:.2f} \u00b1" in rows[3]


def test_recipes_give_siblings_one_architecture():
    for latent_dim in (1, 2, 3, 4, 10, 64):
        ae, vae = recipe("ae", latent_dim), recipe("vae", latent_dim)
        assert replace(ae.spec, kind="vae") == vae.spec
        assert ae.settings == vae.settings


@pytest.mark.parametrize("name", family.names())
def test_what_ships_is_what_its_recipe_says(name):
    shipped = checkpoints.load(checkpoints.SHIPPED / name)
    (group,) = (group for group in family.GROUPS if name in group.recipes)
    wanted = group.recipes[name]
    assert (shipped.model.spec, shipped.settings) == wanted
    history = checkpoints.load_history(checkpoints.SHIPPED / name)
    assert history[-1].images_seen >= wanted.settings.images
    if name not in group.heirs:
        assert history[-1].validation.total < history[0].validation.total
        return
    before = list(group.members)[-1]  # importance weights make the ELBO worse, and what counts better
    measured = [checkpoints.load_measures(checkpoints.SHIPPED / one, Measures) for one in (before, name)]
    assert measured[1].weighted.negative_log_likelihood < measured[0].weighted.negative_log_likelihood


@pytest.mark.parametrize(("name", "target"), [("mnist-vae-2d", 141.0), ("mnist-vae-10d", 99.0)])
def test_shipped_bounds_are_as_promised_and_as_written_down(name, target, mnist):
    found = bound(checkpoints.load(checkpoints.SHIPPED / name).model, mnist.test)
    written = checkpoints.load_measures(checkpoints.SHIPPED / name, Measures)
    assert found.negative_elbo <= target
    assert found.negative_elbo == pytest.approx(written.negative_elbo, abs=0.01)
    assert found.kl_per_dim == pytest.approx(written.kl_per_dim, abs=0.01)


def test_all_that_ships_is_under_40_megabytes_with_two_timelines():
    files = [path for path in checkpoints.SHIPPED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 40e6
    assert {path.parent.name for path in files if path.name == timeline.FILE} == {"mnist-ae-2d", "mnist-vae-2d"}


def test_other_seeds_give_other_bounds_and_the_first_is_that_of_what_ships(trained, digits):
    found = seeds.validation_bounds(SMALL, trained, (0, 1), images=50, samples=5)
    assert list(found) == ["small-vae", "small-beta", "small-iwae", "small-flow"]  # an autoencoder has no bound
    for name, bounds in found.items():
        shipped = checkpoints.load(trained / name).model
        expected = importance_bound(shipped, digits.validation.pixels(slice(50)), 5).negative_log_likelihood
        assert bounds[0] == pytest.approx(expected)
        assert 0 < abs(bounds[1] - bounds[0]) < 5
