"""Networks as browsers have them: with weights rounded to the steps, and biases to the float16, in which they travel."""

import copy
from collections.abc import Sequence

import torch
from torch import nn

from explorer.canvas import payloads
from lessons.shared.classifier import Classifier
from vae.model.networks import AnyModel, Autoencoder, Given


def rounded(layers: Sequence[Sequence[nn.Module]], parts: Sequence[int]) -> None:
    """Round layers, those of one sequence as one; `parts` say what part of its weights' spread the steps of each are."""
    for joined, part in zip(layers, parts, strict=True):
        sent = payloads.steps(torch.cat([layer.weight for layer in joined]), part)
        weights = torch.from_numpy(sent.whole * sent.step).float().split([len(layer.weight) for layer in joined])
        for layer, weight in zip(joined, weights, strict=True):
            layer.weight.data = weight
            layer.bias.data = layer.bias.data.half().float()


def decoder(model: AnyModel) -> AnyModel:
    """A model with its decoder as it travels."""
    one = copy.deepcopy(model)
    network = one.model if isinstance(one, Given) else one
    if isinstance(one, Given):  # its class is in the first layer's bias
        first, dims = network.decoder[0], network.spec.latent_dim
        first.bias.data += first.weight.data[:, dims + int(one.labels)]
        first.weight.data = first.weight.data[:, :dims]
    layers = [[layer] for layer in network.decoder if hasattr(layer, "weight")]
    rounded(layers, [*[payloads.HIDDEN] * (len(layers) - 1), payloads.OUTER])
    if isinstance(one, Given):
        first.weight.data = nn.functional.pad(first.weight.data, (0, network.spec.classes))
    return one


def encoder(model: Autoencoder) -> Autoencoder:
    """A model with its encoder as it travels, whose heads are one layer."""
    one = copy.deepcopy(model)
    layers = [[layer] for layer in one.trunk if hasattr(layer, "weight")]
    heads = [getattr(one, name) for name in ("mean_head", "log_variance_head") if hasattr(one, name)]
    rounded([*layers, heads], [payloads.PIXELS, *[payloads.INNER] * len(layers)][: len(layers) + 1])
    return one


def classifier(model: Classifier) -> Classifier:
    """A classifier as it travels."""
    one = copy.deepcopy(model)
    layers = [[layer] for layer in [*one.trunk, one.head] if hasattr(layer, "weight")]
    rounded(layers, [payloads.OUTER] * len(layers))
    return one
