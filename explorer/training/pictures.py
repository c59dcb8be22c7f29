"""What the models of a run make of fixed inputs: eight test images reconstructed, eight draws from the prior decoded."""

import streamlit as st
from torch import Tensor

from explorer.page.pictures import row_html
from explorer.runs.store import Run, store
from vae import data
from vae.corruption import NONE
from vae.records import Snapshot
from vae.watch import corrupted


@st.cache_data(max_entries=64, show_spinner=False)
def _snapshots(run_id: str, attempt: int, index: int) -> tuple[Snapshot, ...]:
    return store().snapshot(run_id, index)


def draw(run: Run, index: int) -> None:
    """Both rows for each model, at the moment of that index."""
    snapshots = _snapshots(run.id, run.attempt, index)
    test = data.load(run.recipes[0].settings.dataset).test
    kinds = [spec.kind for spec, _ in run.recipes]
    count = len(snapshots[0].samples)
    names = [f"test image {i}" for i in range(count)]
    left, right = st.columns(2, gap="medium")
    images = test.pixels(slice(count))
    rows = [_row("", "test images", images, names)]
    settings = run.recipes[0].settings  # of a pair the other has the same noise
    if settings.corruption != NONE:
        rows.append(
            _row("", "with noise", corrupted(images, settings), [f"{name} with {settings.corruption} noise" for name in names])
        )
    rows += [
        _row(kind, kind.upper(), snapshot.reconstructions, [f"{kind.upper()}: reconstruction of {name}" for name in names])
        for kind, snapshot in zip(kinds, snapshots, strict=True)
    ]
    left.markdown("**Eight test images, reconstructed**")
    left.html("".join(rows))
    specs = [spec for spec, _ in run.recipes]
    prior = "N(0, I)" if all(spec.prior == "normal" for spec in specs) else "the prior"
    told = ", as the classes 0 to 7" if specs[0].classes else ""
    right.markdown(f"**Eight draws from {prior}, decoded**{told}: the same draws at every moment")
    alts = [f"prior draw {i + 1}" for i in range(count)]
    right.html(
        "".join(
            _row(kind, kind.upper(), snapshot.samples, [f"{kind.upper()}: {alt}, decoded" for alt in alts])
            for kind, snapshot in zip(kinds, snapshots, strict=True)
        )
    )


def _row(kind: str, name: str, pixels: Tensor, alts: list[str]) -> str:
    return f'<div class="le-named-row"><span class="le-name le-{kind}">{name}</span>{row_html(pixels, alts, len(alts))}</div>'
