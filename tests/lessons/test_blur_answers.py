"""Averages and what they minimise, against autograd, SciPy, torch.distributions and counting."""

import pytest
import torch
from scipy.optimize import minimize_scalar
from torch.distributions import Bernoulli, Independent, Laplace, Normal

from lessons.blur import answers
from vae import checkpoints
from vae.model import latent
from vae.model.likelihoods import bernoulli_nll
from vae.model.posterior import Posterior

CHANCES = [(0.5, 0.5), (0.7, 0.3), (0.2, 0.5, 0.3), (0.4, 0.3, 0.2, 0.1)]


@pytest.fixture(scope="module")
def pixels(small_mnist) -> torch.Tensor:
    return small_mnist.train.pixels().flatten(1).double()


@pytest.mark.parametrize("chances", CHANCES, ids=str)
@pytest.mark.parametrize("name", answers.LOSSES)
def test_no_other_guess_has_a_lower_expected_loss(pixels, name, chances):
    """Pixel by pixel, against SciPy's minimiser of the expected loss of that pixel alone."""
    images, weights = pixels[: len(chances)], torch.tensor(chances, dtype=torch.float64)
    best = answers.LOSSES[name][1](images, weights)
    busiest = images.var(0).argsort(descending=True)[:25]
    for p in busiest.tolist():

        def of_pixel(value: float, p=p) -> float:
            return answers.expected_loss(name, torch.tensor([value], dtype=torch.float64), images[:, p : p + 1], weights)

        found = minimize_scalar(of_pixel, bounds=(0, 1), method="bounded", options={"xatol": 1e-7})
        assert of_pixel(float(best[p])) <= found.fun + 1e-6


@pytest.mark.parametrize("name", answers.LOSSES)
def test_random_guesses_are_worse(pixels, name):
    images, weights = pixels[:3], torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
    best = answers.LOSSES[name][1](images, weights)
    least = answers.expected_loss(name, best, images, weights)
    generator = torch.Generator().manual_seed(0)
    for _ in range(50):
        guess = (best + 0.1 * torch.randn(best.shape, generator=generator, dtype=torch.float64)).clamp(0, 1)
        assert answers.expected_loss(name, guess, images, weights) > least


def test_the_losses_are_negative_log_densities_up_to_constants(pixels):
    images, guess = pixels[:4], pixels[9].clamp(0.1, 0.9)
    binary = images.round()
    for loss, law, data in (
        (answers.squared_error, Normal(guess, 1.0), images),
        (answers.absolute_error, Laplace(guess, 1.0), images),
        (answers.cross_entropy, Bernoulli(guess), binary),
    ):
        oracle = -Independent(law, 1).log_prob(data)
        difference = loss(guess, data) - oracle
        assert torch.allclose(difference, difference[0].expand(4), atol=1e-9)  # the same for every image: a constant
    assert torch.allclose(answers.cross_entropy(guess, binary), -Independent(Bernoulli(guess), 1).log_prob(binary))


def test_the_blurred_mean_beats_either_sharp_image(pixels):
    images, even = pixels[:2], torch.tensor([0.5, 0.5], dtype=torch.float64)
    mean = answers.mean_image(images, even)
    for name in ("squared_error", "cross_entropy"):
        sharp = min(answers.expected_loss(name, image, images, even) for image in images)
        assert answers.expected_loss(name, mean, images, even) < sharp
    assert answers.expected_loss("squared_error", mean, images, even) == pytest.approx(
        0.5 * min(answers.expected_loss("squared_error", image, images, even) for image in images)
    )


def test_the_median_is_the_majority_and_between_where_there_is_none(pixels):
    images = pixels[:2]
    assert torch.equal(answers.median_image(images, torch.tensor([0.6, 0.4], dtype=torch.float64)), images[0])
    middle = answers.median_image(images, torch.tensor([0.5, 0.5], dtype=torch.float64))
    assert torch.allclose(middle, images.mean(0))


def test_shares_are_bayes_rule():
    generator = torch.Generator().manual_seed(0)
    posterior = Posterior(torch.randn(40, 2, generator=generator), torch.randn(40, 2, generator=generator))
    z = torch.randn(5, 2, generator=generator)
    densities = torch.stack([Normal(posterior.mean, posterior.std).log_prob(code).sum(1).exp() for code in z]).double()
    expected = densities / densities.sum(1, keepdim=True)
    assert torch.allclose(answers.shares(z, posterior), expected, atol=1e-6)
    assert torch.allclose(answers.sharing(z, posterior), 1 / expected.square().sum(1), rtol=1e-4)
    with pytest.raises(ValueError, match="point"):
        answers.shares(z, Posterior(posterior.mean, None))


def test_the_ideal_decoder_has_no_slope_left(small_mnist):
    """-E_q[log p(x|z)] over codes drawn from the aggregate posterior, as a function of the answer at each code, is flat there."""
    images = small_mnist.train.pixels(slice(200)).flatten(1)
    model = checkpoints.load(checkpoints.SHIPPED / "mnist-vae-2d").model
    posterior = latent.encode(model, images.view(-1, 1, 28, 28))
    z = posterior.mean[:6]
    ideal = answers.ideal_decoder(z, posterior, images).double().clamp(1e-4, 1 - 1e-4)
    logits = torch.logit(ideal).requires_grad_()
    weights = answers.shares(z, posterior)
    loss = torch.zeros((), dtype=torch.float64)
    for code in range(len(z)):
        answer = logits[code].expand(len(images), -1)
        loss = loss + weights[code] @ bernoulli_nll(answer.view(-1, 1, 28, 28), images.double().view(-1, 1, 28, 28))
    (slope,) = torch.autograd.grad(loss, logits)
    assert slope.abs().max() < 2e-4


def test_entropy_and_spread_are_the_bernoullis(pixels):
    mean = pixels[:5].clamp(0.01, 0.99)
    law = Bernoulli(mean)
    assert torch.allclose(answers.entropy(mean), law.entropy().sum(1))
    assert torch.allclose(answers.pixel_std(mean), law.stddev)


def test_draws_from_the_likelihood_have_its_mean_and_spread(pixels):
    mean = pixels[0].clamp(0.05, 0.95).float()
    draws = answers.sample_pixels(mean, 4_000, seed=0)
    assert set(draws.unique().tolist()) == {0.0, 1.0}
    assert ((draws.mean(0) - mean).abs() < 5 * answers.pixel_std(mean) / 4_000**0.5).all()
    noisy = answers.sample_gaussian(mean, 0.2, 4_000, seed=0)
    assert float((noisy - mean).std()) == pytest.approx(0.2, rel=0.01)
    assert float((noisy.mean(0) - mean).abs().max()) < 5 * 0.2 / 4_000**0.5
