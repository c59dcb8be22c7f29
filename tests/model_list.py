"""The one list of models that every law runs over."""

import itertools
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from vae.model.activations import ACTIVATIONS
from vae.model.kinds import ENCODERS
from vae.model.spec import ModelSpec

Case = TypeVar("Case", bound=Hashable)
WIDTHS = {
    "mlp": {"encoder_widths": (24, 16), "decoder_widths": (16, 24)},
    "conv": {"encoder_widths": (4, 8), "decoder_widths": (8, 4)},
}
RELATIVES = (
    {"classes": 10},
    {"prior": "vamp", "prior_size": 5},
    {"prior": "two-level", "prior_size": 3},
    {"prior": "flow", "prior_size": 3},
)
LIKELIHOODS = (("bernoulli", 1.0), ("gaussian", 0.5))
PLAIN = [
    ModelSpec(
        kind=kind,
        latent_dim=latent_dim,
        architecture=architecture,
        likelihood=likelihood,
        observation_std=std,
        image_shape=(1, side, side),
        **WIDTHS[architecture],
    )
    for kind, architecture, (likelihood, std), latent_dim, side in (
        *itertools.product(ENCODERS, ("mlp", "conv"), LIKELIHOODS, (1, 2, 10, 64), (28, 8)),
        *itertools.product(ENCODERS, ("mlp", "conv"), (("gaussian", None),), (2,), (28, 8)),
    )
]
MODELS = PLAIN + [
    replace(spec, **changes)
    for spec, changes in itertools.product(PLAIN, RELATIVES)
    if spec.latent_dim == 2 and (spec.likelihood == "bernoulli" or spec.observation_std is None)
    if spec.traits.kl or "classes" in changes
]
MODELS += [
    replace(spec, activation=activation)
    for spec, activation in itertools.product(PLAIN, ACTIVATIONS)
    if (spec.latent_dim, spec.likelihood, spec.image_shape[-1]) == (2, "bernoulli", 8) and activation != spec.activation
]
MODELS += [
    replace(spec, dense_width=12)
    for spec in PLAIN
    if spec.architecture == "conv" and (spec.likelihood, spec.image_shape[-1], spec.latent_dim) == ("bernoulli", 8, 2)
]


def model_name(spec: ModelSpec) -> str:
    likelihood = spec.likelihood if spec.observation_std is not None else "learned-std"
    layers = f"{spec.architecture}-dense" if spec.dense_width else spec.architecture
    kind = f"conditional-{spec.kind}" if spec.classes else spec.kind if spec.prior == "normal" else spec.prior
    name = f"{kind}-{layers}-{likelihood}-{spec.latent_dim}d-{spec.image_shape[-1]}px"
    return name if spec.activation == "gelu" else f"{name}-{spec.activation}"


def covering(cases: Iterable[Case], factors: Callable[[Case], Sequence[Hashable]]) -> list[Case]:
    """A few of the cases in which whatever two values of any two factors meet in one of all, they meet in one of these."""
    meetings = {case: set(itertools.combinations(enumerate(factors(case)), 2)) for case in cases}
    left, chosen = set().union(*meetings.values()), []
    while left:
        chosen.append(max(meetings, key=lambda case: len(meetings[case] & left)))  # the first of those that show most
        left -= meetings[chosen[-1]]
    return chosen


def factors(spec: ModelSpec) -> tuple[Hashable, ...]:
    """What tells the models of the list from one another: kind and prior, architecture, activation, likelihood, latents, images."""
    kind = (spec.kind, spec.classes, spec.prior)
    layers = (spec.architecture, spec.dense_width)
    return kind, layers, spec.activation, (spec.likelihood, spec.observation_std), spec.latent_dim, spec.image_shape
