"""What a page's canvas offers besides its planes, with the page's words: how a way is chosen and kept, and what two planes are compared by."""

from collections.abc import Iterable
from typing import Any

from explorer.models.trained import KIND_NAMES, Trained
from explorer.page.words import Words
from vae.model import latent

STEPS = (5, 30)  # fewest and most codes of a way, with both ends
DRAWS = 10_000  # numbered draws from the prior: torch's seeds from 0
COUNT = 12  # pictures of draws, of each model


def way(words: Words, models: Iterable[Trained]) -> dict[str, Any]:
    """Of the way between two test images of these models; how it is taken away as a file."""
    low, high = STEPS
    names = words.items("ways")
    labels = {name: words.label(name) for name in ("a", "b", "random", "method", "steps")}
    return {
        "words": {**labels, **words.items("ends")},
        "options": {way: names[way] for way in latent.INTERPOLATIONS},
        "low": low,
        "high": high,
        "save": [_files(words, KIND_NAMES[model.model.spec.kind]) for model in models],
    }


def _files(words: Words, model: str) -> dict[str, str]:
    return {form: words.item("save", form, model=model) for form in words.items("save")}


def pair(words: Words, images: int) -> dict[str, Any]:
    """Of two models with so many test images: one of these to follow, both planes' axes, numbered prior draws."""
    draws = {
        "title": words.say("draws"),
        "press": words.label("draw_now"),
        "label": words.label("draw"),
        "help": words.help("draw"),
        "alt": words.items("alts")["draw"],
    }
    return {
        "follow": {"label": words.label("digit"), "help": words.help("digit"), "high": images - 1},
        "axes": {"label": words.label("compare_axes"), "options": words.items("axes")},
        "draws": {"words": draws, "count": COUNT, "high": DRAWS - 1},
    }


def jumps(words: Words) -> dict[str, Any]:
    """Of one model: to a draw from the prior, and to 0."""
    return {name: [words.label(name), words.help(name)] for name in ("prior", "zero")}
