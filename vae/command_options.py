"""The options of `python -m vae train`: one table, read when arguments are parsed and when a command is written down.

So every checkpoint can name the command that makes it again.
"""

import argparse
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vae import corruption, data
from vae.kinds import ENCODERS
from vae.likelihoods import LIKELIHOODS
from vae.settings import PIXELS, TrainingSettings
from vae.spec import PRIORS, WIDTHS, ModelSpec


def widths(text: str) -> tuple[int, ...]:
    """ "192,96" -> (192, 96)."""
    try:
        return tuple(int(width) for width in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of widths such as 192,96") from error


def _usual_widths(part: int) -> str:
    return "; ".join(f"{name}: {_written(both[part])}" for name, both in WIDTHS.items())


def _written(value: Any) -> str:
    if value is None:
        return "learned"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _std(text: str) -> float | None:
    return None if text == "learned" else float(text)


class Option(NamedTuple):
    """One option: the field it sets, how its text is read, what it is for."""

    flag: str
    field: str
    help: str
    read: Callable[[str], Any] = str
    metavar: str | None = None
    choices: Sequence[str] | None = None
    usual: str = ""  # the default in words, where it depends on another option; the field is then left to its dataclass


SHAPE = (
    Option("--model", "kind", "autoencoder or variational autoencoder", choices=ENCODERS),
    Option("--latent-dim", "latent_dim", "latent dimensions, 1 to 64", int, "D"),
    Option("--architecture", "architecture", "kind of layers", choices=list(WIDTHS)),
    Option("--encoder", "encoder_widths", "layer widths, image to code", widths, "W,W", usual=_usual_widths(0)),
    Option("--decoder", "decoder_widths", "layer widths, code to image", widths, "W,W", usual=_usual_widths(1)),
    Option("--likelihood", "likelihood", "of pixels given a code", choices=list(LIKELIHOODS)),
    Option("--observation-std", "observation_std", "of the Gaussian likelihood, a number or: learned", _std, "S"),
    Option("--classes", "classes", "of which the model is told the image's; 0 makes it unconditional", int, "Y"),
    Option("--prior", "prior", "what codes are drawn from", choices=list(PRIORS)),
    Option("--prior-size", "prior_size", "pseudo-inputs of vamp, upper latents of two-level", int, "M"),
)
RECIPE = (
    Option("--dataset", "dataset", "images to train on", choices=list(data.LOADERS)),
    Option("--images", "images", "budget: training images seen", int, "N"),
    Option("--batch-size", "batch_size", "images a step", int, "N"),
    Option("--learning-rate", "learning_rate", "Adam's peak rate", float, "R"),
    Option("--beta", "beta", "weight of the KL; 1 is the ELBO", float, "B"),
    Option("--warmup", "warmup", "share of the budget over which the rate rises", float, "W"),
    Option("--kl-ramp", "kl_ramp", "share of the budget over which the KL weight rises", float, "R"),
    Option("--pixels", "pixels", "grey levels, or binary pixels drawn anew each step", choices=PIXELS),
    Option("--weight-decay", "weight_decay", "of AdamW", float, "W"),
    Option(
        "--importance-samples",
        "importance_samples",
        "draws of z an image; above 1 trains the importance-weighted bound",
        int,
        "K",
    ),
    Option("--free-bits", "free_bits", "nats of KL a latent dimension may carry freely", float, "L"),
    Option(
        "--corruption", "corruption", "noise on the encoder's input; the target stays clean", choices=list(corruption.KINDS)
    ),
    Option("--corruption-level", "corruption_level", "of the noise: a standard deviation, or a share of pixels", float, "L"),
    Option("--seed", "seed", "fixes weights, order and noise", int, "N"),
)


def add_to(parser: argparse.ArgumentParser) -> None:
    """Give a parser every option of the table, with the defaults of the dataclasses."""
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


def command(spec: ModelSpec, settings: TrainingSettings, out: Path) -> str:
    """The command that trains this model; every option is written out, so that it holds when a default changes."""
    words = ["python", "-m", "vae", "train"]
    for options, values in ((SHAPE, spec), (RECIPE, settings)):
        for option in options:
            words += [option.flag, _written(getattr(values, option.field))]
    return shlex.join([*words, "--out", out.as_posix()])
