"""What can be taken away from a run: weights, history, its link, and the commands that train the same models again."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from explorer.models.run_models import has_model, name_of, on_pages, open_run
from explorer.page import code, places, words
from explorer.runs.store import Moment, Run, store
from explorer.takehome import offer
from explorer.training.view import View
from vae import checkpoints, command_options
from vae.learning.recipes import Recipe
from vae.model.networks import build

WORDS = words.load("explorer/training")


def folder(run: Run, index: int) -> str:
    """The name of a model's folder in the zip and in the command."""
    return f"{run.recipes[index].spec.kind}-{run.id[:8].replace('_', '-').strip('-').lower()}"


def buttons(view: View) -> None:
    """Downloads."""
    run = view.run
    if not view.moments:
        return
    made = {
        "weights": ("zip", lambda: zipped(run, view.moments)),
        "history": ("csv", lambda: history(run.recipes, view.moments)),
    }
    for name, (ending, make) in made.items():
        file, help = f"run-{run.id[:8]}.{ending}", WORDS.help(name)
        st.download_button(WORDS.label(name), make, file, on_click="ignore", help=help)


def ways(run: Run) -> None:
    """Links to the pages that show the run's models."""
    said, names = WORDS.items("links"), {spec.kind: name_of(run, i) for i, (spec, _) in enumerate(run.recipes)}
    places.link("explore", said["explore"], model=names.get("vae") or names["ae"])
    if len(names) == 2:
        places.link("compare", said["compare"], **names)
        places.link("interpolate", said["interpolate"], **names)


def links(view: View) -> None:
    """Ways to other pages, this run's address, the commands."""
    run, private = view.run, view.run.image_set is not None
    with st.container(horizontal=True, vertical_alignment="center", key="run-links"):
        if has_model(run) and not on_pages(run):
            st.caption(WORDS.say("elsewhere"))
        elif has_model(run):
            if not view.mine:
                open_run(run.id)
            ways(run)
    if on_pages(run):
        offer.draw("train")
    with st.expander(WORDS.say("take-away")):
        st.markdown(WORDS.say("private" if private else "shared"))
        code.draw(link(run))
        st.markdown(WORDS.say("no-command") if private else WORDS.items("commands")[sameness(view)])
        if not private:
            code.draw("\n".join(commands(run)), "bash")


def link(run: Run) -> str:
    """The address of this run, as this visitor reaches the app."""
    here = urlsplit(st.context.url or "http://localhost:8501/train")
    return urlunsplit((here.scheme, here.netloc, here.path, f"run={run.id}", ""))


def commands(run: Run) -> list[str]:
    """A command for each model."""
    return [
        command_options.command(spec, settings, Path("checkpoints") / folder(run, i))
        for i, (spec, settings) in enumerate(run.recipes)
    ]


def sameness(view: View) -> str:
    """Whether the commands give the weights that this run has, "same", or why they do not: a key of the block commands."""
    if any(moment.note for moment in view.moments):
        return "changed"
    if view.run.state != "done":
        return "unspent"
    return "resumed" if view.run.attempt > 1 else "same"


def zipped(run: Run, moments: Sequence[Moment]) -> bytes:
    """Every model of the run as a checkpoint folder, all in one zip."""
    weights = store().weights(run.id) or ()
    contents: dict[str, bytes] = {}
    for i, ((spec, settings), state) in enumerate(zip(run.recipes, weights, strict=False)):
        model = build(spec)
        model.load_state_dict(state)
        checkpoint = checkpoints.Checkpoint(folder(run, i), model.eval(), settings, commands(run)[i])
        files = checkpoints.files(checkpoint, [moment.records[i] for moment in moments])
        contents |= {f"{folder(run, i)}/{name}": content for name, content in files.items()}
    return checkpoints.archive(f"run-{run.id[:8]}", contents)


def history(recipes: Sequence[Recipe], moments: Sequence[Moment]) -> bytes:
    """Every record as a row of CSV; losses in nats per image."""
    widest = max((len(record.validation.kl_per_dim or ()) for moment in moments for record in moment.records), default=0)
    splits, terms = ("training", "validation"), ("reconstruction", "kl", "total")
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\n")
    rows.writerow(
        ["model", "images_seen", "epoch", "seconds", "learning_rate", "beta"]
        + [f"{split}_{term}_nats" for split in splits for term in terms]
        + [f"validation_kl_z{d + 1}_nats" for d in range(widest)]
        + ["changed"]
    )
    for moment in moments:
        for (spec, _), record in zip(recipes, moment.records, strict=True):
            per_dim = list(record.validation.kl_per_dim or ())
            rows.writerow(
                [spec.kind, record.images_seen, record.epoch, record.elapsed, record.learning_rate, record.beta]
                + [_cell(getattr(getattr(record, split), term)) for split in splits for term in terms]
                + per_dim
                + [""] * (widest - len(per_dim))
                + [moment.note]
            )
    return buffer.getvalue().encode()


def _cell(value: float | None) -> float | str:
    return "" if value is None else value
