"""The table of measures: every number with its unit, every definition one click away."""

import html
from collections.abc import Callable, Mapping
from typing import NamedTuple

from explorer.models.trained import Trained
from vae.metrics import Measures


class Measure(NamedTuple):
    """A row: how to read the number from a model's measures, and what it means."""

    name: str
    text: Callable[[Measures], str]
    definition: str


def _nats(value: float | None, error: float | None) -> str:
    return "none" if value is None else f"{value:.1f} \u00b1 {error:.1f} nats"


def _share(share: float | None) -> str:
    return "no labels" if share is None else f"{100 * share:.1f} %"


MEASURES = (
    Measure(
        "Reconstruction",
        lambda m: _nats(m.reconstruction, m.reconstruction_error),
        "\u2212log p(x|z), summed over pixels and averaged over the test images. For a VAE, z is drawn from the posterior, eight "
        "times an image; for an autoencoder it is the code itself. Lower is better. \u00b1 is one standard error over the images.",
    ),
    Measure(
        "KL to the prior",
        lambda m: _nats(m.kl, m.kl_error),
        "KL(q(z|x) \u2016 N(0, I)), summed over latent dimensions and averaged over the test images. An autoencoder's code is a "
        "point; it has no such term.",
    ),
    Measure(
        "Negative ELBO",
        lambda m: _nats(m.negative_elbo, m.negative_elbo_error),
        "Reconstruction plus KL: an upper bound on \u2212log p(x). An autoencoder is not a model of p(x) and has no bound.",
    ),
    Measure(
        "k-NN accuracy of the codes",
        lambda m: _share(m.knn_accuracy),
        "Share of test images whose class is the majority class of the ten nearest training codes (posterior means).",
    ),
    Measure(
        "Prior draws in empty space",
        lambda m: _share(m.empty_share),
        "Share of 10,000 draws from N(0, I) whose nearest code is farther away than r. The codes are one posterior draw for each "
        "test image. r is chosen so that codes drawn from N(0, I) themselves would score 5 %.",
    ),
    Measure(
        "Codes out of the prior's reach",
        lambda m: _share(m.out_of_reach_share),
        "Share of the codes outside the ball that holds 99 % of N(0, I): digits that prior draws hardly ever come near. Codes "
        "distributed like the prior would score 1 %.",
    ),
)


def table(models: Mapping[str, Trained]) -> str:
    """An HTML table: a column for each model (by kind), a row for each measure."""
    head = "".join(
        f'<th scope="col"><span class="le-name le-{kind}">{html.escape(m.label)}</span></th>' for kind, m in models.items()
    )
    rows = "".join(
        f'<tr><th scope="row"><details><summary>{measure.name}</summary><p>{measure.definition}</p></details></th>'
        + "".join(f"<td>{measure.text(m.measures)}</td>" for m in models.values())
        + "</tr>"
        for measure in MEASURES
    )
    note = "Press a name for its definition"
    return f'<table class="le-table"><thead><tr><td>{note}</td>{head}</tr></thead><tbody>{rows}</tbody></table>'
