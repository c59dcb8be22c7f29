"""What each preset promises happens at its own budget, on real digits."""

import hashlib
import os
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch

import vae
from explorer.training.form import FormValues, of_preset, of_run, preset_of
from explorer.training.presets import PIXELS, PRESETS
from lessons.gan import samples
from lessons.shared import classifier
from vae import data
from vae.errors import Diverged
from vae.learning.objectives import objective
from vae.learning.recipes import Recipe
from vae.learning.records import Record
from vae.learning.training import prepare, train_together
from vae.learning.watch import corrupted
from vae.model import latent
from vae.model.networks import Autoencoder, build

NAMED = {preset.name: preset for preset in PRESETS}
ACTIVE = 0.1  # nats: a dimension below carries next to nothing


class Trained(list[Record]):
    """A model's records, with `draws` (N, C, H, W) decoded at its end."""

    def __init__(self, records: list[Record], draws: torch.Tensor):
        super().__init__(records)
        self.draws = draws


@pytest.fixture(scope="module")
def trained(pytestconfig) -> Callable[[str, str], Trained]:
    """Gives what became of a preset's model of one kind. It is kept until the core or its recipe changes."""
    core = b"".join(path.read_bytes() for path in sorted(Path(vae.__file__).parent.rglob("*.py")))

    @cache
    def of_recipe(recipe: Recipe) -> Trained:
        key = hashlib.sha256(core + f"{recipe} {torch.__version__}".encode()).hexdigest()
        kept = pytestconfig.rootpath / ".pytest_cache" / "presets" / key
        if not kept.exists():
            model = prepare(*recipe, data.load("mnist"))
            moments = list(train_together([model], [recipe.settings], data.load("mnist"), records=20, snapshots=True))
            kept.parent.mkdir(parents=True, exist_ok=True)
            half = kept.with_suffix(f".{os.getpid()}")
            half.write_bytes(pickle.dumps(([record for (record,) in moments], decoded(model))))
            half.rename(kept)
        return Trained(*pickle.loads(kept.read_bytes()))

    def of(name: str, kind: str) -> Trained:
        (recipe,) = (each for each in of_preset(NAMED[name]).recipes() if each.spec.kind == kind)
        return of_recipe(recipe)

    return of


def decoded(model: Autoencoder) -> torch.Tensor:
    """2,000 prior draws as mean images, grey levels 0 to 255."""
    return latent.decode(model, latent.sample_prior(2_000, model.spec.latent_dim, seed=7)).mul(255).round().byte()


@pytest.fixture(scope="module")
def reconstruction(trained) -> Callable[[str, str], float]:
    return lambda name, kind: trained(name, kind)[-1].validation.reconstruction


def spread(record: Record) -> torch.Tensor:
    """Standard deviation of the codes in each dimension, (D,)."""
    assert record.snapshot is not None
    return record.snapshot.codes.std(0)


def test_the_autoencoders_axes_grow_and_the_vaes_codes_stay_within_the_prior(trained):
    pair = {kind: trained("A clean pair", kind) for kind in ("ae", "vae")}
    assert (spread(pair["ae"][-1]) > 3 * spread(pair["ae"][0])).all()
    outside = {kind: (records[-1].snapshot.codes.norm(dim=1) > 3).float().mean() for kind, records in pair.items()}
    assert outside["ae"] > 0.3  # of the prior's outermost circle
    assert outside["vae"] < 0.1


def test_the_vaes_prior_draws_reach_more_of_the_ten_digits(trained):
    judge, _ = classifier.load()
    draws = {kind: trained("A clean pair", kind).draws.float() / 255 for kind in ("ae", "vae")}
    reach = {kind: measure_draws(pictures, judge) for kind, pictures in draws.items()}
    assert reach["ae"] + 1 < reach["vae"] < 10  # neither reaches them all at this budget


def measure_draws(pictures: torch.Tensor, judge: classifier.Classifier) -> int:
    return samples.covered(samples.class_shares(classifier.probabilities(judge, pictures)))


