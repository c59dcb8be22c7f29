"""What the address of /denoise carries."""

import streamlit as st

from explorer.page.address import Address
from explorer.page.parameters import Family, OneOf, Strokes, Whole
from explorer.page.strokes import DRAWING
from lessons.denoise.models import NOISES
from lessons.denoise.screen import LEVELS
from vae import data

SAME = "same"  # the denoiser trained on the noise that is shown


def drawing() -> list[Strokes]:
    """The drawing, where it is what is cleaned."""
    return [Strokes(DRAWING, (), told="drawing")] if st.session_state["denoise_source"] == "drawing" else []


ADDRESS = Address(
    OneOf("denoise_kind", "gaussian", widget="segmented_control", allowed=NOISES, what="kind of noise"),
    Whole("denoise_level", 2, told="at", high=len(LEVELS) - 1),
    OneOf("denoise_learned", SAME, widget="selectbox", allowed=(SAME, *NOISES), what="denoiser"),
    Whole("denoise_digit", 8, high=lambda: len(data.load("mnist").test) - 1),
    OneOf("denoise_source", "digit", widget="segmented_control", allowed=("digit", "drawing"), what="source of images"),
    Family(DRAWING, None, members=drawing, says="strokes on the pad, where the image is a drawing"),
)
