"""A model taken apart, layer by layer: what each layer computes, how many weights it holds, and how much of the image a unit sees.

Letters for shapes: B images, C H W maps, D latent dimensions, U units of a dense layer.
"""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vae.model.networks import VAE, Autoencoder

ENCODER, DECODER = "encoder", "decoder"
NAMES = {nn.Linear: "dense", nn.Conv2d: "convolution", nn.ConvTranspose2d: "transposed convolution"}


class Stage(NamedTuple):
    """One layer with weights, what follows it at once, and the shapes before and after, without the batch.

    The two heads of a VAE's encoder are one stage: mu of every latent, then log sigma^2 of every latent.
    """

    part: str  # ENCODER or DECODER
    layers: tuple[nn.Module, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    gelu: bool = False

    @property
    def kind(self) -> str:
        return NAMES[type(self.layers[0])]

    @property
    def parameters(self) -> int:
        """Weights and biases, counted by formula: (inputs * k * k + 1) * outputs, with k = 1 where the layer is dense."""
        return sum((inputs * kernel**2 + 1) * outputs for inputs, outputs, kernel in map(_sizes, self.layers))

    @property
    def products(self) -> int:
        """Multiplications an image takes, one for each addition (taps on the zeros around the image count as well).

        A convolution uses each weight once at every place of its output, a transposed one at every place of its input.
        """
        places = {"dense": 1, "convolution": prod(self.after[1:]), "transposed convolution": prod(self.before[1:])}[self.kind]
        return sum(inputs * kernel**2 * outputs * places for inputs, outputs, kernel in map(_sizes, self.layers))


def _sizes(layer: nn.Module) -> tuple[int, int, int]:
    """Inputs, outputs, and the side of the kernel."""
    if isinstance(layer, nn.Linear):
        return layer.in_features, layer.out_features, 1
    assert isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d))
    return layer.in_channels, layer.out_channels, layer.kernel_size[0]


def stages(model: Autoencoder) -> list[Stage]:
    """The model's layers in the order in which an image passes them."""
    heads = (model.mean_head, model.log_variance_head) if isinstance(model, VAE) else (model.mean_head,)
    found: list[Stage] = []
    shape: tuple[int, ...] = model.spec.image_shape
    for part, modules in ((ENCODER, (*model.trunk, heads)), (DECODER, tuple(model.decoder))):
        for module in modules:
            if isinstance(module, nn.GELU):
                found[-1] = found[-1]._replace(gelu=True)
            elif isinstance(module, nn.Unflatten):
                shape = tuple(module.unflattened_size)
                found[-1] = found[-1]._replace(after=shape)
            elif not isinstance(module, nn.Flatten):
                layers = module if isinstance(module, tuple) else (module,)
                after = _shape_after(layers, shape)
                found.append(Stage(part, layers, shape, after))
                shape = after
        shape = (model.spec.latent_dim,)
    return found


def _shape_after(layers: tuple[nn.Module, ...], before: tuple[int, ...]) -> tuple[int, ...]:
    layer = layers[0]
    if isinstance(layer, nn.Linear):
        return (sum(_sizes(each)[1] for each in layers),)
    _, height, width = before
    half = isinstance(layer, nn.Conv2d)  # vae.model.networks has no other stride than 2
    return (_sizes(layer)[1], height // 2 if half else 2 * height, width // 2 if half else 2 * width)


class Values(NamedTuple):
    """A stage's numbers for a batch: before the nonlinearity and after it, each (B, *stage.after)."""

    before: Tensor
    after: Tensor


def activations(model: Autoencoder, inputs: Tensor, part: str) -> Iterator[tuple[Stage, Values]]:
    """Every stage of the encoder, for images (B, C, H, W), or of the decoder, for codes (B, D), with its numbers, in order."""
    x = inputs
    for stage in stages(model):
        if stage.part != part:
            continue
        flat = x.flatten(1) if stage.kind == "dense" else x
        before = torch.cat([layer(flat) for layer in stage.layers], 1).unflatten(
            1, stage.after[:1] if flat.dim() == 4 else stage.after
        )
        x = nn.functional.gelu(before) if stage.gelu else before
        yield stage, Values(before, x)


class Field(NamedTuple):
    """Which rows and columns of the image belong to unit i along a side: start + i * step and the `size` - 1 that follow."""

    size: int = 1
    step: int = 1
    start: int = 0

    def widened(self, layer: nn.Conv2d | nn.ConvTranspose2d) -> "Field":
        """The field of a unit that touches k neighbours, from i * stride - padding on, of which each has this field.

        size' = size + (k - 1) step, step' = stride step, start' = start - padding step
        (Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", eq. 2 and 4).
        """
        k, stride, padding = layer.kernel_size[0], layer.stride[0], int(layer.padding[0])
        return Field(self.size + (k - 1) * self.step, self.step * stride, self.start - padding * self.step)

    def window(self, i: int, side: int) -> tuple[int, int]:
        """First row and the row after the last of unit i, within an image of that side."""
        first = self.start + i * self.step
        return max(0, first), min(side, first + self.size)


def fields(model: Autoencoder) -> list[Field | None]:
    """For each stage: what of the image a unit sees (encoder) or reaches (decoder); None where it is all of it.

    Both are one recursion: from the image through convolutions, and from the image back through transposed ones.
    """
    found: list[Field | None] = []
    every = stages(model)
    field: Field | None = Field()
    for stage in every:
        if stage.part == ENCODER:
            layer = stage.layers[0]
            field = field.widened(layer) if field is not None and isinstance(layer, nn.Conv2d) else None
            found.append(field)
    backwards: list[Field | None] = []
    field = Field()
    for stage in reversed(every):
        if stage.part == DECODER:
            backwards.append(field)
            layer = stage.layers[0]
            field = field.widened(layer) if field is not None and isinstance(layer, nn.ConvTranspose2d) else None
    return found + backwards[::-1]
