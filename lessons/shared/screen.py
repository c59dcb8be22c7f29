"""What several pages show: a shipped coder, from the models that all pages keep loaded; the classifier and the judge, and what the judge saw in the darts."""

from collections.abc import Mapping

import streamlit as st

from explorer.models import trained
from explorer.models.trained import Trained
from lessons.shared import classifier, darts, middles, pca
from lessons.shared.classifier import Classifier
from lessons.shared.coders import Coder, of_model, of_pca
from lessons.shared.middles import Middles


def coder(kind: str, latents: int) -> Coder:
    """A coder of that kind and size; CheckpointError with a sentence where its file is missing or damaged."""
    return of_pca(pca.load(), latents) if kind == "pca" else of_model(trained.get(f"mnist-{kind}-{latents}d").model)


def judge(folder: str = classifier.JUDGE) -> tuple[Classifier, float]:
    """The shipped judge, or the classifier, and its accuracy on the test digits; read again when a file has changed."""
    return _judge(folder, classifier.SHELVES[folder].stamp())


@st.cache_resource(max_entries=2, show_spinner=False)
def _judge(folder: str, stamp: tuple[int, ...]) -> tuple[Classifier, float]:
    return classifier.load(folder)


def seen() -> Mapping[str, str]:
    """What the judge saw in every dart, for each model of Home (lessons/shared/darts.py), read again when a file has changed."""
    return _seen(darts.SHELF.stamp())


@st.cache_resource(max_entries=1, show_spinner=False)
def _seen(stamp: tuple[int, ...]) -> Mapping[str, str]:
    return darts.load()


def between(subject: Trained, way: str) -> Middles:
    """What the judge sees at the ends and in the middle of ways of that kind between the test digits of a model of MNIST."""
    return _between(subject.name, way, classifier.SHELVES[classifier.JUDGE].stamp(), subject)


@st.cache_resource(max_entries=32, show_spinner=False)
def _between(name: str, way: str, stamp: tuple[int, ...], _subject: Trained) -> Middles:
    codes, labels = _subject.posterior.mean, _subject.data.test.labels
    return middles.seen(_subject.model, judge()[0], codes, labels, way)
