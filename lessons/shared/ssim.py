"""Structural similarity, of what looks alike: a measure of pictures, and the loss of a VAE in place of what is probable.

Wang, Bovik, Sheikh & Simoncelli 2004, "Image Quality Assessment: From Error Visibility to Structural Similarity", eq. 13. As a loss it is
an energy, WEIGHT * (1 - SSIM): exp of minus it is not normalised over images, so there is no likelihood, no bound and no nats in it, and
its weight against the KL is a choice that nothing fixes. That is why it has a training loop of its own here and is no likelihood of
vae/model/likelihoods.py. Letters for shapes: B batch, C H W image.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from vae.data import Dataset
from vae.learning.recipes import Recipe
from vae.learning.training import prepare
from vae.model.networks import VAE
from vae.model.posterior import kl_per_dimension

REACH, SIGMA = 5, 1.5  # the paper's Gaussian window: pixels to either side of its middle, so 11 x 11; its standard deviation
LUMINANCE, CONTRAST = 0.01**2, 0.03**2  # the paper's constants, for pixels from 0 to 1
WEIGHT = 100.0


def ssim(a: Tensor, b: Tensor) -> Tensor:
    """Mean SSIM of pairs of images (B, C, H, W) in [0, 1], over all whole windows; (B,), at most 1 and 1 for equal images.

    (2 m_a m_b + c1)(2 s_ab + c2) / ((m_a^2 + m_b^2 + c1)(s_a^2 + s_b^2 + c2)), with means, variances and covariance of a window.
    """
    bell = torch.exp(-0.5 * (torch.arange(-REACH, REACH + 1, dtype=a.dtype) / SIGMA) ** 2)
    window = (bell[:, None] * bell / bell.sum() ** 2)[None, None]  # (1, 1, 11, 11)

    def mean(values: Tensor) -> Tensor:
        return F.conv2d(values.flatten(0, 1).unsqueeze(1), window)  # (B, C, H, W) -> (BC, 1, H - 10, W - 10)

    mean_a, mean_b = mean(a), mean(b)
    variance_a, variance_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    covariance = mean(a * b) - mean_a * mean_b
    alike = (2 * mean_a * mean_b + LUMINANCE) * (2 * covariance + CONTRAST)
    apart = (mean_a**2 + mean_b**2 + LUMINANCE) * (variance_a + variance_b + CONTRAST)
    return (alike / apart).view(len(a), -1).mean(1)


def energy(pictures: Tensor, images: Tensor) -> Tensor:
    """What stands in the place of -log p(x|z): WEIGHT * (1 - SSIM) of mean images and images, (B,). Not nats."""
    return WEIGHT * (1 - ssim(pictures, images))


def train(recipe: Recipe, dataset: Dataset) -> VAE:
    """A VAE by that recipe's spec, budget and schedules, with the energy in place of the reconstruction.

    The one that ships was trained with windows of 7 x 7 pixels, each weighed alike; its measures are taken with the window above.
    """
    spec, settings = recipe
    model = prepare(spec, settings, dataset)
    assert isinstance(model, VAE)
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.99))
    generator = torch.Generator().manual_seed(settings.seed)
    steps = settings.images // settings.batch_size
    for step in range(steps):
        chosen = torch.randint(len(dataset.train), (settings.batch_size,), generator=generator)
        images = dataset.train.pixels(chosen)
        noise = torch.randn(settings.batch_size, spec.latent_dim, generator=generator)
        parameters, posterior = model(images, noise)
        cost = energy(model.expected_image(parameters), images).mean()
        loss = cost + settings.beta_at(step / steps) * kl_per_dimension(posterior).sum(1).mean()
        optimizer.param_groups[0]["lr"] = settings.learning_rate_at(step / steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()
