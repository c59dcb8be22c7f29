"""KL(N(mu, sigma^2) || N(0, 1)) of one latent, taken apart, and gradient descent with any part switched off.

    KL = mu^2 / 2  +  (sigma^2 - 1) / 2  -  log sigma            (Kingma & Welling 2014, appendix B; nats)

Coordinates are mu and log sigma: an encoder gives the logarithm, so that every output is a valid width, and descent on log sigma is
what training does. The gradients there are mu, sigma^2 and -1: each part pulls on one coordinate alone.
"""

import functools
from collections.abc import Collection
from math import exp, log
from typing import NamedTuple

import torch
from torch import Tensor

from vae.model.posterior import KLParts, Posterior, kl_parts

PARTS = KLParts._fields
RATE = 0.05  # of gradient descent
EDGE = 4.0  # |log sigma| beyond which a width is taken to have gone to zero or to infinity


def slopes(mu: float, log_sigma: float, on: Collection[str] = PARTS) -> tuple[float, float]:
    """d/d mu and d/d log sigma of the parts that are switched on."""
    to_mu = mu * ("mean" in on)
    to_log_sigma = exp(2 * log_sigma) * ("width" in on) - 1.0 * ("entropy" in on)
    return to_mu, to_log_sigma


def descend(mu: float, log_sigma: float, on: Collection[str] = PARTS, steps: int = 100) -> list[tuple[float, float]]:
    """The path of gradient descent over (mu, log sigma), both ends included; it ends where a width has gone for good."""
    path = [(mu, log_sigma)]
    for _ in range(steps):
        if abs(log_sigma) >= EDGE:
            break
        to_mu, to_log_sigma = slopes(mu, log_sigma, on)
        mu, log_sigma = mu - RATE * to_mu, log_sigma - RATE * to_log_sigma
        path.append((mu, log_sigma))
    return path


class Destination(NamedTuple):
    """Where descent leads: "home", "stays", and for the width also "zero" or "infinity"."""

    centre: str
    width: str


@functools.cache
def destination(on: tuple[str, ...], mu: float = 1.5, log_sigma: float = log(0.5), steps: int = 50_000) -> Destination:
    """Where descent leads from there, found by walking until the width rests or has gone; a centre that moves moves to 0."""
    end_mu, end_log_sigma = descend(mu, log_sigma, on, steps)[-1]
    centre = "stays" if end_mu == mu else "home"
    if abs(end_log_sigma) < 1e-3:
        return Destination(centre, "home")
    if end_log_sigma == log_sigma:
        return Destination(centre, "stays")
    return Destination(centre, "zero" if end_log_sigma < log_sigma else "infinity")


def measured(posterior: Posterior) -> Tensor:
    """The parts of a model's KL averaged over images, for each latent; (N, D) posteriors -> (3, D) nats per image."""
    return torch.stack(kl_parts(posterior)).mean(1)  # (3, N, D) -> (3, D)
