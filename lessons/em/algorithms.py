"""From EM to the VAE: five algorithms on one model, one data set and one likelihood.

All of them answer two questions in turns: where are the codes, given the model (E), and which model, given the codes (M)?
They differ in how they answer the first.

    EM                the true posterior, in closed form                        Dempster, Laird & Rubin 1977
    Monte Carlo EM    samples of the true posterior, by Metropolis' algorithm   Wei & Tanner 1990
    VI                a diagonal Gaussian for each image; the model stays       Jordan et al. 1999
    variational EM    the same, and the model learns                            Neal & Hinton 1998
    amortised VI      one encoder for all images, by sampled gradients: a VAE   Kingma & Welling 2014

Each is a generator of `Step`s, the first being the common start; each further step has seen every image once or, within an E-step,
a fixed number of times. Letters for shapes: N images, P pixels, D latent dimensions; float64.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons.em.factor_analysis import Factors, Moments, elbo, exact_moments, log_likelihood, maximise

LATENT_DIM = 2
SWEEPS = 30  # Metropolis steps of each chain in one E-step; the first third is thrown away
ACCEPTANCE = 0.35  # near what serves a random walk in two dimensions best (Gelman, Roberts & Gilks 1996)
BATCH = 128
RATE = 0.04  # Adam's, falling to zero as a parabola


@dataclass(frozen=True)
class Step:
    """A moment of an algorithm: the model, where it believes the codes are, and how probable the data are under it."""

    model: Factors
    codes: Tensor  # (N, D)  E[z] of each image as the algorithm answers
    log_likelihood: float  # mean log p(x), exact, nats per image
    bound: float | None  # mean ELBO of the algorithm's q, nats per image; None where it has no q


def start(centred: Tensor, seed: int = 0) -> Factors:
    """Where all five begin: two images of the data as loadings, and each pixel's variance as its noise."""
    chosen = torch.randperm(len(centred), generator=torch.Generator().manual_seed(seed))[:LATENT_DIM]
    return Factors(centred[chosen].T.clone(), centred.square().mean(0))


def _step(model: Factors, centred: Tensor, codes: Tensor, std: Tensor | None = None) -> Step:
    bound = None if std is None else float(elbo(model, centred, codes, std.expand_as(codes)).mean())
    return Step(model, codes, float(log_likelihood(model, centred).mean()), bound)


def expectation_maximisation(centred: Tensor, model: Factors, steps: int) -> Iterator[Step]:
    """E: the exact posterior. M: the best model for it. The likelihood never falls."""
    yield _step(model, centred, torch.zeros(len(centred), LATENT_DIM, dtype=torch.float64))
    for _ in range(steps):
        moments = exact_moments(model, centred)
        model = maximise(centred, moments)
        yield _step(model, centred, moments.mean)


def monte_carlo_em(centred: Tensor, model: Factors, steps: int, seed: int = 0) -> Iterator[Step]:
    """E: a Markov chain for each image walks its posterior, and averages stand for expectations. M: as in EM."""
    generator = torch.Generator().manual_seed(seed)
    z = torch.zeros(len(centred), LATENT_DIM, dtype=torch.float64)  # the chains go on where they were
    stride = 1.0
    yield _step(model, centred, z)
    for _ in range(steps):
        moments, z, stride = sampled_moments(model, centred, z, stride, generator)
        model = maximise(centred, moments)
        yield _step(model, centred, moments.mean)


def sampled_moments(
    model: Factors, centred: Tensor, z: Tensor, stride: float, generator: torch.Generator, sweeps: int = SWEEPS
) -> tuple[Moments, Tensor, float]:
    """Moments of p(z|x) from random-walk Metropolis (Metropolis et al. 1953), one chain an image, from codes z (N, D).

    A step to z' is taken with probability min(1, p(x, z') / p(x, z)); the stride adapts while the beginning is thrown away.
    Gives the moments, where the chains stand, and their stride.
    """
    precision, h = model.pull(centred)

    def log_joint(codes: Tensor) -> Tensor:  # up to what does not depend on z, (N,)
        return ((h - 0.5 * codes @ precision) * codes).sum(1)

    current, total, second, kept = log_joint(z), torch.zeros_like(z), torch.zeros_like(precision), 0
    for sweep in range(sweeps):
        proposal = z + stride * torch.randn(z.shape, generator=generator, dtype=torch.float64)
        proposed = log_joint(proposal)
        accept = torch.rand(len(z), generator=generator, dtype=torch.float64).log() < proposed - current  # (N,)
        z = torch.where(accept.unsqueeze(1), proposal, z)
        current = torch.where(accept, proposed, current)
        if sweep < sweeps // 3:
            stride *= float(torch.exp(accept.double().mean() - ACCEPTANCE))
            continue
        total, second, kept = total + z, second + z.T @ z, kept + 1
    return Moments(total / kept, second / kept), z, stride


