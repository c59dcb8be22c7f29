"""What can be taken away from a run: weights, history, its link, and the commands that train the same models again."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from explorer.models.run_models import has_model, name_of, on_pages, open_run
from explorer.page import places as pages
from explorer.runs.store import Moment, Run, store
from explorer.training.view import View
from vae import checkpoints, command_options
from vae.models import build
from vae.recipes import Recipe


def folder(run: Run, index: int) -> str:
    """The name of a model's folder in the zip and in the command."""
    return f"{run.recipes[index].spec.kind}-{run.id[:8].replace('_', '-').strip('-').lower()}"


def buttons(view: View) -> None:
    """Downloads."""
    run = view.run
    if not view.moments:
        return
    st.download_button(
        "Weights",
        lambda: zipped(run, view.moments),
        f"run-{run.id[:8]}.zip",
        on_click="ignore",
        help="A zip with each model's weights as safetensors (float16), spec and history as JSON.",
    )
    st.download_button(
        "History",
        lambda: history(run.recipes, view.moments),
        f"run-{run.id[:8]}.csv",
        on_click="ignore",
        help="Every record as a row of a CSV table, losses in nats per image.",
    )


ELSEWHERE = (
    "The pages under See draw from N(0, I) and tell a decoder no class, so this model is not in their menus. Its replay stands above; what such "
    "models are for is on the pages under Relatives."
)


def links(view: View) -> None:
    """Ways to other pages, this run's address, the commands."""
    run = view.run
    with st.container(horizontal=True, vertical_alignment="center", key="run-links"):
        if has_model(run) and not on_pages(run):
            st.caption(ELSEWHERE)
        elif has_model(run):
            if not view.mine:
                open_run(run.id)
            names = {spec.kind: name_of(run, i) for i, (spec, _) in enumerate(run.recipes)}
            first = names.get("vae") or names["ae"]
            pages.link("explore", "Move through it", model=first)
            if len(names) == 2:
                pages.link("compare", "Side by side", **names)
                pages.link("interpolate", "Walk between digits", **names)
    with st.expander("Link, and the command that trains it again"):
        st.markdown(
            "Whoever has this link sees this run, and cannot change it:"
            if run.image_set is None
            else "This link opens the run in this browser only: the images it was trained on are private to it."
        )
        st.code(link(run), language=None)
        if run.image_set is not None:
            st.markdown("The command line knows nothing of your images, so there is no command that trains this run again.")
            return
        st.markdown(
            why_not_same(view) or "Each command trains one of the models, to the same weights on the same kind of processor:"
        )
        st.code("\n".join(commands(run)), language="bash", wrap_lines=True)


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


def why_not_same(view: View) -> str:
    """Why the commands give other weights than this run has; "" where they give the same."""
    if any(moment.note for moment in view.moments):
        return "\u03b2 or the learning rate was changed while this run went on; the commands train it without that change:"
    if view.run.state != "done":
        return "This run did not spend its budget; the commands train it to the end:"
    if view.run.attempt > 1:
        return "This run was resumed from saved weights, with Adam begun afresh; the commands train it in one go:"
    return ""


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
