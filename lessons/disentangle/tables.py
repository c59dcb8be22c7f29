"""Latents of a model, a strip of decoded images each, beside what they say about each factor."""

import torch

from explorer.models.trained import Trained
from explorer.page import palette
from explorer.page.pictures import row_html
from explorer.page.tables import Html, cell, table
from explorer.page.words import Words
from lessons.disentangle import mig, models
from lessons.disentangle.models import Measured

STEPS = 9  # pictures of a strip
STRONGEST = 70  # per cent of the colour behind a number, which must stay readable


def latents(words: Words, subject: Trained, z: tuple[float, ...], measured: Measured) -> Html:
    """The latents from the one that carries most, walked along around the code z (D,), and the gap of each factor below them."""
    factors = list(words.items("factors").values())
    known, colour = measured.best_known, palette.KIND[subject.model.spec.kind]
    strips = models.traversals(subject.model, torch.tensor(z), subject.order, subject.ranges, STEPS)
    rows = []
    for strip, d in zip(strips, subject.order, strict=True):
        name = f"z{d + 1}"
        alts = [words.item("table", "step", latent=name, number=i + 1, steps=STEPS) for i in range(STEPS)]
        nats = words.item("table", "nats", kl=measured.kl_per_dim[d]) if measured.kl_per_dim else ""
        head = cell(Html(f"<b>{name}</b> <small>{nats}</small>"), "th", role="rowheader", scope="row")
        pictures = cell(Html(row_html(strip, alts)), role="cell", class_="di-strip")
        rows.append([head, pictures, *_cells(known.shares[d].tolist(), factors, colour)])
    gap = cell(words.item("table", "gap"), "th", role="rowheader", scope="row", colspan=2)
    rows.append([gap, *_cells(mig.gaps(known).tolist(), factors, "transparent")])
    names = [words.item("table", "latent"), words.item("table", "strip"), *factors]
    top = [cell(name, "th", role="columnheader", scope="col") for name in names]
    return table([top], rows, words.item("table", "label"), "le-table di-table", roles=True)


def _cells(values: list[float], factors: list[str], colour: str) -> list[Html]:
    return [
        cell(
            f"{max(0.0, round(value, 2)):.2f}",
            role="cell",
            **{"data-factor": factor},
            style=f"background: color-mix(in srgb, {colour} {STRONGEST * min(max(0.0, value), 1):.0f}%, transparent)",
        )
        for value, factor in zip(values, factors, strict=True)
    ]
