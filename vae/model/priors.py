"""The prior p(z) of a VAE: how far a posterior is from it, and how to draw from it.

All priors have one interface. `kl` and `log_ratio` give the cost of an encoding in nats; `sample` turns noise into codes. If the KL
has no closed form, it is estimated from the draw of z that the objective makes anyway. A prior may have latents of its own above z,
which need noise too: the first D numbers in `noise` are for z, the next `extra` numbers for the prior.

Letters for shapes: B batch (or any leading sizes), D latent dimensions, M pseudo-inputs, G terms that add up to the KL, U upper
latents.
"""

from collections.abc import Callable
from math import log

import torch
from torch import Tensor, nn

from vae.errors import SpecError
from vae.model.posterior import Posterior, kl_per_dimension
from vae.model.spec import ModelSpec

HIDDEN = 64  # units of the networks between two levels of latents
COUPLING_WIDTH = 128  # units of the network in a layer of a flow
MOST_STRETCH = 2.0  # a layer of a flow multiplies by e^-2 to e^2
PALEST, DARKEST = 0.02, 0.98  # pseudo-inputs are clipped to this range at the start, so that their logits are finite


class Prior(nn.Module):
    """The interface of all priors. The KL given here is an estimate from the draw of z; each prior defines `log_ratio` and `sample`."""

    closed_form = False  # whether `kl` depends on the posterior alone
    beside_encoder = False  # whether it shares no weights with the encoder and has many of its own; for vae/learning/engine.py
    extra = 0  # how many random numbers it needs besides those of z

    def __init__(self, spec: ModelSpec, encode: Callable[[Tensor], Posterior] | None = None):
        super().__init__()
        self.latent_dim, self._encode = spec.latent_dim, encode  # the model's encoder: some priors are made of posteriors

    def kl(self, posterior: Posterior, z: Tensor, noise: Tensor) -> Tensor:
        """KL per image, as G terms that add up to it, (..., B, G); one term if it does not split into dimensions."""
        return self.log_ratio(posterior, z, noise).unsqueeze(-1)

    def log_ratio(self, posterior: Posterior, z: Tensor, noise: Tensor) -> Tensor:
        """log q(z|x) - log p(z) of z = mu + sigma * noise, (..., B)."""
        raise NotImplementedError

    def sample(self, noise: Tensor) -> Tensor:
        """Draws (N, D) from p(z), made of noise (N, D + extra) from N(0, I)."""
        raise NotImplementedError

    def start(self, images: Tensor) -> None:
        """Initialise from training images (N, C, H, W) in [0, 1]; does nothing unless a prior needs it. SpecError if they are too few."""


class StandardNormal(Prior):
    """N(0, I): independent dimensions, the KL in closed form (Kingma & Welling 2014, appendix B)."""

    closed_form = True

    def kl(self, posterior: Posterior, z: Tensor, noise: Tensor) -> Tensor:
        """(B, D): one term for each dimension."""
        return kl_per_dimension(posterior)

    def log_ratio(self, posterior: Posterior, z: Tensor, noise: Tensor) -> Tensor:
        """Both densities' 2 pi cancels."""
        assert posterior.log_variance is not None
        return 0.5 * (z**2 - noise**2 - posterior.log_variance).sum(-1)

    def sample(self, noise: Tensor) -> Tensor:
        return noise


