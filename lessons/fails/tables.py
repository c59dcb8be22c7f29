"""The table of the lesson on failures: the symptoms of all six runs."""

from collections.abc import Mapping

from explorer.page.tables import Html, cell, table
from explorer.page.words import Words
from lessons.fails.cases import CASES
from lessons.fails.diagnosis import Symptoms
from lessons.fails.models import PAIRS

SHOWN = ("training", "validation", "gap", "kl", "active_units", "out_of_reach")


def symptoms(words: Words, measured: Mapping[str, Symptoms]) -> Html:
    """A row for each failure, the number that decides marked."""
    names, said = words.items("predict"), words.items("symptoms")
    rows = []
    for key, case in CASES.items():
        s = measured[PAIRS[key].failed]
        cells = {
            "training": f"{s.training:,.1f}",
            "validation": f"{s.validation:,.1f}",
            "gap": f"{s.gap:.2f}",
            "kl": said["none"] if s.kl is None else f"{s.kl:,.2f}",
            "active_units": words.item("symptoms", "units", active=s.active_units, latents=s.latents),
            "out_of_reach": said["none"] if s.out_of_reach is None else f"{100 * s.out_of_reach:.0f} %",
        }
        cells[case.decides] = cell(Html(f"<b>{cells[case.decides]}</b>"))
        rows.append([names[key], *(cells[name] for name in SHOWN)])
    head = ["", *(said[name] for name in SHOWN)]
    return table([head], rows, words.items("alts")["symptoms"], "le-table le-small fa-symptoms")
