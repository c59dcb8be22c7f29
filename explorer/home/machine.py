"""The machine in one picture: a digit on its way through an autoencoder and a VAE, as a graph that computes in the browser.

The two lanes have the same stations in the same places, so that what only the VAE has is seen: the sampling, and the KL. The
browser's part is explorer/home/js/machine.js and its neighbours; Python encodes drawings and keeps what a link carries.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from explorer.canvas import STYLE, drawn
from explorer.canvas.facts import describe
from explorer.home import album, quotes, reports
from explorer.models.trained import Trained
from explorer.page import palette, strokes
from explorer.page.address import Address
from explorer.page.mounting import mount
from explorer.page.words import Words
from vae.model.spec import ModelSpec

LOOK = (Path(__file__).parent / "machine.css").read_text(encoding="utf-8")
DRAWS = 10_000  # numbered draws of epsilon: torch's seeds from 0
INK = {
    "ae": palette.AE,
    "vae": palette.VAE,
    "mu": palette.MU,
    "sigma": palette.SIGMA,
    "epsilon": palette.EPSILON,
    "z": palette.Z,
    "reconstruction": palette.RECONSTRUCTION,
    "kl": palette.KL,
    "mark": palette.MARK,
    "warning": palette.WARNING,
}


def machine(models: Sequence[Trained], key: str, at: Address, words: Words) -> None:
    """Draw the machine for an autoencoder and a VAE with two latents and the same data, at what the address says."""
    drawing = at[strokes.DRAWING]
    data = {
        "words": words.items("part"),
        "pad": drawn.pad(),
        "nodes": {node.key: {"title": node.text, "sentence": node.why} for node in words.options("nodes")},
        "models": [{**describe(model), "layers": layers(model.model.spec)} for model in models],
        "quotes": [quotes.of_nodes(model.model.spec.kind) for model in models],
        "album": album.album(*models).announce(),
        "classes": models[0].data.classes,
        "colours": palette.DIGITS,
        "ink": INK,
        "draws": DRAWS,
        **at.told("draw", "epsilon", "z"),
        "digit": album.page(album.widest(*models) if at["digit"] is None else at["digit"], *models),
        "drawing": answer(drawing, models) if drawing else None,
        "drawn": bool(at["home_drawn"] and drawing),
        "heard": reports.count(key),
    }
    module, style = "explorer/home/js/machine.js", STYLE + LOOK
    shown = ("latent_machine", module, "latent-canvas machine", "latent-canvas", style, key, data)
    mount(*shown, lambda: at.hear(reports.last(key)), ahead=False)  # it is folded away at first


def layers(spec: ModelSpec) -> dict[str, list[int]]:
    """How many numbers there are before and after each layer of encoder and decoder."""
    heads = 2 if spec.traits.kl else 1
    return {
        "encoder": [spec.pixels, *spec.encoder_widths, heads * spec.latent_dim],
        "decoder": [spec.latent_dim, *spec.decoder_widths, spec.pixels],
    }


def answer(drawing: strokes.Strokes, models: Sequence[Trained]) -> dict[str, Any]:
    """What the models make of a drawing; with the image that they were given."""
    told = drawn.answer(drawing, models)
    posteriors = [
        {"mean": each["mean"], "logVariance": each["std"] and [2 * math.log(std) for std in each["std"]]}
        for each in told["models"]
    ]
    return {**told, "pixels": (255 * strokes.image(drawing)).round().flatten().tolist(), "posteriors": posteriors}
