"""How long training takes, beside the loop a user would otherwise copy and beside what the processor can do.

    python -m benchmarks.training [--quick] [--device cpu|cuda|mps] [--json FILE or -]

On the CPU everything runs on one thread, and its time is that thread's processor time: what it would take on a core of its own. On a GPU it
is the time that passes until the GPU has done its work. Times that are compared are taken in turns, so that a busy neighbour slows both
sides alike, and are medians. Training time is that of the steps: no evaluation on either side, but the peer's reading of its images and
ours of ours. A bound is the negative ELBO in nats on the 10,000 test images, one sample an image. Memory is the peak of a process of its own.
"""

import argparse
import copy
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.runs.workload import moments
from vae import hardware
from vae.archives import PROJECT_DATA
from vae.data import Dataset, load
from vae.errors import SpecError
from vae.hardware import precision_name, use_one_thread
from vae.learning.engine import Engine
from vae.learning.learner import Autograd
from vae.learning.recipes import Recipe, recipe
from vae.learning.settings import TrainingSettings
from vae.learning.training import Training, prepare
from vae.model.latent import decode, encode, prior_grid
from vae.model.likelihoods import bernoulli_nll
from vae.model.networks import Autoencoder, build
from vae.model.posterior import Posterior, kl_per_dimension
from vae.model.spec import ModelSpec
from vae.torchvision_repair import import_torchvision

PEER_EPOCHS = {("mlp", 2): 6, ("mlp", 20): 5, ("conv", 10): 3}
PEER_IMAGES, PEER_BATCH = 60_000, 128
SMALLEST_BUDGET, GROWTH = 10_000, 1.15
TARGETS = {  # the last part of a figure's name -> what it should be
    "speedup": "at least 60 with two latents on one core",
    "pair_over_sum": "below 1",
    "noisy_pair_over_sum": "below 1",
    "moments_share": "below 0.03",
    "snapshots_share": "below 0.03",
    "conv_over_autograd": "below 1",
}


class Peer(nn.Module):
    """The usual small VAE: 784-400-D-400-784, ReLU."""

    def __init__(self, latent_dim: int):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(400, latent_dim), nn.Linear(400, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, 400), nn.ReLU(), nn.Linear(400, 784))

    def forward(self, images: Tensor) -> tuple[Tensor, Posterior]:
        hidden = self.encoder(images)  # (B, 1, 28, 28) -> (B, H)
        posterior = Posterior(self.mean(hidden), self.log_variance(hidden))
        return self.decoder(posterior.sample()).flatten(1), posterior  # (B, 784)


class ConvolutionalPeer(Peer):
    """The usual small convolutional VAE: two layers of stride 2 with 32 and 64 channels on each side, ReLU."""

    def __init__(self, latent_dim: int):
        super().__init__(latent_dim)
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(), nn.Flatten()
        )  # (B, 1, 28, 28) -> (B, 64 * 7 * 7)
        self.mean, self.log_variance = nn.Linear(3136, latent_dim), nn.Linear(3136, latent_dim)
        self.decoder = nn.Sequential(
            nn.Linear(latent_dim, 3136),
            nn.ReLU(),
            nn.Unflatten(1, (64, 7, 7)),
            nn.ConvTranspose2d(64, 32, 4, 2, 1),
            nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 4, 2, 1),
        )


PEERS = {"mlp": Peer, "conv": ConvolutionalPeer}


