"""The table of the page on latent arithmetic: what each coder's direction does, and what is behind it."""

from collections.abc import Mapping

from explorer.page.tables import Html, table
from explorer.page.words import MINUS, Words
from lessons.arithmetic.attributes import UNITS
from lessons.arithmetic.figures import COLOURS
from lessons.arithmetic.screen import STRENGTHS, Study
from lessons.shared.coders import CODERS


def directions(words: Words, studies: Mapping[str, Study], attribute: str, digit: int) -> Html:
    """A row a coder; `digit` is the one that the direction leads to, if it leads to one."""
    heads = words.items("columns")
    heads["adds"] = words.item("columns", "adds", attribute=words.items("attributes")[attribute])
    heads["became"] = words.item("columns", "became", digit=digit)
    one = STRENGTHS.index(1.0)
    rows = []
    for kind, study in studies.items():
        cells = {
            "coder": Html(f'<span class="le-name" style="--colour:{COLOURS[kind]}">{CODERS[kind]}</span>'),
            "agree": f"{float(study.agreement.mean()):.2f}",
            "longer": f"{study.longer:.0%}",
            "adds": f"{study.change():+.2f} {UNITS[attribute]}",
            "rises": words.item("columns", "share", share=study.rising),
            "kept": f"{float(study.kept[one]):.0%}",
        }
        if study.became is not None:
            cells["became"] = f"{float(study.became[one]):.0%}"
        rows.append([cell if isinstance(cell, Html) else cell.replace("-", MINUS) for cell in cells.values()])
    return table([[heads[key] for key in cells]], rows, words.items("alts")["directions"], "le-numbers ar-table")
