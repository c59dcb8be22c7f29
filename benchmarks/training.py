"""How long training takes, beside the loop a user would otherwise copy and beside what the processor can do.

    python -m benchmarks.training [--quick] [--json FILE or -]

Everything runs on one thread, and its time is that thread's processor time: what it would take on a core of its own. Times
that are compared are taken in turns, so that a busy neighbour slows both sides alike, and are medians. Training time is that
of the steps: no evaluation on either side, but the peer's reading of its images and ours of ours. A bound is the negative ELBO in nats on the 10,000 test images, one sample an image.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from statistics import median

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vae.archives import PROJECT_DATA
from vae.data import Dataset, load
from vae.hardware import precision_name, use_one_thread
from vae.learning.recipes import recipe
from vae.learning.records import Record
from vae.learning.settings import TrainingSettings
from vae.learning.training import prepare, train, train_together
from vae.model.latent import decode, encode, prior_grid
from vae.model.likelihoods import bernoulli_nll
from vae.model.networks import Autoencoder, build
from vae.model.posterior import Posterior, kl_per_dimension
from vae.model.spec import ModelSpec
from vae.torchvision_repair import import_torchvision

PEER_EPOCHS = {2: 6, 20: 5}
PEER_IMAGES, PEER_BATCH = 60_000, 128
SMALLEST_BUDGET, GROWTH = 10_000, 1.15


class Peer(nn.Module):
    """The usual small VAE: 784-400-D-400-784, ReLU."""

    def __init__(self, latent_dim: int):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.mean, self.log_variance = nn.Linear(400, latent_dim), nn.Linear(400, latent_dim)
        self.decoder = nn.Sequential(nn.Linear(latent_dim, 400), nn.ReLU(), nn.Linear(400, 784))

    def forward(self, images: Tensor) -> tuple[Tensor, Posterior]:
        hidden = torch.relu(self.hidden(images.flatten(1)))  # (B, 1, 28, 28) -> (B, 400)
        posterior = Posterior(self.mean(hidden), self.log_variance(hidden))
        return self.decoder(posterior.sample()), posterior  # (B, 784)


def peer_steps(model: Peer) -> Iterator[int]:
    """The usual loop, for ever: a DataLoader, every image through ToTensor, Adam 1e-3, batch 128. Yields images seen."""
    torchvision = import_torchvision()
    images = torchvision.datasets.MNIST(PROJECT_DATA, train=True, download=True, transform=torchvision.transforms.ToTensor())
    loader = torch.utils.data.DataLoader(images, batch_size=PEER_BATCH, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seen = 0
    while True:
        for batch, _ in loader:
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
    """Negative ELBO of the test set, nats per image."""
    torch.manual_seed(0)
    total = 0.0
    for images in data.test.pixels().split(2_000):
        logits, posterior = model(images)
        nll = bernoulli_nll(logits.view_as(images), images)
        total += float((nll + kl_per_dimension(posterior).sum(1)).sum())
    return total / len(data.test)


def our_run(latent_dim: int, images: int, seed: int, data: Dataset) -> tuple[Autoencoder, float]:
    """A VAE trained with the default recipe, and the seconds its steps took."""
    spec, settings = recipe("vae", latent_dim, images, seed=seed)
    model = prepare(spec, settings, data)
    *_, last = train(model, settings, data, records=1)
    return model, last.stepping


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this thread: what the work takes on a core of its own."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def in_turns(works: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median seconds of each, every round running all of them one after another."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(work())
    return {name: median(values) for name, values in times.items()}


def our_bound(latent_dim: int, images: int, seeds: int, data: Dataset) -> float:
    return median(bound(our_run(latent_dim, images, seed, data)[0], data) for seed in range(seeds))


def smallest_budget(latent_dim: int, target: float, seeds: int, data: Dataset) -> tuple[int, float]:
    """The smallest budget of a geometric ladder whose final bound is at or below the target, and that bound.

    The schedule is stretched to the budget, so a run's early bounds say little: every rung is trained for itself.
    """
    images = SMALLEST_BUDGET
    while (reached := our_bound(latent_dim, images, seeds, data)) > target:
        images = round(images * GROWTH)
    return images, reached


def against_peer(latent_dim: int, data: Dataset, seeds: int, rounds: int, epochs: int) -> dict[str, float]:
    """The peer's bound after some epochs and the time it took, and our time to a bound at least as good."""
    torch.manual_seed(0)
    peer = Peer(latent_dim)
    steps = peer_steps(peer)
    next(seen for seen in steps if seen >= epochs * PEER_IMAGES)
    target = bound(peer, data)
    images, reached = smallest_budget(latent_dim, target, seeds, data)
    chunk = 60
    turns = {
        "peer": lambda: seconds(lambda: list(islice(steps, chunk))) * (epochs * PEER_IMAGES / PEER_BATCH / chunk),
        "ours": lambda: our_run(latent_dim, images, 0, data)[1],
    }
    times = in_turns(turns, rounds)
    return {
        "peer_epochs": epochs,
        "peer_elbo": target,
        "peer_seconds": times["peer"],
        "ours_elbo": reached,
        "ours_images": images,
        "ours_seconds_to_peer_elbo": times["ours"],
        "speedup": times["peer"] / times["ours"],
    }


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
        "training": lambda: our_run(2, images, 0, data)[1],
    }
    times = in_turns(turns, rounds)
    peak = 2 * size**3 / times["product"]
    rate = images / times["training"]
    return {
        "peak_gigaflops_bfloat16": peak / 1e9,
        "images_per_second": rate,
        "peak_fraction": rate * operations_per_image(ModelSpec()) / peak,
    }


