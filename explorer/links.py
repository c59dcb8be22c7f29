"""Every parameter that an address may carry, page by page."""

from explorer.page.parameters import Parameter
from explorer.page.places import PLACES


def _domain(row: Parameter) -> str:
    try:
        return row.domain()
    except Exception:  # it depends on what a visitor looks at, and here nobody does
        return "depends on what is shown"


def links() -> str:
    """A line for each parameter: page, name, what it may be, and what moves it."""
    lines = []
    for place in PLACES.values():
        for row in place.address.declared:
            moved = row.widget or ("a part in the browser" if row.told else "a button")
            lines.append(f"/{place.path:<18} {row.name:<24} {_domain(row)}  [{moved}]")
    return "\n".join(lines)
