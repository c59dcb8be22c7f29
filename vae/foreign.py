"""Models from elsewhere: a state dict and a mapping, which says by which layers of it a code is found and decoded.

A mapping is JSON. Each line of `encoder` and `decoder` is a layer as in vae/model/layered.py, but with the name of the layer in the state dict in place of
its size: "linear fc1" has its weights at "fc1.weight" and "fc1.bias". Sizes and kernels are read from the weights; a layer without a bias has zeros.

    {"data": "mnist", "encoder": ["flatten", "linear fc1", "relu"], "mean": "fc21", "log_variance": "fc22",
     "decoder": ["linear fc3", "relu", "linear fc4"], "output": "sigmoid"}

Every weight of the state dict must be named by a line: what a mapping leaves out would change what the model computes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from vae.checks import by, check_choice, known_fields
from vae.errors import CheckpointError, SpecError
from vae.learning.settings import TrainingSettings
from vae.model import layered
from vae.model.layered import Layer, LayeredSpec
from vae.model.networks import Autoencoder, build

OUTPUTS = {
    "sigmoid": "bernoulli",
    "none": "gaussian",
}  # what is applied to the decoder's last layer -> the likelihood with such a mean
DIMENSIONS = {"linear": 2, "convolution": 4, "transposed": 4}  # of a weight
Shapes = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Layout:
    """A mapping. It is checked when it is read.

    encoder       layers from the image to what the heads take
    mean          name of the dense layer that gives the code, or the posterior's mean
    log_variance  name of the dense layer that gives the logarithm of its variance; None for an autoencoder
    decoder       layers from the code to the image
    output        "sigmoid" where the decoder ends in one, as for pixels that are probabilities; otherwise "none"
    data          the data set whose images it takes, in [0, 1]
    image         their shape: channels, height, width
    """

    encoder: tuple[str, ...]
    mean: str
    decoder: tuple[str, ...]
    output: str
    log_variance: str | None = None
    data: str = "mnist"
    image: tuple[int, ...] = (1, 28, 28)

    def __post_init__(self) -> None:
        for name in ("encoder", "decoder"):
            lines = getattr(self, name)
            if not isinstance(lines, list | tuple) or not all(isinstance(line, str) for line in lines):
                raise SpecError(f'{name} is {lines!r}; it must be a list of layers, such as ["flatten", "linear fc1", "relu"].')
            object.__setattr__(self, name, tuple(lines))
        for name in ("mean", "log_variance", "data"):
            value = getattr(self, name)
            if not (isinstance(value, str) and value) and (name, value) != ("log_variance", None):
                raise SpecError(f"{name} is {value!r}; it must be a name.")
        check_choice("output", self.output, OUTPUTS)
        if not isinstance(self.image, list | tuple):
            raise SpecError(f"image is {self.image!r}; it must be three sizes: channels, height, width.")
        object.__setattr__(self, "image", tuple(self.image))


def layout(data: Any) -> Layout:
    """Read a mapping from JSON; SpecError with a sentence."""
    found = known_fields(Layout, data)
    lacking = [name for name in ("encoder", "mean", "decoder", "output") if name not in found]
    if lacking:
        raise SpecError(f"A mapping needs {', '.join(lacking)} too.")
    return Layout(**found)


def read_layout(path: Path) -> Layout:
    """Read a mapping from a file; SpecError."""
    try:
        return layout(json.loads(path.read_bytes()))
    except ValueError as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(f"The mapping {path.name} is not JSON: {error}.") from error


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a state dict from a safetensors file; CheckpointError. Nothing is unpickled."""
    try:
        weights = safetensors.torch.load(path.read_bytes())
    except (safetensors.SafetensorError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"{path.name} is no safetensors file, or it is damaged: {error}. docs/models.md says how to make one."
        ) from error
    for key, weight in weights.items():
        if not torch.isfinite(weight).all():
            raise CheckpointError(f"{key} in {path.name} contains values that are not numbers.")
    return weights


class Mapped(NamedTuple):
    """What a mapping makes of the shapes of a state dict.

    spec      the model
    settings  its data set; of its training nothing is known
    names     for each of the model's own weights the one of the state dict; a bias that has none is left out
    """

    spec: LayeredSpec
    settings: TrainingSettings
    names: dict[str, str]


