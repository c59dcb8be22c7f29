"""The aggregate posterior q(z) = E_x[q(z|x)] against the prior N(0, I). Their difference decides whether draws from the prior decode to digits.

Codes are (N, D): one draw of z per image for a VAE, the code itself for an autoencoder. Each measure says what value it has if the
codes are distributed exactly like the prior.
"""

import functools
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import chi2
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from vae.measuring.measure_set import MeasureSet
from vae.model.latent import sample_prior
from vae.model.posterior import Posterior

PRIOR_DRAWS = 10_000
NEAR_QUANTILE = 0.95
REACH_MASS = 0.99
COVERAGE_NEIGHBOURS = 5
MMD_BLOCK = 1_000


@dataclass(frozen=True)
class Filling(MeasureSet):
    """How the codes of a model fill N(0, I); None for a model with another prior. The functions below define the measures."""

    empty_share: float | None
    out_of_reach_share: float | None
    coverage: float | None
    mmd_squared: float | None
    mmd_squared_error: float | None


NO_FILLING = Filling(None, None, None, None, None)


def filling(posterior: Posterior) -> Filling:
    """Measure the codes, with one draw per image."""
    codes = aggregate_codes(posterior)
    return Filling(empty_share(codes), out_of_reach_share(codes), coverage(codes), *mmd(codes))


def aggregate_codes(posterior: Posterior, seed: int = 0) -> Tensor:
    """One draw of z per image (N, D), a sample of the aggregate posterior; for an autoencoder its codes."""
    noise = torch.randn(posterior.mean.shape, generator=torch.Generator().manual_seed(seed))
    return posterior.sample(noise)


def distance_to_codes(codes: Tensor, points: Tensor) -> np.ndarray:
    """Distance (M,) from each of M points to the nearest of the codes (N, D)."""
    distances, _ = NearestNeighbors(n_neighbors=1).fit(codes.numpy()).kneighbors(points.numpy())
    return distances[:, 0]


@functools.cache
def near_radius(count: int, latent_dim: int) -> float:
    """The distance that counts as near: if `count` codes are drawn from N(0, I), 95 % of further draws have a code within it.

    It depends only on the number of codes and of dimensions, so it is the same for all models of one size.
    """
    codes, draws = (sample_prior(count, latent_dim, seed) for seed in (1, 2))
    return float(np.quantile(distance_to_codes(codes, draws), NEAR_QUANTILE))


def empty_share(codes: Tensor, seed: int = 0) -> float:
    """Share of 10,000 draws from N(0, I) in empty space: farther than `near_radius` from every code.

    It is 5 % if the codes are distributed like the prior.
    """
    draws = sample_prior(PRIOR_DRAWS, codes.shape[1], seed)
    return float((distance_to_codes(codes, draws) > near_radius(*codes.shape)).mean())


def out_of_reach_share(codes: Tensor) -> float:
    """Share of codes outside the ball around the origin that holds 99 % of the mass of N(0, I).

    Draws from the prior hardly ever generate digits there. It is 1 % if the codes are distributed like the prior.
    """
    radius = chi2.ppf(REACH_MASS, codes.shape[1]) ** 0.5  # |z|^2 of a draw is chi-square with D degrees of freedom
    return float((codes.norm(dim=1) > radius).double().mean())


def coverage(codes: Tensor, seed: int = 0) -> float:
    """Share of the prior's mass that the codes cover (Naeem et al. 2020, eq. 9, with the prior as the real distribution).

    A draw from N(0, I), one of as many as there are codes, is covered if a code is at least as near as the fifth
    nearest of the other draws. It is 1 - 2^-5, about 97 %, if the codes are distributed like the prior.
    """
    draws = sample_prior(len(codes), codes.shape[1], seed)
    fellows, _ = NearestNeighbors(n_neighbors=COVERAGE_NEIGHBOURS).fit(draws.numpy()).kneighbors()
    return float((distance_to_codes(codes, draws) <= fellows[:, -1]).mean())


def mmd(codes: Tensor, seed: int = 0) -> tuple[float, float]:
    """Squared maximum mean discrepancy between q(z) and N(0, I), with its standard error (Gretton et al. 2012, eq. 3).

    Kernel: Gaussian, exp(-|a - b|^2 / (2 D)); two draws from the prior are 2 D apart in square on average. The estimate is
    unbiased: around 0, and possibly negative, if the codes are distributed like the prior. It is averaged over blocks of 1,000 codes,
    whose spread gives the error (Zaremba et al. 2013).
    """
    shuffled = codes[torch.randperm(len(codes), generator=torch.Generator().manual_seed(seed))]
    draws = sample_prior(len(codes), codes.shape[1], seed + 1)
    size = min(MMD_BLOCK, len(codes) // 2)
    blocks = len(codes) // size
    pairs = zip(shuffled[: blocks * size].split(size), draws[: blocks * size].split(size), strict=True)
    estimates = torch.tensor([_mmd_block(a.double(), b.double()) for a, b in pairs])
    return float(estimates.mean()), float(estimates.std() / blocks**0.5)


def _mmd_block(codes: Tensor, draws: Tensor) -> float:
    count, latent_dim = codes.shape

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return torch.exp(-torch.cdist(a, b).square() / (2 * latent_dim))  # (B, B)

    def among(points: Tensor) -> Tensor:
        matrix = kernel(points, points)
        return (matrix.sum() - matrix.diagonal().sum()) / (count * (count - 1))

    return float(among(codes) + among(draws) - 2 * kernel(codes, draws).mean())
