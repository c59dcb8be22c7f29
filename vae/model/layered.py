"""Models that are spelled layer by layer, as models from elsewhere need: a spec that lists their layers, one line each.

    flatten                                   (C, H, W) -> (CHW)
    linear 400                                (n) -> (400)
    convolution 32 kernel=4 stride=2 padding=1
    transposed 32 kernel=4 stride=2 padding=1 output_padding=0
    unflatten 64 7 7                          (64 * 7 * 7) -> (64, 7, 7)
    relu, gelu or tanh

The encoder's lines end in a flat layer, from which two dense heads give mean and log variance. The decoder's begin with the code.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from vae.checks import by, check_choice
from vae.errors import SpecError
from vae.model.activations import ACTIVATIONS
from vae.model.spec import ModelSpec

ARCHITECTURE = "layers"
MOST_LAYERS = 40  # on each side
MOST_VALUES = 2**16  # that a layer gives for one image
MOST_WEIGHTS = 2**22  # of a model
MOST_PRODUCTS = 2**24  # multiplications of a model for one image, there and back
USUAL = {"stride": 1, "padding": 0, "output_padding": 0}
OPTIONS = {"convolution": ("kernel", "stride", "padding"), "transposed": ("kernel", "stride", "padding", "output_padding")}
WEIGHTED = ("linear", *OPTIONS)
KINDS = ("flatten", "unflatten", *WEIGHTED, *ACTIVATIONS)
Shape = tuple[int, ...]


class Layer(NamedTuple):
    """One line: what it is, the words behind it, and its options."""

    kind: str
    words: tuple[str, ...]
    options: Mapping[str, int]

    @property
    def sizes(self) -> Shape:
        """The words as numbers."""
        if not all(re.fullmatch(r"[1-9]\d{0,6}", word) for word in self.words):
            raise SpecError(f"{' '.join(self.words)!r} is not a size; it must be whole numbers from 1 on.")
        return tuple(map(int, self.words))


def read_line(line: Any) -> Layer:
    """Take a line apart; SpecError if it is no layer."""
    kind, *rest = line.split() if isinstance(line, str) and line.strip() else [str(line)]
    if kind not in KINDS:
        raise SpecError(f"{line!r} is no layer that is known here; a line begins with one of: {', '.join(KINDS)}.")
    words, given = [word for word in rest if "=" not in word], [word for word in rest if "=" in word]
    wanted = 3 if kind == "unflatten" else int(kind in WEIGHTED)
    if len(words) != wanted:
        raise SpecError(f"{line!r} has {len(words)} words behind its name; {kind} takes {wanted}.")
    options = {}
    for name, _, value in (word.partition("=") for word in given):
        if name not in OPTIONS.get(kind, ()) or not re.fullmatch(r"\d{1,2}", value):
            allowed = " and ".join(OPTIONS.get(kind, ())) or "no options"
            raise SpecError(
                f"{name}={value} does not belong into {line!r}; {kind} has {allowed}, each a whole number below 100."
            )
        options[name] = int(value)
    return Layer(kind, tuple(words), options)


def step(layer: Layer, shape: Shape) -> tuple[nn.Module, Shape]:
    """A line's module, and the shape behind it; SpecError if it does not fit the shape before it."""
    given = by(shape)
    if layer.kind in ACTIVATIONS:
        return ACTIVATIONS[layer.kind].module(), shape
    if layer.kind == "flatten":
        return nn.Flatten(), (prod(shape),)
    if layer.kind == "unflatten":
        if len(shape) != 1 or prod(layer.sizes) != shape[0]:
            raise SpecError(
                f"unflatten {' '.join(layer.words)} takes {prod(layer.sizes):,} values; {given} come from the line before."
            )
        return nn.Unflatten(1, layer.sizes), layer.sizes
    (outputs,) = layer.sizes
    if layer.kind == "linear":
        if len(shape) != 1:
            raise SpecError(f"linear {outputs} takes flat values; {given} come from the line before. Put flatten between them.")
        check_weights(shape[0] * outputs)
        if outputs > MOST_VALUES:
            raise SpecError(f"linear {outputs} makes more than {MOST_VALUES:,} values, the most of a layer.")
        return nn.Linear(shape[0], outputs), (outputs,)
    if len(shape) != 3:
        raise SpecError(f"{layer.kind} {outputs} takes images (channels × height × width); {given} come from the line before.")
    return _filter(layer, outputs, shape)


