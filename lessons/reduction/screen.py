"""What the page on sums and means shows of its three models."""

import streamlit as st

from explorer.page.pictures import row_html
from explorer.page.words import Words
from lessons.reduction import models
from lessons.reduction.models import Measured
from lessons.shared.shipping import Shipped
from vae import data
from vae.model import latent
from vae.model.networks import Autoencoder

PICTURES = 6


@st.cache_resource(max_entries=len(models.WAYS), show_spinner=False)
def shipped(name: str) -> Shipped[Measured]:
    """One of the three by its name among WAYS; CheckpointError with a sentence where it is missing or damaged."""
    return models.load(name)


def pictures(words: Words, model: Autoencoder) -> str:
    """Rows of test images, their reconstructions, and decoded draws from the prior, as HTML."""
    originals = data.load("mnist").test.pixels(slice(PICTURES))
    draws = latent.sample_prior(PICTURES, model.spec.latent_dim, seed=0)
    rows = {
        "original": originals,
        "rebuilt": latent.decode(model, latent.encode(model, originals).mean),
        "draw": latent.decode(model, draws),
    }
    return "".join(
        row_html(images, [words.item("pictures", kind, number=i + 1) for i in range(PICTURES)]) for kind, images in rows.items()
    )
