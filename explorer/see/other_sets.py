"""The same page on other images: a pair that this browser has trained on them, or a press that trains one."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from explorer.models import data_sets, run_models
from explorer.models.trained import Trained
from explorer.page import owners, places, words
from explorer.runs import jobs
from explorer.runs.store import store
from explorer.see import pair
from vae import data
from vae.learning.recipes import Recipe, recipe

BUDGET = 100_000  # images seen


def draw(shown: Trained, parameters: Mapping[str, str]) -> None:
    """A button for each data set that the server offers, but for the one that is shown.

    parameters  of the page that name models: for each the kind of the model, such as {"model": "vae"}
    """
    said = words.load("explorer/see")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="other-sets"):
        st.caption(said.say("other-sets"), width="content")
        for name in data_sets.offered():
            if name == shown.settings.dataset:
                continue
            title, found = data.LOADERS[name].title, _pair(name)
            if found:
                label = said.item("other-set", "show", name=title)
                chosen = {parameter: found[kind] for parameter, kind in parameters.items()}
                st.button(label, on_click=st.session_state.update, kwargs=chosen, key=f"other-set-{name}")
            elif st.button(said.item("other-set", "train", name=title), key=f"other-set-{name}", help=said.say("other-help")):
                st.switch_page(places.FOLDER / "train.py", query_params={"run": _train(name, shown.model.spec.latent_dim)})


def _pair(dataset: str) -> dict[str, str] | None:
    """The names of an autoencoder and a VAE of that data set: those that ship, or the newest that this browser has trained together."""
    if dataset == data_sets.ALWAYS[0]:
        return pair.USUAL
    for model in run_models.listed().values():
        if model.mine and model.settings.dataset == dataset:
            names = {spec.kind: run_models.name_of(model.run, i) for i, (spec, _) in enumerate(model.run.recipes)}
            if pair.USUAL.keys() <= names.keys():
                return names
    return None


def _train(dataset: str, latents: int) -> str:
    """Have a pair trained; the id of the run. One that is under way is not begun again."""
    me = owners.owner()
    for run in store().runs(me):
        if run.active and run.recipes[0].settings.dataset == dataset and len(run.recipes) == len(pair.USUAL):
            return run.id
    shape = data.load(dataset).image_shape
    recipes = [recipe(kind, latents, BUDGET, dataset=dataset) for kind in pair.USUAL]
    return jobs.submit(me, [Recipe(replace(spec, image_shape=shape), settings) for spec, settings in recipes]).id
