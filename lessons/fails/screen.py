"""What the page on failures shows: models ready for the canvas, what they make of digits, and the numbers in its words."""

import html
from collections.abc import Mapping
from functools import cached_property
from math import log
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from explorer.models import trained
from explorer.models.trained import Trained
from explorer.page import palette, places
from explorer.page.pictures import row_html
from explorer.page.words import Words, slots
from explorer.training import form
from explorer.training.curves import PARTS
from lessons.fails import diagnosis, figures, models
from lessons.fails.cases import CASES
from lessons.fails.diagnosis import Symptoms
from lessons.fails.figures import COLOURS, Curve
from lessons.fails.models import FEW, PAIRS, SAME_IMAGES
from vae import data
from vae.model import latent
from vae.model.networks import parameter_count

PICTURES = 8
PART_COLOURS = {"reconstruction": palette.RECONSTRUCTION, "kl": palette.KL, "total": palette.TOTAL}


class Exhibit(Trained):
    """A model of the lesson, named by what became of it."""

    @cached_property
    def label(self) -> str:
        words = places.PLACES["fails"].words
        failed = next((key for key, pair in PAIRS.items() if pair.failed == self.name), None)
        became = words.items("predict")[failed] if failed else words.items("pictures")["mended"]
        return f"{became}: {trained.described(self.model.spec, self.settings)}"


@st.cache_resource(max_entries=16, show_spinner=False)
def _own(name: str, stamp: int) -> Exhibit:
    return Exhibit(*models.load(name))


def exhibit(name: str) -> Exhibit:
    """A model of the lesson by name; CheckpointError with a sentence where it is missing or damaged."""
    if name not in models.RUNS:
        return _rung(name, trained.get(name))
    try:
        stamp = (models.SHELF.folder / name / "model.safetensors").stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _own(name, stamp)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Trained: id})
def _rung(name: str, rung: Trained) -> Exhibit:
    return Exhibit(rung.checkpoint, rung.history)


def pair(key: str) -> tuple[Exhibit, Exhibit]:
    """The run that fails in that way, and its mended sibling."""
    failed, mended = PAIRS[key]
    return exhibit(failed), exhibit(mended)


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


def nearest(name: str) -> Tensor:
    """For each reconstruction the nearest of the images that the run was trained on (N, C, H, W)."""
    seen = models.seen_by(name, data.load("mnist")).train.pixels()
    found = torch.cdist(reconstructions(name).flatten(1), seen.flatten(1)).argmin(1)
    return seen[found]


def pictures(words: Words, key: str, role: str) -> str:
    """Test images, what the failed or the mended run makes of them, and draws from the prior, as HTML."""
    name = getattr(PAIRS[key], role)
    shown = {"original": data.load("mnist").test.pixels(slice(PICTURES)), "rebuilt": reconstructions(name)}
    if (key, role) == ("memorised", "failed"):
        shown["nearest"] = nearest(name)
    shown["draws"] = samples(name)
    said = words.items("pictures")
    rows = [f'<p class="le-preset le-{"bad" if role == "failed" else "good"}">{said[role]}</p>']
    for row, pixels in shown.items():
        alts = [words.item("pictures", f"{row}-alt", number=i) for i in range(PICTURES)]
        rows.append(f'<div class="le-named-row"><span>{said[row]}</span>{row_html(pixels, alts)}</div>')
    return "".join(rows)


def draw_curves(words: Words, runs: Mapping[str, str], key: str, constant: float) -> None:
    """The three curves of one run or two, by their roles; the first says how far the axis goes. `constant`: the mean image's cost."""
    names = words.items("runs")
    curves = [Curve(names[role], COLOURS[role], exhibit(name).history) for role, name in runs.items()]
    for part, column in zip(PARTS, st.columns(3, gap="medium"), strict=True):
        column.html(f'<p class="le-name" style="--colour:{PART_COLOURS[part]}">{PARTS[part]}</p>')
        frame, spec = figures.curves(curves, part, constant if part == "reconstruction" else None)
        if frame.empty:
            column.caption(words.say("no-kl"))
            continue
        alt = words.item("alts", "curves", part=PARTS[part], runs=" and ".join(curve.name for curve in curves))
        room = column.container(
            height=figures.HEIGHT, border=False, key=f"fails-curve-{key}-{part}"
        )  # on a small screen less (page.css)
        room.vega_lite_chart(frame, spec, height="stretch", key=f"{key}-{part}", alt=alt)


def legend(words: Words) -> str:
    """Which line is which run, as HTML."""
    keys = (
        f'<span class="fa-key" style="--colour:{COLOURS[role]}"></span>{text}' for role, text in words.items("legend").items()
    )
    return f'<p class="le-legend">{"".join(keys)}</p>'


def mend(words: Words, key: str) -> None:
    """The change with its remark, and the ways to Train."""
    said, case = words.items("setting"), CASES[key]
    setting, before, after = case.change
    remark = html.escape(words.items(key)["remark"])
    st.html(f'<p class="fa-change">{said[setting]}: <s>{before}</s> \u2192 <b>{after}</b> &nbsp;<span># {remark}</span></p>')
    with st.container(horizontal=True, key="fails-mend"):
        places.link("train", said["mend"], **form.link(case.mended))
        if case.failed:
            places.link("train", said["fail"], **form.link(case.failed))


def numbers(key: str, measured: Mapping[str, Symptoms]) -> dict[str, Any]:
    """Every number that the words on a failure may name; those of the mended sibling begin with mended_."""
    found: dict[str, Any] = {"few": FEW, "log_few": log(FEW), "silence": diagnosis.SILENT}
    found["times"] = exhibit(PAIRS[key].failed).settings.images / FEW  # that each of the few is seen
    for name, before in zip((*PAIRS[key], SAME_IMAGES), ("", "mended_", "vae_"), strict=True):
        s = measured[name]
        quiet, units = silent(name)
        of_run = {
            **vars(s),
            "gap": s.gap,
            "negative_elbo": s.negative_elbo,
            "out_of_reach": 100 * (s.out_of_reach or 0),
            "carry": sum(nats > diagnosis.SILENT for nats in s.kl_per_dim or ()),
            "beta": exhibit(name).settings.beta,
            "silent": quiet,
            "units": units,
            "images_seen": exhibit(name).history[-1].images_seen,
            "budget": exhibit(name).settings.images,
            "parameters": parameter_count(exhibit(name).model),
        }
        found |= {f"{before}{what}": value for what, value in of_run.items()}
    return found


def said(words: Words, key: str, part: str, measured: Mapping[str, Symptoms]) -> str:
    """A part of the words on a failure (notice, reading, cause), with the numbers that it names."""
    known = numbers(key, measured)
    return words.item(key, part, **{slot: known[slot] for slot in slots(words.items(key)[part])})


def position(z: tuple[float, ...], digit: int, subjects: tuple[Exhibit, Exhibit]) -> list[list[float]]:
    """Where each plane decodes: at z, the numbers of one after those of the other, or at the digit's codes where there are none."""
    if not z:
        return [subject.posterior.mean[digit].tolist() for subject in subjects]
    first = len(subjects[0].order)
    return [list(z[:first]), list(z[first:])]
