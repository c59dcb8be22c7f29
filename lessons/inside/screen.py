"""What the lesson that looks inside shows: both networks as bytes for the browser, what excites their units, and what they cost."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st
import torch
from torch import nn

from explorer.browser.bodies import Body, Steps, pack
from explorer.canvas import payloads
from explorer.models import trained
from explorer.page.words import Words
from lessons.inside import excitation, models, stages
from lessons.inside.excitation import Survey
from lessons.inside.models import Measured
from lessons.inside.stages import DECODER, ENCODER, Field, Stage
from vae import data
from vae.learning.settings import TrainingSettings
from vae.measuring.metrics import Measures
from vae.model import latent
from vae.model.networks import Autoencoder, parameter_count
from vae.streams import Purpose, normal

DENSE = "mnist-vae-2d"
KEPT = 8  # test digits that excite a unit most
GREYS = 15  # levels of a shown digit above black
SCALED_BY = 500  # test digits behind each layer's scale
WHITE = 0.995  # quantile of a layer's activations that is drawn white
ABLATED_ON = 1_000  # test digits
SHIFTED = 500  # test digits
DETECTS = 0.5  # share of what a unit listens to within its best patch: above it, it counts as a detector of one place
TYPES = {nn.Linear: "linear", nn.Conv2d: "convolution", nn.ConvTranspose2d: "transposedConvolution"}


@dataclass(frozen=True)
class Inside:
    """One network with what the page tells of it."""

    name: str  # "mlp", "conv" or "small"
    model: Autoencoder
    settings: TrainingSettings
    measures: Measures | Measured

    @cached_property
    def stages(self) -> list[Stage]:
        return stages.stages(self.model)

    @cached_property
    def fields(self) -> list[Field | None]:
        return stages.fields(self.model)

    @cached_property
    def surveys(self) -> list[Survey]:
        """What drives each unit of the encoder farthest, among all test digits."""
        return excitation.survey(self.model, data.load("mnist").test.pixels(), KEPT)

    @cached_property
    def scales(self) -> list[float]:
        """For each stage the activation that is drawn white."""
        images = data.load("mnist").test.pixels(slice(SCALED_BY))
        codes = latent.encode(self.model, images).mean
        found = []
        for part, inputs in ((ENCODER, images), (DECODER, codes)):
            with torch.no_grad():
                for _, values in stages.activations(self.model, inputs, part):
                    found.append(max(1e-3, float(np.quantile(values.after.abs().numpy(), WHITE))))
        return found

    @property
    def negative_elbo(self) -> float:
        assert self.measures.negative_elbo is not None
        return self.measures.negative_elbo

    @property
    def core_seconds(self) -> float:
        assert self.measures.training_core_seconds is not None
        return self.measures.training_core_seconds

    @property
    def parameters(self) -> int:
        return parameter_count(self.model)

    @property
    def touching(self) -> float:
        """Share of its weights in the first and the last layer, which touch pixels."""
        return (self.stages[0].parameters + self.stages[-1].parameters) / self.parameters

    @property
    def products(self) -> int:
        """Multiplications of one image on its way through encoder and decoder."""
        return sum(stage.products for stage in self.stages)


def dense(name: str = DENSE) -> Inside:
    """A dense model that ships; CheckpointError with a sentence where it cannot be loaded."""
    return _dense(trained.get(name))


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={trained.Trained: id})
def _dense(subject: trained.Trained) -> Inside:
    return Inside("mlp", subject.model, subject.settings, subject.measures)


@st.cache_resource(max_entries=4, show_spinner=False)
def of_lesson(name: str) -> Inside:
    """The convolutional or the small dense VAE of the lesson."""
    checkpoint, measures = models.load(name)
    return Inside(name, checkpoint.model, checkpoint.settings, measures)


def nets() -> dict[str, Inside]:
    """Both networks that are looked into, by name."""
    return {"mlp": dense(), "conv": of_lesson("conv")}


def encoder(net: Inside) -> Body:
    """The encoder's layers and weights for the browser, in the form of explorer.canvas.payloads.decoder; the heads are one layer."""
    layers: list[dict[str, Any]] = []
    arrays: dict[str, np.ndarray | Steps] = {}
    for i, stage in enumerate(s for s in net.stages if s.part == ENCODER):
        weight, bias = (torch.cat([getattr(layer, name).detach() for layer in stage.layers]) for name in ("weight", "bias"))
        arrays[f"weight{i}"] = payloads.steps(weight, payloads.HIDDEN if i else payloads.OUTER)
        arrays[f"bias{i}"] = bias.to(torch.float16).numpy()
        shape = {"inputs": stage.before[0], "outputs": stage.after[0], "size": int(np.prod(stage.after))}
        if stage.kind == "dense":
            shape["inputs"] = int(np.prod(stage.before))
        else:
            convolution = stage.layers[0]
            assert isinstance(convolution, nn.Conv2d)
            shape |= {"height": stage.before[1], "width": stage.before[2], "tall": stage.after[1], "wide": stage.after[2]}
            kernel, stride, padding = convolution.kernel_size, convolution.stride, convolution.padding
            shape |= {"kernel": kernel[0], "stride": stride[0], "padding": int(padding[0])}
        layers.append({"type": TYPES[type(stage.layers[0])], "activation": "gelu" if stage.gelu else "", **shape})
    return Body(pack(arrays, dims=net.model.spec.pixels, layers=layers))


