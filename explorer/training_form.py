"""The controls of a training run. What matters most first, the rest one click away."""

from dataclasses import dataclass, replace

import streamlit as st

from vae import data
from vae.recipes import Recipe, recipe

KINDS = {"vae": "VAE", "ae": "Autoencoder"}
BUDGETS = (30_000, 100_000, 300_000, 1_000_000, 3_000_000)
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 1.0)
TITLES = {"mnist": "MNIST", "digits": "Digits, 8 \u00d7 8", "fashion-mnist": "Fashion-MNIST", "kmnist": "KMNIST"}


@dataclass(frozen=True)
class Choice:
    """What the form says."""

    kind: str
    latent_dim: int
    beta: float
    images: int
    learning_rate: float
    dataset: str
    seed: int

    def recipe(self) -> Recipe:
        """The recipe for it; SpecError where it cannot be trained, DataError where the data are not there."""
        changes = {"dataset": self.dataset, "beta": self.beta, "learning_rate": self.learning_rate, "seed": self.seed}
        spec, settings = recipe(self.kind, self.latent_dim, self.images, **changes)
        return Recipe(replace(spec, image_shape=data.load(self.dataset).image_shape), settings)


def draw(disabled: bool) -> Choice:
    """Draw the form and return what it says now."""
    kind = st.segmented_control(
        "Model",
        list(KINDS),
        default="vae",
        required=True,
        format_func=KINDS.__getitem__,
        key="train_kind",
        disabled=disabled,
        persist_state="session",
    )
    latent_dim = st.number_input(
        "Latent dimensions, 1 to 64", 1, 64, 2, key="train_latent_dim", disabled=disabled, persist_state="session"
    )
    beta = st.number_input(
        "\u03b2, weight of the KL",
        0.0,
        1000.0,
        1.0,
        step=0.25,
        key="train_beta",
        disabled=disabled or kind == "ae",
        help="1 is the evidence lower bound itself. An autoencoder has no KL.",
        persist_state="session",
    )
    images = st.select_slider(
        "Budget, images seen",
        BUDGETS,
        100_000,
        format_func="{:,}".format,
        key="train_images",
        disabled=disabled,
        help="Training images, counting repeats. One pass over MNIST's training split is 55,000.",
        persist_state="session",
    )
    with st.expander("More settings"):
        rate = st.select_slider(
            "Learning rate",
            RATES,
            1e-2,
            format_func="{:g}".format,
            key="train_rate",
            disabled=disabled,
            help="Adam's peak step size. Too large a one diverges; try it.",
            persist_state="session",
        )
        dataset = st.selectbox(
            "Data set",
            list(data.LOADERS),
            format_func=TITLES.__getitem__,
            key="train_dataset",
            disabled=disabled,
            persist_state="session",
        )
        seed = st.number_input(
            "Seed",
            0,
            2**31 - 1,
            0,
            key="train_seed",
            disabled=disabled,
            help="Fixes the initial weights, the order of the images and the noise: one seed, one model.",
            persist_state="session",
        )
    return Choice(kind or "vae", latent_dim, beta, images, rate, dataset, seed)
