"""How much each latent says of each factor, and the gap between the first and the second: the mutual information gap (MIG).

Chen, Li, Grosse & Duvenaud 2018, "Isolating Sources of Disentanglement in Variational Autoencoders", section 4. Letters for shapes:
N images, D latent dimensions, F factors, V values of all factors together, M draws. All information is in nats.
"""

from typing import NamedTuple

import torch
from sklearn.metrics import mutual_info_score
from torch import Tensor
from torch.nn import functional as F

from vae.model.posterior import Posterior
from vae.streams import Purpose, stream

DRAWS = 10_000
CHUNK = 500  # draws at a time, against all images
BINS = 20


class Information(NamedTuple):
    """What latents say of factors: mutual information (D, F) and the factors' entropies (F,), in nats."""

    nats: Tensor
    entropy: Tensor

    @property
    def shares(self) -> Tensor:
        """I(z_j; v_k) / H(v_k), (D, F): 0 says nothing, 1 everything."""
        return self.nats / self.entropy


def gaps(information: Information) -> Tensor:
    """[I(z_1st; v_k) - I(z_2nd; v_k)] / H(v_k) for each factor, (F,): the two latents that say most of it (Chen et al. 2018, eq. 6)."""
    first, second = information.shares.topk(2, dim=0).values
    return first - second


def mig(information: Information) -> float:
    """The mutual information gap: the mean of the gaps over the factors, 0 to 1."""
    return float(gaps(information).mean())


def entropies(factors: Tensor) -> Tensor:
    """H(v_k) in nats of factors (N, F), given as indices of their values; (F,)."""
    shares = [column.bincount() / len(factors) for column in factors.T]
    return torch.stack([torch.special.entr(share).sum() for share in shares])


@torch.no_grad()
def posterior_information(posterior: Posterior, factors: Tensor, draws: int = DRAWS, seed: int = 0) -> Information:
    """The paper's estimate, with the posteriors' widths (Chen et al. 2018, eq. 4 and 5; appendix B).

    I(z_j; v_k) = E[log sum_n q(z_j|x_n) p(n|v_k)] + H(z_j), H(z_j) = -E[log 1/N sum_n q(z_j|x_n)], where p(n|v_k) is even over the
    images with that value, and the expectation is over M draws: an image n at random, then z_j from q(z_j|x_n). Both terms see the same
    draws. factors (N, F) are indices of values.
    """
    if posterior.log_variance is None:
        raise ValueError("The code of an autoencoder is a point: it has no density to average. Use binned_information.")
    count, latents = posterior.mean.shape
    values = torch.cat([F.one_hot(column) for column in factors.T], 1).float()  # (N, V)
    sizes = [int(column.max()) + 1 for column in factors.T]
    columns = factors + torch.tensor([0, *sizes[:-1]]).cumsum(0)  # (N, F) where in V each image's values are
    even = values / values.sum(0)  # (N, V)    p(n|v)
    generator = stream(Purpose.CODES, seed)
    total = torch.zeros(latents, len(sizes), dtype=torch.float64)
    for chosen in torch.randint(count, (draws,), generator=generator).split(CHUNK):  # (M,)
        noise = torch.randn(len(chosen), latents, generator=generator)
        z = posterior.mean[chosen] + posterior.std[chosen] * noise  # (M, D)
        for d in range(latents):
            precision = torch.exp(-0.5 * posterior.log_variance[:, d])  # (N,)
            apart = (z[:, d, None] - posterior.mean[:, d]) * precision  # (M, N)
            density = torch.exp(-0.5 * apart**2) * precision  # sqrt(2 pi) cancels between the terms
            given = (density @ even).gather(1, columns[chosen])  # (M, N) -> (M, V) -> (M, F)
            total[d] += torch.log(given / density.mean(1, keepdim=True)).double().sum(0)
    return Information((total / draws).float(), entropies(factors))


def binned_information(codes: Tensor, factors: Tensor, bins: int = BINS) -> Information:
    """The same for codes that are points (N, D): each latent cut into equal bins between its extremes.

    As in Locatello et al. 2019, "Challenging Common Assumptions in the Unsupervised Learning of Disentangled Representations",
    appendix C; works for autoencoders and principal components, and for the means of posteriors.
    """
    low, high = codes.aminmax(dim=0)
    width = (high - low).clamp_min(1e-12) / bins
    cut = ((codes - low) / width).long().clamp(0, bins - 1)  # (N, D)
    nats = [[mutual_info_score(factor.numpy(), latent.numpy()) for factor in factors.T] for latent in cut.T]
    return Information(torch.tensor(nats, dtype=torch.float32), entropies(factors))
