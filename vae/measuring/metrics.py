"""Measures of a trained model, in nats per image or in shares, each with its definition.

Reconstruction and KL are averages over all images of a split. The noise is fixed, so the same weights give the same numbers. Letters for shapes: N images, D latent dimensions, G terms of the KL.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from vae.data import Dataset, Split
from vae.learning.objectives import reconstruction_nll
from vae.measuring.aggregate import NO_FILLING, Filling, filling
from vae.measuring.bounds import (
    DYNAMIC,
    MEASURED_PIXELS,
    PIXEL_DRAWS,
    ImportanceBound,
    importance_bound,
    mean_and_error,
    over_pixels,
)
from vae.measuring.measure_set import MeasureSet
from vae.measuring.probes import Labelled, Probes, all_probes
from vae.model.latent import at_a_time, encode_split
from vae.model.networks import AnyModel, Autoencoder, parameter_count
from vae.model.posterior import Posterior, kl_per_dimension
from vae.streams import Purpose, stream

POSTERIOR_SAMPLES = 8  # samples of z per image, for the reconstruction term
IMPORTANCE_SAMPLES = 100
ACTIVE_VARIANCE = 0.01


@dataclass(frozen=True)
class Bound(MeasureSet):
    """The negative ELBO and its parts on one split, nats per image, with standard errors over the images.

    An autoencoder has no posterior and no bound: everything but the reconstruction is None. On the rate-distortion plane
    (Alemi et al. 2018, "Fixing a Broken ELBO") the KL is the rate and the reconstruction the distortion. One image has no standard error.
    The pixel error is what other draws of dynamic pixels of the same images would change.
    """

    images: int
    reconstruction: float
    reconstruction_error: float | None
    kl: float | None
    kl_error: float | None
    kl_per_dim: tuple[float, ...] | None
    negative_elbo: float | None
    negative_elbo_error: float | None
    active_units: int | None
    negative_elbo_pixel_error: float | None = field(default=None, kw_only=True)

    @property
    def rate(self) -> float:
        """The KL of a VAE."""
        assert self.kl is not None
        return self.kl


@dataclass(frozen=True)
class BothBounds(Bound):
    """The negative ELBO with the importance-weighted bound (vae.measuring.bounds), which is None for an autoencoder."""

    importance_weighted: ImportanceBound | None

    @property
    def weighted(self) -> ImportanceBound:
        """The importance-weighted bound of a VAE."""
        assert self.importance_weighted is not None
        return self.importance_weighted


@dataclass(frozen=True)
class Subject(MeasureSet):
    """Which model was measured, and on what: a data set's test images, with those pixels (vae.measuring.bounds.MEASURED_PIXELS)."""

    dataset: str
    pixels: str
    latent_dim: int
    parameters: int


@dataclass(frozen=True)
class Measures(Filling, Probes, BothBounds, Subject):
    """All measures of a model on the test set. To add a measure, add a field to one of these records and compute it in the function beside it.

    metrics.json begins with Subject and ends with Filling, because Python lists the fields of base classes from the last to the first.
    """

    training_core_seconds: float | None = None  # processor time of its training, if known


def bound(model: AnyModel, split: Split, samples: int = POSTERIOR_SAMPLES, pixels: str = "grey", seed: int = 0) -> Bound:
    """Measure the ELBO on a whole split, with `samples` draws of z per image. The KL is exact if the prior has a closed form.

    pixels: "grey" levels as they are, or binary pixels, "static" or "dynamic" (vae.measuring.bounds).
    """
    grey = split.pixels()
    found = _costs(model, MEASURED_PIXELS[pixels](grey, seed), split.labels, samples, stream(Purpose.CODES, seed))
    value, error = mean_and_error(found.reconstruction)
    if found.kl is None:
        return Bound(len(split), value, error, None, None, None, None, None, None)
    kl, kl_error = mean_and_error(found.kl.sum(1))
    total, total_error = mean_and_error(found.total)
    pixel_error = None
    if pixels == DYNAMIC:
        others = [(MEASURED_PIXELS[pixels](grey, (seed, r)), stream(Purpose.CODES, (seed, r))) for r in range(PIXEL_DRAWS)]
        again = [_costs(model, images, split.labels, samples, generator).total for images, generator in others]
        pixel_error = over_pixels(torch.stack(again))
    dims = tuple(found.kl.mean(0).tolist())
    active = active_units(found.means)
    return Bound(
        len(split), value, error, kl, kl_error, dims, total, total_error, active, negative_elbo_pixel_error=pixel_error
    )


