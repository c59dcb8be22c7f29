"""Which bound the convolutional recipe reaches in which time, beside the recipes before it.

    python -m benchmarks.convolutions [--budgets 75000 150000 300000 600000] [--only now] [--seeds 1] [--json FILE or -]

VAEs with ten latents on grey pixels. Every budget is trained for itself, since the schedules are stretched to it. Recipes take turns at each.
Seconds are processor time of one core, of the steps alone; the bound is the negative ELBO in nats on the 10,000 test images, one sample an image.
From a recipe's points a curve is fitted,

    nats = lowest + scale * seconds ^ -rate

and read at the target. Where the target lies beyond a recipe's budgets, the time is only what the curve says, and is marked so.

A bound on grey pixels bounds binary ones as well: drawn with the probability of their grey level they have, on average, the same
cross-entropy, because that is linear in a pixel.
"""

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

from benchmarks.to_a_bound import bound, our_run
from vae.data import Dataset, load
from vae.hardware import CPU, use_one_thread
from vae.learning.recipes import Recipe, recipe
from vae.learning.settings import TrainingSettings
from vae.model.spec import ModelSpec

LATENTS, TARGET = 10, 97.0
BUDGETS = (75_000, 150_000, 300_000, 600_000)  # six minutes of a core for all recipes
NOW, FIRST = "now", "16-32"
RECIPES = {
    NOW: recipe("vae", LATENTS, architecture="conv"),
    "16-64": Recipe(ModelSpec("vae", LATENTS, "conv", (16, 64), (64, 16)), TrainingSettings(batch_size=128)),
    FIRST: Recipe(ModelSpec("vae", LATENTS, "conv", (16, 32), (32, 16)), TrainingSettings(weight_decay=0.1)),
}


class Point(NamedTuple):
    """What one budget gave: mean over seeds."""

    images: int
    seconds: float
    nats: float


def points(names: Sequence[str], budgets: Sequence[int], seeds: int, data: Dataset) -> dict[str, list[Point]]:
    """These recipes at every budget, in turns."""
    found: dict[str, list[Point]] = {name: [] for name in names}
    for images in budgets:
        for name in names:
            spec, settings = RECIPES[name]
            runs = [our_run(Recipe(spec, replace(settings, images=images, seed=seed)), data, CPU) for seed in range(seeds)]
            nats = mean(bound(model, data) for model, _ in runs)
            found[name].append(Point(images, mean(seconds for _, seconds in runs), nats))
            print(f"{name:>8}{images:>12,} images{found[name][-1].seconds:>9.1f} s{nats:>9.2f} nats", file=sys.stderr)
    return found


def seconds_to(target: float, found: Sequence[Point]) -> float | None:
    """When the curve through these points is at the target; None where it never is, or where there are too few points for a curve."""
    if len(found) < 4:
        return None

    def curve(seconds: np.ndarray, lowest: float, scale: float, rate: float) -> np.ndarray:
        return lowest + scale * seconds**-rate

    seconds, nats = np.array([point.seconds for point in found]), np.array([point.nats for point in found])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OptimizeWarning)
        bounds = ([0, 0, 0.05], [nats.min(), np.inf, 3])
        (lowest, scale, rate), _ = curve_fit(curve, seconds, nats, p0=(nats.min() - 2, 20, 0.5), bounds=bounds, maxfev=20_000)
    return None if target <= lowest else float((scale / (target - lowest)) ** (1 / rate))


def measure(names: Sequence[str], budgets: Sequence[int], seeds: int) -> dict[str, Any]:
    """The points of these recipes, and their times to the target and to the bound that the first recipe ends at, if it is among them."""
    found = points(names, sorted(budgets), seeds, load("mnist"))
    levels = {"target": TARGET} | ({"first_ends": found[FIRST][-1].nats} if FIRST in found else {})
    times = {
        name: {f"seconds_to_{level}": seconds_to(nats, its) for level, nats in levels.items()} for name, its in found.items()
    }
    return {**levels, "recipes": {name: {"points": [p._asdict() for p in its], **times[name]} for name, its in found.items()}}


def said(seconds: float | None, longest: float) -> str:
    """A time, and whether a run took as long."""
    if seconds is None:
        return "never, by the curve, or too few budgets for one"
    return (
        f"{seconds:,.0f} s" if seconds <= longest else f"{seconds:,.0f} s by the curve; the longest run took {longest:,.0f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budgets", type=int, nargs="+", default=BUDGETS, metavar="N", help="images to train on")
    parser.add_argument("--only", nargs="+", choices=RECIPES, default=list(RECIPES), help="some of the recipes")
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="runs of each recipe and budget (default: %(default)s)"
    )
    parser.add_argument("--json", metavar="FILE", help="write one JSON object there; - for the standard output")
    arguments = parser.parse_args()
    if min(arguments.budgets) < 1 or arguments.seeds < 1:
        parser.error("--budgets and --seeds must be at least 1.")
    use_one_thread()
    found = measure(arguments.only, arguments.budgets, arguments.seeds)
    if arguments.json:
        text = json.dumps(found, indent=2) + "\n"
        sys.stdout.write(text) if arguments.json == "-" else Path(arguments.json).write_text(text)
    if arguments.json != "-":
        for name, its in found["recipes"].items():
            longest = its["points"][-1]["seconds"]
            for level in (level for level in ("target", "first_ends") if level in found):
                print(f"{name:>8} to {found[level]:.2f} nats: {said(its[f'seconds_to_{level}'], longest)}")


if __name__ == "__main__":
    main()
