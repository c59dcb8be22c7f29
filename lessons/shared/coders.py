"""Three ways to turn an image into a few numbers and back, behind one face: autoencoder, VAE, principal components.

Letters for shapes: N images, D numbers of a code, P pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from lessons.shared import pca
from lessons.shared.pca import PrincipalComponents
from vae import checkpoints
from vae.model import latent
from vae.model.networks import Autoencoder

CODERS = {"ae": "Autoencoder", "vae": "VAE", "pca": "PCA"}  # what the screen calls them
LATENTS = (2, 10, 20)  # sizes of code that ship


@dataclass(frozen=True)
class Coder:
    """An encoder and a decoder. A VAE's code is the mean of its posterior."""

    kind: str  # one of CODERS
    latents: int
    encode: Callable[[Tensor], Tensor]  # images (N, 1, H, W) in [0, 1] -> codes (N, D)
    decode: Callable[[Tensor], Tensor]  # codes (N, D) -> images (N, P) in [0, 1]
    decoder_parameters: int


def of_model(model: Autoencoder) -> Coder:
    """An autoencoder or a VAE."""
    return Coder(
        model.spec.kind,
        model.spec.latent_dim,
        lambda images: latent.encode(model, images).mean,
        lambda codes: latent.decode(model, codes).flatten(1),
        sum(parameter.numel() for parameter in model.decoder.parameters()),
    )


def of_pca(components: PrincipalComponents, count: int) -> Coder:
    """The first principal components."""
    parameters = components.mean.numel() + components.directions[:count].numel()
    return Coder("pca", count, lambda images: components.encode(images, count), components.decode, parameters)


def shipped(latents: int) -> dict[str, Coder]:
    """The coders of one size, by their kinds; CheckpointError with a sentence where a file is missing or damaged."""
    models = {kind: checkpoints.load(checkpoints.SHIPPED / f"mnist-{kind}-{latents}d").model for kind in ("ae", "vae")}
    return {**{kind: of_model(model) for kind, model in models.items()}, "pca": of_pca(pca.load(), latents)}