def test_with_beta_too_high_the_kl_falls_to_zero_and_every_reconstruction_is_the_same(trained):
    collapsed = trained("\u03b2 too high", "vae")
    kl = [record.validation.kl for record in collapsed]
    assert max(kl) > 0.5  # there was something to lose
    assert kl[-1] < 0.05
    pictures = collapsed[-1].snapshot.reconstructions
    assert (pictures - pictures.mean(0)).abs().max() < 0.05
    assert spread(collapsed[-1]).max() < 0.2
    beside, clean = (of_preset(NAMED[name]).recipes()[0] for name in ("\u03b2 too high", "A clean pair"))
    assert beside == clean, "the autoencoder knows no \u03b2, so it is the same one"


def test_a_mean_over_pixels_is_beta_times_their_number(small_mnist):
    spec, settings = of_preset(NAMED["Mean over pixels"]).recipes()[1]
    assert settings.beta == PIXELS == 28 * 28
    images = small_mnist.train.pixels(slice(64))
    noise = torch.randn(64, spec.latent_dim, generator=torch.Generator().manual_seed(0))
    gradients = []
    for mistaken in (True, False):
        model = build(spec, seed=1)
        terms = objective(model, images, noise, settings.beta)
        loss = terms.reconstruction / PIXELS + terms.kl if mistaken else terms.loss / PIXELS
        loss.backward()
        gradients.append([parameter.grad for parameter in model.parameters()])
    for mistake, preset in zip(*gradients, strict=True):
        torch.testing.assert_close(mistake, preset, rtol=1e-4, atol=1e-7)


def test_with_a_mean_over_pixels_the_kl_vanishes_at_once(trained):
    kl = [record.validation.kl for record in trained("Mean over pixels", "vae")]
    assert max(kl[1:]) < 0.1


def test_a_learning_rate_too_high_ends_the_run_within_a_tenth_of_the_budget():
    choice = of_preset(NAMED["Learning rate too high"])
    recipes = choice.recipes()
    models = [prepare(spec, settings, data.load("mnist")) for spec, settings in recipes]
    seen = []
    with pytest.raises(Diverged, match="weights of the moment before were kept"):
        seen.extend(moment[0].images_seen for moment in train_together(models, [s for _, s in recipes], data.load("mnist"), 20))
    assert not seen or seen[-1] < choice.images / 10
    assert all(torch.isfinite(weight).all() for model in models for weight in model.state_dict().values())


def test_one_latent_costs_more_than_twenty_nats(reconstruction):
    for kind in ("ae", "vae"):
        assert reconstruction("Too few latents", kind) > reconstruction("A clean pair", kind) + 20


def test_of_64_latents_the_vae_uses_about_ten_and_the_autoencoder_all(trained, reconstruction):
    pair = {kind: trained("Too many latents", kind) for kind in ("ae", "vae")}
    used = sum(nats > ACTIVE for nats in pair["vae"][-1].validation.kl_per_dim)
    assert 6 <= used <= 14
    assert (spread(pair["ae"][-1]) > 0.2 * spread(pair["ae"][-1]).max()).all()
    assert reconstruction("Too many latents", "ae") < reconstruction("Too many latents", "vae")
    assert reconstruction("Too many latents", "ae") < reconstruction("A clean pair", "ae")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_the_form_knows_its_presets_again_whatever_the_seed(preset):
    choice = of_preset(preset)
    assert preset_of(choice) is preset
    assert preset_of(FormValues(**{**vars(choice), "seed": 7})) is preset
    assert preset_of(FormValues(**{**vars(choice), "latents": 5})) is None
    assert of_run(choice.recipes()) == choice


def test_told_to_denoise_both_models_take_most_of_the_noise_away(trained):
    settings = of_preset(NAMED["Denoising"]).recipes()[0].settings
    clean = data.load("mnist").test.pixels(slice(8))
    noisy = corrupted(clean, settings)
    for records in (trained("Denoising", kind) for kind in ("ae", "vae")):
        left = (records[-1].snapshot.reconstructions - clean).square().mean()
        assert left < 0.2 * (noisy.clamp(0, 1) - clean).square().mean()
        assert left < 0.5 * (records[1].snapshot.reconstructions - clean).square().mean()