def mapped(said: Layout, shapes: Shapes) -> Mapped:
    """Follow a mapping through the shapes of a state dict; SpecError names the key that does not fit, its shape and what is expected."""
    names: dict[str, str] = {}
    encoder = [_line("encoder", line, shapes, names, f"trunk.{i}") for i, line in enumerate(said.encoder)]
    decoder = [_line("decoder", line, shapes, names, f"decoder.{i}") for i, line in enumerate(said.decoder)]
    heads = {"mean_head": said.mean, "log_variance_head": said.log_variance}
    for head, name in heads.items():
        if name is not None:
            _line(head.removesuffix("_head"), f"linear {name}", shapes, names, head)
    latents, features = shapes[f"{said.mean}.weight"]
    if said.log_variance is not None and list(shapes[f"{said.log_variance}.weight"]) != [latents, features]:
        raise SpecError(
            f"{said.log_variance}.weight is {by(shapes[f'{said.log_variance}.weight'])}; as {said.mean}.weight is {latents} × {features}, "
            "it must be the same."
        )
    if not decoder or not decoder[-1].startswith("unflatten"):
        decoder += [] if _is_image(decoder) else [f"unflatten {' '.join(map(str, said.image))}"]
    spec = LayeredSpec(
        kind="ae" if said.log_variance is None else "vae",
        latent_dim=latents,
        likelihood=OUTPUTS[said.output],
        image_shape=said.image,  # type: ignore[arg-type]
        encoder_layers=tuple(encoder),
        decoder_layers=tuple(decoder),
    )
    _check_inputs(spec, said, shapes, features)
    left = sorted(set(shapes) - set(names.values()))
    if left:
        raise SpecError(
            f"The mapping names no layer for {', '.join(left[:4])}{' and others' * (len(left) > 4)}. Add their layers, or take these weights out."
        )
    return Mapped(spec, TrainingSettings(dataset=said.data), names)


def filled(found: Mapped, tensors: Mapping[str, Tensor]) -> Autoencoder:
    """The model with these weights, ready to use."""
    model = build(found.spec)
    own = {key: torch.zeros_like(weight) for key, weight in model.state_dict().items()}
    model.load_state_dict({**own, **{key: tensors[name].float() for key, name in found.names.items()}})
    return model.eval()


def _line(where: str, line: str, shapes: Shapes, names: dict[str, str], own: str) -> str:
    """The line with sizes in place of names; notes which weights are whose."""
    try:
        layer = layered.read_line(line)
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from error
    if layer.kind not in layered.WEIGHTED:
        return line
    (name,) = layer.words
    weight, bias = f"{name}.weight", f"{name}.bias"
    if weight not in shapes:
        raise SpecError(f"{where}: {line!r} needs {weight}, which is not among the weights: {_some(list(shapes))}.")
    shape, wanted = list(shapes[weight]), DIMENSIONS[layer.kind]
    if len(shape) != wanted:
        raise SpecError(f"{where}: {weight} is {by(shape)}; the weight of a {layer.kind} layer has {wanted} dimensions.")
    outputs = shape[1] if layer.kind == "transposed" else shape[0]
    names[f"{own}.weight"] = weight
    if bias in shapes:
        if list(shapes[bias]) != [outputs]:
            raise SpecError(f"{where}: {bias} is {by(shapes[bias])}; as {weight} is {by(shape)}, it must be {outputs}.")
        names[f"{own}.bias"] = bias
    return " ".join([layer.kind, str(outputs), *_options(where, layer, weight, shape)])


def _options(where: str, layer: Layer, weight: str, shape: Sequence[int]) -> list[str]:
    if layer.kind == "linear":
        return []
    if shape[2] != shape[3] or layer.options.get("kernel", shape[2]) != shape[2]:
        raise SpecError(f"{where}: {weight} is {by(shape)}; its kernel must be square, and as the line says.")
    return [f"{name}={value}" for name, value in {**layer.options, "kernel": shape[2]}.items()]


def _is_image(lines: Sequence[str]) -> bool:
    """Whether the decoder ends in images, by its last layer that says so."""
    kinds = [line.split()[0] for line in lines]
    last = [kind for kind in kinds if kind in ("linear", "flatten", "unflatten", "convolution", "transposed")][-1:]
    return last[0] not in ("linear", "flatten") if last else False


def _check_inputs(spec: LayeredSpec, said: Layout, shapes: Shapes, features: int) -> None:
    """SpecError where a weight takes another number of values than come to it."""
    with torch.device("meta"):
        model = build(spec)
    expected = {key: tuple(weight.shape) for key, weight in model.state_dict().items()}
    for where, lines in (("trunk", said.encoder), ("decoder", said.decoder)):
        for i, line in enumerate(lines):
            layer = layered.read_line(line)
            if layer.kind in layered.WEIGHTED:
                _check(f"{layer.words[0]}.weight", shapes, expected[f"{where}.{i}.weight"], line)
    _check(f"{said.mean}.weight", shapes, expected["mean_head.weight"], "mean")


def _check(key: str, shapes: Shapes, expected: Sequence[int], line: str) -> None:
    if tuple(shapes[key]) != tuple(expected):
        raise SpecError(f"{key} is {by(shapes[key])}; by the lines before {line!r} it must be {by(expected)}.")


def _some(keys: list[str]) -> str:
    return ", ".join(sorted(keys)[:8]) + (" and others" if len(keys) > 8 else "")
