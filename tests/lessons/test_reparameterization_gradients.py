"""Estimators against exact gradients, exact gradients against autograd and quadrature, and the model's against differences."""

from itertools import product
from math import erf, exp, sin, sqrt

import numpy as np
import pytest
import torch
from numpy.polynomial.hermite_e import hermegauss
from scipy.stats import kstest
from torch.distributions import Normal

from lessons.reparameterization import estimators, model_gradients, width_outputs
from lessons.reparameterization.estimators import ESTIMATORS, FUNCTIONS
from vae.learning.objectives import reconstruction_nll
from vae.model.networks import build
from vae.model.spec import ModelSpec

EXPECTATIONS = {  # E_{z ~ N(mu, sigma^2)}[f(z)] in closed form
    "square": lambda mu, sigma: (mu - 2) ** 2 + sigma**2,
    "wave": lambda mu, sigma: exp(-2 * sigma**2) * sin(2 * mu),
    "step": lambda mu, sigma: (1 + erf(mu / (sigma * sqrt(2)))) / 2,
}
PLACES = [(0.5, 0.8), (-1.0, 0.4), (1.5, 1.5)]


@pytest.mark.parametrize(("mu", "sigma"), PLACES)
@pytest.mark.parametrize("name", ["square", "wave"])
def test_means_are_those_of_quadrature(name, mu, sigma):
    nodes, weights = hermegauss(60)
    values = FUNCTIONS[name].f(torch.tensor(mu + sigma * nodes)).numpy()
    mean = float(values @ weights / np.sqrt(2 * np.pi))
    assert EXPECTATIONS[name](mu, sigma) == pytest.approx(mean, abs=1e-9)


@pytest.mark.parametrize(("mu", "sigma"), PLACES)
def test_the_steps_mean_is_the_normal_distribution_function(mu, sigma):
    oracle = 1 - float(Normal(mu, sigma).cdf(torch.tensor(0.0)))
    assert EXPECTATIONS["step"](mu, sigma) == pytest.approx(oracle, abs=1e-6)


