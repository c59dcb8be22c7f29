"""Series for the canvas: the moments of a training run that ships its timeline, and the beta ladder."""

from dataclasses import replace

import streamlit as st

from explorer.canvas import Moment, Series
from explorer.models import trained
from explorer.models.trained import Trained
from vae import timeline
from vae.checkpoints import SHIPPED
from vae.data import Dataset, Split
from vae.family import LADDER
from vae.models import Autoencoder, build
from vae.posterior import Posterior


class Past:
    """A model as it was at one moment of its training: its decoder, and the codes of the first test images."""

    def __init__(self, model: Autoencoder, posterior: Posterior, data: Dataset):
        self.model, self.posterior, self.data = model, posterior, data


def has_timeline(subject: Trained) -> bool:
    return not subject.own and (SHIPPED / subject.name / timeline.FILE).exists()


def on_ladder(subject: Trained) -> bool:
    """Whether the beta ladder can stand in for this model: a shipped VAE with two latents."""
    return subject.is_vae and not subject.own and subject.model.spec.latent_dim == 2


def training(subject: Trained) -> Series:
    """The run that made a shipped model, moment by moment."""
    return Series("Images seen in training", _training(subject.name))


def ladder(_: Trained) -> Series:
    """The shipped models from the smallest beta to the largest, with what each pays for what."""
    steps = []
    for rung in rungs():
        m, beta = rung.measures, rung.settings.beta
        caption = f"\u03b2 = {beta:g}: KL {m.kl:.1f} nats, reconstruction {m.reconstruction:.1f} nats per test image"
        steps.append(Moment(f"{beta:g}", caption, [rung]))
    return Series("\u03b2, the weight of the KL", steps, at=LADDER.index(1.0))


def rungs() -> list[Trained]:
    """The models of the beta ladder, from the smallest beta to the largest."""
    return [trained.get(f"mnist-vae-2d-beta-{beta:g}") for beta in LADDER]


@st.cache_resource(max_entries=4, show_spinner=False)
def _training(name: str) -> list[Moment]:
    subject = trained.get(name)
    whole = subject.data
    records = {record.images_seen: record for record in subject.history}
    moments = []
    for past in timeline.load(SHIPPED / name):
        model = build(subject.model.spec)
        model.decoder.load_state_dict(past.decoder)
        count = len(past.codes)
        data = replace(whole, test=Split(whole.test.images[:count], whole.test.labels[:count]))
        losses = records[past.images_seen].validation
        kl = "" if losses.kl is None else f", KL {losses.kl:.1f} nats"
        caption = f"{past.images_seen:,} images: reconstruction {losses.reconstruction:.1f} nats{kl} per validation image"
        moments.append(Moment(f"{past.images_seen:,}", caption, [Past(model.eval(), Posterior(past.codes, None), data)]))
    return moments
