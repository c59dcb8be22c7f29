"""What luck does: models trained again from other seeds, with their bounds on validation images."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from vae import checkpoints, data
from vae.checkpoints import Checkpoint
from vae.family import Group
from vae.learning.training import prepare, train
from vae.measuring.bounds import importance_bound
from vae.model.networks import Autoencoder

SEEDS = (0, 1, 2)  # of which the first ships
IMAGES, SAMPLES = 2_000, 300  # validation images, and K of the importance-weighted bound


def validation_bounds(
    group: Group, shipped: Path, seeds: Sequence[int] = SEEDS, images: int = IMAGES, samples: int = SAMPLES
) -> dict[str, list[float]]:
    """The importance-weighted bound of each VAE of a group from each seed, nats; the first seed is that of the models in `shipped`."""
    found: dict[str, list[float]] = {name: [] for name, (spec, _) in group.recipes.items() if spec.traits.kl}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as scratch:
            models = _of_seed(group, seed, Path(scratch)) if seed != seeds[0] else _of_folder(group, shipped)
            for name, model in models:
                if name not in found:
                    continue
                settings = group.recipes[name].settings
                some = data.load(settings.dataset).validation.pixels(slice(images))
                found[name].append(importance_bound(model, some, samples, settings.pixels).negative_log_likelihood)
    return found


def _of_folder(group: Group, folder: Path) -> Iterator[tuple[str, Autoencoder]]:
    for name in group.recipes:
        yield name, checkpoints.load(folder / name).model


def _of_seed(group: Group, seed: int, scratch: Path) -> Iterator[tuple[str, Autoencoder]]:
    """Members, then heirs, each trained alone, which gives the same weights as in company."""
    for name, (spec, same) in group.recipes.items():
        settings = replace(same, seed=seed)
        dataset = data.load(settings.dataset)
        model = prepare(spec, settings, dataset)
        if name in group.heirs:
            checkpoints.begin_with(model, scratch / list(group.members)[-1])
        for _ in train(model, settings, dataset, records=1):
            pass
        checkpoints.save(scratch / name, checkpoints.files(Checkpoint(name, model, settings), []))
        yield name, checkpoints.load(scratch / name).model
