"""Moving in latent space: encode, decode, interpolate, sample the prior, lay a grid over it.

Letters for shapes: N images or codes, D latent dimensions, C H W image. Images are float32 in [0, 1]; the prior is N(0, I).
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from vae.data import Split
from vae.model.layered import ARCHITECTURE
from vae.model.networks import AnyModel, Given, Network
from vae.model.posterior import Posterior

CHUNK = 2_000  # images at a time: limits the memory, costs no speed
LISTED_CHUNK = 250  # likewise of models that list their layers, which may be wider
CENTRAL_MASS = 0.98  # grids span the prior's central 98 %, from -2.33 to 2.33


@torch.no_grad()
def encode(model: AnyModel, images: Tensor, labels: Tensor | None = None) -> Posterior:
    """Posteriors of images (N, C, H, W) in [0, 1]: mean (N, D) and log variance (N, D), None for an autoencoder.

    labels: the images' classes (N,), for a conditional model.
    """
    parts = [model.given(told).encode(chunk) for chunk, told in _chunks(model, images, labels)]
    log_variances = [part.log_variance for part in parts if part.log_variance is not None]
    return Posterior(torch.cat([part.mean for part in parts]), torch.cat(log_variances) if log_variances else None)


def encode_split(model: AnyModel, split: Split) -> Posterior:
    """Posteriors of every image of a split."""
    return encode(model, split.pixels(), split.labels)


@torch.no_grad()
def decode(model: Network | Given, z: Tensor, labels: Tensor | None = None) -> Tensor:
    """Mean images (N, C, H, W) in [0, 1] for codes (N, D); labels: their classes (N,), for a conditional model."""
    return torch.cat([model.expected_image(model.given(told).decode(chunk)) for chunk, told in _chunks(model, z, labels)])


def at_a_time(model: Network | Given) -> int:
    """How many images to take through the model at a time."""
    return LISTED_CHUNK if model.spec.architecture == ARCHITECTURE else CHUNK


def _chunks(model: Network | Given, values: Tensor, labels: Tensor | None) -> Iterator[tuple[Tensor, Tensor | None]]:
    size = at_a_time(model)
    for start in range(0, max(len(values), 1), size):
        part = slice(start, start + size)
        yield values[part], None if labels is None else labels[part]


def prior_quantiles(steps: int, mass: float = CENTRAL_MASS) -> Tensor:
    """`steps` points (steps,) that cut the central `mass` of N(0, 1) into equally probable pieces.

    The steps are equal in probability, not in z, so the points are dense where the prior is.
    """
    tail = (1 - mass) / 2
    return torch.special.ndtri(torch.linspace(tail, 1 - tail, steps))


def linear(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """Codes (steps, D) on the straight line from start (D,) to end (D,), both included."""
    t = torch.linspace(0, 1, steps).unsqueeze(1)  # (steps, 1)
    return (1 - t) * start + t * end


def spherical(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """Codes (steps, D) on the arc from start (D,) to end (D,), both included.

    slerp(t) = [sin((1 - t) w) start + sin(t w) end] / sin w, w the angle between them (Shoemake 1985; White 2016). In
    many dimensions it stays in the shell where N(0, I) has its mass, while the straight line leaves it. If the angle is
    (nearly) 0 or pi, or an end is the origin, the arc is not defined and the line is returned.
    """
    lengths = start.norm() * end.norm()
    if lengths < 1e-8:
        return linear(start, end, steps)
    angle = torch.acos((start @ end / lengths).clamp(-1, 1))
    if torch.sin(angle) < 1e-3:
        return linear(start, end, steps)
    t = torch.linspace(0, 1, steps).unsqueeze(1)  # (steps, 1)
    return (torch.sin((1 - t) * angle) * start + torch.sin(t * angle) * end) / torch.sin(angle)


INTERPOLATIONS: dict[str, Callable[[Tensor, Tensor, int], Tensor]] = {"linear": linear, "spherical": spherical}


def plane_grid(horizontal: Tensor, vertical: Tensor) -> Tensor:
    """Codes (rows * columns, 2) over a plane, row by row from the top left as an image is read."""
    rows, columns = torch.meshgrid(vertical.flip(0), horizontal, indexing="ij")
    return torch.stack([columns.reshape(-1), rows.reshape(-1)], dim=1)


def prior_grid(side: int) -> Tensor:
    """Codes (side * side, 2) at the prior's quantiles on both axes (Kingma & Welling 2014, figure 4)."""
    return plane_grid(prior_quantiles(side), prior_quantiles(side))


def sample_prior(count: int, latent_dim: int, seed: int) -> Tensor:
    """Draws (count, D) from N(0, I) to be looked at: torch's own with that seed, which a notebook repeats. For measures see vae/streams.py."""
    return torch.randn(count, latent_dim, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def draw_prior(model: AnyModel, count: int, seed: int) -> Tensor:
    """Draws (count, D) from the model's own prior, the same for the same seed. For N(0, I) they are those of `sample_prior`."""
    return model.prior.sample(sample_prior(count, model.noise_dim, seed))
