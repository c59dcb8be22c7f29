"""The cut of the font has the letters that pages are written in, drawn as in the whole font, and browsers find it before that."""

import io
import re
from pathlib import Path

import httpx
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from own_loop import complete
from starlette.applications import Starlette

from explorer.serving import entry, letters

ROOT = Path(__file__).resolve().parents[2]


def get(path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=entry.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path)

    return complete(ask())


@pytest.fixture(scope="module")
def fonts():
    """The bytes of the cut, the cut and the whole font."""
    before = dict(letters._cuts)
    letters._cuts.clear()
    made = letters.cut()
    yield made, TTFont(io.BytesIO(made)), TTFont(letters.STATIC / letters.whole())
    letters._cuts.clear()
    letters._cuts.update(before)


def test_every_letter_of_the_pages_that_the_font_has_is_in_its_cut(fonts):
    _, cut, whole = fonts
    said = "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("words.md") if ".venv" not in path.parts)
    asked = {ord(letter) for letter in said if letter >= " "} & whole.getBestCmap().keys()
    assert asked <= cut.getBestCmap().keys()
    assert all(any(first <= letter <= last for first, last in letters.RANGES) for letter in asked)


@pytest.mark.parametrize("weight", [200, 650, 900])
def test_letters_are_drawn_as_in_the_whole_font(fonts, weight):
    drawn = []
    for font in fonts[1:]:
        glyphs, names = font.getGlyphSet(location={"wght": weight}), font.getBestCmap()
        pens = {letter: DecomposingRecordingPen(glyphs) for letter in "Aégβ∂−7"}
        for letter, pen in pens.items():
            glyphs[names[ord(letter)]].draw(pen)
        drawn.append({letter: (glyphs[names[ord(letter)]].width, pen.value) for letter, pen in pens.items()})
    assert drawn[0] == drawn[1]


def test_digits_have_one_width_and_pairs_of_letters_their_distance(fonts):
    _, cut, whole = fonts
    assert len({cut.getGlyphSet()[cut.getBestCmap()[ord(digit)]].width for digit in "0123456789"}) == 1
    for font in (cut, whole):
        assert "kern" in {each.FeatureTag for each in font["GPOS"].table.FeatureList.FeatureRecord}


def test_the_document_fetches_the_cut_first_and_keeps_the_whole_font_for_other_letters(fonts):
    made, *_ = fonts
    html = get("/kl").text
    (first,) = re.findall(r'rel="preload"\s+href="([^"]+)"\s+as="font"', html)
    answer = get(first)
    assert answer.content == made
    assert len(made) < 0.25 * (letters.STATIC / letters.whole()).stat().st_size
    assert "immutable" in answer.headers["cache-control"]
    assert html.index('rel="stylesheet"') < html.index('font-family: "Source Sans"; ')  # of two, a browser takes the later one
    assert get("/canvas/letters/none.woff2").status_code == 404


def test_until_there_is_a_cut_the_whole_font_is_fetched(monkeypatch):
    monkeypatch.setattr(letters, "_cuts", {})
    html = get("/kl").text
    assert letters.first() == f"./{letters.whole()}"
    assert "/canvas/letters/" not in html
    assert f'href="./{letters.whole()}"' in html
