"""Relatives of one small VAE: similarity against autograd, tokens against their definitions, priors against densities."""

import re
from dataclasses import replace
from math import exp, log

import pytest
import torch
from app_driver import markup, press, sentences, unmarked, visit
from densities import log_p
from torch.distributions import Bernoulli

from lessons.priors import relatives, screen, vq
from lessons.shared import ssim
from vae.errors import CheckpointError
from vae.measuring.bounds import importance_bound
from vae.measuring.metrics import bound
from vae.model import latent
from vae.model.networks import build


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_the_energy_is_least_for_the_image_itself_and_its_gradient_is_autograds(mnist):
    images = mnist.test.pixels(slice(3)).double()
    assert ssim.energy(images, images).abs().max() < 1e-9
    pictures = (0.8 * images + 0.05).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda p: ssim.energy(p, images[:, :, 8:20, 8:20]), pictures[:, :, 8:20, 8:20].detach().requires_grad_()
    )
    assert (ssim.energy(pictures, images) > 0).all()


def test_each_encoding_gets_the_nearest_vector_of_the_codebook():
    encodings, codebook = draws(5, 3, 4), draws(7, 4, seed=1)
    found = vq.quantise(encodings, codebook)
    nearest = torch.cdist(encodings.flatten(0, 1), codebook).argmin(1).view(5, 3)
    assert torch.equal(found.tokens, nearest)
    torch.testing.assert_close(found.vectors, codebook[nearest])
    squared = (encodings - codebook[nearest]).square().sum((1, 2))
    torch.testing.assert_close(found.codebook_loss, squared)
    torch.testing.assert_close(found.commitment, squared)


def test_the_gradient_passes_the_codebook_as_if_it_were_not_there():
    """van den Oord et al. 2017, eq. 3: d/de of anything after is its gradient at q; the two squares move codebook and encoder apart."""
    encodings, codebook, weight = draws(5, 3, 4).requires_grad_(), draws(7, 4, seed=1).requires_grad_(), draws(5, 3, 4, seed=2)
    found = vq.quantise(encodings, codebook)
    to_encoding, to_codebook = torch.autograd.grad(
        (found.vectors * weight).sum(), (encodings, codebook), allow_unused=True, materialize_grads=True
    )
    torch.testing.assert_close(to_encoding, weight)
    assert to_codebook.abs().max() == 0
    nearest = codebook[found.tokens]
    found = vq.quantise(encodings, codebook)
    ends = (encodings, codebook)
    away, pulled = torch.autograd.grad(found.codebook_loss.sum(), ends, allow_unused=True, materialize_grads=True)
    assert away.abs().max() == 0
    expected = torch.zeros_like(codebook).index_add(0, found.tokens.flatten(), 2 * (nearest - encodings).flatten(0, 1))
    torch.testing.assert_close(pulled, expected.detach())
    found = vq.quantise(encodings, codebook)
    held, still = torch.autograd.grad(found.commitment.sum(), ends, allow_unused=True, materialize_grads=True)
    torch.testing.assert_close(held, (2 * (encodings - nearest)).detach())
    assert still.abs().max() == 0


def test_perplexity_counts_the_words_in_use():
    assert vq.perplexity(torch.arange(32).repeat(5), 32) == pytest.approx(32)
    assert vq.perplexity(torch.zeros(9, dtype=torch.long), 32) == 1
    assert vq.perplexity(torch.tensor([0, 0, 0, 1]), 4) == pytest.approx(exp(-(0.75 * log(0.75) + 0.25 * log(0.25))))


def test_the_prior_over_tokens_is_normalised_and_looks_back_only():
    model = vq.VQ()
    tokens = torch.randint(vq.WORDS, (4, vq.TOKENS), generator=torch.Generator().manual_seed(0))
    chances = model.token_logits(tokens).softmax(-1)
    torch.testing.assert_close(chances.sum(-1), torch.ones(4, vq.TOKENS))
    changed = tokens.clone()
    changed[:, 5:] = 0
    torch.testing.assert_close(model.token_logits(changed)[:, :6], model.token_logits(tokens)[:, :6])
    assert not torch.allclose(model.token_logits(changed)[:, 6:], model.token_logits(tokens)[:, 6:])
    each = chances.gather(-1, tokens.unsqueeze(-1)).squeeze(-1).log().sum(1)
    torch.testing.assert_close(model.token_nll(tokens), -each)


def test_tokens_are_drawn_as_often_as_the_prior_says():
    model = relatives.load_vq().model
    drawn = model.sample(8_000, seed=1)
    with torch.no_grad():
        first = model.token_logits(drawn[:1])[0, 0].softmax(-1)
    torch.testing.assert_close(torch.bincount(drawn[:, 0], minlength=vq.WORDS) / 8_000, first, atol=0.02, rtol=0)
    with torch.no_grad():
        cost = model.token_nll(drawn)  # over draws from the model itself: its entropy, below that of the single tokens together
    shares = torch.stack([torch.bincount(drawn[:, at], minlength=vq.WORDS) for at in range(vq.TOKENS)]).double() / 8_000
    assert float(cost.mean()) < float(-torch.special.xlogy(shares, shares).sum())