@st.cache_resource(max_entries=4, show_spinner="Asking ten thousand digits what excites each unit", hash_funcs={Inside: id})
def bodies(net: Inside) -> dict[str, Body]:
    """Encoder, decoder and favourites of a network, each made once."""
    return {"encoder": encoder(net), "decoder": payloads.decoder(net.model), "favourites": favourites(net)}


def favourites(net: Inside) -> Body:
    """The test digits that drive each unit of the encoder highest, and those that drive a head lowest, with their pictures."""
    test = data.load("mnist").test
    found = {f"{i}": each.highest for i, each in enumerate(net.surveys)} | {"low": net.surveys[-1].lowest}
    used, places = torch.unique(torch.cat([each.images.flatten() for each in found.values()]), return_inverse=True)
    arrays = {f"on{i}": each.on.to(torch.float16).numpy() for i, each in enumerate(net.surveys)}
    start = 0
    for name, each in found.items():
        count = each.images.numel()
        arrays[f"image{name}"] = places[start : start + count].numpy().astype(np.uint16)
        arrays[f"place{name}"] = torch.stack([each.rows, each.columns], -1).numpy().astype(np.uint8)
        arrays[f"value{name}"] = each.values.to(torch.float16).numpy()
        start += count
    pixels = test.images[used].flatten(1).float() / 255
    arrays["pictures"] = (pixels * GREYS).round().to(torch.uint8).numpy()
    return Body(pack(arrays, kept=KEPT, greys=GREYS, labels=test.labels[used].tolist(), indices=used.tolist()))


def live_facts(words: Words, nets: list[Inside], digit: int) -> dict[str, Any]:
    """What the live part is told of the networks and of the digit."""
    test = data.load("mnist").test
    return {
        "nets": [
            {
                "name": net.name,
                "title": words.items("nets")[net.name],
                "parameters": net.parameters,
                **{name: body.announce() for name, body in bodies(net).items()},
                "stages": [
                    {
                        "part": stage.part,
                        "kind": stage.kind,
                        "shape": list(stage.after),
                        "gelu": stage.gelu,
                        "parameters": stage.parameters,
                        "scale": scale,
                        "field": None if field is None else field._asdict(),
                    }
                    for stage, field, scale in zip(net.stages, net.fields, net.scales, strict=True)
                ],
            }
            for net in nets
        ],
        "digit": {"index": digit, "label": int(test.labels[digit]), "pixels": test.images[digit].flatten().tolist()},
    }


def read_unit(nets: dict[str, Inside], text: Any) -> str:
    """A unit as a link says it: network, stage, number, such as "conv.1.700". ValueError where there is no such unit."""
    name, _, rest = str(text).partition(".")
    stage, _, number = rest.partition(".")
    sizes = [int(np.prod(s.after)) for s in nets[name].stages] if name in nets else []
    if not (
        f"{stage}{number}".isascii()
        and stage.isdigit()
        and number.isdigit()
        and int(stage) < len(sizes)
        and int(number) < sizes[int(stage)]
    ):
        raise ValueError("There is no such unit; the usual one is shown instead.")
    return f"{name}.{int(stage)}.{int(number)}"


@st.cache_data(max_entries=4, show_spinner=False)
def first_layer(name: str) -> dict[str, int]:
    """What the first-layer units of a dense model that ships became, by count: detectors of a stroke, wide patterns, silent."""
    net = dense(name)
    silent = net.surveys[0].silent
    local = excitation.concentration(excitation.first_weights(net.model), data.load("mnist").test.pixels()) > DETECTS
    return {"stroke": int((local & ~silent).sum()), "wide": int((~local & ~silent).sum()), "off": int(silent.sum())}


@st.cache_data(max_entries=4, show_spinner=False)
def stencils(name: str) -> int:
    """How many first-layer units that are not silent have favourites of one class only."""
    survey = dense(name).surveys[0]
    return int((excitation.of_one_class(survey.highest, data.load("mnist").test.labels) & ~survey.silent).sum())


@st.cache_data(max_entries=2, show_spinner=False)
def even_share() -> float:
    """The share that the best patch would hold, were all weights alike."""
    images = data.load("mnist").test.pixels()
    return float(excitation.concentration(torch.ones(1, images[0].numel()), images))


@st.cache_data(max_entries=2, show_spinner=False)
def price_of_silence(name: str) -> tuple[float, float]:
    """The negative ELBO of some test digits, nats per image, with every unit and with the silent ones of the first layer at zero."""
    net = dense(name)
    images = data.load("mnist").test.pixels(slice(ABLATED_ON))
    noise = normal(Purpose.CODES, ABLATED_ON, net.model.spec.latent_dim)
    silent = net.surveys[0].silent
    whole, less = (excitation.bound_without(net.model, images, off, noise) for off in (torch.zeros_like(silent), silent))
    return whole, less


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs={Inside: lambda net: net.name})
def after_shift(net: Inside, shifts: tuple[int, ...]) -> list[list[float]]:
    """How alike each stage of the encoder is before and after each shift (shifts, stages)."""
    images = data.load("mnist").test.pixels(slice(SHIFTED))
    return [excitation.alike_after_shift(net.model, images, right) for right in shifts]
