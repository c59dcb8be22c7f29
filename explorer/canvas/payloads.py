"""A model as bytes for the browser: its decoder, the codes of the test set, their posterior widths, and the digits themselves.

Letters for shapes: N test images, D latent dimensions, S side of a thumbnail.
"""

import functools
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from explorer.weights import Body, pack
from vae import data
from vae.errors import VaeError
from vae.models import Autoencoder, Posterior

THUMBNAIL = 14  # pixels across, at most
GREYS = 15  # levels of a thumbnail above black
STD_OCTAVES = 16  # steps of a posterior width in one doubling: 2 % from the truth at most


class Undrawable(VaeError):
    """A model whose decoder cannot run in the browser; the message says why."""


def decoder(model: Autoencoder) -> Body:
    """The decoder's layers and weights, float16."""
    layers: list[dict] = []
    arrays: dict[str, np.ndarray] = {}
    output = {"bernoulli": "sigmoid", "gaussian": "clamp"}[model.spec.likelihood]
    for layer in model.decoder:
        if isinstance(layer, (nn.Linear, nn.ConvTranspose2d)):
            assert layer.bias is not None
            for name, values in (("weight", layer.weight), ("bias", layer.bias)):
                arrays[f"{name}{len(layers)}"] = _half(values)
            layers.append({"gelu": False})
        elif isinstance(layer, nn.GELU):
            layers[-1]["gelu"] = True
        elif not isinstance(layer, nn.Unflatten):
            raise Undrawable(f"This decoder has a layer ({type(layer).__name__}) that the browser cannot compute.")
    shapes = _shapes(model)
    layers = [{**layer, **shape} for layer, shape in zip(layers, shapes, strict=True)]
    return Body(pack(arrays, dims=model.spec.latent_dim, shape=model.spec.image_shape, layers=layers, output=output))


def _shapes(model: Autoencoder) -> Iterator[dict]:
    """What each layer with weights maps to what: sizes for a linear one, channels and picture for a transposed convolution."""
    side: tuple[int, int] = (0, 0)
    for layer in model.decoder:
        if isinstance(layer, nn.Linear):
            inputs, outputs = layer.in_features, layer.out_features
            yield {"type": "linear", "inputs": inputs, "outputs": outputs, "size": outputs}
        elif isinstance(layer, nn.Unflatten):
            _, *side_ = layer.unflattened_size
            side = (int(side_[0]), int(side_[1]))
        elif isinstance(layer, nn.ConvTranspose2d):
            if (layer.kernel_size, layer.stride, layer.padding) != ((4, 4), (2, 2), (1, 1)):
                raise Undrawable("This decoder has a transposed convolution of a size that the browser cannot compute.")
            height, width = side
            size = layer.out_channels * 4 * height * width
            kind = {"type": "transposedConvolution", "inputs": layer.in_channels, "outputs": layer.out_channels, "size": size}
            yield {**kind, "height": height, "width": width}
            side = (2 * height, 2 * width)


def _half(values: Tensor) -> np.ndarray:
    array = values.detach().to(torch.float16).numpy()
    if not np.isfinite(array).all():
        raise Undrawable(
            "This model's weights are not finite numbers, or too large to show. Train it again at a lower learning rate."
        )
    return array


def codes(posterior: Posterior, labels: Tensor) -> Body:
    """Posterior means (D, N) as whole steps between the lowest and the highest of each dimension, and the labels (N,).

    Steps are finest where there are few dimensions: what counts is the distance on the screen, and bytes on the wire.
    """
    mean = posterior.mean.double().numpy().T  # (D, N)
    bits = 14 if len(mean) <= 4 else 9 if len(mean) <= 10 else 8
    steps = 2**bits - 1
    low = mean.min(1)
    step = np.maximum(mean.max(1) - low, 1e-9) / steps
    whole = np.rint((mean - low[:, None]) / step[:, None]).astype(np.uint8 if bits <= 8 else np.uint16)
    arrays = {"means": whole, "labels": labels.numpy().astype(np.uint8)}
    return Body(pack(arrays, count=mean.shape[1], dims=len(mean), low=low.tolist(), step=step.tolist()))


def stds(posterior: Posterior) -> Body | None:
    """Posterior standard deviations (D, N) in sixteenths of a doubling; None for an autoencoder."""
    if posterior.log_variance is None:
        return None
    octaves = (posterior.log_variance.double() / (2 * np.log(2))).numpy().T  # log2 sigma, (D, N)
    low = float(np.floor(octaves.min()))
    whole = np.rint((octaves - low) * STD_OCTAVES).clip(0, 255).astype(np.uint8)
    return Body(pack({"octaves": whole}, low=low, per_octave=STD_OCTAVES))


@functools.lru_cache(maxsize=4)
def pictures(dataset: str) -> Body:
    """The test images as thumbnails (N, S, S) of sixteen greys."""
    images = data.load(dataset).test.pixels().mean(1, keepdim=True)  # (N, 1, H, W)
    side = min(THUMBNAIL, images.shape[-1])
    small = nn.functional.adaptive_avg_pool2d(images, side)[:, 0]  # (N, S, S)
    grey = (small / small.amax((1, 2), keepdim=True).clamp_min(1e-6) * GREYS).round().to(torch.uint8).numpy()
    return Body(pack({"grey": grey}, side=side, levels=GREYS))
