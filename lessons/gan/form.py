"""The controls of a GAN's training: how strong either player is, and for how long they play. Every value is in the page's link."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from explorer.page import state
from vae.recipes import Recipe, recipe

BUDGETS = (30_000, 100_000, 300_000, 600_000)
LATENTS = (1, 2, 5, 10, 20, 50)
PENALTIES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SPEEDS = (0.1, 0.3, 1.0, 3.0, 10.0)


@dataclass(frozen=True)
class Choice:
    """What the form says; its fields are the names in the link and the widgets' keys."""

    gan_images: int = 300_000
    gan_penalty: float = 3.0
    gan_speed: float = 1.0
    gan_latents: int = 20
    gan_seed: int = 0

    def recipes(self) -> tuple[Recipe, ...]:
        changes: dict[str, Any] = {
            "gradient_penalty": self.gan_penalty,
            "discriminator_rate": self.gan_speed,
            "seed": self.gan_seed,
        }
        return (recipe("gan", self.gan_latents, self.gan_images, **changes),)


USUAL = Choice()
PRESETS = {
    "A calm game": USUAL,
    "Mode collapse": Choice(gan_penalty=0.0),
    "A discriminator ten times as fast": Choice(gan_penalty=0.0, gan_speed=10.0),
    "A single latent": Choice(gan_latents=1),
}


def of_run(recipes: tuple[Recipe, ...]) -> Choice:
    """The form's values of a run."""
    (spec, settings) = recipes[0]
    return Choice(settings.images, settings.gradient_penalty, settings.discriminator_rate, spec.latent_dim, settings.seed)


def fill(choice: Choice) -> None:
    """Put values into the form; before it is drawn."""
    st.session_state.update(asdict(choice))


def values(choice: Choice) -> dict[str, Any]:
    return asdict(choice)


def read() -> Choice:
    """What the form says, from the link on arrival and from the session afterwards."""
    state.read_link(
        gan_images=_one_of(BUDGETS),
        gan_penalty=_one_of(PENALTIES),
        gan_speed=_one_of(SPEEDS),
        gan_latents=_one_of(LATENTS),
        gan_seed=state.whole_number(0, 2**31 - 1),
    )
    state.usual(**asdict(USUAL))
    return Choice(**{name: st.session_state[name] for name in asdict(USUAL)})


def _one_of(allowed: tuple[float, ...]) -> state.Reader:
    def read(text: str) -> float:
        for value in allowed:
            if text in (f"{value:g}", str(value)):
                return value
        raise ValueError(f"It must be one of {', '.join(f'{value:,}' for value in allowed)}; the usual value is used instead.")

    return read


def draw(train: Callable[[], None], back: Callable[[], None] | None = None) -> Choice:
    """Draw the form and return what it says now.

    train  called by the button that asks for a run; back, where it is given, by the one that leaves the run shown
    """
    choice = read()
    with st.container(horizontal=True, gap="small", key="gan-presets"):
        st.button("Train this GAN", type="primary", on_click=train)
        if back:
            st.button("Show the one that ships", on_click=back)
        st.space("stretch")
        for name, preset in PRESETS.items():
            st.button(
                name,
                key=f"gan-preset-{name}",
                on_click=fill,
                args=(preset,),
                type="primary" if preset == choice else "secondary",
            )
    columns = st.columns(5, gap="medium")
    columns[0].select_slider(
        "Gradient penalty \u03b3",
        PENALTIES,
        format_func="{:g}".format,
        key="gan_penalty",
        persist_state="session",
        help="Gives the discriminator a curvature of its own: half this weight times its squared slope at real images.",
    )
    columns[1].select_slider(
        "Discriminator\u2019s speed",
        SPEEDS,
        format_func="\u00d7 {:g}".format,
        key="gan_speed",
        persist_state="session",
        help="Its step size as a multiple of the generator\u2019s.",
    )
    columns[2].select_slider(
        "Latents", LATENTS, key="gan_latents", persist_state="session", help="Numbers that a picture is made from."
    )
    columns[3].select_slider(
        "Budget, images seen", BUDGETS, format_func="{:,}".format, key="gan_images", persist_state="session"
    )
    columns[4].number_input("Seed", 0, 2**31 - 1, key="gan_seed", persist_state="session")
    return Choice(**{name: st.session_state[name] for name in asdict(USUAL)})
