"""A GAN's run on its page: drawn once a second while it is trained, once when it has ended."""

import json

import safetensors.torch
import streamlit as st

from explorer.page import pictures
from explorer.runs.store import store
from explorer.training import panel as run_panel
from explorer.training.view import View
from explorer.training.watch import follow
from lessons.gan import curves as gan_curves
from lessons.gan import screen as gan_facts
from lessons.gan.samples import Quality
from vae import checkpoints

COLUMNS = 16  # pictures in a row
JUDGED = (1, 28, 28)  # the shape of the images that the classifier knows


def watch(view: View) -> None:
    """Draw the run, and go on drawing it while it is active."""
    follow(view, lambda now, _: _draw(now))


def _draw(view: View) -> None:
    run_panel.head(view, take_away=_take_away)
    if not view.moments:
        return
    board(gan_facts.moments(view.moments), "run")
    if not view.snapshots:
        return
    run = view.run
    images = gan_facts.samples_of(run.id, run.attempt, view.snapshots[-1])
    st.markdown(f"**{len(images)} pictures from the same noise**, as the generator draws them now")
    draw_pictures(images)
    if run.recipes[0].spec.image_shape != JUDGED:
        return
    if run.active:
        seen = gan_facts.classes_of(images)
        st.html(
            f'<p class="le-legend" data-testid="gan-classes">The classifier sees {len(set(seen))} of the ten digits among them.</p>'
        )
    else:
        measured(gan_facts.quality_of(run.id, run.attempt, run.images_seen, run), gan_facts.DRAWS)


def board(moments: list[gan_curves.Moment], key: str) -> None:
    """Both losses over training, and the discriminator's scores at its newest moment."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.html('<p class="le-curve">Both losses; dashed: where nobody could tell real from generated</p>')
        gan_curves.losses(moments, f"gan-losses-{key}")
    with right:
        st.html(f'<p class="le-curve">What the discriminator says after {moments[-1].images:,} images</p>')
        gan_curves.scores(moments[-1], f"gan-scores-{key}")


def draw_pictures(images, columns: int = COLUMNS) -> None:
    """Pictures in rows, with their numbers as text alternatives."""
    st.html(pictures.row_html(images, [f"generated picture {i + 1}" for i in range(len(images))], columns))


def measured(quality: Quality, draws: int) -> None:
    """The classifier's verdict in a sentence."""
    missing = [str(digit) for digit, share in enumerate(quality.shares) if share <= 0.01]
    left_out = f" Hardly ever or never: {', '.join(missing)}." if missing else ""
    st.html(
        f'<p class="le-legend" data-testid="gan-classes">Of {draws:,} pictures: <b>{quality.covered} of 10 classes</b> covered, as evenly '
        f"as {quality.effective:.1f} would be.{left_out} Fr\u00e9chet distance to the test digits <b>{quality.frechet:.1f}</b>, "
        f"sharpness {quality.sharpness:.2f}.</p>"
    )


def _take_away(view: View) -> None:
    """The weights of a run, both players', with what they are."""
    if view.moments:
        st.download_button(
            "Weights",
            lambda: _zipped(view),
            f"gan-{view.run.id[:8]}.zip",
            on_click="ignore",
            help="Both players\u2019 weights as safetensors, the recipe and every record as JSON.",
        )


def _zipped(view: View) -> bytes:
    run = view.run
    weights = store().weights(run.id) or ({},)
    spec, settings = run.recipes[0]
    records = [moment.records[0].to_json() for moment in view.moments]
    contents = {
        "spec.json": checkpoints.to_json(
            {"format": checkpoints.FORMAT, "model": spec.to_json(), "training": settings.to_json()}
        ),
        "model.safetensors": safetensors.torch.save({name: weight.contiguous() for name, weight in weights[0].items()}),
        "history.json": json.dumps(records).encode(),
    }
    return checkpoints.archive(f"gan-{run.id[:8]}", contents)
