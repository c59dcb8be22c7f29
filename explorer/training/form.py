"""The controls of a training run: what matters most first, the rest one click away. Every value is in the page's link."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from explorer.models import own_sets
from explorer.page import state
from explorer.training.presets import PRESETS, Preset
from vae import corruption, data, kinds
from vae.recipes import Recipe, recipe

MODELS = {"pair": "AE + VAE", "ae": "AE", "vae": "VAE", "cvae": "Conditional VAE", "vamp": "VampPrior VAE"}
KINDS = {"pair": ("ae", "vae"), "ae": ("ae",)}  # all others are one VAE
PSEUDO_INPUTS = 50  # of a VampPrior
BUDGETS = (30_000, 100_000, 300_000, 1_000_000, 3_000_000)
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
TITLES = {
    "mnist": "MNIST",
    "digits": "Digits, 8 \u00d7 8",
    "shapes": "Shapes",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
}
NOISES = {"none": "None", "gaussian": "Gaussian", "salt-pepper": "Salt and pepper", "masking": "Masking"}
OWN_SETTINGS = "Your own settings"
PRESET = "preset"  # session-state key of the menu of presets


@dataclass(frozen=True)
class Choice:
    """What the form says; its fields are the names in the link and the widgets' keys."""

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
        for kind in KINDS.get(self.models, ("vae",)):
            beta: dict[str, Any] = {"beta": self.beta} if kinds.KINDS[kind].kl else {}
            spec, settings = recipe(kind, self.latents, self.images, **changes, **beta)
            recipes.append(Recipe(replace(spec, **variant), settings))
        return tuple(recipes)


USUAL = Choice()


def data_sets() -> list[str]:
    """What this browser can train on: what comes with the app, and the images it has brought."""
    return [*data.LOADERS, *own_sets.listed()]


def _title(data_set: str) -> str:
    return TITLES.get(data_set) or f"{own_sets.word(data_set)} (your images)"


def of_preset(preset: Preset) -> Choice:
    """What the form says after that preset was chosen."""
    return replace(USUAL, **preset.changes)


def of_run(recipes: tuple[Recipe, ...]) -> Choice:
    """The form's values that come nearest to a run's."""
    spec, settings = recipes[-1]  # of a pair the VAE's, which has the KL's weight
    return Choice(
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


def values(choice: Choice) -> dict[str, Any]:
    """What the form says, by the names in the link."""
    return asdict(choice)


def link(choice: Choice) -> dict[str, str]:
    """The parameters of a link that opens the page Train with that choice; what is as usual is said, too."""
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in values(choice).items()}


def fill(choice: Choice) -> None:
    """Put values into the form; before it is drawn."""
    st.session_state.update(values(choice))


def read() -> Choice:
    """What the form says, from the link on arrival and from the session afterwards."""
    state.read_link(
        models=state.one_of(list(MODELS), "choice of models"),
        latents=state.whole_number(1, 64),
        beta=state.number(0, 1000),
        images=_one_of(BUDGETS),
        rate=_one_of(RATES),
        data=state.one_of(data_sets(), "data set"),
        seed=state.whole_number(0, 2**31 - 1),
        noise=state.one_of(list(corruption.NOISES), "kind of noise"),
        level=state.number(0, 1),
    )
    state.usual(**asdict(USUAL))
    if st.session_state["data"] not in data_sets():  # images that were deleted, or those of another browser's run
        st.session_state["data"] = USUAL.data
    return Choice(**{name: st.session_state[name] for name in asdict(USUAL)})


def _one_of(values: tuple[float, ...]) -> state.Reader:
    def read(text: str) -> float:
        for value in values:
            if text in (f"{value:g}", str(value)):
                return value
        raise ValueError(f"It must be one of {', '.join(f'{value:,}' for value in values)}; the usual value is used instead.")

    return read


def preset_of(choice: Choice) -> Preset | None:
    """The preset that a choice is, whatever its seed; None for settings of the visitor's own."""
    return next((preset for preset in PRESETS if of_preset(preset) == replace(choice, seed=USUAL.seed)), None)


def _choose_preset() -> None:
    for preset in PRESETS:
        if preset.name == st.session_state[PRESET]:
            fill(replace(of_preset(preset), seed=st.session_state["seed"]))


def draw() -> Choice:
    """Draw the form and return what it says now."""
    choice = read()
    preset = preset_of(choice)
    names = [each.name for each in PRESETS] + [OWN_SETTINGS] * (preset is None)
    st.session_state[PRESET] = preset.name if preset else OWN_SETTINGS
    st.selectbox("Start from", names, key=PRESET, on_change=_choose_preset)
    if preset:
        st.caption(preset.watch)
    st.segmented_control(
        "Models", list(MODELS), required=True, format_func=MODELS.__getitem__, key="models", persist_state="session"
    )
    left, right = st.columns(2)
    left.number_input(
        "Latents", 1, 64, key="latents", persist_state="session", help="Numbers in the code of an image, 1 to 64."
    )
    right.number_input(
        "\u03b2",
        0.0,
        1000.0,
        step=0.25,
        format="%g",
        key="beta",
        disabled=choice.models == "ae",
        help="Weight of the KL, 0 to 1,000. 1 is the evidence lower bound itself. An autoencoder has no KL.",
        persist_state="session",
    )
    st.select_slider(
        "Budget, images seen",
        BUDGETS,
        format_func="{:,}".format,
        key="images",
        help="Training images, counting repeats. One pass over MNIST's training split is 55,000.",
        persist_state="session",
    )
    with st.expander("More settings"):
        st.select_slider(
            "Learning rate",
            RATES,
            format_func="{:g}".format,
            key="rate",
            help="Adam's peak step size: it rises for a tenth of the budget, then falls to zero. Too large a one diverges; try it.",
            persist_state="session",
        )
        left, right = st.columns(2)
        left.selectbox(
            "Noise on the input",
            list(NOISES),
            format_func=NOISES.__getitem__,
            key="noise",
            help="Makes denoising autoencoders: the encoder gets the image with fresh noise at every step, the target stays clean.",
            persist_state="session",
        )
        right.number_input(
            "Its level",
            0.0,
            1.0,
            step=0.05,
            key="level",
            disabled=choice.noise == corruption.NONE,
            help="Gaussian: the standard deviation, where pixels go from 0 to 1. Otherwise the share of pixels hit.",
            persist_state="session",
        )
        st.selectbox("Data set", data_sets(), format_func=_title, key="data", persist_state="session")
        st.number_input(
            "Seed",
            0,
            2**31 - 1,
            key="seed",
            help="Fixes the initial weights, the order of the images and the noise: one seed, one model.",
            persist_state="session",
        )
    return Choice(**{name: st.session_state[name] for name in asdict(USUAL)})
