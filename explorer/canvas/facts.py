"""What the browser is told about a model: names, sizes, ranges, and where its bytes are."""

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from explorer.browser.bodies import Body
from explorer.canvas import payloads
from explorer.models.coded import Coded
from vae.data import Dataset
from vae.model.networks import Autoencoder
from vae.model.posterior import Posterior, kl_per_dimension

if TYPE_CHECKING:
    from explorer.models.trained import Trained

INACTIVE = 0.01  # nats: a dimension with a smaller KL counts as inactive
MASS = 0.99  # share of the codes that the home view shows on each axis
PRIOR_EDGE = 3.3  # the home view also shows the prior's circle of three standard deviations


class Snapshot(Protocol):
    """What each model of a series must have; a Trained has it."""

    @property
    def model(self) -> Autoencoder: ...
    @property
    def posterior(self) -> Posterior: ...
    @property
    def data(self) -> Dataset: ...


_snapshots: weakref.WeakKeyDictionary[Snapshot, tuple[Body, Body]] = weakref.WeakKeyDictionary()
_known: weakref.WeakKeyDictionary["Trained", tuple[dict[str, Any], dict[str, Body]]] = weakref.WeakKeyDictionary()


def describe(subject: "Trained") -> dict[str, Any]:
    """Describe a model to the browser and make its bytes available. The facts are computed once for each model."""
    if subject not in _known:
        _known[subject] = _work_out(subject)
    facts, bodies = _known[subject]
    return {**facts, **{name: body.announce() for name, body in bodies.items()}}


def _work_out(subject: "Trained") -> tuple[dict[str, Any], dict[str, Body]]:
    facts = {"name": subject.name, "label": subject.label, "kind": subject.model.spec.kind, **numbers(subject)}
    try:
        bodies = {
            "weights": payloads.decoder(subject.model),
            "codes": payloads.codes(subject.posterior, subject.data.test.labels),
            "pictures": payloads.pictures(subject.settings.dataset),
        }
    except payloads.Undrawable as error:
        return {**facts, "trouble": str(error)}, {}
    widths = payloads.stds(subject.posterior)
    return facts, bodies if widths is None else {**bodies, "stds": widths}


def numbers(subject: Coded) -> dict[str, Any]:
    """What follows from the codes alone: which dimensions carry what, how far sliders and planes reach, principal components."""
    posterior, codes = subject.posterior, subject.posterior.mean.double().numpy()
    dims = codes.shape[1]
    kl = None if posterior.log_variance is None else kl_per_dimension(posterior).mean(0).tolist()
    return {
        "dims": dims,
        "order": subject.order,
        "kl": kl,
        "inactive": [i for i in subject.order if kl is not None and kl[i] < INACTIVE],
        "inactiveBelow": INACTIVE,
        "ranges": subject.ranges,
        "axes": subject.plane_axes,
        "bounds": [_bounds(codes[:, i]) for i in range(dims)],
        "principal": principal(codes) if dims > 2 else None,
    }


def snapshot(subject: Snapshot) -> dict[str, Any]:
    """Where the decoder and the codes of a moment are."""
    if subject not in _snapshots:
        _snapshots[subject] = payloads.decoder(subject.model), payloads.codes(subject.posterior, subject.data.test.labels)
    weights, codes = _snapshots[subject]
    return {"weights": weights.announce(), "codes": codes.announce()}


def common_bounds(subjects: Sequence[Snapshot]) -> list[tuple[float, float]]:
    """An interval for each dimension that fits every model of a series, so that no point leaves the view."""
    each = [[_bounds(values) for values in subject.posterior.mean.double().numpy().T] for subject in subjects]
    return [(min(low for low, _ in one), max(high for _, high in one)) for one in zip(*each, strict=True)]


def _bounds(values: np.ndarray) -> tuple[float, float]:
    """An interval that holds the prior and the share MASS of the values, with a margin."""
    low, high = np.quantile(values, [(1 - MASS) / 2, (1 + MASS) / 2])
    margin = 0.06 * (high - low)
    return min(float(low - margin), -PRIOR_EDGE), max(float(high + margin), PRIOR_EDGE)


def principal(codes: np.ndarray) -> dict[str, Any]:
    """The first two principal components of codes (N, D): directions, mean, shares of the variance, and intervals to show."""
    mean = codes.mean(0)
    variances, directions = np.linalg.eigh(np.cov(codes.T))  # ascending
    u, v = directions[:, -1], directions[:, -2]
    u, v = (w * np.sign(w[np.abs(w).argmax()]) for w in (u, v))  # an eigenvector's sign is arbitrary: fix it
    feet = (codes - mean) @ np.stack([u, v], 1)  # (N, 2)
    return {
        "u": u.tolist(),
        "v": v.tolist(),
        "mean": mean.tolist(),
        "share": (variances[[-1, -2]] / variances.sum()).tolist(),
        "bounds": [_bounds(feet[:, 0]), _bounds(feet[:, 1])],
    }
