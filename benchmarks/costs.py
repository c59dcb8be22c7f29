"""What the parts of training and of looking cost, beside one another and beside what the processor can do."""

import copy
from collections.abc import Sequence
from functools import partial
from statistics import median
from typing import Any

import torch

from benchmarks.clock import in_turns, seconds
from benchmarks.to_a_bound import our_run
from explorer.runs.workload import TRAINING, forward_operations, moments
from vae import hardware
from vae.data import Dataset
from vae.learning.engine import Engine
from vae.learning.learner import Autograd
from vae.learning.recipes import recipe
from vae.learning.settings import TrainingSettings
from vae.learning.training import Training, prepare
from vae.model.latent import decode, encode, prior_grid
from vae.model.networks import build
from vae.model.spec import ModelSpec


def operations_per_image(spec: ModelSpec) -> float:
    """Multiplications and additions of one training step per image, in its matrix products alone.

    Forward, gradient of the weights and gradient of the inputs cost two operations a weight each; the gradient with respect to
    the image is not needed.
    """
    return TRAINING * sum(forward_operations(spec)) - 2 * spec.pixels * spec.encoder_widths[0]


def against_machine(data: Dataset, rounds: int) -> dict[str, float]:
    """Images a second of the default recipe, and its arithmetic as a share of the measured speed of one large product."""
    size, images = 1024, 20_000
    left, right = (torch.randn(size, size).to(torch.bfloat16) for _ in range(2))
    result = torch.empty_like(left)
    turns = {
        "product": lambda: median(seconds(lambda: torch.mm(left, right, out=result)) for _ in range(20)),
        "training": lambda: our_run(recipe("vae", 2, images), data, hardware.CPU)[1],
    }
    times = in_turns(turns, rounds)
    peak = 2 * size**3 / times["product"]
    rate = images / times["training"]
    return {
        "peak_gigaflops_bfloat16": peak / 1e9,
        "images_per_second": rate,
        "peak_fraction": rate * operations_per_image(ModelSpec()) / peak,
    }


def _training(kinds: Sequence[str], data: Dataset, snapshots: bool = False, **settings: Any) -> Training:
    recipes = [recipe(kind, 2, 10_000_000, **settings) for kind in kinds]
    models = [prepare(*each, data) for each in recipes]
    training = Training(models, [each.settings for each in recipes], data, snapshots)
    training.step()
    return training


def _steps(training: Training) -> float:
    """Seconds of a step, over ten."""

    def ten() -> None:
        for _ in range(10):
            training.step()

    return seconds(ten) / 10


def pair_cost(data: Dataset, rounds: int, **settings: Any) -> float:
    """A step of an autoencoder and a VAE trained together, beside the same two trained alone."""
    kinds: dict[str, tuple[str, ...]] = {"pair": ("ae", "vae"), "ae": ("ae",), "vae": ("vae",)}
    trainings = {name: _training(each, data, **settings) for name, each in kinds.items()}
    times = in_turns({name: partial(_steps, each) for name, each in trainings.items()}, 4 * rounds)
    return times["pair"] / (times["ae"] + times["vae"])


def moments_cost(data: Dataset, rounds: int) -> dict[str, float]:
    """What moments and their snapshots add to a run of the page Train with the default budget of the command line."""
    whole = recipe("vae", 2, TrainingSettings().images)
    plain, shown = (_training(("vae",), data, snapshots) for snapshots in (False, True))
    times = in_turns(
        {
            "step": lambda: _steps(plain),
            "plain": lambda: seconds(plain.record),
            "with snapshots": lambda: seconds(shown.record),
        },
        4 * rounds,
    )
    share = moments([whole]) / (times["step"] * whole.settings.images / whole.settings.batch_size)
    return {
        "moments": moments([whole]),
        "moments_share": times["with snapshots"] * share,
        "snapshots_share": (times["with snapshots"] - times["plain"]) * share,
    }


def by_hand_cost(data: Dataset, rounds: int) -> float:
    """A step of the convolutional recipe by hand, beside the same step through autograd."""
    ours = recipe("vae", 10, 10_000_000, architecture="conv")
    model, batch = prepare(*ours, data), ours.settings.batch_size
    compute = torch.bfloat16 if hardware.bfloat16_is_fast() else torch.float32
    images, noise = torch.rand(batch, 784).to(compute), torch.randn(batch, 10)
    steppers: dict[str, Engine | Autograd] = {
        "hand": Engine(copy.deepcopy(model), batch, compute),
        "autograd": Autograd(model, ours.settings),
    }

    def ten(stepper: Engine | Autograd) -> float:
        def steps() -> None:
            for _ in range(10):
                stepper.step(images, images, noise, 1.0, 1e-3)

        return seconds(steps)

    times = in_turns({name: partial(ten, stepper) for name, stepper in steppers.items()}, 2 * rounds)
    return times["hand"] / times["autograd"]


def latencies(data: Dataset, rounds: int) -> dict[str, float]:
    """Median milliseconds of what a page asks of a trained model."""
    model, pixels = build(ModelSpec()), data.test.pixels()
    one, grid = torch.zeros(1, 2), prior_grid(20)
    turns = {
        "decode_one_ms": lambda: seconds(lambda: decode(model, one)),
        "decode_grid_20x20_ms": lambda: seconds(lambda: decode(model, grid)),
        "encode_10000_ms": lambda: seconds(lambda: encode(model, pixels)),
    }
    return {name: 1_000 * value for name, value in in_turns(turns, 4 * rounds).items()}
