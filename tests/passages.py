"""One image on its way through a model, number by number. Tests compare the browser's maths with it."""

from typing import NamedTuple

import torch
from torch import Tensor

from vae.learning.objectives import reconstruction_nll
from vae.model.networks import AnyModel
from vae.model.posterior import Posterior


class Passage(NamedTuple):
    """One image on its way through a model; scalars in nats."""

    posterior: Posterior  # (1, D)
    z: Tensor  # (1, D)
    image: Tensor  # (1, C, H, W)   the reconstruction
    reconstruction: float  # -log p(x|z) at this z
    kl: float | None  # None for an autoencoder


@torch.no_grad()
def sent_through(model: AnyModel, image: Tensor, noise: Tensor) -> Passage:
    """Send one image (1, C, H, W) through a model with that epsilon (1, noise_dim)."""
    posterior = model.encode(image)
    z = posterior.sample(noise[:, : model.spec.latent_dim])
    parameters = model.decode(z)
    nll = float(reconstruction_nll(model, parameters, image))
    kl = None if posterior.log_variance is None else float(model.prior.kl(posterior, z, noise).sum())
    return Passage(posterior, z, model.expected_image(parameters), nll, kl)
