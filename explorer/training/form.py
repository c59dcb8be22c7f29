"""The controls of a training run: what matters most first, the rest one click away. Every value is in the page's address."""

from argparse import ArgumentTypeError
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import streamlit as st

from explorer.models import data_sets, own_sets
from explorer.page.page import Page
from explorer.page.words import Words
from explorer.runs.own_images import trained_on
from explorer.training.presets import PRESETS, Preset
from vae import corruption, data
from vae.command_options import widths
from vae.errors import SpecError
from vae.learning.recipes import Recipe, recipe
from vae.model import kinds
from vae.model.spec import WIDTHS, ModelSpec

MODELS = ("pair", "ae", "vae", "cvae", "vamp")
TOGETHER = {"pair": ("ae", "vae"), "ae": ("ae",)}  # the kinds that are trained together; all others are one VAE
PSEUDO_INPUTS = 50  # of a VampPrior, where there are as many training images
BUDGETS = (30_000, 100_000, 300_000, 1_000_000, 3_000_000)
TUNED = {name: recipe("vae", 2, architecture=name) for name in WIDTHS}  # for each architecture
RATES = tuple(
    sorted({1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0} | {each.settings.learning_rate for each in TUNED.values()})
)
BATCHES = (16, 32, 64, 128, 256, 512, 1024)
CONVOLUTIONS = "conv"  # the layers that may have a dense one beside them
AS_USUAL = "usual"  # sizes of hidden layers in a link
SIZES = (  # without what was typed, which may be anything
    "Sizes of hidden layers are up to eight whole numbers from 1 to 4096, separated by commas, such as 192, 96; nothing means the "
    "usual ones."
)
OWN_SETTINGS = "own"  # in the menu of presets
PRESET = "preset"  # session-state key of that menu


@dataclass(frozen=True)
class FormValues:
    """What the form says; its fields are the names in the address and the widgets' keys.

    encoder and decoder are sizes of hidden layers such as "192, 96"; "" for the usual ones.
    """

    models: str = "pair"
    latents: int = 2
    beta: float = 1.0
    images: int = 100_000
    rate: float = TUNED["mlp"].settings.learning_rate
    architecture: str = "mlp"
    encoder: str = ""
    decoder: str = ""
    dense: int = TUNED["mlp"].spec.dense_width
    activation: str = ModelSpec.activation
    batch: int = TUNED["mlp"].settings.batch_size
    ramp: float = TUNED["mlp"].settings.kl_ramp
    cycles: int = 1
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
            variant |= {"prior": "vamp", "prior_size": min(PSEUDO_INPUTS, len(dataset.train))}
        for part in ("encoder", "decoder"):
            if sizes := layer_sizes(getattr(self, part)):
                variant[f"{part}_widths"] = sizes
        if self.architecture == CONVOLUTIONS:
            variant["dense_width"] = self.dense
        variant["activation"] = self.activation
        changes: dict[str, Any] = {
            "dataset": self.data,
            "learning_rate": self.rate,
            "batch_size": self.batch,
            "seed": self.seed,
        }
        if self.noise != corruption.NONE:
            changes |= {"corruption": self.noise, "corruption_level": self.level}
        recipes = []
        for kind in TOGETHER.get(self.models, ("vae",)):
            weight: dict[str, Any] = {"beta": self.beta, "kl_ramp": self.ramp, "kl_cycles": self.cycles if self.ramp else 1}
            if not kinds.KINDS[kind].kl:
                weight = {}
            spec, settings = recipe(kind, self.latents, self.images, architecture=self.architecture, **changes, **weight)
            recipes.append(Recipe(replace(spec, **variant), settings))
        return tuple(recipes)

    @property
    def kl(self) -> bool:
        """Whether one of the models has a KL."""
        return self.models != "ae"


USUAL = FormValues()


@cache
def usual(architecture: str) -> FormValues:
    """What the form says of that kind of layers before anybody has changed it."""
    spec, tuned = TUNED[architecture]
    return replace(
        USUAL,
        architecture=architecture,
        rate=tuned.learning_rate,
        dense=spec.dense_width,
        batch=tuned.batch_size,
        ramp=tuned.kl_ramp,
    )


