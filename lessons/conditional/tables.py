"""The two models of the lesson in one table, nats per test image."""

from explorer.page.tables import Html, cell, table
from explorer.page.words import Words
from lessons.conditional.models import Measured, joint_bound
from lessons.conditional.screen import TITLES


def compared(words: Words, plain: Measured, told: Measured) -> Html:
    """Both models; the class, which one of them is told for nothing, is charged in a row of its own."""
    bounds = [m.weighted.negative_log_likelihood for m in (plain, told)]
    rows = {
        "reconstruction": (plain.reconstruction, told.reconstruction),
        "kl": (plain.kl, told.kl),
        "elbo": (plain.negative_elbo, told.negative_elbo),
        "weighted": tuple(bounds),
        "class": (0.0, joint_bound(0.0)),
        "together": (bounds[0], joint_bound(bounds[1])),
    }
    values = {"weighted": {"samples": plain.weighted.samples}}
    cells = [[words.item("table", key, **values.get(key, {})), *(f"{nats:.1f}" for nats in pair)] for key, pair in rows.items()]
    cells[-1][1:] = [Html(f"<b>{text}</b>") for text in cells[-1][1:]]
    cells.append([words.item("table", "effective"), *(f"{m.weighted.effective_samples:.1f}" for m in (plain, told))])
    cells.append([words.item("table", "accuracy"), *(f"{100 * m.knn_accuracy:.1f} %" for m in (plain, told))])
    head = [cell(words.item("table", "unit")), *TITLES.values()]
    return table([head], cells, words.item("table", "label"), "le-table")
