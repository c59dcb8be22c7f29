"""Tables of the lesson on anomalies: the area of every score, and one drawing's scores with what each way gives back of it."""

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.page import palette, pictures
from explorer.page.tables import Html, cell, table
from explorer.page.words import fill
from lessons.anomalies import screen
from lessons.anomalies.models import SCORES
from lessons.anomalies.scores import IMPORTANCE_SAMPLES
from lessons.anomalies.screen import Judged

GROUPS = {
    "error": ("ae-error", "vae-error", "pca-error"),
    "likelihood": ("elbo", "iwae"),
    "distance": ("ae-distance", "vae-distance", "pca-distance"),
}
COLUMNS = [score for group in GROUPS.values() for score in group]
COLOURS = {"drawing": palette.PRIOR, **palette.KIND, "pca": palette.PCA}
ALARM = 0.95  # share of the test digits


def areas(kinds: Mapping[str, str], ways: Mapping[str, str], words: Mapping[str, str]) -> Html:
    """AUROC by kind of anomaly (rows) and score (columns), with intervals; the best of a row in bold, what is below guessing tinted."""
    short = {"elbo": words["elbo"], "iwae": fill(words["iwae"], {"samples": IMPORTANCE_SAMPLES}, "areas-table")}
    head = [
        ["", *(cell(words[group], "th", colspan=len(scores)) for group, scores in GROUPS.items())],
        [words["measure"], *(short.get(score, ways[SCORES[score].way]) for score in COLUMNS)],
    ]
    rows = []
    for kind, title in kinds.items():
        found = {score: screen.areas(kind)[score]["auroc"] for score in COLUMNS}
        best = max(value for value, _, _ in found.values())
        more = {"iwae": fill(words["effective"], {"count": screen.effective(kind)}, "areas-table")}
        rows.append([title, *(_area(area, best, more.get(score, "")) for score, area in found.items())])
    return table(head, rows, words["title"])


def _area(area: Sequence[float], best: float, more: str) -> Html:
    """`more` is said below the interval."""
    value, low, high = area
    shown = f"<b>{value:.3f}</b>" if value == best else f"{value:.3f}"
    small = "".join(f"<br><small>{said}</small>" for said in (f"{low:.2f}\u2013{high:.2f}", more) if said)
    return cell(Html(shown + small), class_="le-below" if high < 0.5 else "")


def faces(drawing: np.ndarray, judged: Judged, ways: Mapping[str, str]) -> Html:
    """A drawing (28, 28) and what each way gives back of it, side by side."""
    images = {"drawing": drawing, **judged.rebuilt}
    cells = (
        f'<div><p class="le-name" style="--colour:{COLOURS[way]}">{name}</p>{pictures.row_html(images[way], [name])}</div>'
        for way, name in ways.items()
    )
    return Html(f'<div class="le-faces">{"".join(cells)}</div>')


def bars(judged: Judged, scores: Mapping[str, str], words: Mapping[str, str]) -> Html:
    """A drawing's scores, and for each the share of test digits that score lower as a bar."""
    rows = [
        [
            scores[name],
            f"{judged.scores[name]:.1f}",
            Html(f'<span class="le-track"><span style="width:{100 * share:.1f}%"></span></span>'),
            cell(f"{share:.1%}", class_="le-below" if share > ALARM else ""),
        ]
        for name, share in judged.stranger_than.items()
    ]
    return table([[words["score"], words["value"], "", words["share"]]], rows, words["title"], "le-numbers le-bars")
