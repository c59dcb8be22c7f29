"""What the address of /explore carries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from explorer.canvas import replay, rows
from explorer.canvas.canvas import CanvasState
from explorer.models import trained
from explorer.models.run_models import ModelName
from explorer.models.trained import Trained
from explorer.page.address import Address
from explorer.page.parameters import Family, Nearest, OneOf, Parameter, Whole
from vae.errors import CheckpointError
from vae.family import LADDER

NEAR = 1e-3  # between a position and the code it stands for: both are rounded on the way through a browser


def subject() -> Trained:
    """The model that is shown."""
    return trained.get(st.session_state.get("model"))


def views() -> list[str]:
    """What can be shown of it."""
    return ["model"] + ["training"] * replay.has_timeline(subject()) + ["ladder"] * replay.on_ladder(subject())


def coordinates() -> list[Parameter]:
    """The position: a number for each latent dimension."""
    return [rows.Coordinate(f"z{i + 1}", 0.0, told=f"z{i + 1}", low=a, high=b) for i, (a, b) in enumerate(subject().ranges)]


@dataclass(frozen=True)
class Picked(Whole):
    """The test image whose code the position is; without a value where one has moved on."""

    def read(self, text: str) -> int:
        return self.believe(Whole(self.name, None, high=self.high).read(text))

    def believe(self, value: Any) -> int:
        index = super().believe(value)
        if np.abs(np.subtract(place(code(index)), position())).max() > NEAR:
            raise ValueError("The position in the link is not the code of that test image.")
        return index


def position() -> list[float]:
    return [st.session_state[row.name] for row in coordinates()]


def code(index: int) -> list[float]:
    """The code of a test image."""
    return subject().posterior.mean[index].tolist()


def place(z: list[float]) -> list[float]:
    """The position within the sliders' ranges that is nearest to z."""
    return [row.believe(value) for row, value in zip(coordinates(), z, strict=True)]


def told(said: CanvasState) -> dict[str, Any]:
    """What the canvas reports; of a test image the code as it is, which the browser knows in steps only."""
    exact = {} if said.digit is None else {f"z{i + 1}": value for i, value in enumerate(code(said.digit))}
    return {**said.told(), **exact}


def stages() -> list[Parameter]:
    """Where one is in the series that is shown."""
    view = st.session_state.get("explore_view")
    if view == "training":
        last = len(replay.training(subject()).stages) - 1
        return [Whole("explore_moment", 0, told="moment", high=last)]
    if view == "ladder":
        return [Rung("explore_beta", 1.0, told="moment", allowed=LADDER)]
    return []


@dataclass(frozen=True)
class Rung(Nearest):
    """A beta of the ladder, which a browser reports by its index."""

    def believe(self, value: Any) -> Any:
        return LADDER[value] if isinstance(value, int) and 0 <= value < len(LADDER) else super().believe(value)

    def in_browser(self) -> dict[str, Any]:
        return {**super().in_browser(), "texts": [self.write(beta) for beta in LADDER]}


def looks() -> list[Parameter]:
    """What is pointed out, shown and switched on."""
    return [
        Picked("explore_digit", None, told="digit", high=len(subject().data.test) - 1),
        OneOf("explore_view", "model", widget="segmented_control", allowed=views(), what="view"),
        *rows.shown("explore", lambda: len(subject().order)),
        rows.sight("explore", of=("model", "explore_view")),
    ]


def of_the_model(members: Callable[[], list[Parameter]]) -> Callable[[], list[Parameter]]:
    """These rows, none of a model that cannot be loaded: the page says so below a menu from which another can be chosen."""

    def found() -> list[Parameter]:
        try:
            return members()
        except CheckpointError:
            return []

    return found


ADDRESS = Address(
    ModelName("model", lambda: trained.first("mnist-vae-2d", trained.names()), widget="selectbox", allowed=trained.names),
    Family("z1, z2, ...", None, members=of_the_model(coordinates), says="a number within each latent dimension's range"),
    Family(
        "explore_*",
        None,
        members=of_the_model(looks),
        says="explore_digit, explore_view, explore_layers, explore_plane, explore_sight",
    ),
    Family("explore_*", None, members=of_the_model(stages), says="explore_moment in the training, explore_beta on the ladder"),
)
