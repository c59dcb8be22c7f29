"""The table of what lies in the middle of many ways: shares that a classifier recognises, for each model and kind of way."""

from collections.abc import Mapping
from typing import Protocol

from explorer.models.trained import KIND_NAMES
from explorer.page.tables import Html, cell, table
from explorer.page.words import Words

JUDGED = "mnist"  # the data set whose images the classifier knows


class Seen(Protocol):
    """Shares, 0 to 1, of ends and middles that are recognised, and of the latter those that are neither end's class."""

    @property
    def ends(self) -> float: ...
    @property
    def middles(self) -> float: ...
    @property
    def third(self) -> float: ...


def shares(found: Mapping[str, Mapping[str, Seen]], words: Words) -> Html:
    """A column for each model (by kind), rows for its ends and for the middles of each kind of way."""
    said, names = words.items("middle-table"), words.items("ways")
    each = list(found.values())
    heads = [cell(Html(f'<span class="le-name le-{kind}">{KIND_NAMES[kind]}</span>'), "th", scope="col") for kind in found]
    rows = [[said["ends"], *(_percent(next(iter(ways.values())).ends) for ways in each)]]
    for way in next(iter(each)):
        rows.append([words.item("middle-table", "middle", way=names[way]), *(_percent(ways[way].middles) for ways in each)])
        rows.append([words.item("middle-table", "third", way=names[way]), *(_percent(ways[way].third) for ways in each)])
    return table([[cell(said["recognised"]), *heads]], rows, said["label"], "le-numbers")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
