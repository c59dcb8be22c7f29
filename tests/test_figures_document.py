"""docs/figures.md names every page and every command, and none that is not there."""

import re
from pathlib import Path

from explorer.page.places import PLACES
from lessons.__main__ import commands

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "figures.md").read_text(encoding="utf-8")


def test_every_command_of_the_lessons_is_named():
    assert set(re.findall(r"python -m lessons ([a-z-]+)", TEXT)) == set(commands())


def test_every_page_has_its_row():
    rows = [line.split("|")[1].strip() for line in TEXT.splitlines() if line.startswith("|")]
    assert [title for title in rows if title not in ("page", "---")] == [place.title for place in PLACES.values()]
