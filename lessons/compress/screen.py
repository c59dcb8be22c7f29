"""What the lesson on compression shows: shipped measures, eight digits for the browser, and files made while the page is open."""

import itertools
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
import torch

from explorer.canvas import payloads
from explorer.models import trained
from explorer.page.words import fill
from lessons.compress import bits_back, picture_files, study
from lessons.shared import pca, psnr
from lessons.shared.coders import CODERS, LATENTS
from lessons.shared.screen import coder
from vae import data
from vae.measuring import bounds
from vae.model.networks import VAE

DIGITS = (3, 2, 1, 18, 4, 8, 11, 0, 61, 7)  # test images in the live part, one of each class
PIXELS = 784
LADDER = tuple(f"mnist-vae-2d-beta-{beta}" for beta in ("0.05", "0.25", "1", "2", "4", "8", "16"))
BINARY, LOSSLESS = "mnist-vae-40d-binary", 200  # the model of binary pixels, and test images in its file
NAT = 1 / float(np.log(2))  # bits
ASKED = 20  # latents of the autoencoder in the prediction
MEANT = {"20": 20, "40": 40, "80": 80, "300": 320}  # components behind each answer


def live_facts(latents: int, at: int) -> dict[str, Any]:
    """What the live part is told: decoders, exact codes of ten digits, and what each step costs and keeps on average."""
    shipped = study.load()
    test = data.load("mnist").test
    chosen = torch.tensor(DIGITS)
    coders = []
    for kind in CODERS:
        one = coder(kind, latents)
        if kind == "pca":
            components = pca.load()
            body = payloads.affine(components.directions[:latents], components.mean, data.load("mnist").image_shape)
        else:
            body = payloads.decoder(trained.get(f"mnist-{kind}-{latents}d").model)
        codes = [[float(f"{value:.7g}") for value in row] for row in one.encode(test.pixels(chosen)).tolist()]
        curve = shipped["curves"][f"{kind}-{latents}"]
        coders.append({"kind": kind, "name": CODERS[kind], "weights": body.announce(), "codes": codes, **curve})
    return {
        "originals": test.images[chosen].flatten(1).tolist(),
        "labels": test.labels[chosen].tolist(),
        "shape": list(data.load("mnist").image_shape),
        "steps": list(study.STEPS),
        "coders": coders,
        "jpeg": [[bits, error] for _, bits, error in shipped["jpeg"]],
        "png": 8 * shipped["files"]["png"],
        "at": at,
    }


class Match(NamedTuple):
    """The squared error of the autoencoder that is asked about, and how many principal components reach it."""

    error: float
    components: int  # with grey levels cut to 0..1, as every picture on the page
    linear: int  # without


@st.cache_data(show_spinner=False)
def match() -> Match:
    error, shipped = study.load()["errors"][f"ae-{ASKED}"], pca.load()
    uncut = shipped.linear_errors(data.load("mnist").test.pixels())
    return Match(error, study.components_needed(error, shipped.errors), study.components_needed(error, uncut))


def _bits_a_number() -> dict[str, float]:
    """What a number of each coder's codes takes with a step of half an average spread."""
    half = study.STEPS.index(0.5)
    return {name: curve["bits"][half] / int(name.partition("-")[2]) for name, curve in study.load()["curves"].items()}


def bits_a_number() -> dict[str, float]:
    """The fewest and the most of them, over models and sizes."""
    each = _bits_a_number().values()
    return {"least": min(each), "most": max(each)}


def true_length() -> dict[str, float]:
    """What an autoencoder's ten numbers need: bits each, and the decoder in kB of float16."""
    return {"bits": _bits_a_number()["ae-10"], "kilobytes": 2 * coder("ae", 10).decoder_parameters / 1000}


def answer(components: int) -> str:
    """The prediction's answer that is nearest to so many components."""
    return min(MEANT, key=lambda key: abs(MEANT[key] - components))


@st.cache_resource(max_entries=9, show_spinner="Counting codes of training digits")
def _subject(kind: str, latents: int) -> study.Subject:
    return study.Subject(coder(kind, latents))


class CodeFile(NamedTuple):
    """A file of all coded test images, made and read back."""

    contents: bytes
    back: bool  # whether exactly what was written was read
    ideal: float  # bits per image by the tables
    quality: float  # dB
    decoder: int  # bytes: float16 parameters of the decoder, and the tables


