"""Moving about in latent space, against closed forms."""

from math import pi, sqrt

import numpy as np
import pytest
import torch
from densities import log_p, log_q
from passages import sent_through
from scipy.stats import norm
from torch.distributions import Normal, kl_divergence

from vae.model import latent
from vae.model.latent import linear, plane_grid, prior_grid, prior_quantiles, sample_prior, spherical
from vae.model.layered import LayeredSpec
from vae.model.networks import build


def draws(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_encoding_and_decoding_in_chunks_changes_nothing(model, dataset, monkeypatch):
    images, labels = dataset.test.pixels(slice(20)), dataset.test.labels[:20]
    whole = latent.encode(model, images, labels)
    pictures = latent.decode(model, whole.mean, labels)
    monkeypatch.setattr(latent, "CHUNK", 7)
    parts = latent.encode(model, images, labels)
    torch.testing.assert_close(parts.mean, whole.mean, rtol=1e-4, atol=1e-5)
    assert (parts.log_variance is None) == (whole.log_variance is None)
    if whole.log_variance is not None:
        torch.testing.assert_close(parts.log_variance, whole.log_variance, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(latent.decode(model, whole.mean, labels), pictures, rtol=1e-4, atol=1e-5)


def test_models_that_list_their_layers_take_fewer_images_at_a_time():
    taken = []
    model = build(LayeredSpec(encoder_layers=("flatten",), decoder_layers=("linear 784", "unflatten 1 28 28")))
    model.trunk.register_forward_hook(lambda layer, given, output: taken.append(len(output)))
    model.decoder.register_forward_hook(lambda layer, given, output: taken.append(len(output)))
    codes = latent.encode(model, torch.zeros(501, 1, 28, 28)).mean
    assert latent.decode(model, codes).shape == (501, 1, 28, 28)
    assert taken == [250, 250, 1] * 2


def test_encoding_a_split_and_decoding_are_the_models_own_two_halves(model, dataset):
    posterior, told = latent.encode_split(model, dataset.test), model.given(dataset.test.labels)
    torch.testing.assert_close(posterior.mean, told.encode(dataset.test.images.float() / 255).mean, rtol=1e-4, atol=1e-5)
    assert not posterior.mean.requires_grad
    z, classes = draws(5, model.spec.latent_dim), torch.arange(5)
    expected = model.expected_image(model.given(classes).decode(z))
    torch.testing.assert_close(latent.decode(model, z, classes), expected)


@pytest.mark.parametrize(("steps", "mass"), [(2, 0.98), (5, 0.98), (20, 0.98), (9, 0.5), (9, 0.9999)])
def test_prior_quantiles_are_the_normal_distributions(steps, mass):
    tail = (1 - mass) / 2
    expected = norm.ppf(np.linspace(tail, 1 - tail, steps))
    np.testing.assert_allclose(prior_quantiles(steps, mass), expected, rtol=1e-3, atol=1e-6)


def test_the_default_span_is_the_priors_central_98_percent():
    points = prior_quantiles(11)
    assert points[[0, -1]].tolist() == pytest.approx([-2.3263, 2.3263], abs=1e-3)
    assert points[5].item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("path", [linear, spherical])
@pytest.mark.parametrize("dimensions", [1, 2, 10, 64])
def test_a_path_starts_and_ends_at_its_ends(path, dimensions):
    start, end = draws(2, dimensions)
    codes = path(start, end, 6)
    assert codes.shape == (6, dimensions)
    torch.testing.assert_close(codes[[0, -1]], torch.stack([start, end]))


def test_the_straight_line_has_equal_steps():
    start, end = draws(2, 10)
    steps = linear(start, end, 6).diff(dim=0)
    torch.testing.assert_close(steps, ((end - start) / 5).expand(5, 10))


def test_the_arc_between_two_axes_is_a_quarter_of_a_circle():
    angle = torch.linspace(0, pi / 2, 7)
    expected = 3 * torch.stack([angle.cos(), angle.sin()], dim=1)
    torch.testing.assert_close(spherical(torch.tensor([3.0, 0]), torch.tensor([0, 3.0]), 7), expected)


def test_the_arc_turns_by_equal_angles_and_keeps_the_length_of_its_ends():
    """Built without slerp: rotate the start within the plane of both ends."""
    start, end = torch.nn.functional.normalize(draws(2, 20).double(), dim=1) * 4
    across = torch.nn.functional.normalize(end - (end @ start) / 16 * start, dim=0) * 4
    whole = torch.acos(end @ start / 16)
    angle = torch.linspace(0, 1, 9, dtype=torch.float64)[:, None] * whole
    found = spherical(start, end, 9)
    torch.testing.assert_close(found, angle.cos() * start + angle.sin() * across, check_dtype=False, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(found.norm(dim=1), torch.full((9,), 4.0, dtype=torch.float64), check_dtype=False)


def test_the_arc_stays_on_the_shell_that_the_line_cuts_through():
    start, end = draws(2, 64)
    middle_of_arc, middle_of_line = spherical(start, end, 3)[1].norm(), linear(start, end, 3)[1].norm()
    mean_length = (start.norm() + end.norm()) / 2
    assert abs(middle_of_arc - mean_length) < 0.1 * mean_length
    assert middle_of_line < 0.85 * mean_length


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ([1.0, 2], [1.0, 2]),
        ([1.0, 2], [2.0, 4]),
        ([1.0, 2], [-1.0, -2]),
        ([0.0, 0], [1.0, 2]),
        ([0.0, 0], [0.0, 0]),
        ([3.0], [-1.0]),
    ],
    ids=["equal", "parallel", "opposite", "from-the-origin", "both-the-origin", "one-dimension"],
)
def test_where_there_is_no_arc_the_path_is_the_straight_line(start, end):
    start, end = torch.tensor(start), torch.tensor(end)
    assert torch.equal(spherical(start, end, 5), linear(start, end, 5))


def test_nearly_parallel_ends_give_an_arc_as_near_to_the_line():
    start = torch.tensor([1.0, 0])
    for offset in (1e-2, 2e-3, 9e-4, 1e-5):
        end = torch.tensor([1.0, offset])
        torch.testing.assert_close(spherical(start, end, 5), linear(start, end, 5), rtol=0, atol=offset**2)


def test_a_grid_reads_from_the_top_left_where_x_is_low_and_y_is_high():
    codes = plane_grid(torch.tensor([1.0, 2, 3]), torch.tensor([10.0, 20]))
    assert codes.tolist() == [[1, 20], [2, 20], [3, 20], [1, 10], [2, 10], [3, 10]]


def test_the_prior_grid_has_the_priors_quantiles_on_both_axes():
    points, grid = prior_quantiles(4), prior_grid(4).reshape(4, 4, 2)
    for row in range(4):
        for column in range(4):
            assert torch.equal(grid[row, column], torch.stack([points[column], points[3 - row]]))


def test_draws_from_the_prior_have_its_moments_and_are_the_same_for_one_seed():
    z = sample_prior(40_000, 3, seed=4)
    assert z.mean(0).abs().max() < 4 / sqrt(40_000)
    torch.testing.assert_close(z.T.cov(), torch.eye(3), rtol=0, atol=0.03)
    assert torch.equal(z, sample_prior(40_000, 3, seed=4))
    assert not torch.equal(z, sample_prior(40_000, 3, seed=5))


def test_a_passage_takes_the_image_by_its_code_to_its_price(model, images, labels):
    model = model.given(labels[2:3])
    image, epsilon = images[2:3], draws(1, model.noise_dim)
    passage = sent_through(model, image, epsilon)
    q = model.encode(image)
    z = q.mean if model.spec.kind == "ae" else q.mean + torch.exp(q.log_variance / 2) * epsilon[:, : model.spec.latent_dim]
    torch.testing.assert_close(passage.z, z.detach())
    mean = model.expected_image(model.decode(z)).detach()
    torch.testing.assert_close(passage.image, mean)
    if model.spec.likelihood == "bernoulli":
        expected = -(image * mean.log() + (1 - image) * (1 - mean).log()).sum()
    else:
        expected = -Normal(model.decode(z).detach(), model.spec.observation_std or 1.0).log_prob(image).sum()
    assert passage.reconstruction == pytest.approx(float(expected), rel=1e-4)
    if model.spec.kind == "ae":
        assert passage.kl is None
    elif model.spec.prior == "two-level":
        assert passage.kl == pytest.approx(float(model.prior.kl(q, z, epsilon).sum().detach()))
    else:
        expected = log_q(q, z) - log_p(model, z, epsilon)
        if model.spec.prior == "normal":
            expected = kl_divergence(Normal(q.mean, q.std), Normal(0.0, 1.0)).sum()
        expected = expected.detach()
        assert passage.kl == pytest.approx(float(expected), rel=1e-4, abs=1e-5)
