"""The two losses of a GAN and the gradient penalty: pure functions, in nats per image.

Goodfellow et al. 2014, "Generative Adversarial Nets", section 3. Scores are logits: D(x) = sigmoid(score). Letters for shapes: B batch;
images are (B, C, H, W).
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """-E[log D(x)] - E[log(1 - D(G(z)))] from scores of real and of generated images, (B,) each; (). log 4 where D is 1/2 everywhere."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def generator_loss(fake: Tensor) -> Tensor:
    """-E[log D(G(z))], the non-saturating loss, (): its gradient is large where the discriminator is sure, where that of log(1 - D) vanishes."""
    return F.softplus(-fake).mean()


def gradient_penalty(scores: Tensor, images: Tensor) -> Tensor:
    """E[|d score / d x|^2] on the images (B, C, H, W) that `scores` (B,) were computed from, (): differentiable in the discriminator.

    Mescheder, Geiger & Nowozin 2018, "Which Training Methods for GANs do actually Converge?", eq. 9: it gives the
    discriminator curvature; without it, simultaneous gradient steps circle the equilibrium or move away from it.
    """
    (slope,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return slope.float().flatten(1).square().sum(1).mean()
