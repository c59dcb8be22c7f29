"""A model as bytes for the browser: its decoder, the codes of the test set, their posterior widths, and the test images.

Letters for shapes: N test images, D latent dimensions, S side of a thumbnail.
"""

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from explorer.browser.bodies import Body, Steps, pack
from vae import data
from vae.errors import VaeError
from vae.model.activations import MODULES
from vae.model.likelihoods import LIKELIHOODS
from vae.model.networks import VAE, AnyModel, Autoencoder, Given
from vae.model.posterior import Posterior

THUMBNAIL = 14  # pixels across, at most
GREYS = 15  # grey levels of a thumbnail, black not counted
CODE_BYTES = 95_000  # roughly what all codes of a model take when they are sent
MOST = 2**15 - 1  # steps that two bytes hold
HIDDEN, OUTER = 1024, 256  # weights' steps are such a part of their layer's spread: what later layers amplify is finer
PIXELS, INNER = 96, 512  # the same of an encoder, whose first layer adds up many pixels
FINEST = 14  # bits for each number: with more, even the closest zoom shows no difference
INACTIVE = 64  # a dimension this many times narrower than the widest need not be resolved


class Undrawable(VaeError):
    """A model whose decoder cannot run in the browser; the message says why."""


def decoder(model: AnyModel) -> Body:
    """The decoder's layers and weights, in whole steps.

    A conditional decoder takes z followed by its class, one-hot. If the model was given a single class, the weights of this class are added
    to the first bias, and the decoder takes z alone.
    """
    given, model = (model, model.model) if isinstance(model, Given) else (None, model)
    layers, dims = list(model.decoder), model.spec.latent_dim
    if given is None:
        dims += model.spec.classes
    else:
        layers[0] = _told_class(layers[0], dims, int(given.labels))
    sent, arrays, _ = stack(layers, (dims,))
    output = LIKELIHOODS[model.spec.likelihood].in_browser
    return Body(pack(arrays, dims=dims, shape=model.spec.image_shape, layers=sent, output=output))


def _told_class(first: nn.Module, dims: int, label: int) -> nn.Linear:
    """The first layer of a conditional decoder, which is dense, for codes of one class."""
    assert isinstance(first, nn.Linear)
    told = nn.Linear(dims, first.out_features)
    with torch.no_grad():
        told.weight.copy_(first.weight[:, :dims])
        told.bias.copy_(first.bias + first.weight[:, dims + label])
    return told


def encoder(model: Autoencoder) -> Body:
    """The encoder's layers and weights: images (C, H, W) in, the posterior's mean (D) out, followed by its log variance if there is one."""
    if model.spec.classes:
        raise Undrawable("This encoder must be told the class of an image, which a drawing has not.")
    heads = [model.mean_head, *([model.log_variance_head] if isinstance(model, VAE) else [])]
    both = nn.Linear(heads[0].in_features, sum(head.out_features for head in heads))
    with torch.no_grad():
        both.weight.copy_(torch.cat([head.weight for head in heads]))
        both.bias.copy_(torch.cat([head.bias for head in heads]))
    return classifier([*model.trunk, both], model.spec.image_shape, (PIXELS, INNER))


def classifier(layers: Sequence[nn.Module], image_shape: tuple[int, int, int], parts: tuple[int, int] = (OUTER, OUTER)) -> Body:
    """A classifier of images (C, H, W), as a stack of layers; its outputs are logits.

    parts  what part of their spread the steps of weights are, in the first layer and in those that follow
    """
    sent, arrays, _ = stack(layers, image_shape, (*parts, parts[1]))
    return Body(pack(arrays, dims=math.prod(image_shape), shape=(sent[-1]["outputs"], 1, 1), layers=sent, output="sigmoid"))


