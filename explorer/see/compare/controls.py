"""What the page's canvas offers besides its planes, with its words: a test image to follow, both planes' axes, numbered prior draws."""

from typing import Any

from explorer.page.words import Words
from explorer.see.compare.address import DRAWS

COUNT = 12  # pictures of each model


def controls(words: Words, images: int) -> dict[str, Any]:
    """Of models with so many test images."""
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
