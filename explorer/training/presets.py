"""Settings to start from, known good and known bad, each with what to watch for.

What each sentence promises was seen at the preset's own budget, and a test trains every one of them to see it again.
"""

from dataclasses import dataclass, field
from typing import Any

PIXELS = 28 * 28  # of the images of MNIST


@dataclass(frozen=True)
class Preset:
    """A run worth seeing.

    good     whether it trains a model one would want
    watch    what to watch for, in a sentence or two
    changes  values of the form that differ from the usual ones, by the form's names
    """

    name: str
    good: bool
    watch: str
    changes: dict[str, Any] = field(default_factory=dict)


PRESETS = (
    Preset(
        "A clean pair",
        True,
        "The autoencoder\u2019s axes grow as far as they like; the VAE\u2019s codes stay inside the prior\u2019s circles. Draws from the prior "
        "become digits in the VAE only.",
    ),
    Preset(
        "\u03b2 too high",
        False,
        "Posterior collapse: while \u03b2 rises to 30 the VAE\u2019s KL falls to zero, its codes shrink to one heap, and every digit is "
        "reconstructed as the same average. The autoencoder beside it goes on learning.",
        {"beta": 30.0},
    ),
    Preset(
        "Mean over pixels",
        False,
        f"The commonest mistake: the loss averages over the {PIXELS} pixels and sums the KL. That is the right loss with "
        f"\u03b2 = {PIXELS}, divided by {PIXELS}, and Adam takes the same steps on both; so this run sets \u03b2 = {PIXELS}. Watch the KL "
        "vanish at once.",
        {"beta": float(PIXELS)},
    ),
    Preset(
        "Learning rate too high",
        False,
        "With steps a hundred times the usual size the loss stops being a number within a tenth of the budget. The run ends by itself "
        "and keeps the weights of the moment before.",
        {"rate": 1.0},
    ),
    Preset(
        "Too few latents",
        False,
        "One number for each image: digits take their places along a line, neighbours are mixed up, and the reconstruction ends more "
        "than twenty nats above that of two latents.",
        {"latents": 1},
    ),
    Preset(
        "Too many latents",
        False,
        "The VAE is given 64 dimensions and uses about ten: watch the KL of all others stay at zero. The autoencoder uses them all and "
        "reconstructs best, but its draws from the prior are no digits.",
        {"latents": 64},
    ),
    Preset(
        "Denoising",
        True,
        "Both encoders see digits under Gaussian noise (\u03c3 = 0.5), new at every step, and must give them back clean. Watch the noise go "
        "from the reconstructions. Latents: 20, so that there is room for the strokes.",
        {"latents": 20, "noise": "gaussian"},
    ),
)