class VampPrior(Prior):
    """p(z) = 1/M sum_m q(z|u_m): the mixture of the posteriors of M learned pseudo-inputs u_m.

    Tomczak & Welling 2018, "VAE with a VampPrior", eq. 9. The best prior for a given encoder is its aggregate posterior. Here M
    learned pictures take the place of the data set. The KL has no closed form; it is estimated by log q(z|x) - log p(z) at one draw of z.
    """

    def __init__(self, spec: ModelSpec, encode: Callable[[Tensor], Posterior] | None = None):
        super().__init__(spec, encode)
        self.pseudo_logits = nn.Parameter(0.5 * torch.randn(spec.prior_size, *spec.image_shape))

    @property
    def pseudo_inputs(self) -> Tensor:
        """The pictures u_m, (M, C, H, W) in (0, 1)."""
        return torch.sigmoid(self.pseudo_logits)

    def components(self) -> tuple[Tensor, Tensor]:
        """q(z|u_m): means and log variances (M, D)."""
        assert self._encode is not None
        return _in_full(self._encode(self.pseudo_inputs))

    def log_prob(self, z: Tensor) -> Tensor:
        """log p(z); (..., D) -> (...)."""
        mean, log_variance = self.components()
        z = z.unsqueeze(-2)  # (..., 1, D), against M components
        squares = (z - mean) ** 2 * torch.exp(-log_variance) + log_variance
        return (-0.5 * squares.sum(-1)).logsumexp(-1) - log(len(mean)) - 0.5 * self.latent_dim * log(2 * torch.pi)

    def log_ratio(self, posterior: Posterior, z: Tensor, noise: Tensor) -> Tensor:
        _, log_variance = _in_full(posterior)
        log_q = -0.5 * (noise**2 + log_variance + log(2 * torch.pi)).sum(-1)
        return log_q - self.log_prob(z)

    def sample(self, noise: Tensor) -> Tensor:
        """Choose a component of the mixture, then draw from it, with no more random numbers than a draw from N(0, I) needs.

        The first number e does both: u = Phi(e) is uniform on [0, 1], so the whole part of M u chooses the component, and
        its fractional part, again uniform, becomes the noise that replaces e.
        """
        mean, log_variance = self.components()
        scaled = torch.special.ndtr(noise[..., 0].cpu().double()) * len(mean)  # not every GPU knows double precision
        which = scaled.long().clamp(0, len(mean) - 1)  # (N,)
        rest = torch.special.ndtri((scaled - which).clamp(1e-9, 1 - 1e-9)).to(noise)
        epsilon = torch.cat([rest.unsqueeze(-1), noise[..., 1:]], -1)
        which = which.to(mean.device)
        return mean[which] + torch.exp(0.5 * log_variance[which]) * epsilon

    def start(self, images: Tensor) -> None:
        """Each pseudo-input begins as a training image of its own (M, C, H, W)."""
        count = len(self.pseudo_logits)
        if len(images) < count:
            raise SpecError(
                f"prior_size is {count:,}, and there are {len(images):,} training images; each pseudo-input begins as one of its own. "
                f"Set prior_size to {len(images):,} at most."
            )
        with torch.no_grad():
            self.pseudo_logits.copy_(torch.logit(images.clamp(PALEST, DARKEST)))


class TwoLevelPrior(Prior):
    """p(z) = integral of p(z|u) N(u; 0, I): U upper latents u above z, with p(z|u) and the posterior q(u|z) learned Gaussians.

    This is a VAE of the codes. Together with the VAE below it is a hierarchical VAE: u -> z -> x, q(z, u|x) = q(z|x) q(u|z) (Rezende, Mohamed &
    Wierstra 2014; Burda, Grosse & Salakhutdinov 2016, section 3, two stochastic layers). An encoding costs the sum over
    both levels: log q(z|x) - log p(z|u) + log q(u|z) - log p(u).
    """

    def __init__(self, spec: ModelSpec, encode: Callable[[Tensor], Posterior] | None = None):
        super().__init__(spec, encode)
        self.extra = spec.prior_size
        self.recognise = _between(spec.latent_dim, self.extra)
        self.generate = _between(self.extra, spec.latent_dim)

    def _levels(self, posterior: Posterior, z: Tensor, noise: Tensor) -> tuple[Tensor, Posterior, Tensor]:
        """log q(z|x) - log p(z|u) per dimension (..., B, D); q(u|z); and u (..., B, U)."""
        upper = _heads(self.recognise(z))
        u = upper.sample(noise[..., self.latent_dim :])
        mean, expected_log_variance = _in_full(_heads(self.generate(u)))
        _, log_variance = _in_full(posterior)
        squares = (z - mean) ** 2 * torch.exp(-expected_log_variance) + expected_log_variance
        return 0.5 * (squares - noise[..., : self.latent_dim] ** 2 - log_variance), upper, u

    def kl(self, posterior: Posterior, z: Tensor, noise: Tensor) -> Tensor:
        """(..., B, D + U): the lower level's dimensions, one draw of each, then KL(q(u|z) || N(0, I)) in closed form."""
        lower, upper, _ = self._levels(posterior, z, noise)
        return torch.cat([lower, kl_per_dimension(upper)], -1)

    def log_ratio(self, posterior: Posterior, z: Tensor, noise: Tensor) -> Tensor:
        lower, upper, u = self._levels(posterior, z, noise)
        assert upper.log_variance is not None
        above = 0.5 * (u**2 - noise[..., self.latent_dim :] ** 2 - upper.log_variance)
        return lower.sum(-1) + above.sum(-1)

    def sample(self, noise: Tensor) -> Tensor:
        return _heads(self.generate(noise[..., self.latent_dim :])).sample(noise[..., : self.latent_dim])


