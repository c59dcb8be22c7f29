"""Settings to start from, known good and known bad, each with what to watch for (the block presets of the words).

What each sentence promises was seen at the preset's own budget, and a test trains every one of them to see it again.
"""

from dataclasses import dataclass, field
from typing import Any

from explorer.page import words
from explorer.page.words import Option

PIXELS = 28 * 28  # of the images of MNIST


@dataclass(frozen=True)
class Preset:
    """A run worth seeing.

    key      of its words
    good     whether it trains a model one would want
    changes  values of the form that differ from the usual ones, by the form's names
    """

    key: str
    good: bool
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self._said.text

    @property
    def watch(self) -> str:
        """What to watch for, in a sentence or two."""
        return self._said.why

    @property
    def _said(self) -> Option:
        presets = words.load("explorer/training").options("presets", pixels=PIXELS)
        return next(preset for preset in presets if preset.key == self.key)


PRESETS = (
    Preset("clean", True),
    Preset("beta", False, {"beta": 30.0}),
    Preset("mean", False, {"beta": float(PIXELS)}),
    Preset("rate", False, {"rate": 1.0}),
    Preset("few", False, {"latents": 1}),
    Preset("many", False, {"latents": 64}),
    Preset("denoise", True, {"latents": 20, "noise": "gaussian"}),
)
