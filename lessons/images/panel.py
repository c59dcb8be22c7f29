"""Sending images, looking at what became of them, keeping them, training on them, deleting them.

Names of files, sets and classes are a visitor's words: they go into escaped HTML and widgets' options, never into Markdown.
"""

from functools import partial
from pathlib import Path

import streamlit as st

import ingest
from explorer import public
from explorer.bringing import arrivals, routes
from explorer.bringing.arrivals import Arrival
from explorer.bringing.readings import Reading
from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from explorer.models import data_sets, own_sets
from explorer.page import owners, places
from explorer.runs import jobs
from explorer.runs.store import ImageSet, images_rule, store
from explorer.runs.store.image_sets import PREFIX
from explorer.training import form as training_form
from ingest.choices import AS_FOUND, Choices
from ingest.examples import EXAMPLES
from lessons.images import form, own_model, screen, tables
from vae import data
from vae.errors import VaeError

TICKET = "images_ticket"  # session-state key: under which this page sends files
SOON = 0.4  # seconds in which a small file is read: no need to say how far it is
SET = "images_set"  # session-state key and parameter: the images that are shown, the id of a set or the name of a data set
TROUBLE = "images_trouble"  # session-state key: why the last order failed
STARTED = "images_started"  # session-state key: the run that the button has just queued


def leave_for_the_run() -> None:
    """Go to the page Train where a run has just been queued here."""
    if started := st.session_state.pop(STARTED, None):
        st.switch_page(places.FOLDER / "train.py", query_params={"run": started})


def send(lesson: Lesson) -> None:
    """Where files are sent, and the examples; what was read of them waits to be kept."""
    words, sent = lesson.words, _sent()
    reading = sent.reading
    busy = reading is not None and not reading.wait(SOON)
    if public.on():
        st.info(public.FILES)
    else:
        live_part(
            "images",
            key="images_part",
            words=words.items("part"),
            ticket=st.session_state[TICKET],
            url=routes.url(),
            busy=busy,
            fewest=ingest.FEWEST_IMAGES,
            images=ingest.MOST_IMAGES,
            files=arrivals.MOST_FILES,
            most=ingest.most_bytes(),
        )
    buttons = st.container(horizontal=True, vertical_alignment="center", gap="small")
    for name in EXAMPLES:
        buttons.button(words.item("example", "try", name=name), on_click=_try, args=(name,))
    for name in data_sets.installed():
        label = words.item("example", "try", name=data.LOADERS[name].title)
        buttons.button(label, on_click=lesson.at.set, kwargs={SET: name})
    with buttons.popover(words.label("images_forms")):
        lesson.say("forms")
        for name in EXAMPLES:
            file, contents = screen.example(name)
            label = words.item("example", "file", name=name, file=file)
            st.download_button(label, contents, file, key=f"images_file_{file}", on_click="ignore")
    if reading is not None and not busy and not reading.stopped:
        _look_at(lesson, sent, reading)
    if trouble := st.session_state.pop(TROUBLE, None):
        _complain(lesson, "not-done", trouble)


def _sent() -> Arrival:
    """What this page has sent so far."""
    found = arrivals.of(st.session_state.get(TICKET, ""))
    if found is None or found.owner != owners.owner():
        st.session_state[TICKET] = arrivals.open_for(owners.owner())
        return _sent()
    return found


def _complain(lesson: Lesson, block: str, why: str) -> None:
    st.error(lesson.words.say(block))
    st.html(tables.listed([why]))


def _look_at(lesson: Lesson, sent: Arrival, reading: Reading) -> None:
    """What was read, how else it may be meant, and the button that keeps it; or why it was not read."""
    words, brought = lesson.words, reading.brought
    if brought is None:
        _look_at_refusal(lesson, sent, reading)
        return
    if isinstance(brought, ingest.BroughtModel):
        try:
            own_model.look_at(lesson, brought, sent)
        except VaeError as error:
            _complain(lesson, "not-read", str(error))
        return
    preview, controls = st.container(), st.container()
    with controls:
        form.draw(words, brought.offers, brought.choices, reading.choices, reading.number, partial(_read, lesson, sent))
        label, help = words.label("images_exchange"), words.help("images_exchange")
        exchange = st.toggle(label, value=brought.rims_are_bright, key=f"images_exchange_{reading.number}", help=help)
    preview.html(tables.preview(words, brought.pixels, brought.labels, brought.classes, exchange))
    preview.caption(words.say("eight", shown=min(tables.PREVIEW, len(brought)), count=len(brought)))
    if brought.faint:
        preview.warning(words.say("faint"))
    st.html(tables.listed(brought.told))
    suggested = Path(sent.parts[0][0]).stem[:60]
    key = f"images_name_{sent.number}"
    name = st.text_input(words.label("images_name"), suggested, 60, key=key, persist_state="session")
    st.button(words.label("images_keep"), type="primary", on_click=_keep, args=(brought, exchange, name, sent))


