"""The controls of a training run: what matters most first, the rest one click away. Every value is in the page's address."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from explorer.models import data_sets
from explorer.page.page import Page
from explorer.page.words import Words
from explorer.training.presets import PRESETS, Preset
from vae import corruption, data
from vae.learning.recipes import Recipe, recipe
from vae.model import kinds

MODELS = ("pair", "ae", "vae", "cvae", "vamp")
TOGETHER = {"pair": ("ae", "vae"), "ae": ("ae",)}  # the kinds that are trained together; all others are one VAE
PSEUDO_INPUTS = 50  # of a VampPrior
BUDGETS = (30_000, 100_000, 300_000, 1_000_000, 3_000_000)
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
OWN_SETTINGS = "own"  # in the menu of presets
PRESET = "preset"  # session-state key of that menu


@dataclass(frozen=True)
class FormValues:
    """What the form says; its fields are the names in the address and the widgets' keys."""

    models: str = "pair"
    latents: int = 2
    beta: float = 1.0
    images: int = 100_000
    rate: float = 1e-2
    data: str = "mnist"
    seed: int = 0
    noise: str = corruption.NONE
    level: float = 0.5

    def recipes(self) -> tuple[Recipe, ...]:
        """A recipe for each model; SpecError where it cannot be trained, DataError where the data are not there."""
        dataset = data.load(self.data)
        variant: dict[str, Any] = {"image_shape": dataset.image_shape}
        if self.models == "cvae":
            variant["classes"] = len(dataset.classes)
        elif self.models == "vamp":
            variant |= {"prior": "vamp", "prior_size": PSEUDO_INPUTS}
        changes: dict[str, Any] = {"dataset": self.data, "learning_rate": self.rate, "seed": self.seed}
        if self.noise != corruption.NONE:
            changes |= {"corruption": self.noise, "corruption_level": self.level}
        recipes = []
        for kind in TOGETHER.get(self.models, ("vae",)):
            beta: dict[str, Any] = {"beta": self.beta} if kinds.KINDS[kind].kl else {}
            spec, settings = recipe(kind, self.latents, self.images, **changes, **beta)
            recipes.append(Recipe(replace(spec, **variant), settings))
        return tuple(recipes)


USUAL = FormValues()


def of_preset(preset: Preset) -> FormValues:
    """What the form says after that preset was chosen."""
    return replace(USUAL, **preset.changes)


def of_run(recipes: tuple[Recipe, ...]) -> FormValues:
    """The form's values that come nearest to a run's."""
    spec, settings = recipes[-1]  # of a pair the VAE's, which has the KL's weight
    return FormValues(
        "pair" if len(recipes) > 1 else "cvae" if spec.classes else "vamp" if spec.prior == "vamp" else spec.kind,
        spec.latent_dim,
        settings.beta,
        min(BUDGETS, key=lambda budget: abs(budget - settings.images)),
        min(RATES, key=lambda rate: abs(rate - settings.learning_rate)),
        settings.dataset,
        settings.seed,
        settings.corruption,
        USUAL.level if settings.corruption == corruption.NONE else settings.corruption_level,
    )


def values(said: FormValues) -> dict[str, Any]:
    """What the form says, by the names in the link."""
    return asdict(said)


def link(said: FormValues) -> dict[str, str]:
    """The parameters of a link that opens the page Train with that choice; what is as usual is said, too."""
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in values(said).items()}


def fill(said: FormValues) -> None:
    """Put values into the form; before it is drawn."""
    st.session_state.update(values(said))


def read() -> FormValues:
    """What the form says now."""
    return FormValues(**{name: st.session_state[name] for name in asdict(USUAL)})


def preset_of(said: FormValues) -> Preset | None:
    """The preset that these values are, whatever their seed; None for settings of the visitor's own."""
    return next((preset for preset in PRESETS if of_preset(preset) == replace(said, seed=USUAL.seed)), None)


def _choose_preset() -> None:
    for preset in PRESETS:
        if preset.key == st.session_state[PRESET]:
            fill(replace(of_preset(preset), seed=st.session_state["seed"]))


def _title(data_set: str, words: Words) -> str:
    loader = data.LOADERS.get(data_set)
    return loader.title if loader else words.say("own-data", name=data_sets.word(data_set))


def draw(page: Page) -> None:
    """Draw the form."""
    said, words = read(), page.words
    preset = preset_of(said)
    names = {each.key: each.name for each in PRESETS} | ({} if preset else {OWN_SETTINGS: words.say("own")})
    st.session_state[PRESET] = preset.key if preset else OWN_SETTINGS
    st.selectbox(words.label(PRESET), names, format_func=names.__getitem__, key=PRESET, on_change=_choose_preset)
    if preset:
        st.caption(preset.watch)
    page.draw("data", format_func=lambda name: _title(name, words))
    page.draw("models", format_func=words.items("models").__getitem__)
    left, right = st.columns(2)
    page.draw("latents", left)
    page.draw("beta", right, format="%g", disabled=said.models == "ae")
    page.draw("images", format_func="{:,}".format)
    with st.expander(words.say("more")):
        page.draw("rate", format_func="{:g}".format)
        left, right = st.columns(2)
        page.draw("noise", left, format_func=words.items("noises").__getitem__)
        page.draw("level", right, disabled=said.noise == corruption.NONE)
        page.draw("seed")