def layer_sizes(text: str) -> tuple[int, ...]:
    """ "192, 96" -> (192, 96); () where nothing is said. SpecError where it makes no sense."""
    if not text.strip():
        return ()
    try:
        return ModelSpec(encoder_widths=widths(text)).encoder_widths
    except (ValueError, ArgumentTypeError) as error:
        raise SpecError(SIZES) from error


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
        spec.architecture,
        *_sizes_said(spec),
        spec.dense_width,
        spec.activation,
        min(BATCHES, key=lambda batch: abs(batch - settings.batch_size)),
        settings.kl_ramp,
        settings.kl_cycles,
        settings.dataset,
        settings.seed,
        settings.corruption,
        USUAL.level if settings.corruption == corruption.NONE else settings.corruption_level,
    )


def _sizes_said(spec: ModelSpec) -> tuple[str, str]:
    """What the form says of the hidden layers of encoder and decoder."""
    known = recipe(spec.kind, spec.latent_dim, architecture=spec.architecture).spec
    pairs = ((spec.encoder_widths, known.encoder_widths), (spec.decoder_widths, known.decoder_widths))
    encoder, decoder = ("" if mine == theirs else written(mine) for mine, theirs in pairs)
    return encoder, decoder


def written(sizes: tuple[int, ...]) -> str:
    """(192, 96) -> "192, 96"."""
    return ", ".join(map(str, sizes))


def values(said: FormValues) -> dict[str, Any]:
    """What the form says, by the names in the link."""
    return asdict(said)


def link(said: FormValues) -> dict[str, str]:
    """The parameters of a link that opens the page Train with that choice; what is as usual is said, too."""
    texts = {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in values(said).items()}
    return {name: text or AS_USUAL for name, text in texts.items()}


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


def _follow_architecture() -> None:
    """Other layers: their usual settings."""
    theirs = usual(st.session_state["architecture"])
    st.session_state.update({name: getattr(theirs, name) for name in ("rate", "encoder", "decoder", "dense", "batch", "ramp")})


def _title(data_set: str, words: Words) -> str:
    loader = data.LOADERS.get(data_set)
    return loader.title if loader else words.say("own-data", name=data_sets.word(data_set))


def draw(page: Page, live: bool) -> None:
    """Draw the form in a row, its settings folded. While a run goes on that this browser steers (`live`), that run has the only beta."""
    said, words = read(), page.words
    preset = preset_of(said)
    names = {each.key: each.name for each in PRESETS} | ({} if preset else {OWN_SETTINGS: words.say("own")})
    st.session_state[PRESET] = preset.key if preset else OWN_SETTINGS
    chosen: dict[str, Any] = {"format_func": names.__getitem__, "key": PRESET, "on_change": _choose_preset}
    st.selectbox(words.label(PRESET), names, label_visibility="collapsed", width=210, **chosen)
    with st.expander(words.say("settings")), st.container(horizontal=True, key="train-settings"):
        page.draw("data", format_func=lambda name: _title(name, words))
        page.draw("models", format_func=words.items("models").__getitem__)
        own, fewer = own_sets.listed().get(said.data), st.container()  # a place that stays: what is below keeps its own
        if said.models == "vamp" and own and (left_over := trained_on(own)) < PSEUDO_INPUTS:
            page.caption("fewer-pseudo-inputs", fewer, training=left_over, usual=PSEUDO_INPUTS)
        page.draw("latents")
        if not live:
            page.draw("beta", format="%g", disabled=said.models == "ae")
        page.draw("images", format_func="{:,}".format)
        page.draw("rate", format_func="{:g}".format)
        page.draw("batch")
        _layers(page, said)
        if said.kl:
            page.draw("ramp", format="percent")
            page.draw("cycles", disabled=said.ramp == 0)
        page.draw("noise", format_func=words.items("noises").__getitem__)
        page.draw("level", disabled=said.noise == corruption.NONE)
        page.draw("seed")


def _layers(page: Page, said: FormValues) -> None:
    """Kind, number and size of the hidden layers, and what comes between them."""
    page.draw("architecture", format_func=page.words.items("architectures").__getitem__, on_change=_follow_architecture)
    known = recipe("vae", said.latents, architecture=said.architecture).spec
    for part in ("encoder", "decoder"):
        page.draw(part, placeholder=written(getattr(known, f"{part}_widths")))
        try:
            layer_sizes(getattr(said, part))
        except SpecError as error:
            st.warning(str(error))
    if said.architecture == CONVOLUTIONS:
        page.draw("dense")
    page.draw("activation", format_func=page.words.items("activations").__getitem__)
