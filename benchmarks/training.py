"""How long training takes, beside the loop a user would otherwise copy and beside what the processor can do.

    python -m benchmarks.training [--quick] [--only PART ...] [--device cpu|cuda|mps] [--json FILE or -]

On the CPU everything runs on one thread, and its time is that thread's processor time: what it would take on a core of its own. On a GPU it
is the time that passes until the GPU has done its work. Times that are compared are taken in turns, so that a busy neighbour slows both
sides alike, and are medians. Training time is that of the steps: no evaluation on either side, but the peer's reading of its images and
ours of ours. A bound is the negative ELBO in nats on the 10,000 test images, one sample an image. Memory is the peak of a process of its own.
"""

import argparse
import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import torch

from benchmarks.costs import against_machine, by_hand_cost, latencies, moments_cost, pair_cost
from benchmarks.to_a_bound import against_peer, our_bound
from vae import hardware
from vae.data import load
from vae.errors import SpecError
from vae.hardware import precision_name, use_one_thread

PEER_EPOCHS = {("mlp", 2): 6, ("mlp", 20): 5, ("conv", 10): 3}
TARGETS = {  # the last part of a figure's name -> what it should be
    "speedup": "at least 60 with two latents on one core",
    "pair_over_sum": "below 1",
    "noisy_pair_over_sum": "below 1",
    "moments_share": "below 0.03",
    "snapshots_share": "below 0.03",
    "conv_over_autograd": "below 1",
    "over_one_core": "at least 20 for the convolutions",
}


PARTS = (*(f"{architecture}_{latent_dim}" for architecture, latent_dim in PEER_EPOCHS), "costs")


def measure(parts: Collection[str], quick: bool, place: torch.device) -> dict[str, Any]:
    """Those of PARTS, on that device. What training's own parts cost is a question about the CPU."""
    data = load("mnist")
    seeds, rounds = (1, 3) if quick else (3, 9)
    found: dict[str, Any] = {"device": hardware.device_name(place), "precision": precision_name(place)}
    for (architecture, latent_dim), epochs in PEER_EPOCHS.items():
        if (name := f"{architecture}_{latent_dim}") in parts:
            found[name] = against_peer(architecture, latent_dim, data, seeds, rounds, 1 if quick else epochs, place)
    if "costs" not in parts or place.type != "cpu":
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
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--device", choices=hardware.DEVICES, default="cpu", help="where both sides train (default: cpu)")
    parser.add_argument("--json", metavar="FILE", help="write one JSON object there; - for the standard output")
    arguments = parser.parse_args()
    use_one_thread()
    try:
        place = hardware.device(arguments.device)
    except SpecError as error:
        parser.error(str(error))
    found = measure(arguments.only, arguments.quick, place)
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
