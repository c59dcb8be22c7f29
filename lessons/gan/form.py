"""The controls of a GAN's training: how strong either player is, and for how long they play."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from explorer.lesson.lesson import Lesson
from vae.learning.recipes import Recipe, recipe

BUDGETS = (30_000, 100_000, 300_000, 600_000)
LATENTS = (1, 2, 5, 10, 20, 50)
PENALTIES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SPEEDS = (0.1, 0.3, 1.0, 3.0, 10.0)


@dataclass(frozen=True)
class GameSettings:
    """What the form says; its fields are parameters of the address."""

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


USUAL = GameSettings()
PRESETS = {
    "calm": USUAL,
    "collapse": GameSettings(gan_penalty=0.0),
    "fast": GameSettings(gan_penalty=0.0, gan_speed=10.0),
    "single": GameSettings(gan_latents=1),
}


def of_run(recipes: tuple[Recipe, ...]) -> GameSettings:
    """The form's values of a run."""
    (spec, settings) = recipes[0]
    return GameSettings(settings.images, settings.gradient_penalty, settings.discriminator_rate, spec.latent_dim, settings.seed)


def read(lesson: Lesson) -> GameSettings:
    """What the form says now."""
    return GameSettings(**{name: lesson.at[name] for name in asdict(USUAL)})


def draw(lesson: Lesson, train: Callable[[], None], back: Callable[[], None] | None = None) -> None:
    """Draw the form.

    train  called by the button that asks for a run; back, where it is given, by the one that leaves the run shown
    """
    settings = read(lesson)
    with st.container(horizontal=True, gap="small", key="gan-presets"):
        st.button(lesson.words.label("train"), type="primary", on_click=train)
        if back:
            st.button(lesson.words.label("back"), on_click=back)
        st.space("stretch")
        for name, label in lesson.words.items("presets").items():
            st.button(
                label,
                key=f"gan-preset-{name}",
                on_click=lesson.at.set,
                kwargs=asdict(PRESETS[name]),
                type="primary" if PRESETS[name] == settings else "secondary",
            )
    with lesson.pickers():
        columns = st.columns(5, gap="medium")
        lesson.draw("gan_penalty", columns[0], format_func="{:g}".format)
        lesson.draw("gan_speed", columns[1], format_func="\u00d7 {:g}".format)
        lesson.draw("gan_latents", columns[2])
        lesson.draw("gan_images", columns[3], format_func="{:,}".format)
        lesson.draw("gan_seed", columns[4])
