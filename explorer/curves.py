"""A training run on the screen: its status in a sentence, its curves, its pictures."""

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from explorer import palette
from explorer.jobs import Job
from explorer.pictures import row_html
from vae import data
from vae.training import SNAPSHOT_PICTURES, Record

HEIGHT = 270
DONE = {"starting": "Training", "running": "Training", "done": "Finished", "stopped": "Stopped", "failed": "Failed"}
PARTS = {
    "Reconstruction": ("reconstruction", palette.RECONSTRUCTION),
    "KL": ("kl", palette.KL),
    "Total": ("total", palette.TOTAL),
}


def status(job: Job) -> str:
    """What the run is doing, with its numbers and their units."""
    if not job.records:
        return "Starting: loading the data" if job.active else "It did not start."
    last, settings = job.records[-1], job.recipe.settings
    total = "negative ELBO" if settings.beta == 1 else "reconstruction + \u03b2 KL"
    what = "reconstruction" if last.validation.kl is None else total
    return (
        f"{DONE[job.state]}: {min(last.images_seen, settings.images):,} of {settings.images:,} images, {last.elapsed:.1f} s; "
        f"validation {what} {last.validation.total:.1f} nats per image"
    )


def losses(records: Sequence[Record]) -> None:
    """Reconstruction, KL and total over images seen, training against validation, in nats per image."""
    is_ae = records[0].validation.kl is None  # whose total is its reconstruction
    shown = {"Reconstruction": PARTS["Reconstruction"]} if is_ae else PARTS
    for column, (name, (field, colour)) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.markdown(f"**{name}**, nats per image")
        column.altair_chart(_curve(records, name, field, colour), height=HEIGHT)


def _curve(records: Sequence[Record], name: str, field: str, colour: str) -> alt.Chart:
    """One part of the objective; the record before the first step is left out, since it would set the scale."""
    frame = pd.DataFrame(
        {"images": r.images_seen, "nats": getattr(getattr(r, split), field), "split": split}
        for r in (records[1:] or records)
        for split in ("training", "validation")
    )
    return (
        alt.Chart(frame, description=f"{name} in nats per image over images seen, for training and validation")
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("images:Q", title="images seen", axis=alt.Axis(format="~s", tickCount=4)),
            y=alt.Y("nats:Q", title=None, scale=alt.Scale(zero=False)),
            color=alt.Color(
                "split:N",
                title=None,
                scale=alt.Scale(domain=["training", "validation"], range=["#858C94", colour]),
                legend=alt.Legend(orient="top", offset=0, padding=0),
            ),
            strokeDash=alt.StrokeDash("split:N", legend=None, scale=alt.Scale(range=[[4, 3], [1, 0]])),
            tooltip=[alt.Tooltip("split:N"), alt.Tooltip("images:Q", format=","), alt.Tooltip("nats:Q", format=".2f")],
        )
    )


def pictures(job: Job) -> None:
    """Eight fixed test digits, their reconstructions, and eight samples from fixed prior draws."""
    snapshot = job.records[-1].snapshot
    if snapshot is None:
        return
    test = data.load(job.recipe.settings.dataset).test
    names = [f"test image {i}" for i in range(SNAPSHOT_PICTURES)]
    left, right = st.columns(2)
    left.markdown("Eight test images, above their **reconstructions**")
    left.html(
        row_html(test.pixels(slice(SNAPSHOT_PICTURES)), names)
        + row_html(snapshot.reconstructions, [f"reconstruction of {name}" for name in names])
    )
    right.markdown("Eight fixed draws from **N(0, I)**, decoded")
    right.html(row_html(snapshot.samples, [f"prior draw {i + 1}, decoded" for i in range(SNAPSHOT_PICTURES)]))
