"""A GAN's run on its page: found or queued, drawn once a second while it is trained, once when it has ended."""

import json
from dataclasses import asdict

import safetensors.torch
import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.page import owners, pictures, places
from explorer.page.words import Words, inline
from explorer.runs import jobs
from explorer.runs.store import store
from explorer.training import panel
from explorer.training import view as views
from explorer.training.view import View
from explorer.training.watch import follow
from lessons.gan import curves, form, screen
from lessons.gan.curves import GameState
from lessons.gan.samples import Quality
from vae import checkpoints
from vae.errors import VaeError

RUN = "gan_run"  # session-state key and parameter: the run that is shown, "" for the GAN that ships
SUBMIT = "gan_submit"  # session-state key: whether the button asked to train
FILLED = "gan_filled"  # session-state key: the run whose settings the form was given
COLUMNS = 16  # pictures in a row
JUDGED = (1, 28, 28)  # the shape of the images that the classifier knows


def ask() -> None:
    """Have what the form says trained, in the next run of the page."""
    st.session_state[SUBMIT] = True


def leave() -> None:
    """Show the GAN that ships."""
    st.session_state[RUN] = ""


def find(lesson: Lesson) -> View | None:
    """The run that was asked for, that the link names, or that this browser trains; None after a sentence where there is none."""
    try:
        if st.session_state.pop(SUBMIT, False):
            made = jobs.submit(owners.owner(), form.read(lesson).recipes())
            st.session_state[RUN] = st.session_state[FILLED] = made.id
        elif lesson.at[RUN] is None:
            st.session_state[RUN] = views.newest_active(encodes=False) or ""
        view = views.look(lesson.at[RUN]) if lesson.at[RUN] else None
    except VaeError as error:
        st.error(str(error))
        return None
    if lesson.at[RUN] and view is None:
        st.warning(lesson.words.say("gone"))
    elif view and view.run.encodes:
        st.info(lesson.words.say("no-gan"))
        places.link("train", lesson.words.say("open-there"), run=view.run.id)
        view = None
    if view is None:
        leave()
    elif st.session_state.get(FILLED) != view.run.id:
        st.session_state[FILLED] = view.run.id
        settings = asdict(form.of_run(view.run.recipes))
        lesson.at.set(**{name: value for name, value in settings.items() if name not in st.query_params})  # a link goes first
    return view


def watch(view: View, words: Words) -> None:
    """Draw the run, and go on drawing it while it is active."""
    follow(view, lambda now, _: _draw(now, words))


def _draw(view: View, words: Words) -> None:
    panel.head(view, take_away=lambda view: _take_away(view, words))
    if not view.moments:
        return
    board(screen.states(view.moments), "run", words)
    if not view.snapshots:
        return
    run = view.run
    images = screen.samples_of(run.id, run.attempt, view.snapshots[-1])
    st.markdown(words.say("drawn", pictures=len(images)))
    draw_pictures(images, words)
    if run.recipes[0].spec.image_shape != JUDGED:
        return
    if run.active:
        _judged(words.say("classes", classes=len(set(screen.classes_of(images)))))
    else:
        measured(screen.quality_of(run.id, run.attempt, run.images_seen, run), words)


def board(states: list[GameState], key: str, words: Words) -> None:
    """Both losses over training, and the discriminator's scores in the newest state."""
    left, right = st.columns(2, gap="medium")
    alts = words.items("alts")
    with left:
        st.html(f'<p class="le-curve">{inline(words.say("losses"))}</p>')
        curves.losses(states, f"gan-losses-{key}", alts["losses"])
    with right:
        st.html(f'<p class="le-curve">{inline(words.say("scores", images=states[-1].images))}</p>')
        curves.scores(states[-1], f"gan-scores-{key}", alts["scores"])


def draw_pictures(images, words: Words, columns: int = COLUMNS) -> None:
    """Pictures in rows, with their numbers as text alternatives."""
    alt = words.items("alts")["picture"]
    st.html(pictures.row_html(images, [f"{alt} {i + 1}" for i in range(len(images))], columns))


def measured(quality: Quality, words: Words) -> None:
    """The classifier's verdict in a sentence."""
    missing = [str(digit) for digit, share in enumerate(quality.shares) if share <= 0.01]
    left_out = " " + words.say("left-out", digits=", ".join(missing)) if missing else ""
    numbers = {name: getattr(quality, name) for name in ("covered", "effective", "frechet", "sharpness")}
    _judged(words.say("quality", pictures=screen.DRAWS, left_out=left_out, **numbers))


def _judged(text: str) -> None:
    st.html(f'<p class="le-legend" data-testid="gan-classes">{inline(text)}</p>')


def _take_away(view: View, words: Words) -> None:
    """The weights of a run, both players', with what they are."""
    if view.moments:
        archive = f"gan-{view.run.id[:8]}.zip"
        help = words.help("weights")
        st.download_button(words.label("weights"), lambda: _zipped(view), archive, on_click="ignore", help=help)


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