@pytest.mark.parametrize(("mu", "sigma"), PLACES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_exact_gradients_are_those_of_the_mean(name, mu, sigma):
    h = 1e-5
    by_mu = (EXPECTATIONS[name](mu + h, sigma) - EXPECTATIONS[name](mu - h, sigma)) / (2 * h)
    up, down = (EXPECTATIONS[name](mu, sigma * np.exp(sign * h)) for sign in (1, -1))
    assert FUNCTIONS[name].exact(mu, sigma) == pytest.approx((by_mu, (up - down) / (2 * h)), abs=1e-7)


@pytest.mark.parametrize(("mu", "sigma"), PLACES)
@pytest.mark.parametrize(
    ("estimator", "name"), [("score function", n) for n in FUNCTIONS] + [("pathwise", "square"), ("pathwise", "wave")]
)
def test_estimates_are_right_on_average(estimator, name, mu, sigma):
    noise = torch.randn(400_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    draws = ESTIMATORS[estimator](name, mu, sigma, noise)
    error = draws.std(0) / len(draws) ** 0.5
    assert ((draws.mean(0) - torch.tensor(FUNCTIONS[name].exact(mu, sigma))).abs() < 4.5 * error).all()


@pytest.mark.parametrize(("mu", "sigma"), PLACES)
def test_the_pathwise_gradient_is_what_autograd_gives(mu, sigma):
    noise = torch.randn(7, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for name, test in FUNCTIONS.items():
        if name == "step":
            continue  # autograd refuses: its value does not depend on z smoothly
        parameters = torch.tensor([mu, np.log(sigma)], dtype=torch.float64, requires_grad=True)
        each = [torch.autograd.grad(test.f(parameters[0] + parameters[1].exp() * e), parameters)[0] for e in noise]
        torch.testing.assert_close(estimators.pathwise(name, mu, sigma, noise), torch.stack(each))


def test_the_path_through_a_step_is_flat_and_its_gradient_wrong():
    noise = torch.randn(100, generator=torch.Generator().manual_seed(1))
    assert not estimators.pathwise("step", 0.5, 1.0, noise).any()
    assert FUNCTIONS["step"].exact(0.5, 1.0)[0] > 0.3


def test_a_direct_draw_carries_no_gradient():
    assert not estimators.direct_draw_carries_gradient(0.3, 1.2)


def test_the_browser_estimates_what_python_does(in_javascript):
    noise = torch.randn(6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    asked = list(product(FUNCTIONS, PLACES, ESTIMATORS, (0, 1)))
    kinds = {"score function": "score", "pathwise": "path"}
    calls = [["estimates", kinds[kind], name, *place, noise.tolist(), parameter] for name, place, kind, parameter in asked]
    exact = [["exact", name, *place] for name in FUNCTIONS for place in PLACES]
    got = in_javascript("lessons/reparameterization/reparameterization_maths", *calls, *exact)
    for (name, place, kind, parameter), found in zip(asked, got, strict=False):
        assert found == pytest.approx(ESTIMATORS[kind](name, *place, noise)[:, parameter].tolist())
    for (_, name, mu, sigma), found in zip(exact, got[len(calls) :], strict=True):
        assert found == pytest.approx(FUNCTIONS[name].exact(mu, sigma), abs=1e-6)


def test_the_browsers_draws_are_normal_and_its_means_and_spread_are_numpys(in_javascript):
    draws, again, other = in_javascript(
        "lessons/reparameterization/reparameterization_maths", *(["normals", 20_000, seed] for seed in (1, 1, 2))
    )
    assert draws == again != other
    assert kstest(draws, "norm").pvalue > 0.01
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 0.02
    means, spread = in_javascript(
        "lessons/reparameterization/reparameterization_maths", ["means", draws, 50, 400], ["spread", draws]
    )
    assert means == pytest.approx(np.reshape(draws, (400, 50)).mean(1))
    assert spread == pytest.approx(np.std(draws, ddof=1))


@pytest.fixture
def small_vae():
    return build(ModelSpec("vae", 3, image_shape=(1, 8, 8)), seed=4).double()


def test_a_models_pathwise_gradient_is_its_difference_at_frozen_noise(small_vae, small_digits):
    image, noise = small_digits.test.pixels(slice(1)).double(), torch.randn(5, 3, dtype=torch.float64)
    found = model_gradients.gradients(small_vae, image, noise)
    with torch.no_grad():
        posterior = small_vae.encode(image)

        def loss(d_mean, d_log_variance):
            z = posterior.mean + d_mean + torch.exp((posterior.log_variance + d_log_variance) / 2) * noise
            return reconstruction_nll(small_vae, small_vae.decode(z), image.expand(5, -1, -1, -1))

        h = 1e-5 * torch.eye(3, dtype=torch.float64)
        for d in range(3):
            by_mean = (loss(h[d], 0) - loss(-h[d], 0)) / 2e-5
            by_spread = (loss(0, h[d]) - loss(0, -h[d])) / 2e-5
            torch.testing.assert_close(found.pathwise[:, 0, d], by_mean, rtol=1e-5, atol=1e-7)
            torch.testing.assert_close(found.pathwise[:, 1, d], by_spread, rtol=1e-5, atol=1e-7)
    torch.testing.assert_close(found.kl, torch.cat([posterior.mean, (posterior.log_variance.exp() - 1) / 2]))


def test_both_estimators_agree_on_a_model_on_average(small_vae, small_digits):
    image = small_digits.test.pixels(slice(1)).double()
    noise = torch.randn(60_000, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = model_gradients.gradients(small_vae, image, noise)
    for scored in (found.score_function, found.with_baseline):
        difference = (scored - found.pathwise).mean(0)
        error = (scored - found.pathwise).std(0) / len(noise) ** 0.5
        assert (difference.abs() < 4.5 * error).all()
    assert (found.score_function.std(0) > 10 * found.pathwise.std(0)).all()
    assert (found.score_function.std(0) > 3 * found.with_baseline.std(0)).all()


def test_the_slope_of_the_kl_in_each_output_is_its_closed_form():
    sigma = torch.tensor([0.001, 0.05, 1.0, 3.0], dtype=torch.float64)
    for output, closed in (("standard deviation", sigma - 1 / sigma), ("log variance", (sigma**2 - 1) / 2)):
        at = width_outputs.output_of(output, sigma)
        torch.testing.assert_close(width_outputs.slope(output, at), closed)
    assert width_outputs.slope("standard deviation", torch.tensor([-0.1, 0.0])).isnan().all()
    assert width_outputs.slope("log variance", torch.tensor([-30.0, 0.0])).isfinite().all()
    assert width_outputs.share_within_a_step(torch.tensor([0.01, 0.1, 1.0, 2.0]), 0.1) == 0.5
