"""Recipes: a spec with settings that fit it, and the default recipe for every kind of model and number of latents.

Sizes and settings were chosen on the validation split (docs/measurements.md).
"""

from typing import Any, NamedTuple, Self

from vae.learning.settings import TrainingSettings
from vae.model.kinds import KINDS
from vae.model.spec import ModelSpec

PLANE = 3  # up to this many latents the usual small network is good enough
USUAL: dict[str, dict[str, Any]] = {"mlp": {}, "conv": {"batch_size": 128}}  # settings of each architecture
LARGE: dict[str, tuple[tuple, dict[str, Any]]] = {  # for more latents: widths of encoder and decoder, and settings
    "mlp": (((512, 256), (128, 256)), {"weight_decay": 0.1}),
    "conv": ((), {}),  # the usual ones
}


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
    widths, larger = LARGE[architecture] if latent_dim > PLANE else ((), {})
    settings = {**USUAL[architecture], **larger, **KINDS[kind].usual, **changes}
    return Recipe(ModelSpec(kind, latent_dim, architecture, *widths), TrainingSettings(images=images, **settings))