def _filter(layer: Layer, outputs: int, shape: Shape) -> tuple[nn.Module, Shape]:
    options = {**USUAL, **layer.options}
    kernel, stride, padding, more = (options.get(name, 0) for name in ("kernel", "stride", "padding", "output_padding"))
    if not kernel or not stride:
        raise SpecError(f"{layer.kind} {outputs} needs a kernel and a stride of 1 or more, such as kernel=3 stride=2.")
    check_weights(shape[0] * outputs * kernel**2)
    if layer.kind == "convolution":
        sides = tuple((side + 2 * padding - kernel) // stride + 1 for side in shape[1:])
        module: nn.Module = nn.Conv2d(shape[0], outputs, kernel, stride, padding)
    else:
        if more >= stride:
            raise SpecError(f"output_padding={more} must be smaller than stride={stride}.")
        sides = tuple((side - 1) * stride - 2 * padding + kernel + more for side in shape[1:])
        module = nn.ConvTranspose2d(shape[0], outputs, kernel, stride, padding, more)
    made = f"{layer.kind} {outputs} makes {outputs} × {sides[0]} × {sides[1]} of {by(shape)}"
    if min(sides) < 1:
        raise SpecError(f"{made}, which is not possible.")
    if outputs * prod(sides) > MOST_VALUES:
        raise SpecError(f"{made}; {MOST_VALUES:,} values are the most of a layer.")
    return module, (outputs, *sides)


def check_weights(count: int) -> None:
    """SpecError where a model has more weights than any may."""
    if count > MOST_WEIGHTS:
        raise SpecError(f"There are {count:,} weights; {MOST_WEIGHTS:,} is the most of a model.")


def check_products(count: int) -> None:
    """SpecError where a model takes more multiplications for one image, there and back, than any may."""
    if count > MOST_PRODUCTS:
        raise SpecError(f"One image takes {count:,} multiplications; {MOST_PRODUCTS:,} is the most of a model.")


def products(lines: Sequence[str], shape: Shape) -> int:
    """Multiplications of these layers for one image: each weight once for every place it is applied at."""
    total = 0
    for layer in map(read_line, lines):
        with torch.device("meta"):  # takes no memory
            module, made = step(layer, shape)
        if isinstance(weight := getattr(module, "weight", None), Tensor):
            total += weight.numel() * prod((shape if layer.kind == "transposed" else made)[1:])
        shape = made
    return total


def stack(lines: Sequence[str], shape: Shape) -> tuple[nn.Sequential, Shape]:
    """The lines' modules, one after another, and the shape behind them; a SpecError names the line."""
    if not 1 <= len(lines) <= MOST_LAYERS:
        raise SpecError(f"There are {len(lines)} layers; it must be 1 to {MOST_LAYERS}.")
    modules = []
    for number, line in enumerate(lines, 1):
        try:
            module, shape = step(read_line(line), shape)
        except SpecError as error:
            raise SpecError(f"line {number}: {error}") from error
        modules.append(module)
    return nn.Sequential(*modules), shape


@dataclass(frozen=True)
class LayeredSpec(ModelSpec):
    """A spec that lists the layers. It is validated when it is made.

    encoder_layers  from the image (C, H, W) to the values that the heads take
    decoder_layers  from the code (D) to the image (C, H, W)
    """

    architecture: str = ARCHITECTURE
    encoder_layers: tuple[str, ...] = ()
    decoder_layers: tuple[str, ...] = ()

    def _check_layers(self) -> None:
        check_choice("architecture", self.architecture, (ARCHITECTURE,))
        fixed = {"encoder_widths": (), "decoder_widths": (), "dense_width": 0, "classes": 0, "prior": "normal"}
        for name, value in fixed.items():
            if getattr(self, name) != value:
                raise SpecError(f"{name} is {getattr(self, name)!r}; a model that lists its layers has {value!r}.")
        for name in ("encoder_layers", "decoder_layers"):
            if not isinstance(lines := getattr(self, name), list | tuple):
                raise SpecError(f"{name} is {lines!r}; it must be a list of layers.")
            object.__setattr__(self, name, tuple(lines))

    def _check_sizes(self) -> None:
        (encoder, features), (decoder, image) = (self._outcome(name) for name in ("encoder_layers", "decoder_layers"))
        if len(features) != 1:
            raise SpecError(f"encoder_layers end in {by(features)}; the heads take flat values. Add the line flatten.")
        if image != self.image_shape:
            raise SpecError(f"decoder_layers end in {by(image)}; an image is {by(self.image_shape)}.")
        heads = features[0] * self.latent_dim * (1 + self.traits.kl)
        check_weights(heads + sum(each.numel() for part in (encoder, decoder) for each in part.parameters()))
        count = heads + products(self.encoder_layers, self.image_shape) + products(self.decoder_layers, (self.latent_dim,))
        check_products(count)

    def _outcome(self, name: str) -> tuple[nn.Sequential, Shape]:
        try:
            with torch.device("meta"):  # takes no memory
                return stack(getattr(self, name), self.image_shape if name == "encoder_layers" else (self.latent_dim,))
        except SpecError as error:
            raise SpecError(f"{name}, {error}") from error


def spec_of(data: Any) -> ModelSpec:
    """Read a spec of either kind from JSON; SpecError."""
    listed = isinstance(data, dict) and data.get("architecture") == ARCHITECTURE
    return (LayeredSpec if listed else ModelSpec).from_json(data)


def trunk(spec: ModelSpec) -> tuple[nn.Sequential, int]:
    """The listed encoder, with the number of its outputs."""
    assert isinstance(spec, LayeredSpec)
    made, (features,) = stack(spec.encoder_layers, spec.image_shape)
    return made, features


def decoder(spec: ModelSpec) -> nn.Sequential:
    """The listed decoder."""
    assert isinstance(spec, LayeredSpec)
    return stack(spec.decoder_layers, (spec.latent_dim,))[0]
