"""The layers between image and code: a multilayer perceptron, or convolutions with a dense layer. Both can take a class as further input.

Letters for shapes: B batch, C H W image, D latent dimensions, Y classes.
"""

import itertools
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vae.model import layered
from vae.model.activations import ACTIVATIONS
from vae.model.spec import ModelSpec


def _mlp_trunk(spec: ModelSpec) -> tuple[nn.Sequential, int]:
    active = ACTIVATIONS[spec.activation].module
    sizes = (spec.pixels + spec.classes, *spec.encoder_widths)
    layers: list[nn.Module] = [nn.Flatten()]  # (B, C, H, W) -> (B, CHW)
    for wide, narrow in itertools.pairwise(sizes):
        layers += [nn.Linear(wide, narrow), active()]
    return nn.Sequential(*layers), sizes[-1]


def _conv_trunk(spec: ModelSpec) -> tuple[nn.Sequential, int]:
    active = ACTIVATIONS[spec.activation].module
    channels = (spec.image_shape[0] + spec.classes, *spec.encoder_widths)
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(channels):
        layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), active()]  # height and width halve
    factor = 2 ** len(spec.encoder_widths)
    features = channels[-1] * (spec.image_shape[1] // factor) * (spec.image_shape[2] // factor)
    layers.append(nn.Flatten())
    if spec.dense_width:
        layers += [nn.Linear(features, spec.dense_width), active()]
        features = spec.dense_width
    return nn.Sequential(*layers), features


def _mlp_decoder(spec: ModelSpec) -> nn.Sequential:
    active = ACTIVATIONS[spec.activation].module
    sizes = (spec.latent_dim + spec.classes, *spec.decoder_widths)
    layers: list[nn.Module] = []
    for narrow, wide in itertools.pairwise(sizes):
        layers += [nn.Linear(narrow, wide), active()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], spec.pixels), nn.Unflatten(1, spec.image_shape))


def _conv_decoder(spec: ModelSpec) -> nn.Sequential:
    active = ACTIVATIONS[spec.activation].module
    factor = 2 ** len(spec.decoder_widths)
    height, width = spec.image_shape[1] // factor, spec.image_shape[2] // factor
    channels = spec.decoder_widths
    inputs, layers = spec.latent_dim + spec.classes, list[nn.Module]()
    if spec.dense_width:
        layers += [nn.Linear(inputs, spec.dense_width), active()]
        inputs = spec.dense_width
    layers += [nn.Linear(inputs, channels[0] * height * width), active(), nn.Unflatten(1, (channels[0], height, width))]
    for before, after in zip(channels, (*channels[1:], spec.image_shape[0]), strict=True):
        layers += [nn.ConvTranspose2d(before, after, 4, stride=2, padding=1), active()]  # height and width double
    return nn.Sequential(*layers[:-1])


def _beside_pixels(images: Tensor, classes: Tensor) -> Tensor:
    return torch.cat([images.flatten(1), classes], 1)  # (B, C, H, W), (B, Y) -> (B, CHW + Y)


def _as_planes(images: Tensor, classes: Tensor) -> Tensor:
    planes = classes[:, :, None, None].expand(-1, -1, *images.shape[2:])
    return torch.cat([images, planes], 1)  # (B, C, H, W), (B, Y) -> (B, C + Y, H, W)


class Architecture(NamedTuple):
    """How to make trunk and decoder, and how one-hot classes (B, Y) are joined to images (B, C, H, W)."""

    trunk: Callable[[ModelSpec], tuple[nn.Sequential, int]]  # with the number of its outputs
    decoder: Callable[[ModelSpec], nn.Sequential]
    join: Callable[[Tensor, Tensor], Tensor]


ARCHITECTURES = {
    "mlp": Architecture(_mlp_trunk, _mlp_decoder, _beside_pixels),
    "conv": Architecture(_conv_trunk, _conv_decoder, _as_planes),
    layered.ARCHITECTURE: Architecture(layered.trunk, layered.decoder, _beside_pixels),
}