def _look_at_refusal(lesson: Lesson, sent: Arrival, reading: Reading) -> None:
    """Why it was not read. What may be meant is asked for, and a choice that led here can be taken back."""
    _complain(lesson, "not-read", str(reading.refused))
    if isinstance(reading.refused, ingest.Unclear):
        offers = ingest.Offers(levels=reading.refused.levels)
        form.draw(lesson.words, offers, reading.choices, reading.choices, reading.number, partial(_read, lesson, sent))
    if reading.choices != AS_FOUND:
        st.button(lesson.words.label("images_as_found"), on_click=_read, args=(lesson, sent))


def _read(lesson: Lesson, sent: Arrival, choices: Choices = AS_FOUND) -> None:
    """Have it read again."""
    if sent.file is None:  # it gave way to others
        st.session_state[TROUBLE] = lesson.words.say("gone")
    else:
        sent.read(choices)


def _try(name: str) -> None:
    """Send an example and keep it: by the same way as any file."""
    file, contents = screen.example(name)
    brought = screen.read([(file, contents)])
    if isinstance(brought, str):
        st.session_state[TROUBLE] = brought
    else:
        _keep(brought, False, name, _sent())


def _keep(brought: ingest.Brought, exchange: bool, name: str, sent: Arrival) -> None:
    brought = ingest.inverted(brought) if exchange else brought
    try:
        kept = store().keep_images(
            owners.owner(), name, brought.pixels, brought.labels, brought.classes, brought.told, brought.apart
        )
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)
        return
    st.session_state[SET] = kept.id
    sent.clear()


def choose(lesson: Lesson) -> str | None:
    """Which images are shown: the name of their data set; None where nothing was sent or chosen."""
    chosen, mine = lesson.at[SET], {each.id: each for each in own_sets.listed().values()}
    if chosen is None:
        return None
    lesson.say("on-these")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = lesson.draw(SET, format_func=lambda each: _title(lesson, each, mine.get(each)), width=320)
        if chosen in mine and mine[chosen].owner == owners.owner():  # not a class's, for its members
            with st.popover(lesson.words.label("images_delete")):
                _offer_deletion(lesson, mine[chosen])
    if chosen not in mine:
        return chosen
    with st.expander(lesson.words.say("what-was-done")):
        st.html(tables.listed(mine[chosen].told))
        lesson.say("private", kilobytes=mine[chosen].size / 1000, rule=images_rule())
    return PREFIX + chosen


def divided(dataset: str) -> str:
    """How its images were divided into those that are trained on, watched and kept unseen."""
    if dataset in data.LOADERS:
        return "given"
    return "apart" if own_sets.listed()[dataset].apart else "anew"


def _offer_deletion(lesson: Lesson, chosen: ImageSet) -> None:
    words, runs = lesson.words, store().runs_on(chosen.id)
    gone = words.item("deleting", "many", runs=runs) if runs > 1 else words.item("deleting", "one" if runs else "none")
    lesson.say("delete", gone=gone)
    st.button(words.label("images_delete_for_good"), type="primary", on_click=_delete, args=(chosen,))


def train(lesson: Lesson, dataset: str) -> None:
    """The controls of a training run on these images, and a link to the one that goes on."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        latents = lesson.draw("images_latents", width=150)
        budget = lesson.draw("images_budget", format_func="{:,}".format, width=300)
        label = lesson.words.label("images_train")
        st.button(label, type="primary", on_click=_train, args=(dataset, latents, budget))
    going_on = (run.id for run in store().runs(owners.owner()) if run.active and run.recipes[0].settings.dataset == dataset)
    if newest := next(going_on, None):
        places.link("train", lesson.words.items("links")["going-on"], run=newest)


def _train(dataset: str, latents: int, budget: int) -> None:
    try:
        choice = training_form.FormValues(latents=latents, images=budget, data=dataset)
        st.session_state[STARTED] = jobs.submit(owners.owner(), choice.recipes()).id
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)


def _title(lesson: Lesson, shown: str, own: ImageSet | None) -> str:
    """A line of the menu: own images, or an installed data set."""
    each = own or data.LOADERS[shown].files
    assert each is not None  # what was installed has files
    name = each.name if own else data.LOADERS[shown].title
    if len(each.classes) > 1:
        return lesson.words.item("size", "classes", name=name, count=each.count, classes=len(each.classes))
    return lesson.words.item("size", "plain", name=name, count=each.count)


def _delete(chosen: ImageSet) -> None:
    try:
        store().delete_images(chosen.id, owners.owner())
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)
    screen.forget(chosen.id)
    st.session_state.pop(SET, None)
