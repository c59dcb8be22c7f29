"""Why averages blur: the best single answer when several sharp images are possible, and what a decoder can at best say of a code.

Letters for shapes: K possible images, N images of a data set, P pixels in [0, 1], B codes of D dimensions.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from vae.model.posterior import Posterior
from vae.streams import Purpose, normal, stream

CODES_AT_ONCE = 64
CLAMP = 1e-6  # keeps log m finite where m is 0 or 1


def squared_error(guess: Tensor, images: Tensor) -> Tensor:
    """sum over pixels of (x - m)^2 / 2: -log of a Gaussian with standard deviation 1, without its constant; (K, P) -> (K,) nats."""
    return 0.5 * (images - guess).square().sum(1)


def absolute_error(guess: Tensor, images: Tensor) -> Tensor:
    """sum over pixels of |x - m|: -log of a Laplace density of scale 1, without its constant; (K, P) -> (K,) nats."""
    return (images - guess).abs().sum(1)


def cross_entropy(guess: Tensor, images: Tensor) -> Tensor:
    """-sum over pixels of x log m + (1 - x) log(1 - m); (K, P) -> (K,) nats."""
    m = guess.clamp(CLAMP, 1 - CLAMP)
    return -(images * m.log() + (1 - images) * (1 - m).log()).sum(1)


def mean_image(images: Tensor, chances: Tensor) -> Tensor:
    """sum_k c_k x_k, (P,): minimises expected squared error and expected cross-entropy, whatever the images are."""
    return chances @ images


def median_image(images: Tensor, chances: Tensor) -> Tensor:
    """The weighted median of each pixel (P,): minimises expected absolute error. With a majority image, it is that image.

    Where half of the chance lies on either side, every value in between is as good, and the middle of them is given.
    """
    values, order = images.sort(0)  # (K, P)
    below = chances[order].cumsum(0)  # chance of a value at most this
    tie = (below - 0.5).abs() < 1e-6
    first = (below > 0.5 - 1e-6).int().argmax(0, keepdim=True)  # (1, P)
    lower = values.gather(0, first)
    upper = values.gather(0, (first + 1).clamp_max(len(images) - 1))
    return torch.where(tie.gather(0, first), 0.5 * (lower + upper), lower)[0]


# name -> (the loss of a guess on each image, the guess with the least expected loss)
LOSSES: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Callable[[Tensor, Tensor], Tensor]]] = {
    "squared_error": (squared_error, mean_image),
    "absolute_error": (absolute_error, median_image),
    "cross_entropy": (cross_entropy, mean_image),
}


def expected_loss(name: str, guess: Tensor, images: Tensor, chances: Tensor) -> float:
    """The loss of one guess (P,), averaged over the images (K, P) that may turn out to be true, with their chances (K,)."""
    loss, _ = LOSSES[name]
    return float(chances @ loss(guess, images))


def shares(z: Tensor, posterior: Posterior) -> Tensor:
    """How a code is shared among training images: q(z|x_n) / sum_m q(z|x_m) for codes (B, D) and N posteriors; (B, N).

    By Bayes' rule: the chance that x_n was encoded, given that the code drawn is z.
    """
    if posterior.log_variance is None:
        raise ValueError("The code of an autoencoder is a point; two images do not share one.")
    precision = torch.exp(-posterior.log_variance.double())  # (N, D)
    centre, codes = posterior.mean.double(), z.double()
    distance = (
        codes.square() @ precision.T - 2 * codes @ (centre * precision).T + (centre.square() * precision).sum(1)
    )  # (B, N)
    return torch.softmax(-0.5 * distance - 0.5 * posterior.log_variance.double().sum(1), 1)


def ideal_decoder(z: Tensor, posterior: Posterior, images: Tensor) -> Tensor:
    """What the best of all decoders would answer: sum_n share_n x_n for codes (B, D) and images (N, P); (B, P).

    With the encoder fixed, no function of z has a lower reconstruction loss on these images, cross-entropy or squared error: at each
    z it minimises the expected loss over the images that share the code, and the mean does.
    """
    return torch.cat([shares(some, posterior).float() @ images for some in z.split(CODES_AT_ONCE)])


def sharing(z: Tensor, posterior: Posterior) -> Tensor:
    """How many images share each code, effectively: 1 / sum_n share_n^2, from 1 to N; (B, D) -> (B,)."""
    return 1 / shares(z, posterior).square().sum(1)


def pixel_std(mean: Tensor) -> Tensor:
    """Where a Bernoulli decoder is unsure: sqrt(m (1 - m)) of each pixel, between 0 and 1/2."""
    return (mean * (1 - mean)).sqrt()


def entropy(mean: Tensor) -> Tensor:
    """-sum of m log m + (1 - m) log(1 - m) over pixels, (B, P) -> (B,) nats: the least cross-entropy this answer can hope for."""
    m = mean.double().clamp(1e-12, 1 - 1e-12)
    return -(m * m.log() + (1 - m) * (1 - m).log()).sum(1)


def sample_pixels(mean: Tensor, count: int, seed: int) -> Tensor:
    """Images (count, P) drawn from the likelihood itself: each pixel 1 with probability m, independently of its neighbours."""
    return torch.bernoulli(mean.expand(count, -1), generator=stream(Purpose.PIXELS, seed))


def sample_gaussian(mean: Tensor, std: float, count: int, seed: int) -> Tensor:
    """Images (count, P) drawn from N(m, std^2 I): the mean with noise of the same strength on every pixel."""
    return mean + std * normal(Purpose.PIXELS, count, mean.shape[-1], seed=seed)
