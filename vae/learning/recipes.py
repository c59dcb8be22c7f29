"""Recipes: a spec with settings that fit it, and the default recipe for every kind of model and number of latents.

Sizes and settings were chosen on the validation split (docs/measurements.md).
"""

from typing import Any, NamedTuple, Self

from vae.learning.settings import TrainingSettings
from vae.model.kinds import KINDS
from vae.model.spec import ModelSpec

PLANE = 3  # up to this many latents the usual small network is good enough
LARGE = {
    "mlp": ((512, 256), (128, 256)),
    "conv": ((), ()),
}  # widths of encoder and decoder for more latents; (): the usual ones


class _SpecAndSettings(NamedTuple):
    spec: ModelSpec
    settings: TrainingSettings


class Recipe(_SpecAndSettings):
    """A model and how to train it. Raises SpecError if a setting was changed that this kind of model cannot use."""

    __slots__ = ()

    def __new__(cls, spec: ModelSpec, settings: TrainingSettings) -> Self:
        settings.check_fit(spec.traits)
        return super().__new__(cls, spec, settings)

    @classmethod
    def stored(cls, spec: ModelSpec, settings: TrainingSettings) -> Self:
        """Read a stored recipe. Earlier versions stored and ignored settings that the model cannot use; these get their usual values."""
        return cls(spec, settings.fitted(spec.traits))


def recipe(kind: str, latent_dim: int, images: int = 300_000, *, architecture: str = "mlp", **changes: Any) -> Recipe:
    """The default recipe for a kind of model and its number of latents; `changes` go to the TrainingSettings."""
    changes = {**KINDS[kind].usual, **changes}
    if latent_dim <= PLANE:
        return Recipe(ModelSpec(kind, latent_dim, architecture), TrainingSettings(images=images, **changes))
    settings = TrainingSettings(images=images, **{"weight_decay": 0.1, **changes})
    return Recipe(ModelSpec(kind, latent_dim, architecture, *LARGE[architecture]), settings)
