"""What the models of a run make of fixed inputs: eight test images reconstructed, eight draws from the prior decoded."""

import streamlit as st
from torch import Tensor

from explorer.page import words
from explorer.page.pictures import row_html
from explorer.runs.store import Run, store
from vae import data
from vae.corruption import NONE
from vae.learning.records import Snapshot
from vae.learning.watch import corrupted

WORDS = words.load("explorer/training")


@st.cache_data(max_entries=64, show_spinner=False)
def _snapshots(run_id: str, attempt: int, index: int) -> tuple[Snapshot, ...]:
    return store().snapshot(run_id, index)


def draw(run: Run, index: int) -> None:
    """Both rows for each model, at the moment of that index."""
    snapshots = _snapshots(run.id, run.attempt, index)
    settings, specs = run.recipes[0].settings, [spec for spec, _ in run.recipes]  # of a pair both have the same noise
    images = data.load(settings.dataset).test.pixels(slice(len(snapshots[0].samples)))
    said = WORDS.items("pictures")
    names = [WORDS.item("alts", "image", which=i) for i in range(len(images))]
    rows = [_row("", said["images"], images, names)]
    if settings.corruption != NONE:
        noise = [WORDS.item("alts", "noisy", image=name, noise=settings.corruption) for name in names]
        rows.append(_row("", said["noisy"], corrupted(images, settings), noise))
    drawn = []
    for spec, snapshot in zip(specs, snapshots, strict=True):
        model = spec.traits.label
        alts = [WORDS.item("alts", "reconstruction", model=model, image=name) for name in names]
        rows.append(_row(spec.kind, model, snapshot.reconstructions, alts))
        alts = [WORDS.item("alts", "draw", model=model, which=i + 1) for i in range(len(images))]
        drawn.append(_row(spec.kind, model, snapshot.samples, alts))
    left, right = st.container(key="train-pictures").columns(2, gap="medium")
    left.markdown(said["reconstructed"])
    left.html("".join(rows))
    prior = said["normal" if all(spec.prior == "normal" for spec in specs) else "prior"]
    right.markdown(WORDS.item("pictures", "drawn", prior=prior, told=said["told"] if specs[0].classes else ""))
    right.html("".join(drawn))


def _row(kind: str, name: str, pixels: Tensor, alts: list[str]) -> str:
    return f'<div class="le-named-row"><span class="le-name le-{kind}">{name}</span>{row_html(pixels, alts, len(alts))}</div>'
