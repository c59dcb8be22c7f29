"""A GAN and a VAE that see as many images, three seeds each, what an autoencoder and principal components draw beside them, and a GAN that collapses.

`python -m lessons gan` trains and measures them, and ships the networks that draw (seed 0), every measure, and both losses over training.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from lessons.gan import samples
from lessons.gan.samples import Quality
from lessons.shared import classifier, pca
from lessons.shared.classifier import Classifier
from lessons.shared.shipping import Shelf
from vae import checkpoints, data
from vae.data import Dataset
from vae.learning.recipes import Recipe, recipe
from vae.learning.records import GameLosses, Record
from vae.learning.training import prepare_network, train
from vae.model import latent
from vae.model.networks import Autoencoder, Network, build_network
from vae.streams import Purpose, normal

SHELF = Shelf("gan", "gan")
FOLDER = "gan"
LATENTS, IMAGES, SEEDS = 20, 600_000, 3
DRAWS = 10_000  # pictures that measures are taken of, as many as there are test digits
MOMENTS = 40
DRAWERS = ("gan", "vae", "collapsed")  # whose networks ship


def recipe_of(name: str, seed: int = 0, images: int = IMAGES) -> Recipe:
    """How the model of that name is trained: "gan", "vae", "ae", or "collapsed", the GAN without its penalty."""
    if name == "collapsed":
        return recipe("gan", LATENTS, images, seed=seed, gradient_penalty=0.0)
    return recipe(name, LATENTS, images, seed=seed)


def updates() -> dict[str, int]:
    """Images in a batch, and updates of the VAE and of each player of the GAN: the same images are not the same number of steps."""
    found: dict[str, int] = {}
    for name in ("gan", "vae"):
        batch = recipe_of(name).settings.batch_size
        found |= {f"{name}_batch": batch, f"{name}_updates": ceil(IMAGES / batch)}
    return found


def noise(count: int = DRAWS, latents: int = LATENTS) -> Tensor:
    """The draws from N(0, I) that every network turns into pictures, (count, D)."""
    return normal(Purpose.PRIOR, count, latents)


def draw(network: Network, z: Tensor) -> Tensor:
    """Pictures (N, C, H, W) of draws (N, D): a GAN's images, a VAE's mean images."""
    return latent.decode(network, z)


def codes_like(codes: Tensor, z: Tensor) -> Tensor:
    """Standard draws (N, D) given the mean and covariance of some codes: where an autoencoder, which has no prior, may be sampled."""
    factor = torch.linalg.cholesky(torch.cov(codes.T.double()))
    return (codes.double().mean(0) + z.double() @ factor.T).float()


def histories(records: list[Record]) -> list[dict[str, Any]]:
    """What the page draws of a GAN's training: losses and score histograms on validation images."""
    found = []
    for record in records:
        losses = record.validation
        assert isinstance(losses, GameLosses)
        found.append(
            {
                "images": record.images_seen,
                "discriminator": round(losses.discriminator, 4),
                "generator": round(losses.generator, 4),
                "real": [round(share, 4) for share in losses.real],
                "fake": [round(share, 4) for share in losses.fake],
            }
        )
    return found


def learn(name: str, seed: int, dataset: Dataset, images: int = IMAGES) -> tuple[Network, list[Record]]:
    """Train that model; its records."""
    spec, settings = recipe_of(name, seed, images)
    spec, settings = replace(spec, image_shape=dataset.image_shape), replace(settings, dataset=dataset.name)
    network = prepare_network(spec, settings, dataset)
    return network.eval(), list(train(network, settings, dataset, MOMENTS))


def write() -> None:
    """Train all of them, measure their pictures against the test digits, and ship what the page needs."""
    dataset = data.load("mnist")
    judge, _ = classifier.load()
    reference = classifier.features(judge, dataset.test.pixels())
    measured: dict[str, list[dict[str, Any]]] = {"real": [_real(dataset, judge, reference).to_json()]}
    weights: dict[str, Tensor] = {}
    losses: dict[str, list[dict[str, Any]]] = {}
    for name, seed in _runs():
        network, records = learn(name, seed, dataset)
        z = noise()
        if name == "ae":
            assert isinstance(network, Autoencoder)
            z = codes_like(latent.encode_split(network, dataset.train).mean, z)
        measured.setdefault(name, []).append(samples.measure(draw(network, z), judge, reference).to_json())
        if seed == 0 and name in DRAWERS:
            half = {f"{name}.{key}": weight.half().contiguous() for key, weight in network.decoder.state_dict().items()}
            weights.update(half)
        if seed == 0 and name in ("gan", "collapsed"):
            losses[name] = histories(records)
        print(f"{name}, seed {seed}: {measured[name][-1]}")
    measured["pca"] = [samples.measure(_of_components(), judge, reference).to_json()]
    contents = {
        "spec.json": checkpoints.to_json(
            {"format": 1, "images": IMAGES, "latents": LATENTS, "command": "python -m lessons gan"}
        ),
        "networks.safetensors": safetensors.torch.save(weights),
        "measures.json": checkpoints.to_json(measured),
        "losses.json": json.dumps(losses).encode(),
    }
    SHELF.write_files(FOLDER, contents)


def _runs() -> Iterator[tuple[str, int]]:
    yield from ((name, seed) for name in ("gan", "vae") for seed in range(SEEDS))
    yield from (("ae", 0), ("collapsed", 0))


def _real(dataset: Dataset, judge: Classifier, reference: Tensor) -> Quality:
    """As many training digits, measured as if they had been generated: as good as any set of pictures can be."""
    return samples.measure(dataset.train.pixels(slice(DRAWS)), judge, reference)


def _of_components() -> Tensor:
    """Draws of the Gaussian that as many principal components describe."""
    basis = pca.load()
    codes = noise() * basis.variances[:LATENTS].sqrt()
    return basis.decode(codes).view(-1, 1, 28, 28)


@dataclass(frozen=True)
class Shipped:
    """What the page shows without training anything."""

    networks: dict[str, Network]  # by name of DRAWERS, ready to draw; a GAN's discriminator is not among them
    measures: dict[str, list[Quality]]  # by name, one a seed; "real" are training digits
    losses: dict[str, list[dict[str, Any]]]


def load() -> Shipped:
    """All of it; CheckpointError with what to do where something is missing or damaged."""
    weights = SHELF.arrays(f"{FOLDER}/networks")
    found, losses = (SHELF.numbers(f"{FOLDER}/{name}") for name in ("measures", "losses"))
    with SHELF.reading(FOLDER):
        networks = {name: _network(name, weights) for name in DRAWERS}
        measures = {
            name: [Quality(**{**one, "shares": tuple(one["shares"])}) for one in several] for name, several in found.items()
        }
        if {"real", "pca", "ae", *DRAWERS} - measures.keys() or {"gan", "collapsed"} - losses.keys():
            raise ValueError("something is missing")
    return Shipped(networks, measures, losses)


def _network(name: str, weights: dict[str, Tensor]) -> Network:
    network = build_network(recipe_of(name).spec)
    mine = {key.removeprefix(f"{name}."): weight.float() for key, weight in weights.items() if key.startswith(f"{name}.")}
    network.decoder.load_state_dict(mine)
    return network.eval()
