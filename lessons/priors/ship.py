"""What the lesson on priors ships, and the command that makes it again: models, their measures, and what seeds do."""

from dataclasses import replace
from functools import partial

from lessons.priors import relatives, vq
from lessons.priors.relatives import BINARY, GREY, RECIPES, SEEDED, SEEDS, SEEDS_FILE, SHELF, SSIM_RECIPE, VQ_FILE, place
from lessons.shared import ssim
from vae import data
from vae.data import Dataset
from vae.learning.training import prepare, train
from vae.measuring.metrics import bound


def write() -> None:
    """Train all of them and ship them with their measures."""
    for name, recipe in RECIPES.items():
        SHELF.train({place(name): recipe}, partial(relatives.measure, pixels=recipe.settings.pixels))
    dataset = data.load(GREY.dataset)
    SHELF.write_numbers(SEEDS_FILE, {name: negative_elbos(name, dataset) for name in SEEDED}, indent=1)
    similar = ssim.train(SSIM_RECIPE, dataset)
    SHELF.write_model(place("ssim"), similar, SSIM_RECIPE.settings)
    measured = relatives.measure_ssim(SHELF.checkpoint(place("ssim")).model, dataset)
    SHELF.write_model(place("ssim"), similar, SSIM_RECIPE.settings, measures=measured)
    weights = vq.train(dataset, BINARY.images).state_dict()
    SHELF.write_arrays(VQ_FILE, {name: value.half() for name, value in weights.items()})
    SHELF.write_measures(place("vq"), relatives.measure_vq(relatives.read_vq(), dataset))


def negative_elbos(name: str, dataset: Dataset) -> list[float]:
    """The negative ELBO on the test set of that model trained from each of the SEEDS: how far apart luck alone puts two of a kind."""
    found = []
    for seed in SEEDS:
        spec, settings = RECIPES[name].spec, replace(RECIPES[name].settings, seed=seed)
        model = prepare(spec, settings, dataset)
        for _ in train(model, settings, dataset, records=1):
            pass
        value = bound(model, dataset.test, pixels=settings.pixels).negative_elbo
        assert value is not None
        found.append(value)
    return found


SHIPS = {"priors": ("train seven relatives of one small VAE (six minutes of a core)", write)}