class _Costs(NamedTuple):
    """What each image costs, nats."""

    reconstruction: Tensor  # (N,) float64
    kl: Tensor | None  # (N, G) float64; None for an autoencoder
    means: Tensor  # (N, D) of the posteriors

    @property
    def total(self) -> Tensor:
        """(N,)."""
        return self.reconstruction if self.kl is None else self.reconstruction + self.kl.sum(1)


@torch.no_grad()
def _costs(model: AnyModel, pixels: Tensor, labels: Tensor, samples: int, generator: torch.Generator) -> _Costs:
    """Of images (N, C, H, W) with those pixels and classes (N,)."""
    reconstructions, divergences, means = [], [], []
    size = at_a_time(model)
    for start in range(0, len(pixels), size):
        images, told = pixels[start : start + size], model.given(labels[start : start + size])  # (B, C, H, W)
        posterior = told.encode(images)
        draws = samples if posterior.log_variance is not None else 1
        total = torch.zeros(len(images), dtype=torch.float64)
        costs: list[Tensor] = []
        for _ in range(draws):
            noise = torch.randn(len(images), model.noise_dim, generator=generator)
            z = posterior.sample(noise[:, : model.spec.latent_dim])
            total += reconstruction_nll(model, told.decode(z), images)
            if posterior.log_variance is not None and not (costs and model.prior.closed_form):
                costs.append(model.prior.kl(posterior, z, noise))  # (B, G)
        reconstructions.append(total / draws)
        means.append(posterior.mean)
        if costs:
            divergences.append(torch.stack(costs).mean(0))
    return _Costs(torch.cat(reconstructions), torch.cat(divergences).double() if divergences else None, torch.cat(means))


def active_units(means: Tensor) -> int:
    """Number of latent dimensions whose posterior mean (N, D) has a variance over the images above 0.01.

    Burda, Grosse & Salakhutdinov 2016, section 5.2: A_u = Var_x(E_q(u|x)[u]) > 0.01. One image varies in none.
    """
    return int((means.var(0) > ACTIVE_VARIANCE).sum()) if len(means) > 1 else 0


def both_bounds(
    model: AnyModel, data: Dataset, pixels: str = "grey", importance_samples: int = IMPORTANCE_SAMPLES
) -> BothBounds:
    """Measure both bounds on the test set with those pixels."""
    found, weighted = bound(model, data.test, pixels=pixels), None
    if found.kl is not None:
        weighted = importance_bound(model, data.test.pixels(), importance_samples, pixels, labels=data.test.labels)
    return BothBounds(**vars(found), importance_weighted=weighted)


def evaluate(model: Autoencoder, data: Dataset, pixels: str = "grey", importance_samples: int = IMPORTANCE_SAMPLES) -> Measures:
    """Measure everything on the test set: the bounds, what classifiers read from the codes, and how the codes fill the prior.

    The bounds use the pixels asked for; the codes are always those of the grey images.
    """
    posterior = encode_split(model, data.test)
    train = Labelled(encode_split(model, data.train).mean.numpy(), data.train.labels.numpy())
    test = Labelled(posterior.mean.numpy(), data.test.labels.numpy())
    parts: list[MeasureSet] = [
        Subject(data.name, pixels, model.spec.latent_dim, parameter_count(model)),
        both_bounds(model, data, pixels, importance_samples),
        all_probes(train, test),
        filling(posterior) if model.spec.prior == "normal" else NO_FILLING,
    ]
    return Measures(**{name: value for part in parts for name, value in vars(part).items()})


def kl_order(posterior: Posterior) -> list[int]:
    """Latent dimensions in order, the most informative first.

    The order is by KL for a VAE, and by the variance of the codes for an autoencoder.
    """
    carried = posterior.mean.var(0) if posterior.log_variance is None else kl_per_dimension(posterior).mean(0)
    return carried.argsort(descending=True).tolist()