def stack(
    layers: Sequence[nn.Module], shape: tuple[int, ...], parts: tuple[int, int, int] = (HIDDEN, HIDDEN, OUTER)
) -> tuple[list[dict], dict[str, np.ndarray | Steps], tuple[int, ...]]:
    """Layers as the browser computes them: what it is told of each, their arrays, and the shape of what comes out.

    shape  of what goes in: (D,) or (C, H, W)
    parts  what part of their spread the steps of weights are: in the first layer, in those between, in the last
    Undrawable where there is a layer that the browser does not know, or one that does not take what comes before it.
    """
    sent: list[dict] = []
    arrays: dict[str, np.ndarray | Steps] = {}
    heavy = [layer for layer in layers if isinstance(layer, _HEAVY)]
    for layer in layers:
        if isinstance(layer, _HEAVY):
            told, shape = _told(layer, shape)
            bias = torch.zeros(told["outputs"]) if layer.bias is None else layer.bias
            arrays[f"weight{len(sent)}"] = steps(layer.weight, parts[2 if layer is heavy[-1] else min(len(sent), 1)])
            arrays[f"bias{len(sent)}"] = _half(bias)
            sent.append({**told, "activation": ""})
        elif isinstance(layer, nn.Flatten) and (layer.start_dim, layer.end_dim) == (1, -1):
            shape = (math.prod(shape),)
        elif isinstance(layer, nn.Unflatten) and layer.dim == 1 and len(shape) == 1:
            shape = tuple(int(size) for size in layer.unflattened_size)
        elif isinstance(layer, nn.Identity | nn.Dropout):
            continue
        else:
            name = _activation(layer)
            if name is None or not sent or sent[-1]["activation"]:
                raise Undrawable(f"There is a layer here ({type(layer).__name__}) that the browser cannot compute.")
            sent[-1]["activation"] = name
    if not sent:
        raise Undrawable("There is no layer with weights here.")
    return sent, arrays, shape


_HEAVY = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)


def _activation(layer: nn.Module) -> str | None:
    """The browser's name of a nonlinearity."""
    if isinstance(layer, nn.Sigmoid):
        return "sigmoid"
    if isinstance(layer, nn.GELU) and layer.approximate != "none":
        return None
    return MODULES.get(type(layer))


