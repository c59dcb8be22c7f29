"""The training objectives: pure functions that return their parts by name, in nats per image.

Nats per image means: summed over pixels and latent dimensions, averaged over images. Averaging over the 784 pixels instead
would make the reconstruction 784 times smaller against the KL, which is training with beta = 784.
Letters for shapes: B batch, D latent dimensions; images are (B, C, H, W).
"""

from math import log
from typing import NamedTuple

import torch
from torch import Tensor

from vae.model.likelihoods import LIKELIHOODS
from vae.model.networks import AnyModel
from vae.model.posterior import Posterior


class Terms(NamedTuple):
    """The objective of one batch and its parts, in nats per image. Gradients flow through all of them."""

    reconstruction: Tensor  # ()    -E_q[log p(x|z)], one sample
    kl_per_dim: Tensor | None  # (D,)  None for an autoencoder; (G,) if the prior splits the KL otherwise (vae/model/priors.py)
    loss: Tensor  # ()    reconstruction + beta * sum of kl_per_dim

    @property
    def kl(self) -> Tensor | None:
        """Sum of kl_per_dim over the latent dimensions, ()."""
        return None if self.kl_per_dim is None else self.kl_per_dim.sum()


def reconstruction_nll(model: AnyModel, parameters: Tensor, images: Tensor) -> Tensor:
    """-log p(x|z) under the model's likelihood; (B,) nats."""
    return LIKELIHOODS[model.spec.likelihood].nll(parameters, images, model.spread)


def objective(
    model: AnyModel, images: Tensor, noise: Tensor | None = None, beta: float = 1.0, inputs: Tensor | None = None
) -> Terms:
    """The negative beta-weighted ELBO of a batch (Higgins et al. 2017, eq. 4; beta = 1 is the ELBO itself).

    images (B, C, H, W) in [0, 1]; noise (B, noise_dim) is the epsilon of the reparameterization, drawn anew if it is not
    given. The loss of an autoencoder is its reconstruction alone. The KL is exact if the prior has a closed form, otherwise it is
    estimated from the same draw of z. `inputs` are what the encoder gets, if not the images themselves: corrupted images, to
    be reconstructed clean (Vincent et al. 2010; for a VAE, Im et al. 2017).
    """
    posterior = model.encode(images if inputs is None else inputs)
    if noise is None:
        noise = torch.randn(len(images), model.noise_dim, device=images.device)
    z = posterior.sample(noise[..., : model.spec.latent_dim])
    reconstruction = reconstruction_nll(model, model.decode(z), images).mean()
    if posterior.log_variance is None:
        return Terms(reconstruction, None, reconstruction)
    kl = model.prior.kl(posterior, z, noise).mean(0)
    return Terms(reconstruction, kl, reconstruction + beta * kl.sum())


class Samples(NamedTuple):
    """K draws z_k from q(z|x) for each image, with their costs in nats. w_k = p(x|z_k) p(z_k) / q(z_k|x) is an importance weight."""

    z: Tensor  # (K, B, D)
    nll: Tensor  # (K, B)    -log p(x|z_k)
    log_ratio: Tensor  # (K, B)    log q(z_k|x) - log p(z_k), whose mean over k estimates the KL

    def log_weights(self, beta: float = 1.0) -> Tensor:
        """log w_k, (K, B), with the log ratio multiplied by beta."""
        return -self.nll - beta * self.log_ratio


def judge_samples(model: AnyModel, images: Tensor, posterior: Posterior, noise: Tensor, z: Tensor | None = None) -> Samples:
    """Decode z_k = mu + sigma * epsilon_k and compute its costs (Burda, Grosse & Salakhutdinov 2016, section 3).

    images (B, C, H, W) in [0, 1], posterior (B, D) of these images, noise (K, B, noise_dim) is epsilon. If the
    prior has latents of its own, they are drawn together with z, and w_k is the weight of both. z (K, B, D) are these codes, if they
    are there already.
    """
    if posterior.log_variance is None:
        raise ValueError("The code of an autoencoder is a point; it has no importance weights.")
    if z is None:
        z = posterior.sample(noise[..., : model.spec.latent_dim])  # (K, B, D)
    parameters = model.decode(z.flatten(0, 1))  # (K, B, D) -> (KB, C, H, W)
    nll = LIKELIHOODS[model.spec.likelihood].nll_of_samples(parameters, images, model.spread)  # (K, B)
    return Samples(z, nll, model.prior.log_ratio(posterior, z, noise))


