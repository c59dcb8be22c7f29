"""What the machine computes in the browser, under Node, against torch: noise, sample, reconstruction and KL of single digits."""

import base64
import gzip

import pytest
import torch
from passages import sent_through

from explorer.canvas import payloads
from explorer.home import album
from explorer.models.trained import Trained
from vae import checkpoints, data
from vae.checkpoints import SHIPPED
from vae.model import latent

NAMES = ("mnist-ae-2d", "mnist-vae-2d")
CASES = [(digit, seed) for digit, seed in zip((0, 1, 18, 17, 4321, 9999, 247), (0, 1, 42, 9999, 7, 123, 4567), strict=True)]


@pytest.fixture(scope="module")
def models() -> list[Trained]:
    return [Trained(checkpoints.load(SHIPPED / name), []) for name in NAMES]


@pytest.fixture(scope="module")
def passages(javascript, models: list[Trained]) -> list[dict]:
    """What the browser's code makes of each case, first by the autoencoder, then by the VAE."""
    bodies = [base64.b64encode(gzip.decompress(payloads.decoder(model.model).compressed)).decode() for model in models]
    cases = [
        {"model": i, "seed": seed, "pixels": page["pixels"], **page["posteriors"][i]}
        for digit, seed in CASES
        for page in [album.page(digit, *models)]
        for i in range(2)
    ]
    (found,) = javascript("tests/canvas/passage.mjs", ["passages", bodies, cases])
    return found


@pytest.mark.parametrize("case", range(len(CASES)))
@pytest.mark.parametrize("i", [0, 1], ids=NAMES)
def test_a_passage_through_the_machine_gives_the_numbers_of_torch(passages, models, case, i):
    digit, seed = CASES[case]
    noise = latent.sample_prior(1, 2, seed)
    expected = sent_through(models[i].model, data.load("mnist").test.pixels(slice(digit, digit + 1)), noise)
    found = passages[2 * case + i]
    assert found["epsilon"] == noise[0].tolist()  # to the last bit: a notebook can repeat it
    assert found["std"] == pytest.approx(expected.posterior.std[0].tolist(), rel=1e-4)
    assert found["z"] == pytest.approx(expected.z[0].tolist(), rel=1e-4, abs=1e-4)
    assert found["back"] == pytest.approx(noise[0].tolist(), abs=1e-6)
    assert found["reconstruction"] == pytest.approx(expected.reconstruction, rel=1e-3)
    assert found["kl"] == (None if expected.kl is None else pytest.approx(expected.kl, rel=1e-4))


def test_the_browsers_noise_is_torchs_for_every_kind_of_seed(javascript):
    seeds = [*range(40), 623, 624, 9_999, 2**31, 2**32 - 1]
    found = javascript("explorer/browser/js/noise.js", *(["torchNoise", seed, 5] for seed in seeds))
    for seed, values in zip(seeds, found, strict=True):
        assert values == torch.randn(1, 5, generator=torch.Generator().manual_seed(seed))[0].tolist()


def test_reconstruction_stays_exact_where_a_probability_would_round_to_one(javascript):
    logits, pixels = [-800.0, -40.0, -1.0, 0.0, 2.5, 40.0, 800.0], [1.0, 0.5, 0.0, 0.25, 1.0, 0.75, 0.0]
    calls = (["bernoulliNll", [logit], [pixel]] for logit, pixel in zip(logits, pixels, strict=True))
    found = javascript("explorer/home/js/maths.js", *calls)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(logits).double(), torch.tensor(pixels).double(), reduction="none"
    )
    assert found == pytest.approx(expected.tolist(), rel=1e-12)


def test_many_draws_are_torchs_within_single_precision(javascript):
    """From sixteen numbers on torch draws in another way, and computes logarithms as each processor does it fastest."""
    cases = [
        (seed, count, dims) for seed in (0, 7, 9_999) for count, dims in ((12, 2), (12, 10), (12, 20), (8, 2), (17, 1), (1, 64))
    ]
    found = javascript("explorer/browser/js/noise.js", *(["torchDraws", *case] for case in cases))
    for (seed, count, dims), values in zip(cases, found, strict=True):
        assert torch.tensor(values).allclose(latent.sample_prior(count, dims, seed), atol=3e-6), (seed, count, dims)


def test_how_far_pixels_differ_between_draws_is_their_standard_deviation(javascript, models):
    noise = torch.cat([latent.sample_prior(1, 2, seed) for seed in range(12)])
    images = latent.decode(models[1].model, noise).flatten(1)
    found = javascript("explorer/home/js/maths.js", ["spreadOf", images.tolist()], ["spreadOf", [images[0].tolist()] * 12])
    torch.testing.assert_close(torch.tensor(found[0]), images.std(0, correction=0), rtol=1e-5, atol=1e-6)
    assert max(found[1]) < 1e-9  # of one picture twelve times
