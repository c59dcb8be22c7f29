"""Models that were brought: looked at, kept, opened on other pages, deleted.

Names of files and models are a visitor's words: they go into escaped HTML and widgets' options, never into Markdown.
"""

from collections.abc import Sequence

import streamlit as st

from explorer.bringing.arrivals import Arrival
from explorer.canvas import payloads
from explorer.lesson.lesson import Lesson
from explorer.models import data_sets, own_models, showable, trained
from explorer.models.own_models import Made, Own
from explorer.page import owners, places
from explorer.page.words import plain
from explorer.runs.store import models_rule, store
from ingest import BroughtModel
from lessons.images import few_images, screen, tables
from vae import data
from vae.errors import VaeError
from vae.model.networks import parameter_count

CHOSEN = "images_model"  # session-state key and key of the menu: the name of the model that is shown
TROUBLE = "images_model_trouble"  # session-state key: why the last order failed


def look_at(lesson: Lesson, brought: BroughtModel, sent: Arrival) -> None:
    """What was read, and the button that keeps it; VaeError where its files do not fit one another, or no page could show it."""
    words, made = lesson.words, own_models.made_of(brought)
    payloads.decoder(made.model)  # Undrawable
    images = data.load(made.settings.dataset).test.pixels(slice(screen.SHOWN))
    back = few_images.reconstruct(made.model, images, made.model.spec.latent_dim)
    st.html(tables.beside(words, images, made.model.spec.kind, back))
    st.caption(words.say("model-reconstructs"))
    st.html(tables.listed(_told(lesson, brought, made)))
    name = st.text_input(
        words.label("images_name"), brought.name[:60], 60, key=f"images_name_{sent.number}", persist_state="session"
    )
    st.button(words.label("images_model_keep"), type="primary", on_click=_keep, args=(made, name, sent))


def _told(lesson: Lesson, brought: BroughtModel, made: Made) -> Sequence[str]:
    words, spec = lesson.words, made.model.spec
    latents = words.item("latents", "many", latents=spec.latent_dim) if spec.latent_dim > 1 else words.item("latents", "one")
    what = {
        "title": spec.title,
        "latents": latents,
        "weights": parameter_count(made.model),
        "dataset": data_sets.word(made.settings.dataset),
    }
    trained_on = (
        words.item("model-read", "of-mapping")
        if brought.mapping is not None
        else words.item("model-read", "of-spec", images=made.settings.images)
    )
    return words.item("model-read", "what", **what), trained_on


def _keep(made: Made, name: str, sent: Arrival) -> None:
    try:
        kept = store().keep_model(owners.owner(), name, made.recipe, made.model.state_dict())
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)
        return
    st.session_state[CHOSEN] = Own(kept).name
    sent.clear()


def draw(lesson: Lesson) -> None:
    """The models that this browser has brought: a menu, what other pages show of the one that is chosen, and its deletion."""
    words, mine = lesson.words, {own.name: own for own in own_models.brought()}
    if trouble := st.session_state.pop(TROUBLE, None):
        st.error(words.say("not-done"))
        st.html(tables.listed([trouble]))
    if not mine:
        return
    lesson.say("own-models")
    if st.session_state.get(CHOSEN) not in mine:
        st.session_state[CHOSEN] = next(iter(mine))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = mine[
            st.selectbox(words.label(CHOSEN), list(mine), key=CHOSEN, format_func=lambda name: _title(mine[name]), width=320)
        ]
        with st.popover(words.label("images_delete")):
            lesson.say("model-delete")
            label = words.label("images_delete_for_good")
            st.button(label, key="images_model_delete", type="primary", on_click=_delete, args=(chosen,))
    if why := showable.trouble(chosen.spec, chosen.settings):
        st.warning(words.say("own-model-gone", why=plain(why)))
    else:
        _links(lesson, chosen)
    lesson.caption("model-private", kilobytes=chosen.kept.size / 1000, rule=models_rule())


def _title(own: Own) -> str:
    return trained.described(own.spec, own.settings, whose=own.kept.name)


def _links(lesson: Lesson, chosen: Own) -> None:
    said, kind = lesson.words.items("links"), chosen.spec.kind
    with st.container(horizontal=True):
        places.link("explore", said["explore"], model=chosen.name)
        if chosen.settings.dataset == "mnist":  # as is the model beside it
            places.link("compare", said["compare"], **{kind: chosen.name})
            places.link("interpolate", said["interpolate"], **{kind: chosen.name})
        if chosen.spec.traits.kl:
            places.link("kl", said["kl"], kl_model=chosen.name)


def _delete(chosen: Own) -> None:
    try:
        store().delete_model(chosen.kept.id, owners.owner())
    except VaeError as error:
        st.session_state[TROUBLE] = str(error)
    st.session_state.pop(CHOSEN, None)
