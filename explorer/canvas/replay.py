"""Series for the canvas: the training of a model that ships its timeline, and the beta ladder."""

from dataclasses import replace

import streamlit as st

from explorer.canvas import Series, Stage
from explorer.models import trained
from explorer.models.trained import Trained
from explorer.page import words
from vae.checkpoints import SHIPPED
from vae.data import Dataset, Split
from vae.family import LADDER
from vae.learning import timeline
from vae.model.networks import Autoencoder, build
from vae.model.posterior import Posterior

WORDS = words.load("explorer/canvas")


class Past:
    """A model as it was at one moment of its training: its decoder, and the codes of the first test images."""

    def __init__(self, model: Autoencoder, posterior: Posterior, data: Dataset):
        self.model, self.posterior, self.data = model, posterior, data


def has_timeline(subject: Trained) -> bool:
    return not subject.own and (SHIPPED / subject.name / timeline.FILE).exists()


def on_ladder(subject: Trained) -> bool:
    """Whether the beta ladder can be shown for this model: it must be a shipped VAE with two latents."""
    return subject.is_vae and not subject.own and subject.model.spec.latent_dim == 2


def training(subject: Trained) -> Series:
    """The training of a shipped model, moment by moment."""
    return Series(WORDS.say("training"), _training(subject.name))


def ladder(_: Trained) -> Series:
    """The shipped models of the beta ladder, each with its KL and its reconstruction."""
    stages = []
    for rung in rungs():
        m, beta = rung.measures, rung.settings.beta
        caption = WORDS.say("ladder-at", beta=beta, kl=m.kl, reconstruction=m.reconstruction)
        stages.append(Stage(f"{beta:g}", caption, [rung]))
    return Series(WORDS.say("ladder"), stages, at=LADDER.index(1.0))


def rungs() -> list[Trained]:
    """The models of the beta ladder, from the smallest beta to the largest."""
    return [trained.shipped(f"mnist-vae-2d-beta-{beta:g}") for beta in LADDER]


@st.cache_resource(max_entries=4, show_spinner=False)
def _training(name: str) -> list[Stage]:
    subject = trained.shipped(name)
    whole = subject.data
    records = {record.images_seen: record for record in subject.history}
    stages = []
    for past in timeline.load(SHIPPED / name):
        model = build(subject.model.spec)
        model.decoder.load_state_dict(past.decoder)
        count = len(past.codes)
        data = replace(whole, test=Split(whole.test.images[:count], whole.test.labels[:count]))
        losses = records[past.images_seen].validation
        kl = "" if losses.kl is None else WORDS.say("training-kl", kl=losses.kl)
        caption = WORDS.say("training-at", images=past.images_seen, reconstruction=losses.reconstruction, kl=kl)
        stages.append(Stage(f"{past.images_seen:,}", caption, [Past(model.eval(), Posterior(past.codes, None), data)]))
    return stages