class ImportanceTerms(NamedTuple):
    """The importance-weighted objective of one batch, and its parts, in nats per image. The parts do not add up to the loss.

    The reconstruction plus the sum of kl_per_dim is the negative ELBO of the batch; the loss is lower in expectation.
    """

    reconstruction: Tensor  # ()    -E_q[log p(x|z)], mean over the K samples
    kl_per_dim: Tensor  # (D,), or (G,)
    loss: Tensor  # ()    -log of the mean weight


def iwae(model: AnyModel, images: Tensor, noise: Tensor, beta: float = 1.0, inputs: Tensor | None = None) -> ImportanceTerms:
    """-log 1/K sum_k w_k, the negative importance-weighted bound of a batch (Burda et al. 2016, eq. 8).

    images (B, C, H, W) in [0, 1]; noise (K, B, noise_dim) is epsilon for K samples. K = 1 gives the ELBO with a sampled KL; more
    samples bring it nearer to -log p(x). With beta below 1, as while it rises during training, it is not a bound. `inputs` are
    what the encoder gets, if not the images themselves.
    """
    posterior = model.encode(images if inputs is None else inputs)
    samples = judge_samples(model, images, posterior, noise)
    log_weights = samples.log_weights(beta)  # (K, B)
    loss = log(len(noise)) - log_weights.logsumexp(0)  # (B,)
    kl = model.prior.kl(posterior, samples.z, noise).flatten(0, -2).mean(0)  # (B, D) or (K, B, G) -> (D,) or (G,)
    return ImportanceTerms(samples.nll.mean(), kl, loss.mean())


def doubly_reparameterized(
    model: AnyModel, images: Tensor, noise: Tensor, beta: float = 1.0, inputs: Tensor | None = None
) -> Tensor:
    """A scalar () whose gradient is in expectation that of `iwae(...).loss`, but with less noise in the encoder; its value means nothing.

    The density q(z|x) enters the weights with its parameters held fixed, so the encoder is reached through z alone, and there each sample counts
    with the square of its share of the weights (Tucker et al. 2019, "Doubly Reparameterized Gradient Estimators for Monte Carlo
    Objectives", eq. 8). Decoder and prior get the gradient of `iwae` itself.
    """
    posterior = model.encode(images if inputs is None else inputs)
    assert posterior.log_variance is not None
    fixed = Posterior(posterior.mean.detach(), posterior.log_variance.detach())
    z = posterior.sample(noise[..., : model.spec.latent_dim])  # (K, B, D)
    samples = judge_samples(model, images, fixed, noise, z)
    shares = samples.log_weights(beta).softmax(0).detach()  # (K, B)
    z.register_hook(lambda slope: slope * shares.unsqueeze(-1))
    density = -0.5 * ((z - fixed.mean) / fixed.std).square().sum(-1)  # log q(z|x) up to a constant
    return -(shares * (samples.log_weights(beta) - beta * density)).sum(0).mean()


def free_bits(kl_per_dim: Tensor, least: float) -> Tensor:
    """sum_d max(lambda, KL_d), in nats; (D,) -> ().

    Kingma et al. 2016, "Improved Variational Inference with Inverse Autoregressive Flow", eq. 15, with each
    dimension as a group. KL_d is the mean over the minibatch, so a dimension that carries less than lambda on average is not pulled to the prior.
    """
    return kl_per_dim.clamp_min(least).sum()


def free_bits_objective(
    model: AnyModel,
    images: Tensor,
    noise: Tensor | None = None,
    least: float = 0.0,
    beta: float = 1.0,
    inputs: Tensor | None = None,
) -> Terms:
    """The objective with `least` nats of KL free in each dimension; with 0 it is `objective` itself."""
    terms = objective(model, images, noise, beta, inputs)
    if terms.kl_per_dim is None or least == 0:  # an estimated KL may be below 0
        return terms
    return terms._replace(loss=terms.reconstruction + beta * free_bits(terms.kl_per_dim, least))


def training_loss(
    model: AnyModel,
    images: Tensor,
    noise: Tensor | None,
    beta: float = 1.0,
    least: float = 0.0,
    inputs: Tensor | None = None,
) -> Tensor:
    """A scalar () whose gradient a training step follows.

    noise (B, noise_dim) or None: the negative ELBO, with `least` nats of KL free in each dimension; noise (K, B, noise_dim): the
    importance-weighted bound, doubly reparameterized. `inputs` are what the encoder gets, if not the images themselves.
    """
    if noise is not None and noise.dim() == 3:
        return doubly_reparameterized(model, images, noise, beta, inputs)
    return free_bits_objective(model, images, noise, least, beta, inputs).loss
