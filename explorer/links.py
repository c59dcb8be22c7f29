"""Every parameter that an address may carry, page by page."""

import importlib.util

from explorer.page.address import Address
from explorer.page.parameters import Parameter
from explorer.page.places import PLACES, Place


def address_of(place: Place) -> Address:
    """The parameters that a page declares, in the file address.py of its room; none where it has no such file."""
    name = f"{place.room.replace('/', '.')}.address"
    if importlib.util.find_spec(name) is None:
        return Address()
    return importlib.import_module(name).ADDRESS


def _domain(row: Parameter) -> str:
    try:
        return row.domain()
    except Exception:  # it depends on what a visitor looks at, and here nobody does
        return "depends on what is shown"


def links() -> str:
    """A line for each parameter: page, name, what it may be, and what moves it."""
    lines = []
    for place in PLACES.values():
        for row in address_of(place).declared:
            moved = row.widget or ("a part in the browser" if row.told else "a button")
            lines.append(f"/{place.path:<18} {row.name:<24} {_domain(row)}  [{moved}]")
    return "\n".join(lines)
