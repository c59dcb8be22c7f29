"""Whether the pages can show a model that was not trained here, by what its spec and its settings say."""

from vae import data
from vae.checks import by
from vae.errors import VaeError
from vae.learning.settings import TrainingSettings
from vae.model.spec import ModelSpec


def trouble(spec: ModelSpec, settings: TrainingSettings) -> str:
    """Why the pages cannot show such a model, in a sentence; "" if they can."""
    if not spec.traits.encoder:
        return f"It is {spec.traits.called}, which has no encoder; the pages show autoencoders and VAEs."
    if spec.classes or spec.prior != "normal":
        return f"It is a {spec.title}; the pages show models whose codes are drawn from N(0, I) and whose decoder is told no class."
    try:
        found = data.load(settings.dataset).image_shape
    except VaeError as error:
        return str(error)
    if tuple(found) != spec.image_shape:
        return f"It takes images of {by(spec.image_shape)}, but those of {settings.dataset} are {by(found)} (channels × height × width)."
    return ""
