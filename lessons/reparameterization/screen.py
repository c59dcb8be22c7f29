"""What the lesson on the reparameterization trick shows of a trained VAE: its gradients as a table."""

from collections.abc import Mapping

from explorer.page import tables
from explorer.page.tables import Html
from explorer.page.words import fill
from lessons.reparameterization.figures import NAMES
from lessons.reparameterization.model_gradients import Gradients

PARAMETERS = ("\u03bc1", "\u03bc2", "log \u03c31\u00b2", "log \u03c32\u00b2")  # in the order of a Gradients' (2, D), D = 2


def table(found: Gradients, heads: Mapping[str, str]) -> Html:
    """Mean and standard deviation of each estimator, a row a parameter; `heads` names what is not an estimator."""
    estimates = [values.flatten(1) for values in found.by_estimator().values()]  # (K, 2 D) each
    rows = [
        [name, *(_said(float(each[:, k].mean()), float(each[:, k].std())) for each in estimates), _said(kl)]
        for k, (name, kl) in enumerate(zip(PARAMETERS, found.kl.flatten().tolist(), strict=True))
    ]
    return tables.table([[heads["parameter"], *NAMES.values(), heads["kl"]]], rows, heads["label"], kind="le-table le-small")


def _said(mean: float, spread: float | None = None) -> str:
    if spread is None:
        return fill("{mean:,.1f}", {"mean": mean}, "")
    return fill("{mean:,.1f} \u00b1 {spread:,.1f}", {"mean": mean, "spread": spread}, "")
