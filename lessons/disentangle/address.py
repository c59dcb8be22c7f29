"""What the address of /disentangle carries: the model, where the canvas is and what it shows, and the latent looked into."""

import streamlit as st

from explorer.canvas import rows
from explorer.page.address import Address
from explorer.page.parameters import Numbers, OneOf, Whole
from lessons.disentangle import screen
from lessons.disentangle.models import LATENTS, SHOWN, USUAL

FAR = 1_000.0  # a code in a link lies within


def latents() -> list[int]:
    """The model's latents, counted from 1, the one that carries most first."""
    return [d + 1 for d in screen.get(st.session_state["dis_model"]).order]


ADDRESS = Address(
    OneOf("dis_model", USUAL, widget="segmented_control", allowed=tuple(SHOWN), what="model"),
    Whole("dis_image", screen.first_image, told="digit", high=lambda: len(screen.dataset().test) - 1),
    Numbers("dis_z", (), told="z", count=LATENTS, low=-FAR, high=FAR),
    *rows.shown("dis", lambda: LATENTS),
    OneOf("dis_latent", lambda: latents()[0], widget="selectbox", allowed=latents, what="latent"),
)
