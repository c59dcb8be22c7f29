"""Bits back coding: nothing is lost, the borrowed bits come back, and the length is the bound."""

import math

import numpy as np
import pytest
import torch
from torch.distributions import Normal

from lessons.compress import bits_back
from lessons.compress.rans import Message
from vae import checkpoints
from vae.measuring import bounds
from vae.model.networks import VAE

IMAGES = 60


@pytest.fixture(scope="module")
def model() -> VAE:
    loaded = checkpoints.load(checkpoints.SHIPPED / "mnist-vae-40d-binary").model
    assert isinstance(loaded, VAE)
    return loaded


@pytest.fixture(scope="module")
def images(mnist):
    return bounds.MEASURED_PIXELS["static"](mnist.test.pixels(slice(IMAGES)), 0)


def test_images_come_back_and_so_do_the_bits_that_their_codes_took(model, images):
    message = bits_back.start(seed=3)
    for image in images[:12]:
        bits_back.push_image(message, model, image[None])
    for image in reversed(images[:12]):
        assert torch.equal(bits_back.pop_image(message, model)[0], image)
    fresh = bits_back.start(seed=3)
    assert (message.state, message.words) == (fresh.state, fresh.words)


def test_a_file_is_as_long_as_the_negative_elbo(model, images):
    contents = bits_back.compress(model, images)
    assert torch.equal(bits_back.decompress(model, contents, IMAGES), images)
    net = 8 * (len(contents) - len(bits_back.start().to_bytes())) / IMAGES
    bound = bits_back.negative_elbo(model, images) / math.log(2)
    assert net == pytest.approx(bound, abs=4)  # one draw an image; a draw's bound varies by about 6 nats from image to image
    assert net < 0.2 * 784


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (1.7, 0.05), (-2.5, 0.3), (6.0, 0.01)])
def test_the_posterior_over_buckets_is_that_of_torch(mean, std):
    table = bits_back.PosteriorTable(mean, std)
    slots = np.array([table.slots(bucket) for bucket in range(bits_back.BUCKETS)])
    assert slots[0, 0] == 0
    assert (slots[1:, 0] == slots[:-1].sum(1)).all()  # no gap, no overlap
    assert slots[-1].sum() == 2**bits_back.FINE
    assert slots[:, 1].min() >= 1
    edges = torch.tensor(bits_back.EDGES, dtype=torch.float64)
    masses = Normal(torch.tensor(mean, dtype=torch.float64), std).cdf(edges).diff().numpy()
    assert slots[:, 1] / 2**bits_back.FINE == pytest.approx(masses, abs=3e-4)
    for bucket in (0, 17, 2_048, bits_back.BUCKETS - 1):
        first, count = table.slots(bucket)
        assert table.bucket(first) == table.bucket(first + count - 1) == bucket


def test_the_buckets_cut_the_prior_into_equal_parts():
    mass = Normal(0.0, 1.0).cdf(torch.tensor(bits_back.EDGES, dtype=torch.float64)).diff()
    assert mass.numpy() == pytest.approx(np.full(bits_back.BUCKETS, 1 / bits_back.BUCKETS), rel=1e-6)


def test_the_bound_is_that_of_the_measures(model, images):
    from vae.data import Split
    from vae.measuring.metrics import bound

    split = Split((images * 255).byte(), torch.zeros(IMAGES, dtype=torch.int64))
    assert bits_back.negative_elbo(model, images) == pytest.approx(bound(model, split).negative_elbo, rel=0.01)


def test_a_message_knows_its_length():
    message = Message()
    assert message.bits == 33
    message.words.append(7)
    assert message.bits == 65
