"""Where a VAE's ELBO loses nats on one image: to the family of q, and to the encoder, which has to guess q in one pass.

    log p(x) = ELBO(encoder's q) + amortisation gap + approximation gap
    amortisation gap  = ELBO(best diagonal Gaussian q) - ELBO(encoder's q)
    approximation gap = log p(x) - ELBO(best diagonal Gaussian q)       (Cremer, Li & Duvenaud 2018, eqs. 2 and 3)

With two latents nothing here needs sampling: log p(x) = log of the integral of p(x|z) p(z) is a sum over a grid, and the ELBO of a
Gaussian q a Gauss-Hermite sum. Letters for shapes: D = 2 latent dimensions, G grid points, H nodes.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from math import log, pi

import numpy as np
import torch
from torch import Tensor

from vae.learning.objectives import reconstruction_nll
from vae.measuring import bounds
from vae.model.networks import Autoencoder
from vae.model.posterior import Posterior, kl_per_dimension
from vae.streams import Purpose, stream

REACH = 5.0  # the coarse grid spans +-5 on both axes: the prior leaves 1e-6 outside
COARSE, FINE = 101, 121  # points along a side of each grid
NEGLIGIBLE = 16.0  # nats below the peak: left out of the fine grid
NODES = 12  # of the Gauss-Hermite rule, along each axis
GAIN = 1e-4  # nats: an ascent that gains less in a step has arrived


@dataclass(frozen=True)
class Plane:
    """log p(x|z) p(z) on a square grid of codes, and its integral."""

    across: Tensor  # (G,)      z1 of the columns
    up: Tensor  # (G,)      z2 of the rows
    log_joint: Tensor  # (G, G)    rows z2, columns z1; nats
    log_evidence: float  # log p(x), nats

    @property
    def posterior(self) -> Tensor:
        """p(z|x) on the grid (G, G), a density."""
        return torch.exp(self.log_joint - self.log_evidence)


@dataclass(frozen=True)
class Fitted:
    """A diagonal Gaussian q for one image and its ELBO in nats."""

    mean: Tensor  # (D,)
    std: Tensor  # (D,)
    elbo: float


def log_likelihood(model: Autoencoder, image: Tensor, z: Tensor) -> Tensor:
    """log p(x|z) of one image (1, C, H, W) at each of G codes (G, D); (G,) nats."""
    parameters = model.decode(z)  # (G, C, H, W)
    return -reconstruction_nll(model, parameters, image.expand_as(parameters))


@torch.no_grad()
def integrate(model: Autoencoder, image: Tensor) -> Plane:
    """log p(x) of one image (1, C, H, W) under a model with two latents, by the trapezoid rule on a grid.

    A coarse grid finds where the joint has its mass, a fine one measures there.
    """
    coarse = _on_grid(model, image, *(torch.linspace(-REACH, REACH, COARSE),) * 2)
    rows, columns = torch.nonzero(coarse.log_joint > coarse.log_joint.max() - NEGLIGIBLE, as_tuple=True)

    def around(axis: Tensor, hits: Tensor) -> Tensor:
        low, high = max(int(hits.min()) - 2, 0), min(int(hits.max()) + 2, COARSE - 1)
        return torch.linspace(float(axis[low]), float(axis[high]), FINE)

    return _on_grid(model, image, around(coarse.across, columns), around(coarse.up, rows))


def _on_grid(model: Autoencoder, image: Tensor, across: Tensor, up: Tensor) -> Plane:
    rows, columns = torch.meshgrid(up, across, indexing="ij")
    z = torch.stack([columns.reshape(-1), rows.reshape(-1)], 1)  # (GG, D)
    parts = [log_likelihood(model, image, some) for some in z.split(2_000)]
    log_joint = (torch.cat(parts) - 0.5 * z.square().sum(1) - log(2 * pi)).double().view(len(up), len(across))
    log_cell = torch.log((across[1] - across[0]).double() * (up[1] - up[0]).double())
    return Plane(across, up, log_joint, float(log_joint.flatten().logsumexp(0) + log_cell))


@functools.cache
def _hermite() -> tuple[Tensor, Tensor]:
    """Nodes (HH, D) and weights (HH,) with sum_i w_i f(node_i) = E f(epsilon), exact for polynomials up to degree 2 H - 1."""
    points, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    nodes = np.stack([axis.reshape(-1) for axis in np.meshgrid(points, points)], 1)
    return torch.tensor(nodes, dtype=torch.float32), torch.tensor(np.outer(weights, weights).reshape(-1))


def exact_elbo(model: Autoencoder, image: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """ELBO of q = N(mean, diag(exp(log_variance))), both (D,), for one image (1, C, H, W); () nats, differentiable in q."""
    nodes, weights = _hermite()
    z = mean + torch.exp(0.5 * log_variance) * nodes  # (HH, D)
    reconstruction = weights @ log_likelihood(model, image, z).double()
    return reconstruction - kl_per_dimension(Posterior(mean, log_variance)).sum()


def encoded(model: Autoencoder, image: Tensor) -> Fitted:
    """The q that the encoder gives this image (1, C, H, W)."""
    with torch.no_grad():
        posterior = model.encode(image)
        assert posterior.log_variance is not None
        elbo = exact_elbo(model, image, posterior.mean[0], posterior.log_variance[0])
    return Fitted(posterior.mean[0], posterior.std[0], float(elbo))


def climb(model: Autoencoder, image: Tensor, start: Fitted, steps: int = 80) -> Iterator[Fitted]:
    """Gradient ascent on the ELBO of one image over q alone; the decoder stays. Ends when a step gains nothing.

    Steps are those of L-BFGS with a line search, so the ELBO never falls; in units of the first width, in which the hill is about as
    wide as it is long. Like every ascent it ends on the hill it began on.
    """
    shift = torch.zeros_like(start.mean, requires_grad=True)  # of the mean, in widths
    stretch = torch.zeros_like(start.std, requires_grad=True)  # of the width, as a logarithm
    optimizer = torch.optim.LBFGS([shift, stretch], lr=0.5, max_iter=1, max_eval=25, line_search_fn="strong_wolfe")

    def elbo() -> Tensor:
        return exact_elbo(model, image, start.mean + start.std * shift, 2 * (start.std.log() + stretch))

    def loss() -> Tensor:
        value = -elbo()
        shift.grad, stretch.grad = torch.autograd.grad(value, (shift, stretch))  # the model's weights collect none
        return value

    best = start
    yield best
    for _ in range(steps):
        optimizer.step(loss)
        with torch.no_grad():
            now = Fitted(start.mean + start.std * shift, start.std * torch.exp(stretch), float(elbo()))
        if not now.elbo > best.elbo + GAIN:
            return
        best = now
        yield best


def best_gaussian(model: Autoencoder, image: Tensor, plane: Plane) -> Fitted:
    """The best diagonal q that two ascents find: one from the encoder's q, one from the highest peak of the true posterior."""
    row, column = divmod(int(plane.log_joint.argmax()), len(plane.across))
    peak = torch.stack([plane.across[column], plane.up[row]])
    guess = encoded(model, image)
    with torch.no_grad():
        at_the_peak = Fitted(peak, guess.std, float(exact_elbo(model, image, peak, 2 * guess.std.log())))
    ends = [list(climb(model, image, start))[-1] for start in (guess, at_the_peak)]
    return max(ends, key=lambda fitted: fitted.elbo)


@dataclass(frozen=True)
class WeightedBound:
    """E[log 1/K sum_k w_k] of one image for some K, estimated; nats."""

    samples: int
    value: float
    error: float  # standard error of the value
    spread: float  # standard deviation of a single estimate
    effective: float  # median over groups of the effective number of samples, 1 to K


def weighted_bounds(
    model: Autoencoder, image: Tensor, samples: tuple[int, ...], draws: int, seed: int = 0
) -> list[WeightedBound]:
    """The importance-weighted bound of one image (1, C, H, W) for each K, from `draws` samples at least, in groups of K.

    The more samples in a group, the fewer groups, but never fewer than 16.
    """
    results = []
    for count in samples:
        groups = max(16, draws // count)
        repeated = image.expand(groups, *image.shape[1:])
        values, effective = bounds.weigh(model, repeated, count, stream(Purpose.WEIGHTS, (seed, count)))
        spread = float(values.std())
        results.append(WeightedBound(count, float(values.mean()), spread / groups**0.5, spread, float(effective.median())))
    return results
