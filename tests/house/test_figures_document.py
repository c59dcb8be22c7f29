"""docs/figures.md names every command, and every page that ships something, and none that is not there."""

import re
from pathlib import Path

from explorer.page.places import PLACES
from lessons.__main__ import commands

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")


def test_every_command_of_the_lessons_is_named():
    assert set(re.findall(r"python -m lessons ([a-z-]+)", TEXT)) == set(commands())


def test_rows_are_pages_in_their_order_and_whatever_ships_something_has_one():
    rows = [line.split("|")[1].strip() for line in TEXT.splitlines() if line.startswith("|")]
    rows = [title for title in rows if title not in ("page", "---")]
    assert rows == [place.title for place in PLACES.values() if place.title in rows]
    assert [
        place.title for place in PLACES.values() if (ROOT / place.room / "shipped").exists() and place.title not in rows
    ] == []
