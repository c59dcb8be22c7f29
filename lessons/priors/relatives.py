"""Relatives of one small VAE, with layers as wide and trained on as many images (vq in two stages of as many each): other priors, another observation model, another loss, discrete codes.

    plain        N(0, I) prior, binary pixels
    vamp         a mixture of posteriors as its prior (Tomczak & Welling 2018)
    two-level    latents above the latents (Rezende et al. 2014; Burda et al. 2016)
    fixed-std    Gaussian pixels of standard deviation 1, the squared error of most scripts
    learned-std  Gaussian pixels, their standard deviation learned (Rybkin et al. 2021)
    ssim         structural similarity in place of a likelihood (lessons/shared/ssim.py)
    vq           tokens in place of Gaussian codes (lessons/priors/vq.py)

What can be compared with what: the first three and vq are models of binary pixels, in nats of probability; the two with Gaussian pixels are
densities of grey levels, comparable with one another; ssim has no bound. The structural similarity of reconstructions is the
same measure for all. `python -m lessons priors` trains them.
"""

from dataclasses import dataclass, replace
from math import log, pi
from typing import NamedTuple

import torch
from torch import Tensor

from lessons.priors import vq
from lessons.shared import ssim
from lessons.shared.shipping import Shelf, Shipped
from vae.data import Dataset
from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.measuring.bounds import MEASURED_PIXELS
from vae.measuring.measure_set import MeasureSet
from vae.measuring.metrics import BothBounds, both_bounds, bound
from vae.model import latent
from vae.model.networks import Autoencoder
from vae.model.posterior import Posterior
from vae.model.spec import ModelSpec
from vae.streams import Purpose, normal, stream

SHELF = Shelf("priors", "priors")
PLAIN = ModelSpec("vae", 2, encoder_widths=(128, 64), decoder_widths=(64, 128))
GREY = TrainingSettings(images=400_000, learning_rate=8e-3)
BINARY = replace(GREY, pixels="dynamic")
GAUSSIAN = replace(PLAIN, likelihood="gaussian")
RECIPES = {
    "plain": Recipe(PLAIN, BINARY),
    "vamp": Recipe(replace(PLAIN, prior="vamp", prior_size=50), BINARY),
    "two-level": Recipe(replace(PLAIN, prior="two-level", prior_size=2), BINARY),
    "fixed-std": Recipe(GAUSSIAN, GREY),
    "learned-std": Recipe(replace(GAUSSIAN, observation_std=None), GREY),
}
SSIM_RECIPE = Recipe(PLAIN, GREY)
NAMES = (*RECIPES, "ssim", "vq")
SEEDED = ("plain", "vamp", "two-level")  # trained from several seeds, of which the first ships
SEEDS = (0, 1, 2)
SEEDS_FILE = "relative-seeds"
SAMPLES = 500  # K of the importance-weighted bound
SIMILAR_ON = 2_000  # test images whose reconstructions are compared
GAP_AT = 2_000  # test images at whose codes both densities are taken
VQ_FILE = "relative-vq/model"
FEW, MANY = 0.5, 10.0  # nats of gain between the answers to the prediction


@dataclass(frozen=True)
class Measured(BothBounds):
    """Both bounds on the test set, the structural similarity of reconstructions from mean codes, and what another prior could gain.

    std is the standard deviation of the pixels, where it is learned.
    """

    ssim: float
    prior_gap: float
    std: float | None

    @property
    def precision(self) -> float:
        """1 / sigma^2: how much more a squared error counts than with sigma = 1."""
        return 1.0 if self.std is None else self.std**-2


@dataclass(frozen=True)
class MeasuredSsim(MeasureSet):
    """What there is to measure without a likelihood; weight is that of the similarity against the KL."""

    kl: float
    ssim: float
    weight: float

    @property
    def loss(self) -> float:
        """The loss it was trained on, on the test set; in no unit that another model shares."""
        return self.weight * (1 - self.ssim) + self.kl


@dataclass(frozen=True)
class MeasuredVQ(MeasureSet):
    """Cost in nats per test image with pixels drawn once: of pixels, of tokens under the learned prior, and of both.

    independent is what the tokens would cost if none knew of the others; perplexity tells how much of the codebook is in use.
    """

    images: int
    pixels: float
    tokens: float
    total: float
    total_error: float
    independent: float
    perplexity: float
    ssim: float


def place(name: str) -> str:
    """The folder of a model on the shelf."""
    return f"relative-{name}"


def similarity(pictures: Tensor, images: Tensor) -> float:
    """Mean structural similarity of mean images and images (N, C, H, W)."""
    return float(ssim.ssim(pictures, images).mean())


@torch.no_grad()
def prior_gap(model: Autoencoder, dataset: Dataset, draws: int = GAP_AT, seed: int = 0) -> float:
    """KL(q(z) || p(z)) of the aggregate posterior and the model's own prior, nats: the most that any other prior could gain.

    Hoffman & Johnson 2016: the mean KL of images is their codes' information about them plus this. z is drawn from posteriors of test images,
    q(z) is the mixture of all training images' posteriors, and p(z) is exact, or with a second level the mean weight of 500 draws of it.
    """
    test = latent.encode(model, dataset.test.pixels(slice(draws)))
    z = test.sample(normal(Purpose.CODES, *test.mean.shape, seed=seed))  # (N, D)
    mean, log_variance = latent.encode_split(model, dataset.train)
    assert log_variance is not None
    log_q = torch.cat([_mixture(some, mean, log_variance) for some in z.split(100)])
    return float((log_q - log_prior(model, z, stream(Purpose.PRIOR, seed))).double().mean())


