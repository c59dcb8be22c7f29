"""What the address of /kl carries."""

import streamlit as st

from explorer.models import trained
from explorer.models.run_models import ModelName
from explorer.page.address import Address
from explorer.page.parameters import Number, OneOf, SomeOf
from lessons.kl import history, parts


def models() -> list[str]:
    """The VAEs whose KL can be taken apart: two that ship, and the visitor's own."""
    return trained.and_own(history.TRACED)


def latents() -> list[int]:
    """The model's latents, counted from 1, the one with the largest KL first."""
    return [d + 1 for d in trained.get(st.session_state["kl_model"]).order]


ADDRESS = Address(
    Number("kl_mu", 1.5, told="mu", low=-3.0, high=3.0),
    Number("kl_log_sigma", -0.693, told="log_sigma", low=-2.5, high=1.0),
    SomeOf("kl_parts", parts.PARTS, told="on", allowed=parts.PARTS),
    ModelName("kl_model", history.TRACED[0], widget="selectbox", allowed=models),
    OneOf("kl_latent", lambda: latents()[0], widget="selectbox", allowed=latents, what="latent"),
)
