"""Every model of the lesson in one table, nats per test image, in groups whose numbers can be compared."""

from typing import Any

from explorer.page.tables import Html, cell, table
from explorer.page.words import MINUS, Words
from lessons.priors import relatives, screen

GROUPS = {
    "binary": ("plain", "vamp", "two-level", "vq"),
    "grey": ("fixed-std", "learned-std"),
    "similarity": ("ssim",),
}
COLUMNS = ("reconstruction", "kl", "elbo", "weighted", "ssim")


def compared(words: Words) -> Html:
    """The models by group, each group below the sentence on what its numbers are."""
    slots = {"weighted": {"samples": relatives.SAMPLES}}
    head = [cell(words.item("table", "unit")), *(words.item("table", key, **slots.get(key, {})) for key in COLUMNS)]
    titles = words.items("models")
    rows: list[list[Any]] = []
    for group, names in GROUPS.items():
        said = Html(f"<small>{words.item('table', group)}</small>")
        rows.append([cell(said, "th", scope="colgroup", colspan=len(head))])
        rows += [[titles[name], *_numbers(name, words)] for name in names]
    return table([head], rows, words.item("table", "label"), "le-table")


def _numbers(name: str, words: Words) -> list[str]:
    none = words.item("table", "none")
    if name == "vq":
        vq = screen.tokens().measures
        costs = words.item("table", "tokens", cost=f"{vq.tokens:.1f}")
        return [f"{vq.pixels:.1f}", costs, f"{vq.total:.1f}", none, f"{vq.ssim:.2f}"]
    if name == "ssim":
        similar = screen.similar().measures
        return [none, f"{similar.kl:.1f}", none, none, f"{similar.ssim:.2f}"]
    m = screen.shipped(name).measures
    nats = [f"{value:.1f}".replace("-", MINUS) for value in (m.reconstruction, m.kl, m.negative_elbo, screen.weighted(name))]
    known = m.weighted.effective_samples
    effective = "" if known is None else words.item("table", "effective", count=known)
    return [*nats[:3], Html(f"<b>{nats[3]}</b> <small>{effective}</small>"), f"{m.ssim:.2f}"]