@st.cache_data(max_entries=64, show_spinner="Writing and reading the files")
def file(kind: str, latents: int, at: int) -> CodeFile:
    """Round every code to the step, write one file of them, read it back."""
    subject = _subject(kind, latents)
    codec = subject.codec(study.STEPS[at])
    symbols = codec.quantise(subject.codes)
    contents = codec.compress(symbols)
    back = bool((codec.decompress(contents, len(symbols)) == symbols).all())
    curve = study.load()["curves"][f"{kind}-{latents}"]
    quality = float(psnr.of_error(curve["squared_error"][at], PIXELS))
    decoder = 2 * subject.coder.decoder_parameters + codec.table_bytes
    return CodeFile(contents, back, float(codec.bits(symbols).mean()), quality, decoder)


def files(latents: int, at: int) -> dict[str, CodeFile]:
    """The files of all three coders, by kind."""
    return {kind: file(kind, latents, at) for kind in CODERS}


def even(decoded: CodeFile) -> float:
    """From how many images on a file with its decoder is shorter than xz."""
    return decoded.decoder / (study.load()["files"]["xz of all"] - len(decoded.contents) / study.CODED)


def nearest_jpeg(quality: float) -> picture_files.Jpeg:
    """The JPEG whose quality (dB) comes nearest from above to what is asked; the best one where none does."""
    found = [picture_files.Jpeg(*row) for row in study.load()["jpeg"]]
    good_enough = [each for each in found if psnr.of_error(each.squared_error, PIXELS) >= quality]
    return min(good_enough, key=lambda each: each.bits, default=found[-1])


class Rung(NamedTuple):
    """One VAE of the beta ladder on the rate-distortion plane, in bits per image."""

    beta: float
    rate: float
    distortion: float


def ladder() -> list[Rung]:
    """Rate and distortion of the shipped ladder, from its measures on the test set."""
    subjects = [trained.get(name) for name in LADDER]
    return [Rung(s.settings.beta, NAT * s.measures.rate, NAT * s.measures.reconstruction) for s in subjects]


def slopes(form: str) -> str:
    """The slopes between neighbouring rungs, each said as in `form`."""
    pairs = itertools.pairwise(ladder())
    steps = [(a.beta, b.beta, (b.distortion - a.distortion) / (a.rate - b.rate)) for a, b in pairs]
    return "; ".join(fill(form, {"low": low, "high": high, "slope": slope}, "slope") for low, high, slope in steps)


def two_numbers_as_files(kind: str) -> list[tuple[float, float]]:
    """Bits per image and distortion in bits of real files of two-number codes, one for each step."""
    curve = study.load()["curves"][f"{kind}-2"]
    return [(bits, NAT * nats) for bits, nats in zip(curve["bits"], curve["nats"], strict=True)]


class Lossless(NamedTuple):
    """Binary digits as one file by bits back coding, beside what the bound says and what ordinary packers give; bits per image."""

    back: bool  # whether exactly what was written was read
    whole: float  # the file, with the random bits it starts from
    net: float  # without them
    bound: float  # the negative ELBO of the same images
    plain: dict[str, float]


@st.cache_data(show_spinner="Writing and reading binary digits")
def lossless() -> Lossless:
    """The first LOSSLESS test images, their pixels drawn once from their grey levels."""
    model = trained.get(BINARY).model
    assert isinstance(model, VAE)
    images = bounds.MEASURED_PIXELS["static"](data.load("mnist").test.pixels(slice(LOSSLESS)), 0)
    contents = bits_back.compress(model, images)
    back = bool(torch.equal(bits_back.decompress(model, contents, LOSSLESS), images))
    per_image = [8 * len(part) / LOSSLESS for part in (contents, bits_back.start().to_bytes())]
    bound = NAT * bits_back.negative_elbo(model, images)
    plain = {name: 8 * size for name, size in picture_files.bytes_binary(images[:, 0].numpy() > 0).items()}
    return Lossless(back, per_image[0], per_image[0] - per_image[1], bound, plain)


def errors_of_models() -> dict[str, dict[int, float]]:
    """Squared error per image on the test set by kind and number of latents, codes not rounded."""
    errors = study.load()["errors"]
    return {kind: {latents: errors[f"{kind}-{latents}"] for latents in LATENTS} for kind in ("ae", "vae")}