def pair_cost(data: Dataset, rounds: int, images: int) -> dict[str, float]:
    """An autoencoder and a VAE trained together, beside the same two trained one after the other."""
    settings = TrainingSettings(images=images)

    def together(*kinds: str) -> float:
        models = [prepare(ModelSpec(kind), settings, data) for kind in kinds]
        *_, last = train_together(models, [settings] * len(models), data, records=1)
        return last[0].stepping

    times = in_turns(
        {"pair": lambda: together("ae", "vae"), "ae": lambda: together("ae"), "vae": lambda: together("vae")}, rounds
    )
    return {"pair_over_sum": times["pair"] / (times["ae"] + times["vae"])}


def record_cost(data: Dataset, rounds: int, rate: float) -> dict[str, float]:
    """What records and their snapshots add to training with the default budget and number of records."""
    records, settings = 40, TrainingSettings(images=10_000)  # a record costs the same in a short run

    def run(snapshots: bool) -> float:
        model = prepare(ModelSpec(), settings, data)
        moments: list[Record] = []
        whole = seconds(lambda: moments.extend(train(model, settings, data, records, snapshots)))
        return whole - moments[-1].stepping

    times = in_turns({"plain": lambda: run(False), "with snapshots": lambda: run(True)}, rounds)
    training = TrainingSettings().images / rate
    return {
        "record_share": times["plain"] / training,
        "snapshot_share": (times["with snapshots"] - times["plain"]) / training,
    }


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


def measure(quick: bool) -> dict[str, float | str | dict[str, float]]:
    data = load("mnist")
    seeds, rounds = (1, 3) if quick else (5, 9)
    epochs = dict.fromkeys(PEER_EPOCHS, 1) if quick else PEER_EPOCHS
    machine = against_machine(data, rounds)
    budgets = {name: round(machine["images_per_second"] * name) for name in ((1, 2) if quick else (1, 2, 10))}
    return {
        "precision": precision_name(),
        **machine,
        **against_peer(2, data, seeds, rounds, epochs[2]),
        **{f"elbo_at_{name}s": our_bound(2, images, seeds, data) for name, images in budgets.items()},
        "latent_20": against_peer(20, data, seeds, rounds, epochs[20]),
        **pair_cost(data, rounds, 20_000 if quick else 60_000),
        **record_cost(data, rounds, machine["images_per_second"]),
        **latencies(data, rounds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one epoch of the peer, one seed: does it run?")
    parser.add_argument("--json", metavar="FILE", help="write one JSON object there; - for the standard output")
    arguments = parser.parse_args()
    use_one_thread()
    found = measure(arguments.quick)
    text = json.dumps(found, indent=2)
    if arguments.json:
        (sys.stdout.write(text + "\n") if arguments.json == "-" else Path(arguments.json).write_text(text + "\n"))
    if arguments.json != "-":
        print_table(found)


def print_table(found: dict, indent: str = "") -> None:
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            print_table(value, indent + "  ")
        else:
            print(f"{indent}{name:<28}{value:>14,.4g}" if isinstance(value, float) else f"{indent}{name:<28}{value:>14}")


if __name__ == "__main__":
    main()
