"""The aggregate posterior q(z) = E_x[q(z|x)] against the prior N(0, I). Their difference decides whether draws from the prior decode to digits.

Codes are (N, D): one draw of z per image for a VAE, the code itself for an autoencoder. Each measure says what value it has if the
codes are distributed exactly like the prior. Codes can differ from the prior in place and scale, or in shape. `scale` tells of the first, the same measures of
`whitened` codes of the second alone.
"""

import functools
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
import torch
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from vae.measuring.measure_set import MeasureSet
from vae.model.posterior import Posterior
from vae.streams import Purpose, normal, stream

PRIOR_DRAWS = 10_000
NEAR_QUANTILE = 0.95
REACH_MASS = 0.99
COVERAGE_NEIGHBOURS = 5
COVERAGE_SETS = 100  # of prior draws, at most, if codes are few
MMD_BLOCK = 1_000
WHITENED_FROM = 100  # codes
WHITENED_EACH = 10  # codes for each latent
FLAT = 1e-10  # the least variance that can be whitened, as a share of the greatest
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)


@dataclass(frozen=True)
class Filling(MeasureSet):
    """How the codes of a model fill N(0, I). The functions below define the measures.

    None for a model with another prior, and where there are too few codes. Those named "whitened" are of codes with the prior's mean and covariance.
    """

    empty_share: float | None
    out_of_reach_share: float | None
    coverage: float | None
    mmd_squared: float | None
    mmd_squared_error: float | None
    empty_share_error: float | None = None
    empty_share_whitened: float | None = None
    coverage_whitened: float | None = None
    scale: float | None = None


NO_FILLING = Filling(None, None, None, None, None)


def filling(posterior: Posterior) -> Filling:
    """Measure the codes, with one draw per image."""
    codes = aggregate_codes(posterior)
    landed, matched = landing(codes), whitened(codes)
    return Filling(
        landed.empty_share,
        out_of_reach_share(codes),
        coverage(codes),
        *mmd(codes),
        empty_share_error=landed.error,
        empty_share_whitened=None if matched is None else landing(matched).empty_share,
        coverage_whitened=None if matched is None else coverage(matched),
        scale=scale(codes),
    )


def aggregate_codes(posterior: Posterior, seed: int = 0) -> Tensor:
    """One draw of z per image (N, D), a sample of the aggregate posterior; for an autoencoder its codes."""
    return posterior.sample(normal(Purpose.CODES, *posterior.mean.shape, seed=seed))


def whitened(codes: Tensor) -> Tensor | None:
    """The codes (N, D), moved, turned and stretched to mean 0 and covariance I: what is left is the difference in shape.

    They are turned as little as can be, C^(-1/2) (z - m). None for fewer than 100 codes or 10 for each latent, to which a
    mean and a covariance fit too closely, and where a latent does not vary.
    """
    count, latent_dim = codes.shape
    if count < max(WHITENED_FROM, WHITENED_EACH * latent_dim):
        return None
    centred = codes.double() - codes.double().mean(0)
    variances, axes = torch.linalg.eigh(centred.T @ centred / (count - 1))
    if variances[0] <= FLAT * variances[-1]:
        return None
    return (centred @ (axes / variances.sqrt()) @ axes.T).float()


def scale(codes: Tensor) -> float | None:
    """Standard deviation of the codes (N, D), root mean square over the latents: 1 if they are distributed like the prior.

    It tells codes that were squeezed towards one place: they leave less empty space than the prior itself would. None for one code.
    """
    return None if len(codes) < 2 else float(codes.double().var(0).mean().sqrt())


def distance_to_codes(codes: Tensor, points: Tensor) -> np.ndarray:
    """Distance (M,) from each of M points to the nearest of the codes (N, D)."""
    distances, _ = NearestNeighbors(n_neighbors=1).fit(codes.numpy()).kneighbors(points.numpy())
    return distances[:, 0]


def farther(radius: float, count: int, latent_dim: int) -> float:
    """Share of draws from N(0, I) that have none of `count` codes within that distance, if codes are draws from N(0, I) too; on average, exactly.

    For a draw z it is (1 - F_z(r^2))^N, F_z the distribution function of the squared distance to one code, a noncentral chi-square with D degrees
    of freedom and noncentrality |z|^2. The mean over |z|^2, a chi-square, is taken by Gauss-Legendre quadrature.
    """
    squares = chi2.ppf((NODES + 1) / 2, latent_dim)  # |z|^2 at the nodes
    near = ncx2.cdf(radius**2, latent_dim, squares).clip(max=1 - 1e-16)
    return float(WEIGHTS / 2 @ np.exp(count * np.log1p(-near)))


@functools.cache
def near_radius(count: int, latent_dim: int) -> float:
    """The distance that counts as near: if `count` codes are drawn from N(0, I), 95 % of further draws have a code within it, on average.

    It depends only on the number of codes and of dimensions, so it is the same for all models of one size.
    """
    most = 2 * (chi2.ppf(NEAR_QUANTILE, latent_dim) ** 0.5 + 3)  # farther than any two draws are likely to be
    return brentq(lambda radius: farther(radius, count, latent_dim) - (1 - NEAR_QUANTILE), 1e-9, most)


