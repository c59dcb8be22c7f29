"""The run on the page: drawn once a second while it is trained, once when it has ended."""

from collections.abc import Callable

import streamlit as st

from explorer.runs.store import StoreError
from explorer.training import curves
from explorer.training import form as training_form
from explorer.training import panel as run_panel
from explorer.training import pictures as run_pictures
from explorer.training import replay as run_replay
from explorer.training import takeaway as run_takeaway
from explorer.training import view as run_view
from explorer.training.view import View
from vae.errors import VaeError

TICK, FIRST_TICK = 1.0, 0.3  # seconds between two looks; more often until the first number is there


def watch(view: View) -> None:
    """Draw the run on the page Train, and go on drawing it while it is active."""
    follow(view, _draw)


def follow(view: View, draw_run: Callable[[View, bool], None]) -> None:
    """Have the run drawn, and drawn again while it is active. `draw_run` is told whether this is the first time."""
    period = (TICK if view.moments else FIRST_TICK) if view.run.active else None
    drawn = {"view": view}  # this one is for the first drawing, which the page has just read

    def draw() -> None:
        now, trouble = (drawn.pop("view"), "") if drawn else look_again(view)
        if now is None:
            st.warning("This run was deleted.")
            return
        if trouble:
            st.warning(trouble)
        if (period is None, period == FIRST_TICK) != (not now.run.active, now.run.active and not now.moments):
            st.rerun()  # the ticks change
        try:
            draw_run(now, now is view)
        except VaeError as error:  # such as a run that is deleted while it is drawn
            st.warning(str(error))

    st.fragment(draw, run_every=period)()


def look_again(before: View) -> tuple[View | None, str]:
    """The run as it stands now; as it stood, with a sentence, where the store cannot say."""
    try:
        return run_view.look(before.run.id), ""
    except StoreError as error:
        return before, f"{error} What is shown is from before."


def _draw(view: View, everything: bool) -> None:
    run, moments = view.run, view.moments
    run_panel.head(view)
    if not moments:
        preset = training_form.preset_of(training_form.of_run(run.recipes))
        if preset and run.active:
            st.html(f'<p class="le-lead"><b>What to watch for.</b> {preset.watch}</p>')
        return
    st.html(run_panel.numbers(run.recipes, moments[-1]))
    if run.state == "paused":
        st.html(run_panel.last_step(run.recipes, moments))
    if view.snapshots:
        run_replay.draw(view, everything)
    _curves(view)
    if view.snapshots:
        run_pictures.draw(run, view.snapshots[-1])
    if not run.active:
        run_takeaway.links(view)


def _curves(view: View) -> None:
    recipes, moments = view.run.recipes, view.moments
    frame = curves.losses(recipes, moments)
    vae = any(spec.traits.kl for spec, _ in recipes)
    each = any(spec.traits.kl and spec.prior == "normal" for spec, _ in recipes)  # whose KL falls apart into dimensions
    shown = list(curves.PARTS) if vae else ["reconstruction"]
    columns = iter(st.columns(len(shown) + each))
    for part, column in zip(shown, columns, strict=False):
        with column:
            st.html(f'<p class="le-curve le-{part}">{curves.PARTS[part]}, nats</p>')
            curves.draw_losses(frame, part, f"curve-{part}")
    if each:
        with next(columns):
            st.html('<p class="le-curve le-kl">KL of each latent, nats</p>')
            curves.draw_kl_per_dimension(curves.kl_per_dimension(recipes, moments), "curve-kl-per-dimension")
    models = " and ".join(f'<span class="le-name le-{spec.kind}">{spec.title}</span>' for spec, _ in recipes)
    changes = "; ".join(f"{note['note']} from {note['images']:,} images on" for note in curves.notes(moments))
    st.html(
        f'<p class="le-legend">{models} over images seen; full: 1,000 validation images, dashed: 1,000 training images'
        + (f'; <span class="le-changed">dotted: {changes}</span>' if changes else "")
        + "</p>"
    )
