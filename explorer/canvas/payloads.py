"""A model as bytes for the browser: its decoder, the codes of the test set, their posterior widths, and the test images.

Letters for shapes: N test images, D latent dimensions, S side of a thumbnail.
"""

import functools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from explorer.browser.assets import Body, Steps, pack
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


WEIGHTED = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
# Kernel, padding and output padding of transposed convolutions that double -> zeros that make a kernel of 4 with padding 1 of theirs, before and after.
DOUBLING = {(4, 1, 0): (0, 0), (3, 1, 1): (0, 1), (2, 0, 0): (1, 1)}


class Undrawable(VaeError):
    """A model whose decoder cannot run in the browser; the message says why."""


def decoder(model: AnyModel) -> Body:
    """The decoder's layers and weights, in whole steps.

    A conditional decoder takes z followed by its class, one-hot. If the model was given a single class, the weights of this class are added
    to the first bias, and the decoder takes z alone.
    """
    given, model = (model, model.model) if isinstance(model, Given) else (None, model)
    layers: list[dict] = []
    arrays: dict[str, np.ndarray | Steps] = {}
    last = [layer for layer in model.decoder if isinstance(layer, WEIGHTED)][-1]
    output = LIKELIHOODS[model.spec.likelihood].in_browser
    for layer in model.decoder:
        if isinstance(layer, WEIGHTED):
            assert layer.bias is not None
            weight, bias = _as_computed(layer), layer.bias
            if given is not None and not layers:
                dims = model.spec.latent_dim
                weight, bias = weight[:, :dims], bias + weight[:, dims + int(given.labels)]
            arrays[f"weight{len(layers)}"] = steps(weight, OUTER if layer is last else HIDDEN)
            arrays[f"bias{len(layers)}"] = _half(bias)
            layers.append({"activation": ""})
        elif type(layer) in MODULES:
            if not layers or layers[-1]["activation"]:
                raise Undrawable(
                    "This decoder has a nonlinearity that follows no layer with weights, which the browser cannot compute."
                )
            layers[-1]["activation"] = MODULES[type(layer)]
        elif not isinstance(layer, (nn.Flatten, nn.Unflatten)):
            raise Undrawable(f"This decoder has a layer ({type(layer).__name__}) that the browser cannot compute.")
    layers = [{**layer, **shape} for layer, shape in zip(layers, _shapes(model), strict=True)]
    dims = model.spec.latent_dim + (model.spec.classes if given is None else 0)
    if layers[0]["type"] != "linear":
        raise Undrawable("This decoder does not begin with a dense layer, as the browser computes it.")
    layers[0]["inputs"] = dims
    return Body(pack(arrays, dims=dims, shape=model.spec.image_shape, layers=layers, output=output))


def _shapes(model: Autoencoder) -> Iterator[dict]:
    """The sizes of each layer with weights: inputs and outputs, and for a transposed convolution the size of its pictures."""
    side: tuple[int, int] = (0, 0)
    for layer in model.decoder:
        if isinstance(layer, nn.Linear):
            inputs, outputs = layer.in_features, layer.out_features
            yield {"type": "linear", "inputs": inputs, "outputs": outputs, "size": outputs}
        elif isinstance(layer, nn.Unflatten):
            _, *side_ = layer.unflattened_size
            side = (int(side_[0]), int(side_[1]))
        elif isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            height, width = side
            shape = {"inputs": layer.in_channels, "outputs": layer.out_channels, "height": height, "width": width}
            if _zeros(layer) is None:
                kind: dict = {"type": "convolution", "kernel": layer.kernel_size[0], "stride": 1}
            else:
                kind, side = {"type": "transposedConvolution"}, (2 * height, 2 * width)
            yield {**shape, **kind, "size": layer.out_channels * side[0] * side[1]}


def _zeros(layer: nn.Conv2d | nn.ConvTranspose2d) -> tuple[int, int] | None:
    """The zeros, before and after, that make a transposed convolution one of kernel 4 that doubles; None for a layer that keeps height and width.

    Undrawable where it does neither.
    """
    assert not isinstance(layer.padding, str)
    (kernel, other), (stride, _), (padding, _) = layer.kernel_size, layer.stride, layer.padding
    if kernel == other and stride == 2 and isinstance(layer, nn.ConvTranspose2d):
        found = DOUBLING.get((kernel, padding, layer.output_padding[0]))
        if found is not None:
            return found
    elif kernel == other and stride == 1 and kernel == 2 * padding + 1:
        return None
    raise Undrawable(
        "This decoder has a convolution of a size that the browser cannot compute: a transposed one must double height and width with kernel 4 and "
        "padding 1, kernel 3, padding 1 and output padding 1, or kernel 2; any other must keep them, with an odd kernel."
    )


def _as_computed(layer: nn.Module) -> Tensor:
    """A layer's weights as those of the layer that the browser computes: of a dense one, a convolution or a transposed one of kernel 4."""
    assert isinstance(layer, WEIGHTED)
    if isinstance(layer, nn.Linear):
        return layer.weight
    if zeros := _zeros(layer):
        return nn.functional.pad(layer.weight, zeros + zeros)
    return layer.weight.transpose(0, 1).flip(2, 3) if isinstance(layer, nn.ConvTranspose2d) else layer.weight


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
    """A classifier of images (C, H, W), as a stack of dense layers and convolutions of odd kernels; its outputs are logits.

    parts  what part of their spread the steps of weights are, in the first layer and in those that follow
    """
    sent: list[dict] = []
    arrays: dict[str, np.ndarray | Steps] = {}
    _, height, width = image_shape
    for layer in layers:
        if isinstance(layer, nn.Linear):
            shape = {"type": "linear", "inputs": layer.in_features, "outputs": layer.out_features, "size": layer.out_features}
        elif isinstance(layer, nn.Conv2d):
            kernel, stride = layer.kernel_size[0], layer.stride[0]
            if (layer.kernel_size, layer.stride, layer.padding) != (
                (kernel, kernel),
                (stride, stride),
                (kernel // 2, kernel // 2),
            ):
                raise Undrawable("This classifier has a convolution of a size that the browser cannot compute.")
            shape = {"type": "convolution", "inputs": layer.in_channels, "outputs": layer.out_channels, "kernel": kernel}
            shape |= {"stride": stride, "height": height, "width": width}
            height, width = math.ceil(height / stride), math.ceil(width / stride)
            shape["size"] = layer.out_channels * height * width
        elif type(layer) in MODULES:
            sent[-1]["activation"] = MODULES[type(layer)]
            continue
        elif isinstance(layer, nn.Flatten):
            continue
        else:
            raise Undrawable(f"This classifier has a layer ({type(layer).__name__}) that the browser cannot compute.")
        assert layer.bias is not None
        arrays[f"weight{len(sent)}"], arrays[f"bias{len(sent)}"] = steps(layer.weight, parts[bool(sent)]), _half(layer.bias)
        sent.append({**shape, "activation": ""})
    shape_out = (sent[-1]["outputs"], 1, 1)
    return Body(pack(arrays, dims=math.prod(image_shape), shape=shape_out, layers=sent, output="sigmoid"))


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
    """The test images, or the first `most` of them, as thumbnails (N, S, S) of sixteen greys."""
    images = data.load(dataset).test.pixels(slice(most)).mean(1, keepdim=True)  # (N, 1, H, W)
    side = min(THUMBNAIL, images.shape[-1])
    small = nn.functional.adaptive_avg_pool2d(images, side)[:, 0]  # (N, S, S)
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
