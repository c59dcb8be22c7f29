"""The labelled digits of the lesson on representations, and the table of what each representation makes of them."""

from collections.abc import Mapping

from explorer.page import pictures
from explorer.page.tables import Html, table
from explorer.page.words import fill
from lessons.represent import screen
from lessons.represent.few_labels import Score
from lessons.represent.figures import COLOURS
from lessons.represent.screen import Trial


def digits(trial: Trial, step: int, words: Mapping[str, str]) -> Html:
    """Every so many of the labelled digits, ten to a row."""
    alts = [fill(words["digit"], {"label": label}, "draw-table") for label in trial.labels[::step]]
    return Html(pictures.row_html(trial.images[::step], alts, columns=10))


def accuracies(
    now: Mapping[str, float], scores: Mapping[str, Score], latents: int, names: Mapping[str, str], words: Mapping[str, str]
) -> Html:
    """By features: the accuracy on this draw and, given `scores`, over all draws, and the share of the variance between the classes."""
    rows = []
    for kind, name in names.items():
        row: list[str | Html] = [
            Html(f'<span class="le-name" style="--colour:{COLOURS[kind]}">{name}</span>'),
            Html(f"<b>{now[kind]:.1%}</b>"),
        ]
        if scores:
            row += [f"{scores[kind].mean:.1%} \u00b1 {scores[kind].spread:.1%}", f"{screen.between(kind, latents):.0%}"]
        rows.append(row)
    head = [words[name] for name in ("features", "now", "mean", "between")][: len(rows[0])]
    return table([head], rows, words["title"], "le-numbers rp-table")
