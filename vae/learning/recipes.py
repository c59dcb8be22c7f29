"""Recipes: a spec with settings that fit it, and the default recipe for every kind of model and number of latents.

Sizes and settings were chosen on the validation split (docs/measurements.md).
"""

from typing import Any, NamedTuple, Self

from vae.learning.settings import TrainingSettings
from vae.model.kinds import KINDS
from vae.model.spec import ModelSpec

PLANE = 3  # up to this many latents the usual small network is good enough


class Usual(NamedTuple):
    """What a recipe sets, unless it is told otherwise."""

    spec: dict[str, Any]
    settings: dict[str, Any]


NOTHING = Usual({}, {})
USUAL = {"mlp": NOTHING, "conv": Usual({"dense_width": 256}, {"batch_size": 128})}  # of each architecture
LARGE = {  # for more latents
    "mlp": Usual({"encoder_widths": (512, 256), "decoder_widths": (128, 256)}, {"weight_decay": 0.1}),
    "conv": NOTHING,
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
    usual, larger = USUAL[architecture], LARGE[architecture] if latent_dim > PLANE else NOTHING
    settings = {**usual.settings, **larger.settings, **KINDS[kind].usual, **changes}
    spec = ModelSpec(kind, latent_dim, architecture, **{**usual.spec, **larger.spec})
    return Recipe(spec, TrainingSettings(images=images, **settings))
