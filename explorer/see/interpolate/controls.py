"""By what the way is chosen on the page's canvas, and how it is taken away as a file, with the words of both."""

from collections.abc import Mapping
from typing import Any

from explorer.models.trained import KIND_NAMES, Trained
from explorer.page.words import Words
from explorer.see.interpolate.address import STEPS
from vae.model import latent

LABELS = ("a", "b", "random", "method", "steps")


def controls(words: Words, models: Mapping[str, Trained]) -> dict[str, Any]:
    """Of the way between two test images of these models, by their kinds."""
    low, high = STEPS
    names = words.items("ways")
    return {
        "words": {**{name: words.label(name) for name in LABELS}, **words.items("ends")},
        "options": {way: names[way] for way in latent.INTERPOLATIONS},
        "low": low,
        "high": high,
        "save": [{form: words.item("save", form, model=KIND_NAMES[kind]) for form in words.items("save")} for kind in models],
    }
