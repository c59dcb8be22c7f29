"""What the lesson on failures shows: its models ready for the canvas, their symptoms, and what they make of digits."""

from functools import cached_property

import streamlit as st
import torch
from torch import Tensor

from explorer.models import trained
from explorer.models.trained import Trained
from lessons.fails import diagnosis
from lessons.fails import models as failed_models
from lessons.fails.cases import CASES
from vae import data, latent

PICTURES = 8


class Exhibit(Trained):
    """A model of the lesson, named by what became of it."""

    @cached_property
    def label(self) -> str:
        spec, settings = self.model.spec, self.settings
        text = trained.described(spec, settings)
        failed = next((CASES[key].name for key, pair in failed_models.PAIRS.items() if pair.failed == self.name), "")
        return f"{failed}: {text}" if failed else f"Mended: {text}"


@st.cache_resource(max_entries=16, show_spinner=False)
def _own(name: str, stamp: int) -> Exhibit:
    ended = failed_models.load(name)
    return Exhibit(ended.checkpoint, ended.history)


def exhibit(name: str) -> Exhibit:
    """A model of the lesson by name; CheckpointError with a sentence where it is missing or damaged."""
    if name not in failed_models.RUNS:
        return _rung(name, trained.get(name))
    try:
        stamp = (failed_models.folder(name) / "model.safetensors").stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _own(name, stamp)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Trained: id})
def _rung(name: str, rung: Trained) -> Exhibit:
    return Exhibit(rung.checkpoint, rung.history)


@st.cache_resource(max_entries=8, show_spinner=False)
def silent(name: str) -> tuple[int, int]:
    """Silent units of the decoder's last hidden layer, and how many it has."""
    return diagnosis.silent_units(exhibit(name).model)


def reconstructions(name: str) -> Tensor:
    """The first test images, reconstructed from their posterior's means (N, C, H, W)."""
    subject = exhibit(name)
    return latent.decode(subject.model, subject.posterior.mean[:PICTURES])


def samples(name: str) -> Tensor:
    """The same draws from the prior for all models of a size, decoded."""
    subject = exhibit(name)
    return latent.decode(subject.model, latent.sample_prior(PICTURES, subject.model.spec.latent_dim, seed=0))


def remembered(name: str) -> Tensor:
    """For each reconstruction the nearest of the images that the run was trained on (N, C, H, W)."""
    seen = failed_models.seen_by(name, data.load("mnist")).train.pixels()
    nearest = torch.cdist(reconstructions(name).flatten(1), seen.flatten(1)).argmin(1)
    return seen[nearest]