def variational_inference(centred: Tensor, model: Factors, steps: int) -> Iterator[Step]:
    """A diagonal Gaussian for each image, improved by a sweep of coordinate ascent a step. The model never changes."""
    mean, std = _prior(centred)
    yield _step(model, centred, mean, std)
    for _ in range(steps):
        mean, std = coordinate_ascent(model, centred, mean)
        yield _step(model, centred, mean, std)


def variational_em(centred: Tensor, model: Factors, steps: int) -> Iterator[Step]:
    """One sweep of coordinate ascent for q, then the best model for it. The bound never falls; the likelihood may."""
    mean, std = _prior(centred)
    yield _step(model, centred, mean, std)
    for _ in range(steps):
        mean, std = coordinate_ascent(model, centred, mean)
        model = maximise(centred, Moments(mean, len(centred) * torch.diag(std.square()) + mean.T @ mean))
        yield _step(model, centred, mean, std)


def coordinate_ascent(model: Factors, centred: Tensor, mean: Tensor) -> tuple[Tensor, Tensor]:
    """One sweep over q_n = N(mean_n, diag(std^2)): each dimension set to its best while the others stay (Bishop 2006, 10.13, 10.14).

    std_d = L_dd^(-1/2), mean_nd = (h_nd - sum over e != d of L_de mean_ne) / L_dd. Gives mean (N, D) and std (D,).
    """
    precision, h = model.pull(centred)
    mean = mean.clone()
    for d in range(mean.shape[1]):
        others = mean @ precision[d] - mean[:, d] * precision[d, d]
        mean[:, d] = (h[:, d] - others) / precision[d, d]
    return mean, precision.diagonal().rsqrt()


def _prior(centred: Tensor) -> tuple[Tensor, Tensor]:
    return torch.zeros(len(centred), LATENT_DIM, dtype=torch.float64), torch.ones(LATENT_DIM, dtype=torch.float64)


def amortised_inference(centred: Tensor, model: Factors, steps: int, seed: int = 0) -> Iterator[Step]:
    """A VAE with a linear encoder: q(z|x) = N(A x, diag(std^2)); one draw of z an image, gradients through it, Adam on all.

    A step is one pass over the images in batches. No code is kept for any image: a new one is encoded at once.
    """
    generator = torch.Generator().manual_seed(seed)
    encoder = torch.zeros(centred.shape[1], LATENT_DIM, dtype=torch.float64, requires_grad=True)  # A^T, (P, D)
    log_std = torch.zeros(LATENT_DIM, dtype=torch.float64, requires_grad=True)
    loadings = model.loadings.clone().requires_grad_()
    log_noise = model.noise.log().requires_grad_()
    optimizer = torch.optim.Adam([encoder, log_std, loadings, log_noise], lr=RATE, betas=(0.9, 0.99))

    def now() -> Step:
        with torch.no_grad():
            learned = Factors(loadings.detach().clone(), log_noise.detach().exp())
            return _step(learned, centred, centred @ encoder, log_std.exp())

    yield now()
    for done in range(steps):
        optimizer.param_groups[0]["lr"] = RATE * (1 - (done / steps) ** 2)
        for batch in torch.randperm(len(centred), generator=generator).split(BATCH):
            x = centred[batch]
            mean = x @ encoder  # (B, D)
            z = mean + log_std.exp() * torch.randn(mean.shape, generator=generator, dtype=torch.float64)
            nll = 0.5 * ((x - z @ loadings.T).square() / log_noise.exp() + log_noise).sum(1)
            kl = 0.5 * (mean.square() + (2 * log_std).exp() - 1 - 2 * log_std).sum(1)
            optimizer.zero_grad()
            (nll + kl).mean().backward()
            optimizer.step()
        yield now()


ALGORITHMS: dict[str, Callable[[Tensor, Factors, int], Iterator[Step]]] = {
    "em": expectation_maximisation,
    "monte_carlo_em": monte_carlo_em,
    "vi": variational_inference,
    "variational_em": variational_em,
    "vae": amortised_inference,
}
