"""Train on our handwriting: a data set of the class's drawings, three ways to train on it, the vote on which generalises, and what came out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.classroom import hub
from explorer.classroom.pages import Seat
from explorer.classroom.together import handwriting
from explorer.classroom.together.handwriting import FEWEST, WAYS
from explorer.page import owners, palette, places
from explorer.page.figures import VEGA
from explorer.page.page import Page
from explorer.page.tables import cell, table
from explorer.runs.store import Moment, Run, store
from explorer.runs.store.classes import classes
from explorer.runs.store.image_sets import PREFIX
from vae.errors import VaeError

TROUBLE = "class_handwriting_trouble"  # session-state key: why it was not done
HEIGHT = 240
COLOURS = dict(zip(WAYS, palette.RUNS, strict=False))


def draw(page: Page, seat: Seat) -> None:
    """What is there to train on, the button that begins, and, once it has been pressed, the three runs."""
    page.say("handwriting", fewest=FEWEST)
    count = len(handwriting.collected(classes().drawings(seat.id)).labels)
    st.caption(page.words.item("handwriting-count", "one" if count == 1 else "many", count=count))
    page.button("train_handwriting", on_click=_start, args=(page, seat), disabled=count < FEWEST)
    if trouble := st.session_state.pop(TROUBLE, None):
        st.error(trouble)
    made = hub.seen(seat.id).state()["set"]
    if made is None:
        return
    with st.container(horizontal=True):
        page.button("ask_handwriting", on_click=_ask, args=(page, seat))
        shown = st.toggle(page.words.label("class_handwriting_shown"), key="class_handwriting_shown")
    _came_out(page, made["id"], shown)


def _start(page: Page, seat: Seat) -> None:
    """Make the set, queue the runs, and let the class predict."""
    owner, said = owners.owner(), page.words.items("handwriting-set")
    try:
        made = handwriting.keep(classes(), seat.id, owner, said["name"], said["told"])
        handwriting.train(made, owner)
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)
        return
    st.session_state["class_handwriting_shown"] = False
    _ask(page, seat)


def _ask(page: Page, seat: Seat) -> None:
    """Put to the vote which of the three generalises."""
    options = [{"key": way.key, "text": way.text} for way in page.words.options("handwriting-ways")]
    try:
        classes().put(seat.id, "", page.words.question("handwriting-ways"), options, "")
        hub.post(seat.id, "stage", {"stage": "ballot"})
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)


def _came_out(page: Page, set_id: str, shown: bool) -> None:
    """How far the runs are and, where it is shown, their losses on what they trained on and on what was held out."""
    found = handwriting.runs(PREFIX + set_id, store().trained_on(set_id))
    moments = {way: store().records(run.id) for way, run in found.items()}
    names = {way.key: way.text for way in page.words.options("handwriting-ways")}
    head = [[page.words.item("handwriting-table", name) for name in ("way", "state", "training", "held-out")]]
    rows = [[cell(names[way], "th"), *_cells(page, run, moments[way], shown)] for way, run in found.items()]
    st.html(table(head, rows, page.words.item("handwriting-table", "label")))
    if shown and any(moments.values()):
        frame = losses({names[way]: each for way, each in moments.items()})
        st.vega_lite_chart(frame, _curves(page, names), key="class_handwriting_curves", width="stretch")
        page.caption("handwriting-curves")
    with st.container(horizontal=True):
        for way, run in found.items():
            places.link("train", page.words.item("handwriting-table", "link", way=names[way]), run=run.id)


def _cells(page: Page, run: Run, moments: Sequence[Moment], shown: bool) -> list[str]:
    share = {"share": run.progress} if run.state == "running" else {}
    state = page.words.item("handwriting-state", run.state, **share)
    if not (shown and moments):
        return [state, "", ""]
    record = moments[-1].records[0]
    return [state, f"{record.training.total:.0f}", f"{record.validation.total:.0f}"]


def losses(moments: Mapping[str, Sequence[Moment]]) -> pd.DataFrame:
    """Long rows: images, way, split, nats. The moment before the first step is left out: it would set the scale."""
    rows = [
        {"images": record.images_seen, "way": way, "split": split, "nats": getattr(record, split).total}
        for way, each in moments.items()
        for record in (moment.records[0] for moment in each)
        for split in ("validation", "training")
        if record.images_seen
    ]
    return pd.DataFrame(rows, columns=["images", "way", "split", "nats"])


def _curves(page: Page, names: Mapping[str, str]) -> dict[str, Any]:
    """Held-out loss as full lines, training loss dashed, a colour for each way."""
    ways = {"domain": list(names.values()), "range": [COLOURS[way] for way in names]}
    dashes = {"domain": ["validation", "training"], "range": [[1, 0], [4, 3]]}
    return {
        "height": HEIGHT,
        "description": page.words.item("handwriting-table", "curves"),
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": {"field": "images", "type": "quantitative", "axis": {"format": "~s", "grid": False}, "title": None},
            "y": {
                "field": "nats",
                "type": "quantitative",
                "scale": {"zero": False},
                "title": page.words.item("handwriting-table", "nats"),
            },
            "color": {
                "field": "way",
                "type": "nominal",
                "scale": ways,
                "legend": {"title": None, "orient": "top", "labelLimit": 400},
            },
            "strokeDash": {"field": "split", "type": "nominal", "scale": dashes, "legend": None},
            "detail": [{"field": "way"}, {"field": "split"}],
        },
        "config": VEGA,
    }