def _told(layer: nn.Module, shape: tuple[int, ...]) -> tuple[dict[str, Any], tuple[int, ...]]:
    """What the browser is told of a layer with weights, and the shape of what it gives."""
    if isinstance(layer, nn.Linear):
        if shape != (layer.in_features,):
            raise Undrawable("There is a dense layer that does not take what comes before it.")
        told = {"type": "linear", "inputs": layer.in_features, "outputs": layer.out_features, "size": layer.out_features}
        return told, (layer.out_features,)
    assert isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)
    sizes = [layer.kernel_size, layer.stride, layer.padding, layer.dilation, layer.output_padding]
    squares = [size[0] for size in sizes if not isinstance(size, str) and len(set(size)) == 1]
    plain = layer.groups == 1 and layer.padding_mode == "zeros" and len(squares) == len(sizes) and squares[3] == 1
    if not plain or len(shape) != 3 or shape[0] != layer.in_channels:
        raise Undrawable("There is a convolution of a kind that the browser cannot compute.")
    (kernel, stride, padding, _, extra), (_, height, width) = squares, shape
    if isinstance(layer, nn.Conv2d):
        kind, sides = "convolution", [(side + 2 * padding - kernel) // stride + 1 for side in (height, width)]
    else:
        kind, sides = "transposedConvolution", [(side - 1) * stride - 2 * padding + kernel + extra for side in (height, width)]
    told = {
        "type": kind,
        "inputs": layer.in_channels,
        "outputs": layer.out_channels,
        "size": layer.out_channels * math.prod(sides),
    }
    told |= {"height": height, "width": width, "tall": sides[0], "wide": sides[1]}
    return told | {"kernel": kernel, "stride": stride, "padding": padding}, (layer.out_channels, *sides)


def steps(weights: Tensor, part: int) -> Steps:
    """Weights of a layer, rounded to whole steps, each such a part of their spread (root mean square).

    Evenly spaced steps need fewest bits for a given mean error once they are coded by how often they occur, as here by gzip (Gish and Pierce
    1968, "Asymptotically efficient quantizing"). Weights take a quarter less than as float16, whose steps are finest where it matters least.
    """
    values = _finite(weights.detach().double().numpy())
    step = max(float(np.sqrt(np.mean(values**2))) / part, float(np.abs(values).max()) / MOST) or 1.0
    return Steps(np.rint(values / step).astype(np.int16), step)


def _half(values: Tensor) -> np.ndarray:
    return _finite(values.detach().to(torch.float16).numpy())


def _finite(array: np.ndarray) -> np.ndarray:
    if not np.isfinite(array).all():
        raise Undrawable(
            "This model's weights are not finite numbers, or too large to show. Train it again at a lower learning rate."
        )
    return array


def codes(posterior: Posterior, labels: Tensor) -> Body:
    """Posterior means (D, N) in whole steps above the lowest of each dimension, and the labels (N,).

    All dimensions have the same step, because both axes of a plane have the same scale. The step is as fine as CODE_BYTES allow: a
    Gaussian of standard deviation s takes log2(s sqrt(2 pi e) / step) bits for each number. Rounding is dithered (Roberts 1962, "Picture
    coding using pseudo-random noise"): noise that both ends know is added before rounding and subtracted afterwards. The error is then
    at most half a step and does not depend on the code, so no lattice shows at any zoom.
    """
    mean = posterior.mean.double().numpy().T  # (D, N)
    low = mean.min(1)
    spread = np.maximum(mean.std(1), 1e-9)
    spread = np.maximum(spread, spread.max() / INACTIVE)
    bits = min(FINEST, 8 * CODE_BYTES / mean.size)
    step = math.sqrt(2 * math.pi * math.e) * float(np.exp(np.log(spread).mean())) / 2**bits
    step = max(step, float((mean.max(1) - low).max()) / 65_000)  # sixteen bits hold every step
    whole = np.rint((mean - low[:, None]) / step + dither(mean.size).reshape(mean.shape))
    arrays = {"means": whole.astype(np.uint8 if whole.max() < 256 else np.uint16), "labels": labels.numpy().astype(np.uint8)}
    return Body(pack(arrays, count=mean.shape[1], dims=len(mean), low=low.tolist(), step=step))


def dither(count: int) -> np.ndarray:
    """Numbers in [-1/2, 1/2) that look random: an integer hash of 0, 1, 2, ... with the constants of Wellons's "lowbias32"."""
    x = np.arange(count, dtype=np.uint32)
    for shift, factor in ((16, 0x21F0AAAD), (15, 0xD35A2D97)):
        x = np.multiply(x ^ (x >> shift), np.uint32(factor), dtype=np.uint32)
    return (x ^ (x >> 15)) / 2**32 - 0.5


def stds(posterior: Posterior) -> Body | None:
    """Posterior standard deviations (D, N) in fractions of an octave (a doubling); None for an autoencoder.

    With few dimensions they are sixteenths, which are at most 2 % off. With many, of which each is seldom shown, they are quarters, at most
    9 % off.
    """
    if posterior.log_variance is None:
        return None
    octaves = (posterior.log_variance.double() / (2 * np.log(2))).numpy().T  # log2 sigma, (D, N)
    per_octave = 16 if len(octaves) <= 4 else 4
    low = float(np.floor(octaves.min()))
    whole = np.rint((octaves - low) * per_octave).clip(0, 255).astype(np.uint8)
    return Body(pack({"octaves": whole}, low=low, per_octave=per_octave))


@functools.lru_cache(maxsize=4)
def pictures(dataset: str, most: int | None = None) -> Body:
    """The test images, or the first `most` of them, as thumbnails."""
    return thumbnails(data.load(dataset).test.pixels(slice(most)))


def thumbnails(images: Tensor) -> Body:
    """Images (N, C, H, W) as thumbnails (N, S, S) of sixteen greys."""
    side = min(THUMBNAIL, images.shape[-1])
    small = nn.functional.adaptive_avg_pool2d(images.mean(1, keepdim=True), side)[:, 0]  # (N, S, S)
    grey = (small / small.amax((1, 2), keepdim=True).clamp_min(1e-6) * GREYS).round().to(torch.uint8).numpy()
    return Body(pack({"grey": grey}, side=side, levels=GREYS))


def affine(directions: Tensor, mean: Tensor, shape: tuple[int, int, int]) -> Body:
    """A linear decoder, mean + code @ directions (D, P), clamped to [0, 1]: principal components."""
    dims, pixels = directions.shape
    arrays: dict[str, np.ndarray | Steps] = {
        "weight0": steps(directions.T, OUTER),
        "bias0": _half(mean),
    }  # (P, D) as a linear layer has it
    layer = {"activation": "", "type": "linear", "inputs": dims, "outputs": pixels, "size": pixels}
    return Body(pack(arrays, dims=dims, shape=shape, layers=[layer], output="clamp"))