class Landing(NamedTuple):
    """Where draws from N(0, I) land among codes."""

    draws: Tensor  # (M, D)
    distances: np.ndarray  # (M,) from each draw to the nearest code
    radius: float  # `near_radius` of as many codes
    empty_share: float  # share of the draws in empty space: farther than that from every code
    error: float | None  # standard error of the share, over codes and draws; None for one code


def landing(codes: Tensor, seed: int = 0) -> Landing:
    """Send 10,000 draws from N(0, I) among the codes (N, D). 5 % of them land in empty space if codes are distributed like the prior.

    Other images would give other codes. What that does to the share is estimated by leaving out one code at a time (the jackknife): the draws that
    no other code is near to become empty. If n_i draws hang on code i alone, the variance over codes is about sum_i n_i (n_i - 1) / M^2 - (sum_i n_i / M)^2 / N,
    where n_i (n_i - 1) in place of n_i^2 leaves out the draws' own chance; that is p (1 - p) / M. The estimate is never too small on average (Efron &
    Stein 1981); here the error is up to twice too large.
    """
    count, latent_dim = codes.shape
    draws = normal(Purpose.PRIOR, PRIOR_DRAWS, latent_dim, seed=seed)
    finder = NearestNeighbors(n_neighbors=min(2, count)).fit(codes.numpy())
    distances, nearest = finder.kneighbors(draws.numpy())  # (M, 2)
    radius = near_radius(count, latent_dim)
    empty = float((distances[:, 0] > radius).mean())
    error = None
    if count > 1:
        alone = (distances[:, 0] <= radius) & (distances[:, 1] > radius)
        hanging = np.bincount(nearest[alone, 0]) / PRIOR_DRAWS  # (N,)
        of_codes = (hanging * (hanging - 1 / PRIOR_DRAWS)).sum() - hanging.sum() ** 2 / count
        error = float((max(of_codes, 0.0) + empty * (1 - empty) / PRIOR_DRAWS) ** 0.5)
    return Landing(draws, distances[:, 0], radius, empty, error)


def out_of_reach_share(codes: Tensor) -> float:
    """Share of codes outside the ball around the origin that holds 99 % of the mass of N(0, I).

    Draws from the prior hardly ever generate digits there. It is 1 % if the codes are distributed like the prior.
    """
    radius = chi2.ppf(REACH_MASS, codes.shape[1]) ** 0.5  # |z|^2 of a draw is chi-square with D degrees of freedom
    return float((codes.norm(dim=1) > radius).double().mean())


def coverage(codes: Tensor, seed: int = 0) -> float | None:
    """Share of the prior's mass that the codes cover (Naeem et al. 2020, section 3, with the prior as the real distribution).

    A draw from N(0, I), one of as many as there are codes, is covered if a code is at least as near as the fifth
    nearest of the other draws. If codes are few, it is the mean over several sets of draws. None for fewer than six codes. It is `full_coverage` on average if
    the codes are distributed like the prior.
    """
    count, latent_dim = codes.shape
    if count <= COVERAGE_NEIGHBOURS:
        return None
    generator = stream(Purpose.FELLOWS, seed)
    shares = []
    for _ in range(min(COVERAGE_SETS, max(1, PRIOR_DRAWS // count))):
        draws = torch.randn(count, latent_dim, generator=generator)
        fellows, _ = NearestNeighbors(n_neighbors=COVERAGE_NEIGHBOURS).fit(draws.numpy()).kneighbors()
        shares.append((distance_to_codes(codes, draws) <= fellows[:, -1]).mean())
    return float(np.mean(shares))


def full_coverage(count: int) -> float:
    """The coverage, on average, of `count` codes that are draws from N(0, I): 97 % if they are many, 99 % if they are ten.

    Seen from a draw, its N - 1 fellows and the N codes are in random order. It is not covered if the five nearest are all fellows.
    """
    return 1 - prod((count - 1 - i) / (2 * count - 1 - i) for i in range(COVERAGE_NEIGHBOURS))


def mmd(codes: Tensor, seed: int = 0) -> tuple[float | None, float | None]:
    """Squared maximum mean discrepancy between q(z) and N(0, I), with its standard error (Gretton et al. 2012, eq. 3).

    Kernel: Gaussian, exp(-|a - b|^2 / (2 D)); two draws from the prior are 2 D apart in square on average. The estimate is
    unbiased: around 0, and possibly negative, if the codes are distributed like the prior. It is averaged over blocks of 1,000 codes, or two blocks if there are
    fewer; their spread gives the error (Zaremba et al. 2013). A block needs two codes, so it is None for fewer than four.
    """
    size = min(MMD_BLOCK, len(codes) // 2)
    if size < 2:
        return None, None
    shuffled = codes[torch.randperm(len(codes), generator=stream(Purpose.ORDER, seed))]
    draws = normal(Purpose.DISCREPANCY, *codes.shape, seed=seed)
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