def _mixture(z: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    squares = (z.unsqueeze(1) - mean) ** 2 * torch.exp(-log_variance) + log_variance + log(2 * pi)  # (N, M, D)
    return (-0.5 * squares.sum(-1)).logsumexp(1) - log(len(mean))


def log_prior(model: Autoencoder, z: Tensor, generator: torch.Generator, samples: int = 500) -> Tensor:
    """log p(z) of codes (N, D), (N,), from what every prior says, log q(z) - log p(z) for z = mu + sigma * noise.

    With mu = z - noise and sigma = 1, log q(z) is that of the noise itself, and the difference gives log p(z). A second level draws its own
    latents anew each time, so there it is the logarithm of a mean over the samples.
    """
    noise = torch.randn(samples, len(z), model.noise_dim, generator=generator)  # (K, N, noise_dim)
    own = noise[..., : z.shape[1]]
    posterior = Posterior(z - own, torch.zeros_like(own))
    log_q = -0.5 * (own**2 + log(2 * pi)).sum(-1)
    return (log_q - model.prior.log_ratio(posterior, z.expand(own.shape), noise)).logsumexp(0) - log(samples)


def measure(model: Autoencoder, dataset: Dataset, pixels: str) -> Measured:
    """Everything of a model that has a likelihood, on the pixels it was trained on."""
    images = dataset.test.pixels(slice(SIMILAR_ON))
    pictures = latent.decode(model, latent.encode(model, images).mean)
    return Measured(
        **vars(both_bounds(model, dataset, pixels, SAMPLES)),
        ssim=similarity(pictures, images),
        prior_gap=prior_gap(model, dataset),
        std=float(model.log_std.detach().exp()) if model.spec.observation_std is None else None,
    )


def measure_ssim(model: Autoencoder, dataset: Dataset) -> MeasuredSsim:
    """What there is to measure of the model trained on similarity."""
    images = dataset.test.pixels(slice(SIMILAR_ON))
    pictures = latent.decode(model, latent.encode(model, images).mean)
    kl = bound(model, dataset.test).kl
    assert kl is not None
    return MeasuredSsim(kl, similarity(pictures, images), ssim.WEIGHT)


def measure_vq(model: vq.VQ, dataset: Dataset) -> MeasuredVQ:
    grey = dataset.test.pixels()
    images = MEASURED_PIXELS["dynamic"](grey, 0)
    parts = [vq.cost(model, some) for some in images.split(1_000)]
    with torch.no_grad():
        tokens = torch.cat([model(some)[1].tokens for some in images.split(1_000)])  # (N, L)
        first = model(grey[:SIMILAR_ON])[1].tokens
    pixels, costs = (torch.cat([getattr(part, name) for part in parts]).double() for name in ("pixels", "tokens"))
    total = pixels + costs
    counts = torch.stack([torch.bincount(tokens[:, at], minlength=vq.WORDS) for at in range(vq.TOKENS)]).double()
    shares = counts / len(tokens)
    return MeasuredVQ(
        images=len(images),
        pixels=float(pixels.mean()),
        tokens=float(costs.mean()),
        total=float(total.mean()),
        total_error=float(total.std() / len(total) ** 0.5),
        independent=float(-torch.special.xlogy(shares, shares).sum()),
        perplexity=vq.perplexity(tokens, vq.WORDS),
        ssim=similarity(model.pictures(first), grey[:SIMILAR_ON]),
    )


def gain(before: float, after: float) -> str:
    """How much a bound falls, in nats, as a key of the answers to the prediction."""
    return "nothing" if before - after < FEW else "few" if before - after < MANY else "tens"


def load(name: str) -> Shipped[Measured]:
    """One of RECIPES; CheckpointError with a sentence where it is missing or damaged."""
    return SHELF.model(place(name), Measured)


def load_ssim() -> Shipped[MeasuredSsim]:
    """The one trained on similarity; CheckpointError with a sentence where it is missing or damaged."""
    return SHELF.model(place("ssim"), MeasuredSsim)


def load_seeds() -> dict[str, list[float]]:
    """The negative ELBO of each of SEEDED from each of SEEDS, nats; CheckpointError with a sentence where it is missing or damaged."""
    with SHELF.reading(SEEDS_FILE):
        found = SHELF.numbers(SEEDS_FILE)
        return {name: [float(value) for value in found[name]] for name in SEEDED}


class ShippedVQ(NamedTuple):
    """The vector-quantised model and what was measured on the test set."""

    model: vq.VQ
    measures: MeasuredVQ


def load_vq() -> ShippedVQ:
    """The vector-quantised one; CheckpointError with a sentence where it is missing or damaged."""
    return ShippedVQ(read_vq(), SHELF.measures(place("vq"), MeasuredVQ))


def read_vq() -> vq.VQ:
    model = vq.VQ()
    with SHELF.reading(VQ_FILE):
        model.load_state_dict({name: value.float() for name, value in SHELF.arrays(VQ_FILE).items()})
    return model.eval()
