"""The options of `python -m vae train`, in one table.

The table is used to parse arguments and to write commands, so every checkpoint can name the command that trains it again.
"""

import argparse
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vae import corruption, data
from vae.errors import SpecError
from vae.learning.recipes import USUAL
from vae.learning.settings import TRAINING_PIXELS, TrainingSettings
from vae.model.activations import ACTIVATIONS
from vae.model.kinds import ENCODERS
from vae.model.likelihoods import LIKELIHOODS
from vae.model.spec import PRIOR_FACTS, WIDTHS, ModelSpec


def widths(text: str) -> tuple[int, ...]:
    """ "192,96" -> (192, 96)."""
    try:
        return tuple(int(width) for width in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of widths such as 192,96") from error


def _usual_widths(part: int) -> str:
    return "; ".join(f"{name}: {_written(both[part])}" for name, both in WIDTHS.items())


def _usual_batch() -> str:
    return "; ".join(
        f"{name}: {usual.settings.get('batch_size', TrainingSettings.batch_size)}" for name, usual in USUAL.items()
    )


def _usual_dense() -> str:
    return "; ".join(f"{name}: {usual.spec.get('dense_width', ModelSpec.dense_width)}" for name, usual in USUAL.items())


def _written(value: Any) -> str:
    if value is None:
        return "learned"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _std(text: str) -> float | None:
    try:
        return None if text == "learned" else float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number nor the word learned") from error


class Option(NamedTuple):
    """One option: its flag, the field that it sets, its help, and how its text is read."""

    flag: str
    field: str
    help: str
    read: Callable[[str], Any] = str
    metavar: str | None = None
    choices: Sequence[str] | None = None
    usual: str = ""  # describes the default, if it depends on another option, which then fills the field in


SHAPE = (
    Option("--model", "kind", "kind of model: autoencoder (ae) or variational autoencoder (vae)", choices=ENCODERS),
    Option("--latent-dim", "latent_dim", "latent dimensions, 1 to 64", int, "D"),
    Option("--architecture", "architecture", "kind of layers: dense (mlp) or convolutional (conv)", choices=list(WIDTHS)),
    Option("--encoder", "encoder_widths", "layer widths from the image to the code", widths, "W,W", usual=_usual_widths(0)),
    Option("--decoder", "decoder_widths", "layer widths from the code to the image", widths, "W,W", usual=_usual_widths(1)),
    Option(
        "--dense-width",
        "dense_width",
        "units of a dense layer between convolutions and code, one on each side; 0 for none",
        int,
        "W",
        usual=_usual_dense(),
    ),
    Option("--activation", "activation", "nonlinearity between layers", choices=list(ACTIVATIONS)),
    Option("--likelihood", "likelihood", "distribution of the pixels given a code", choices=list(LIKELIHOODS)),
    Option(
        "--observation-std",
        "observation_std",
        "standard deviation of the Gaussian likelihood: a number, or the word learned",
        _std,
        "S",
    ),
    Option(
        "--classes",
        "classes",
        "number of classes, for a model that is given each image's class; 0 for a model that is not",
        int,
        "Y",
    ),
    Option("--prior", "prior", "distribution that codes are drawn from", choices=list(PRIOR_FACTS)),
    Option(
        "--prior-size",
        "prior_size",
        "number of pseudo-inputs (vamp), of upper latents (two-level) or of coupling layers (flow)",
        int,
        "M",
    ),
)
RECIPE = (
    Option("--dataset", "dataset", "images to train on", choices=list(data.LOADERS)),
    Option("--images", "images", "length of the training, in images seen", int, "N"),
    Option("--batch-size", "batch_size", "images in each training step", int, "N", usual=_usual_batch()),
    Option("--learning-rate", "learning_rate", "peak learning rate of Adam", float, "R"),
    Option("--beta", "beta", "weight of the KL; with 1 the objective is the ELBO", float, "B"),
    Option("--warmup", "warmup", "share of the training over which the learning rate rises", float, "W"),
    Option(
        "--kl-ramp", "kl_ramp", "share of the training, or of each cycle, over which the weight of the KL rises", float, "R"
    ),
    Option("--kl-cycles", "kl_cycles", "how often the weight of the KL starts again from zero and rises", int, "M"),
    Option("--pixels", "pixels", "grey levels, or binary pixels that are drawn again at each step", choices=TRAINING_PIXELS),
    Option("--weight-decay", "weight_decay", "weight decay of AdamW", float, "W"),
    Option(
        "--importance-samples",
        "importance_samples",
        "samples of z per image; with more than 1 the model trains on the importance-weighted bound",
        int,
        "K",
    ),
    Option("--importance-from", "importance_from", "share of the training on the ELBO, before importance samples", float, "S"),
    Option("--free-bits", "free_bits", "nats of KL that each latent dimension may carry without cost", float, "L"),
    Option(
        "--corruption",
        "corruption",
        "noise that is added to the encoder's input; the target stays clean",
        choices=list(corruption.NOISES),
    ),
    Option(
        "--corruption-level",
        "corruption_level",
        "strength of that noise: a standard deviation, or a share of the pixels",
        float,
        "L",
    ),
    Option("--seed", "seed", "seed for the weights, the order of the data and the noise", int, "N"),
)


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add every option to a parser, with the defaults of the dataclasses."""
    for options, defaults in ((SHAPE, ModelSpec()), (RECIPE, TrainingSettings())):
        for option in options:
            parser.add_argument(
                option.flag,
                dest=option.field,
                type=option.read,
                metavar=option.metavar,
                choices=option.choices,
                default=argparse.SUPPRESS if option.usual else getattr(defaults, option.field),
                help=f"{option.help} (default: {option.usual})" if option.usual else option.help,
            )


def chosen(options: Sequence[Option], namespace: argparse.Namespace) -> dict[str, Any]:
    """The fields that parsed arguments set."""
    return {option.field: getattr(namespace, option.field) for option in options if option.field in namespace}


def check_used(spec: ModelSpec, settings: TrainingSettings) -> None:
    """Raise SpecError if an option asks for what the others make impossible, so that training would do without it in silence."""
    if spec.observation_std != ModelSpec().observation_std and not LIKELIHOODS[spec.likelihood].has_std:
        raise SpecError(
            f"observation_std is {spec.observation_std!r}; a {spec.likelihood} likelihood has none. Leave it out, or set likelihood to "
            "gaussian."
        )
    if settings.corruption != corruption.NONE and settings.corruption_level == 0:
        raise SpecError(f"corruption is {settings.corruption!r} and corruption_level 0, which adds no noise. Give it a level.")


def command(spec: ModelSpec, settings: TrainingSettings, out: Path, begin: Path | None = None, device: str = "cpu") -> str:
    """The command that trains this model. It names every option, so it still works when a default changes.

    begin: the folder of the checkpoint whose weights the model begins with, if it does.
    """
    words = ["python", "-m", "vae", "train"]
    for options, values in ((SHAPE, spec), (RECIPE, settings)):
        for option in options:
            words += [option.flag, _written(getattr(values, option.field))]
    if begin:
        words += ["--begin-with", begin.as_posix()]
    if device != "cpu":
        words += ["--device", device]
    return shlex.join([*words, "--out", out.as_posix()])
