"""Tables of numbers as HTML. Cells are escaped unless they are marked as HTML, so that nobody's words become markup."""

import html
from collections.abc import Sequence
from typing import Any


class Html(str):
    """Markup that is ours: it goes into a table as it is."""

    __slots__ = ()


def cell(value: Any, tag: str = "td", **attributes: Any) -> Html:
    """One cell; attributes by name, `class_` for class, such as cell("a", "th", colspan=2)."""
    said = "".join(f' {name.rstrip("_")}="{html.escape(str(wanted))}"' for name, wanted in attributes.items() if wanted)
    return Html(f"<{tag}{said}>{_markup(value)}</{tag}>")


def _markup(value: Any) -> str:
    return value if isinstance(value, Html) else html.escape(str(value))


def _row(cells: Sequence[Any], first: str, others: str, role: str) -> str:
    made = (
        value if isinstance(value, Html) and value.startswith(("<td", "<th")) else cell(value, others if i else first)
        for i, value in enumerate(cells)
    )
    return f"<tr{role}>{''.join(made)}</tr>"


def table(
    head: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]], label: str, kind: str = "le-numbers", roles: bool = False
) -> Html:
    """A table that scrolls sideways where the page is narrow.

    head   rows of the head: names of columns; `cell` makes one that spans several
    rows   each begins with its name; a cell is a text, `Html`, or made by `cell`
    label  what it holds, for whoever hears it rather than sees it
    kind   style sheet classes: "le-numbers" (numbers, aligned right) or "le-table" (words), more after a space
    roles  say that it is a table of rows, where the style sheet lays rows out as blocks; its cells are made by `cell` with roles of theirs
    """
    row, whole = (' role="row"', ' role="table"') if roles else ("", "")
    top = "".join(_row(cells, "td" if not cells[0] else "th", "th", row) for cells in head)
    body = "".join(_row(cells, "th", "td", row) for cells in rows)
    inside = f'<table class="{kind}"{whole}><thead>{top}</thead><tbody>{body}</tbody></table>'
    return Html(f'<div class="le-wide" role="region" aria-label="{html.escape(label)}" tabindex="0">{inside}</div>')
