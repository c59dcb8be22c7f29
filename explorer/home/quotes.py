"""Lines of this project's own code, read from its source files when a page shows them: what is on the screen is what runs."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vae import data
from vae.learning import objectives
from vae.model import likelihoods, networks, posterior

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Quote:
    """One line of code, and where it stands."""

    file: str  # from the project's root, such as "vae/model/networks.py"
    number: int  # of the line, from 1
    function: str  # such as "Posterior.sample"
    code: str


def quote(source: Callable | property, fragment: str) -> Quote:
    """The one line of a function that holds a fragment; LookupError where there is none, or more than one."""
    function = source.fget if isinstance(source, property) else source
    assert function is not None
    lines, first = inspect.getsourcelines(function)
    found = [(first + i, line.strip()) for i, line in enumerate(lines) if fragment in line]
    if len(found) != 1:
        raise LookupError(f"{len(found)} lines of {function.__qualname__} hold {fragment!r}; it must be one.")
    path = Path(inspect.getsourcefile(function) or "").resolve().relative_to(ROOT)
    return Quote(path.as_posix(), found[0][0], function.__qualname__, found[0][1])


# Every node of the machine (explorer/home/js/lane.js) -> the function that computes it, and a part of the line.
COMMON: dict[str, tuple[Callable | property, str]] = {
    "input": (data.Split.pixels, "/ 255"),
    "decoder": (networks.Autoencoder.decode, "self.decoder(z)"),
    "output": (likelihoods.bernoulli_mean, "torch.sigmoid"),
    "reconstruction": (likelihoods.bernoulli_nll, "binary_cross_entropy"),
}
NODES: dict[str, dict[str, tuple[Callable | property, str]]] = {
    "ae": COMMON
    | {
        "encoder": (networks.Autoencoder.encode, "self.trunk(images)"),
        "mean": (networks.Autoencoder.encode, "self.mean_head("),
        "z": (posterior.Posterior.sample, "return self.mean\n"),
        "loss": (objectives.objective, "None, reconstruction)"),
    },
    "vae": COMMON
    | {
        "encoder": (networks.VAE.encode, "self.trunk(images)"),
        "mean": (networks.VAE.encode, "self.mean_head("),
        "log_variance": (networks.VAE.encode, "self.log_variance_head("),
        "std": (posterior.Posterior.std, "torch.exp"),
        "noise": (posterior.Posterior.sample, "torch.randn_like"),
        "z": (posterior.Posterior.sample, "self.std * epsilon"),
        "kl": (posterior.kl_per_dimension, "torch.exp(log_variance)"),
        "loss": (objectives.objective, "beta * kl.sum()"),
    },
}


@functools.cache
def of_nodes(kind: str) -> dict[str, dict[str, Any]]:
    """For the browser: the quote of each node of an autoencoder ("ae") or a VAE ("vae")."""
    return {node: asdict(quote(*where)) for node, where in NODES[kind].items()}