def peer_steps(model: Peer, place: torch.device) -> Iterator[int]:
    """The usual loop, for ever: a DataLoader, every image through ToTensor, Adam 1e-3, batch 128. Yields images seen."""
    torchvision = import_torchvision()
    images = torchvision.datasets.MNIST(PROJECT_DATA, train=True, download=True, transform=torchvision.transforms.ToTensor())
    loader = torch.utils.data.DataLoader(images, batch_size=PEER_BATCH, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seen = 0
    while True:
        for read, _ in loader:
            batch = read.to(place)
            logits, posterior = model(batch)
            reconstruction = F.binary_cross_entropy_with_logits(logits, batch.flatten(1), reduction="sum")
            loss = reconstruction + kl_per_dimension(posterior).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen += len(batch)
            yield seen


@torch.no_grad()
def bound(model: nn.Module, data: Dataset) -> float:
    """Negative ELBO of the test set, nats per image; of a model on the CPU."""
    torch.manual_seed(0)
    total = 0.0
    for images in data.test.pixels().split(1_000):
        logits, posterior = model(images)
        nll = bernoulli_nll(logits.view_as(images), images)
        total += float((nll + kl_per_dimension(posterior).sum(1)).sum())
    return total / len(data.test)


def our_run(ours: Recipe, data: Dataset, place: torch.device) -> tuple[Autoencoder, float]:
    """A VAE trained with that recipe, and the seconds its steps took."""
    model = prepare(*ours, data)
    training = Training([model], [ours.settings], data, place=place)

    def steps() -> None:
        for _ in range(training.steps):
            training.step()

    spent = seconds(steps, place)
    training.record()  # the model has the weights then
    return model, spent


def seconds(work: Callable[[], object], place: torch.device = hardware.CPU) -> float:
    """Seconds of this thread's processor time, what the work takes on a core of its own; on a GPU seconds until it is done."""
    if place.type == "cpu":
        start = time.thread_time()
        work()
        return time.thread_time() - start
    backend = getattr(torch, place.type)
    backend.synchronize()
    start = time.perf_counter()
    work()
    backend.synchronize()
    return time.perf_counter() - start


def in_turns(works: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of each, every round running all of them one after another."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(work())
    return {name: median(values) for name, values in times.items()}


def our_bound(architecture: str, latent_dim: int, images: int, seeds: int, data: Dataset, place: torch.device) -> float:
    recipes = [recipe("vae", latent_dim, images, architecture=architecture, seed=seed) for seed in range(seeds)]
    return median(bound(our_run(each, data, place)[0], data) for each in recipes)


def smallest_budget(
    architecture: str, latent_dim: int, target: float, seeds: int, data: Dataset, place: torch.device
) -> tuple[int, float]:
    """About the smallest budget whose final bound is at or below the target, and that bound: bracketed by doubling, then halved in the logarithm.

    The schedule is stretched to the budget, so a run's early bounds say little: every budget is trained for itself.
    """

    def reached(images: int) -> float:
        return our_bound(architecture, latent_dim, images, seeds, data, place)

    enough = SMALLEST_BUDGET
    while (found := reached(enough)) > target:
        enough *= 2
    short = enough // 2
    while enough > GROWTH * short:
        between = round((enough * short) ** 0.5)
        if (other := reached(between)) <= target:
            enough, found = between, other
        else:
            short = between
    return enough, found


def against_peer(
    architecture: str, latent_dim: int, data: Dataset, seeds: int, rounds: int, epochs: int, place: torch.device
) -> dict[str, float]:
    """The peer's bound after some epochs, the time it took, and our time to a bound at least as good; images a second and memory of both."""
    torch.manual_seed(0)
    peer = PEERS[architecture](latent_dim).to(place)
    steps = peer_steps(peer, place)
    next(seen for seen in steps if seen >= epochs * PEER_IMAGES)
    target = bound(copy.deepcopy(peer).cpu(), data)
    images, reached = smallest_budget(architecture, latent_dim, target, seeds, data, place)
    chunk, ours = 60, recipe("vae", latent_dim, images, architecture=architecture)
    turns = {
        "peer": lambda: seconds(lambda: list(islice(steps, chunk)), place) / chunk,
        "ours": lambda: our_run(ours, data, place)[1],
    }
    times = in_turns(turns, rounds)
    peer_seconds = times["peer"] * epochs * PEER_IMAGES / PEER_BATCH
    return {
        "peer_epochs": epochs,
        "peer_elbo": target,
        "peer_seconds": peer_seconds,
        "peer_images_per_second": PEER_BATCH / times["peer"],
        "peer_memory_mb": in_process(peer_memory, architecture, latent_dim, place),
        "ours_elbo": reached,
        "ours_images": images,
        "ours_seconds_to_peer_elbo": times["ours"],
        "ours_images_per_second": images / times["ours"],
        "ours_memory_mb": in_process(our_memory, architecture, latent_dim, place),
        "speedup": peer_seconds / times["ours"],
    }


def in_process(work: Callable[..., float], *arguments: object) -> float:
    """The result of that function in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def peer_memory(architecture: str, latent_dim: int, place: torch.device) -> float:
    """Megabytes of a process that runs the peer's loop."""
    use_one_thread()
    list(islice(peer_steps(PEERS[architecture](latent_dim).to(place), place), 20))
    return _peak(place)


def our_memory(architecture: str, latent_dim: int, place: torch.device) -> float:
    """Megabytes of a process that trains with our recipe and takes a record."""
    use_one_thread()
    our_run(recipe("vae", latent_dim, 5_000, architecture=architecture), load("mnist"), place)
    return _peak(place)


def _peak(place: torch.device) -> float:
    """Most memory so far: of the process, or of the GPU where torch counts it."""
    if place.type == "cuda":
        return torch.cuda.max_memory_allocated(place) / 1e6
    status = Path("/proc/self/status")
    if status.exists():  # Linux counts what was before the process's own beginning in the other number
        (peak,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on a Mac


def operations_per_image(spec: ModelSpec) -> int:
    """Multiplications and additions of one training step per image, in its matrix products alone.

    Forward, gradient of the weights and gradient of the inputs cost two operations a weight each; the gradient with respect to
    the image is not needed.
    """
    heads = 2 if spec.traits.kl else 1
    encoder = [*pairwise((spec.pixels, *spec.encoder_widths)), (spec.encoder_widths[-1], heads * spec.latent_dim)]
    decoder = pairwise((spec.latent_dim, *spec.decoder_widths, spec.pixels))
    weights = sum(inputs * outputs for inputs, outputs in (*encoder, *decoder))
    return 6 * weights - 2 * spec.pixels * spec.encoder_widths[0]


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


def measure(quick: bool, place: torch.device) -> dict[str, Any]:
    data = load("mnist")
    seeds, rounds = (1, 3) if quick else (3, 9)
    peers: dict[str, Any] = {
        f"{architecture}_{latent_dim}": against_peer(
            architecture, latent_dim, data, seeds, rounds, 1 if quick else epochs, place
        )
        for (architecture, latent_dim), epochs in PEER_EPOCHS.items()
    }
    found = {"device": hardware.device_name(place), "precision": precision_name(place), **peers}
    if place.type != "cpu":
        return found
    machine = against_machine(data, rounds)
    budgets = {name: round(machine["images_per_second"] * name) for name in ((1, 2) if quick else (1, 2, 10))}
    noise = {"corruption": "gaussian", "corruption_level": 0.5}
    return {
        **found,
        **machine,
        **{f"elbo_at_{name}s": our_bound("mlp", 2, images, seeds, data, place) for name, images in budgets.items()},
        "conv_over_autograd": by_hand_cost(data, rounds),
        "pair_over_sum": pair_cost(data, rounds),
        "noisy_pair_over_sum": pair_cost(data, rounds, **noise),
        **moments_cost(data, rounds),
        **latencies(data, rounds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one epoch of each peer, one seed: does it run?")
    parser.add_argument("--device", choices=hardware.DEVICES, default="cpu", help="where both sides train (default: cpu)")
    parser.add_argument("--json", metavar="FILE", help="write one JSON object there; - for the standard output")
    arguments = parser.parse_args()
    use_one_thread()
    try:
        place = hardware.device(arguments.device)
    except SpecError as error:
        parser.error(str(error))
    found = measure(arguments.quick, place)
    text = json.dumps(found, indent=2)
    if arguments.json:
        (sys.stdout.write(text + "\n") if arguments.json == "-" else Path(arguments.json).write_text(text + "\n"))
    if arguments.json != "-":
        print_table(found)


def print_table(found: dict[str, Any], indent: str = "") -> None:
    """One figure a line, beside its target where it has one."""
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            print_table(value, indent + "  ")
        else:
            written = f"{value:>14,.4g}" if isinstance(value, float) else f"{value:>14}"
            print(f"{indent}{name:<28}{written}   {TARGETS.get(name, '')}".rstrip())


if __name__ == "__main__":
    main()
