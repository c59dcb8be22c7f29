"""What the page on GANs shows: what ships, read once, and what the classifier makes of the pictures of a run."""

import html
from collections.abc import Sequence
from statistics import mean, stdev

import streamlit as st
from torch import Tensor

from explorer.page.tables import Html
from explorer.runs.store import Run, StoreError, store
from lessons.gan import models, samples
from lessons.gan.curves import GameState
from lessons.gan.models import Shipped
from lessons.gan.samples import Quality
from lessons.shared import classifier
from lessons.shared.screen import judge
from vae import data
from vae.errors import CheckpointError
from vae.learning.records import GameLosses
from vae.model import latent
from vae.model.networks import Network, build_network

DRAWS = 2_000  # pictures of a run that are measured: enough for class shares within a percent
NAMES = ("real", "gan", "vae", "ae", "pca", "collapsed")  # in the order of the table


@st.cache_resource(show_spinner=False)
def shipped() -> Shipped:
    """What the lesson ships; CheckpointError with what to do where it is not whole."""
    return models.load()


def ready() -> Shipped | None:
    """What the lesson ships, if the classifier is there too; None after a sentence that says what to do."""
    try:
        judge()
        return shipped()
    except CheckpointError as error:
        st.error(str(error))
        return None


def named(name: str, title: str) -> Html:
    """A model's title in its colour."""
    return Html(f'<span class="le-name le-{name}">{html.escape(title)}</span>')


def ending(quality: Quality) -> str:
    """What a GAN draws in the end, as the page's prediction names it: "all" classes, a "few", or "noise"."""
    return "all" if quality.covered == 10 else "few" if quality.confidence > 0.8 else "noise"


@st.cache_resource(show_spinner=False)
def reference() -> Tensor:
    """The classifier's features of the test digits (10,000, F)."""
    return classifier.features(judge(classifier.FOLDER)[0], data.load("mnist").test.pixels())


def history(name: str) -> list[GameState]:
    """A shipped GAN over its training, without the state before the first step."""
    return [GameState(**moment) for moment in shipped().losses[name]][1:]


@st.cache_data(max_entries=64, show_spinner=False)
def pictures(name: str, count: int, seed: int) -> Tensor:
    """What a shipped network draws (count, 1, 28, 28): the same seed gives every network the same noise."""
    return models.draw(shipped().networks[name], latent.sample_prior(count, models.LATENTS, seed))


def over_seeds(qualities: Sequence[Quality], what: str) -> tuple[float, float]:
    """A measure's mean over seeds and its standard deviation, 0 where there is one seed."""
    values = [float(getattr(quality, what)) for quality in qualities]
    return mean(values), stdev(values) if len(values) > 1 else 0.0


def states(moments: Sequence) -> list[GameState]:
    """A run's records as the curves want them: validation images."""
    found = []
    for moment in moments[1:] or moments:
        record = moment.records[0]
        losses = record.validation
        assert isinstance(losses, GameLosses)
        found.append(GameState(record.images_seen, losses.discriminator, losses.generator, losses.real, losses.fake))
    return found


@st.cache_data(max_entries=64, show_spinner=False)
def samples_of(run_id: str, attempt: int, index: int) -> Tensor:
    """The pictures that a run drew at a moment, (64, C, H, W): always of the same noise."""
    return store().snapshot(run_id, index)[0].samples


def classes_of(images: Tensor) -> list[int]:
    """The most probable class of each picture."""
    return classifier.probabilities(judge(classifier.FOLDER)[0], images).argmax(1).tolist()


@st.cache_data(max_entries=64, show_spinner="Measuring 2,000 pictures")
def quality_of(run_id: str, attempt: int, images_seen: int, _run: Run) -> Quality:
    """What a run that has ended draws, measured."""
    network = network_of(_run)
    z = models.noise(DRAWS, network.spec.latent_dim)
    return samples.measure(models.draw(network, z), judge(classifier.FOLDER)[0], reference())


def network_of(run: Run) -> Network:
    """A run's GAN with its newest weights; StoreError where there are none."""
    weights = store().weights(run.id)
    if weights is None:
        raise StoreError("This run has no weights. Train it again.")
    network = build_network(run.recipes[0].spec)
    network.load_state_dict(weights[0])
    return network.eval()
