"""How long training takes to a bound: the peer's time to its bound after some epochs, and ours to one at least as good."""

import copy
from dataclasses import replace
from itertools import islice
from statistics import median

import torch
from torch import nn

from benchmarks.clock import in_process, in_turns, peak_memory, seconds
from benchmarks.peers import PEER_BATCH, PEER_IMAGES, PEERS, peer_steps
from vae.data import Dataset, load
from vae.hardware import CPU, use_one_thread
from vae.learning.recipes import Recipe, recipe
from vae.learning.training import Training, prepare
from vae.model.likelihoods import bernoulli_nll
from vae.model.networks import Autoencoder
from vae.model.posterior import kl_per_dimension

SMALLEST_BUDGET, LARGEST_BUDGET, GROWTH = 10_000, 5_000_000, 1.15
ONE_CORE = 20_000  # images with which one core's speed is taken


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
    while not (found := reached(enough)) <= target:  # also where it is not a number
        if enough > LARGEST_BUDGET:
            raise SystemExit(f"After {enough:,} images the bound is {found:.2f} nats, and not yet the peer's {target:.2f}.")
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
        **({} if place == CPU else {"over_one_core": one_core(ours, data) / (times["ours"] / images)}),
    }


def one_core(ours: Recipe, data: Dataset) -> float:
    """Seconds an image with that recipe on one core of this machine."""
    few = ours._replace(settings=replace(ours.settings, images=ONE_CORE))
    return our_run(few, data, CPU)[1] / ONE_CORE


def peer_memory(architecture: str, latent_dim: int, place: torch.device) -> float:
    """Megabytes of a process that runs the peer's loop."""
    use_one_thread()
    list(islice(peer_steps(PEERS[architecture](latent_dim).to(place), place), 20))
    return peak_memory(place)


def our_memory(architecture: str, latent_dim: int, place: torch.device) -> float:
    """Megabytes of a process that trains with our recipe and takes a record."""
    use_one_thread()
    our_run(recipe("vae", latent_dim, 5_000, architecture=architecture), load("mnist"), place)
    return peak_memory(place)
