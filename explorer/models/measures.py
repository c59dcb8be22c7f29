"""The table of measures: every number with its unit, every definition one click away (the block measures of the words)."""

import html
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from explorer.page.tables import Html, cell, table
from explorer.page.words import Words
from vae.measuring.metrics import Measures
from vae.model.networks import Network

Text = Callable[[Measures], str | None]  # how a measure is read: None where a model has none


def _nats(value: float | None, error: float | None) -> str | None:
    return _number(value, error, 1, "nats")


def _share(share: float | None, error: float | None = None) -> str | None:
    return None if share is None else _number(100 * share, None if error is None else 100 * error, 1, "%")


def _number(value: float | None, error: float | None, decimals: int, unit: str = "") -> str | None:
    if value is None:
        return None
    beside = "" if error is None else f" \u00b1 {error:.{decimals}f}"
    return f"{value:.{decimals}f}{beside} {unit}".rstrip()


MEASURES: Mapping[str, Text] = {
    "reconstruction": lambda m: _nats(m.reconstruction, m.reconstruction_error),
    "kl": lambda m: _nats(m.kl, m.kl_error),
    "elbo": lambda m: _nats(m.negative_elbo, m.negative_elbo_error),
    "accuracy": lambda m: _share(m.knn_accuracy),
    "scale": lambda m: _number(m.scale, None, 2),
    "reach": lambda m: _share(m.out_of_reach_share),
    "empty": lambda m: _share(m.empty_share, m.empty_share_error),
    "empty-matched": lambda m: _share(m.empty_share_whitened),
    "coverage": lambda m: _share(m.coverage),
    "coverage-matched": lambda m: _share(m.coverage_whitened),
    "mmd": lambda m: _number(m.mmd_squared, m.mmd_squared_error, 4),
}


class Measured(Protocol):
    """A model with its name on the screen and its measures; a Trained is one."""

    @property
    def model(self) -> Network: ...
    @property
    def label(self) -> str: ...
    @property
    def measures(self) -> Measures: ...


def measured(models: Iterable[Measured], words: Words) -> Html:
    """A column for each model, a row for each measure."""
    models = list(models)
    said = {option.key: option for option in words.options("measures")}
    notes = words.items("table")
    heads = [
        cell(Html(f'<span class="le-name le-{m.model.spec.kind}">{html.escape(m.label)}</span>'), "th", scope="col")
        for m in models
    ]
    rows = []
    for key, text in MEASURES.items():
        name = Html(f"<details><summary>{html.escape(said[key].text)}</summary><p>{html.escape(said[key].why)}</p></details>")
        without = notes["unlabelled" if key == "accuracy" else "none"]
        rows.append([cell(name, "th", scope="row"), *(text(model.measures) or without for model in models)])
    return table([[cell(notes["press"]), *heads]], rows, notes["label"], "le-table")
