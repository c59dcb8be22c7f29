"""How much work a run is: what decides how often it is looked at, and how long the queue will take.

Work is counted in floating-point operations of the matrix products, from the model's own layers, so that it says the same on a
busy machine and on an idle one. One training step costs three forward passes: one forward, two backward (the gradients with
respect to the weights and to the inputs).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import prod

import torch
from torch import Tensor, nn

from vae.learning.recipes import Recipe
from vae.model.networks import GAN, Autoencoder, build_network
from vae.model.spec import ModelSpec

TYPICAL_RATE = 1.2e11  # operations a second of one core in training, before a run has been measured here
BETWEEN_MOMENTS = 0.6  # seconds of a typical core, so that moments cost less than 3 % of a run
FEWEST, MOST = 18, 600  # moments of one run
TRAINING = 3  # forward passes that a step costs
JUDGED = 3  # times that a step of a GAN takes images through its discriminator: real ones, fakes, and fakes for the generator


def operations(recipes: Sequence[Recipe]) -> float:
    """Floating-point operations of a whole run of models trained together."""
    total = 0.0
    for spec, settings in recipes:
        encoder, decoder = forward_operations(spec)
        passes = JUDGED if spec.traits.discriminator else 1
        samples = 1 + (settings.importance_samples - 1) * (1 - settings.importance_from)  # on average over the run
        total += TRAINING * settings.images * (passes * encoder + samples * decoder)
    return total


def moments(recipes: Sequence[Recipe]) -> int:
    """How many records to take of a run, evenly spaced in images: at most one to two a second on a typical core.

    A record measures every model, so a run of two has no more of them than a run of one. The number depends on the recipes alone, so a
    run is recorded at the same images however busy its machine is.
    """
    each = operations(recipes) / len(recipes)
    return round(min(max(each / (TYPICAL_RATE * BETWEEN_MOMENTS), FEWEST), MOST))


def forward_operations(spec: ModelSpec) -> tuple[int, int]:
    """Operations of one image on its way in and of one code on its way out: (encoder or discriminator, decoder)."""
    inward, outward, _ = _counted(spec)
    return inward, outward


def most_values(spec: ModelSpec) -> int:
    """Values that the largest layer gives for one image."""
    return _counted(spec)[2]


@lru_cache(maxsize=256)
def _counted(spec: ModelSpec) -> tuple[int, int, int]:
    model = build_network(spec, seed=0)
    assert isinstance(model, Autoencoder | GAN)
    told = model.given(torch.tensor(0))
    inward = told.score if isinstance(told, GAN) else told.encode
    ways = (
        _layers(model, inward, torch.zeros(1, *spec.image_shape)),
        _layers(model, told.decode, torch.zeros(1, spec.latent_dim)),
    )
    first, second = (sum(operations for operations, _ in way) for way in ways)
    return first, second, max(values for way in ways for _, values in way)


def _layers(model: nn.Module, part: Callable[[Tensor], object], inputs: Tensor) -> list[tuple[int, int]]:
    """The operations of each layer on that way, and the number of its values."""
    found: list[tuple[int, int]] = []

    def note(layer: nn.Module, given: tuple[Tensor, ...], output: object) -> None:
        if isinstance(output, Tensor):
            found.append((_layer(layer, given, output), output.numel()))

    watched = [layer.register_forward_hook(note) for layer in model.modules()]
    with torch.no_grad():
        part(inputs)
    for hook in watched:
        hook.remove()
    return found


def _layer(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> int:
    """Two operations (multiply, add) for each weight and each place it is applied at."""
    if isinstance(layer, nn.Linear):
        return 2 * layer.weight.numel()
    if isinstance(layer, nn.Conv2d):
        return 2 * layer.weight.numel() * prod(output.shape[-2:])
    if isinstance(layer, nn.ConvTranspose2d):
        return 2 * layer.weight.numel() * prod(inputs[0].shape[-2:])
    return 0