def test_what_tokens_cost_is_reproduced_and_is_pixels_plus_tokens(mnist):
    model, measured = relatives.load_vq()
    images = torch.bernoulli(mnist.test.pixels(slice(1_000)), generator=torch.Generator().manual_seed(1))
    found = vq.cost(model, images)
    with torch.no_grad():
        logits, quantised = model(images)
    torch.testing.assert_close(found.pixels, -Bernoulli(logits=logits).log_prob(images).sum((1, 2, 3)), rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(found.tokens, model.token_nll(quantised.tokens))
    assert float(found.total.mean()) == pytest.approx(measured.total, rel=0.06)
    assert measured.total == pytest.approx(measured.pixels + measured.tokens)
    assert measured.tokens < measured.independent
    assert measured.perplexity > 20


@pytest.mark.parametrize("name", ["plain", "vamp", "two-level"])
def test_log_prior_is_the_density(name):
    """From the log ratio alone, whatever the noise; with a second level nearly, by its mean over many draws."""
    model = relatives.load(name).model
    z = draws(20, 2, seed=3)
    with torch.no_grad():
        found = relatives.log_prior(model, z, torch.Generator().manual_seed(1), samples=4_000)
        if name == "two-level":
            noise = draws(4_000, 20, 4, seed=5)
            expected = log_p(model, z.expand(4_000, 20, 2), noise).logsumexp(0) - log(4_000)
        else:
            expected = log_p(model, z, z)
    torch.testing.assert_close(found, expected, atol=0.1 if name == "two-level" else 2e-3, rtol=0)


def test_the_gap_to_the_prior_is_what_it_was_measured_to_be(small_mnist):
    gaps = {name: relatives.load(name).measures.prior_gap for name in ("plain", "vamp")}
    assert 0 < gaps["vamp"] < gaps["plain"]
    model = build(relatives.PLAIN, seed=1)
    with torch.no_grad():  # a posterior that is the prior, whatever the image: no gap
        for head in (model.mean_head, model.log_variance_head):
            head.weight.zero_()
            head.bias.zero_()
    assert relatives.prior_gap(model, small_mnist) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("name", relatives.RECIPES)
def test_measures_are_reproduced_on_some_images(name, small_mnist):
    model, measured = relatives.load(name)
    pixels = relatives.RECIPES[name].settings.pixels
    assert measured.weighted.pixels == pixels
    assert measured.weighted.negative_log_likelihood < measured.negative_elbo
    few = bound(model, small_mnist.test, pixels=pixels)
    assert few.negative_elbo == pytest.approx(measured.negative_elbo, abs=max(6 * few.negative_elbo_error, 5))
    tighter = [importance_bound(model, small_mnist.test.pixels(slice(40)), k, pixels).negative_log_likelihood for k in (1, 200)]
    assert tighter[0] > tighter[-1]


def test_the_gain_is_larger_than_what_seeds_do():
    seeds = relatives.load_seeds()
    assert max(seeds["vamp"]) < min(seeds["plain"])
    assert seeds["plain"][0] == pytest.approx(relatives.load("plain").measures.negative_elbo, abs=0.05)


def test_similarity_is_what_the_ssim_loss_buys(mnist):
    images = mnist.test.pixels(slice(300))
    found = {}
    for name in ("plain", "ssim"):
        model, measured = relatives.load_ssim() if name == "ssim" else relatives.load(name)
        found[name] = relatives.similarity(latent.decode(model, latent.encode(model, images).mean), images)
        assert found[name] == pytest.approx(measured.ssim, abs=0.04)
    assert found["ssim"] > found["plain"]


def test_a_missing_file_is_a_sentence_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(relatives, "SHELF", replace(relatives.SHELF, root=tmp_path))
    for attempt in (relatives.load_vq, relatives.load_seeds, lambda: relatives.load("vamp")):
        with pytest.raises(CheckpointError, match="python -m lessons priors"):
            attempt()


def text(app) -> str:
    return re.sub(r"<[^>]+>", " ", markup(app))


def test_the_page_holds_the_table_and_the_reveal_its_numbers():
    app = press(visit("priors"), "Show without predicting")
    assert not sentences(app)
    for name in relatives.RECIPES:
        measured = relatives.load(name).measures
        for number in (measured.negative_elbo, screen.weighted(name)):
            assert f"{number:.1f}".replace("-", "\u2212") in text(app)
    assert "What happens:  It falls by a few nats" in text(app)
    assert any(f"**{screen.weighted('vamp'):.1f}** nats" in unmarked(part.value) for part in app.markdown)


def test_a_link_opens_a_model_and_a_wrong_one_is_named():
    app = visit("priors", priors_model="two-level")
    assert not sentences(app)
    assert app.query_params == {"priors_model": "two-level"}
    (said,) = sentences(visit("priors", priors_model="flow"))
    assert said.startswith("The link says priors_model = 'flow'. ")
