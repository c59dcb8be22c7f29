"""What several pages show: a shipped coder, from the models that all pages keep loaded; the classifier and the judge, and what the judge saw in the darts."""

from collections.abc import Mapping

import streamlit as st

from explorer.models import trained
from lessons.shared import classifier, darts, pca
from lessons.shared.classifier import Classifier
from lessons.shared.coders import Coder, of_model, of_pca


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