class FlowPrior(Prior):
    """p(z) = N(f(z); 0, I) |det df/dz|: an invertible f, made of `prior_size` coupling layers, carries codes to N(0, I).

    Each layer moves and stretches one half of the dimensions by what a small network reads from the other half, so f is inverted
    layer by layer and its determinant is a product (Dinh, Sohl-Dickstein & Bengio 2017, "Density Estimation Using Real NVP", eq. 4-8).
    Chen et al. 2017, "Variational Lossy Autoencoder", section 3.2, is a VAE with a flow as its prior. f begins almost as the identity.
    """

    beside_encoder = True

    def __init__(self, spec: ModelSpec, encode: Callable[[Tensor], Posterior] | None = None):
        super().__init__(spec, encode)
        halves = [spec.latent_dim // 2, spec.latent_dim - spec.latent_dim // 2]
        self.layers = nn.ModuleList(_coupling(*(halves if layer % 2 else halves[::-1])) for layer in range(spec.prior_size))

    def to_normal(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """f(z) and log |det df/dz|; (..., D) -> (..., D), (...)."""
        still, moving = _wide(z).tensor_split([self.latent_dim - self.latent_dim // 2], -1)
        volume = torch.zeros_like(still[..., 0])
        for layer in self.layers:
            log_scale, shift = _stretch(layer(still))
            still, moving = (moving + shift) * torch.exp(log_scale), still
            volume = volume + log_scale.sum(-1)
        return torch.cat([still, moving], -1), volume

    def log_ratio(self, posterior: Posterior, z: Tensor, noise: Tensor) -> Tensor:
        """Both densities' 2 pi cancels."""
        _, log_variance = _in_full(posterior)
        normal, volume = self.to_normal(z)
        return 0.5 * (normal**2 - noise**2 - log_variance).sum(-1) - volume

    def sample(self, noise: Tensor) -> Tensor:
        """The inverse of f, at noise."""
        ends = [self.latent_dim - self.latent_dim // 2, self.latent_dim // 2]
        still, moving = noise.split(ends if len(self.layers) % 2 == 0 else ends[::-1], -1)
        for layer in reversed(self.layers):
            log_scale, shift = _stretch(layer(moving))
            still, moving = moving, still * torch.exp(-log_scale) - shift
        return torch.cat([still, moving], -1)


PRIORS: dict[str, type[Prior]] = {
    "normal": StandardNormal,
    "vamp": VampPrior,
    "two-level": TwoLevelPrior,
    "flow": FlowPrior,
}


def _between(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 2 * outputs))


def _coupling(inputs: int, outputs: int) -> nn.Sequential:
    """A network from one half of the dimensions to log scale and shift of the other, which are almost 0 at the start."""
    last = nn.Linear(COUPLING_WIDTH, 2 * outputs)
    nn.init.normal_(last.weight, std=1e-4)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear(inputs, COUPLING_WIDTH), nn.GELU(), last)


def _stretch(output: Tensor) -> tuple[Tensor, Tensor]:
    """Log scale, within MOST_STRETCH on both sides, and shift; (..., 2D) -> (..., D), (..., D)."""
    log_scale, shift = _wide(output).chunk(2, -1)
    return MOST_STRETCH * torch.tanh(log_scale / MOST_STRETCH), shift


def _heads(output: Tensor) -> Posterior:
    return Posterior(*_in_full(Posterior(*output.chunk(2, -1))))  # (..., 2D) -> (..., D), (..., D)


def _in_full(posterior: Posterior) -> tuple[Tensor, Tensor]:
    """Mean and log variance, wide."""
    mean, log_variance = posterior
    assert log_variance is not None
    return _wide(mean), _wide(log_variance)


def _wide(values: Tensor) -> Tensor:
    """In float32 at least: densities of narrow Gaussians lose too much in bfloat16."""
    return values.to(torch.promote_types(values.dtype, torch.float32))
