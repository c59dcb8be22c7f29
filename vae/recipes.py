"""What to train by default: a spec and settings for any kind of model and number of latents.

Sizes and settings were chosen on the validation split (docs/architecture.md).
"""

from typing import Any, NamedTuple

from vae.spec import ModelSpec
from vae.training import TrainingSettings

PLANE = 3  # up to this many latents the small network is as good as any

SETTINGS: dict[str, dict[str, Any]] = {
    "gan": {"learning_rate": 2e-3, "batch_size": 128, "gradient_penalty": 3.0, "weight_decay": 0.0}
}


class Recipe(NamedTuple):
    """A model and how to train it."""

    spec: ModelSpec
    settings: TrainingSettings


def recipe(kind: str, latent_dim: int, images: int = 300_000, **changes) -> Recipe:
    """The default recipe for a kind of model and its number of latents; `changes` go to the TrainingSettings."""
    changes = {**SETTINGS.get(kind, {}), **changes}
    if latent_dim <= PLANE:
        return Recipe(ModelSpec(kind, latent_dim), TrainingSettings(images=images, **changes))
    spec = ModelSpec(kind, latent_dim, encoder_widths=(512, 256), decoder_widths=(128, 256))
    return Recipe(spec, TrainingSettings(images=images, **{"weight_decay": 0.1, **changes}))
