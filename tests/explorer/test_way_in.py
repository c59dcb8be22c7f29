"""What leads a reader in: minutes and needs of each page, the route, the side bar's sections, terms, and what a search finds."""

import base64
import html
import io
import json
import re
import xml.etree.ElementTree as ET
import zlib
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch
from app_driver import markup, seen, sentences, visit
from PIL import Image

from explorer.browser import bodies
from explorer.home import moments
from explorer.models import trained
from explorer.page import pictures, places, terms, words
from explorer.page.places import PLACES
from explorer.page.terms import Marks, marked
from explorer.wayin import index
from explorer.wayin.route import MINUTES, route
from lessons.conditional import screen as conditional
from vae import data
from vae.errors import CheckpointError
from vae.model import latent

TERMS = terms.terms()
ISSUED = (
    *(
        "autoencoder",
        "VAE",
        "encoder",
        "decoder",
        "latent code",
        "latent variable",
        "prior",
        "posterior",
        "aggregate posterior",
    ),
    *("KL", "ELBO", "reconstruction term", "β", "nat", "ink", "off the map", "active unit", "bits-back", "empty space"),
)
MODULE = "explorer/wayin/js/ranking.js"


@pytest.mark.parametrize("path", PLACES)
def test_every_page_says_how_long_it_takes_and_what_it_needs(path):
    place = PLACES[path]
    assert 1 <= place.minutes <= 30
    assert place.words.facts["level"] in words.load("explorer/page").items("levels")
    order = list(PLACES)
    assert all(order.index(known) < order.index(path) for known in place.after)
    said = markup(seen(path))
    assert said.count('class="le-needs"') == 1
    assert f"{place.minutes}\u00a0min" in said
    assert all(f'href="{known if known != "home" else "./"}"' in place.needs for known in place.after)


def test_the_route_takes_ten_minutes_and_is_on_home_and_in_the_side_bar():
    assert sum(MINUTES.values()) == 10
    assert all(minutes <= PLACES[path].minutes for path, minutes in MINUTES.items())
    assert words.load("explorer/wayin").items("stops").keys() == MINUTES.keys()
    assert "10 minutes, 4 pages" in route()
    assert route() in markup(seen("home"))
    assert route(folded=True) in "".join(block.proto.body for block in visit("runs").sidebar.get("html"))


def test_the_side_bar_has_all_pages_and_the_course_in_sections_that_count_theirs():
    assert [path for pages in places.course().values() for path in pages] == [place.path for place in places.LESSONS]
    for heading, pages in places.course().items():
        assert re.search(r"(\d+) lessons", heading)[1] == str(len(pages))
    assert list(places.course()) == [heading for heading in places.navigation() if heading in places.course()]


@pytest.mark.parametrize("key", TERMS)
def test_a_term_has_two_sentences_a_formula_and_pages_that_speak_of_it(key):
    term = TERMS[key]
    assert len(re.findall(r"[.?!](?=\s|$)", term.text)) == 2
    formula = ET.fromstring(index.mathml(term.formula))
    assert formula.tag.endswith("math")
    assert "\\" not in "".join(formula.itertext())  # all of it was understood
    parts = words.load("explorer/canvas").blocks.values()  # what planes say on many pages
    for path in term.pages:
        text = " ".join((*PLACES[path].words.blocks.values(), *parts, PLACES[path].title))
        assert any(re.search(rf"\b{re.escape(name)}\b" if name != "β" else name, text, re.IGNORECASE) for name in term.names), (
            path
        )


def test_the_terms_that_stop_a_beginner_are_explained():
    names = {name.lower() for term in TERMS.values() for name in term.names}
    assert [name for name in ISSUED if name.lower() not in names] == []
    every = [name.lower() for term in TERMS.values() for name in term.names]
    assert len(every) == len(set(every))  # no name for two terms


def test_a_mark_that_is_written_by_hand_names_a_term():
    texts = [
        path.read_text(encoding="utf-8") for top in ("explorer", "lessons") for path in (words.ROOT / top).rglob("words*.md")
    ]
    assert [key for text in texts for key in re.findall(r"\]\(glossary#([\w-]*)\)", text) if key not in TERMS] == []


def test_the_first_name_of_a_term_is_marked_and_nothing_in_formulas_code_headings_links_and_slots():
    text = "### The KL\nA $KL$ of {KL:.2f} nats, `KL`, [the KL](x) and **the KL**: the KL of KL-like codes."
    assert marked(text) == (
        "### The KL\nA $KL$ of {KL:.2f} [nats](glossary#nat), `KL`, [the KL](x) and **the [KL](glossary#kl)**: "
        "the KL of KL-like [codes](glossary#code).",
        {"nat", "kl", "code"},
    )
    assert (
        marked("An aggregate posterior", frozenset({"posterior"}))[0]
        == "An [aggregate posterior](glossary#aggregate-posterior)"
    )
    assert words.inline("**the [KL](glossary#kl)**") == '<b>the <a href="glossary#kl">KL</a></b>'


def test_a_part_that_runs_again_marks_the_same_and_other_blocks_do_not_repeat_it():
    marks = Marks()
    first = marks.mark("lead", "The prior")
    assert marks.mark("way", "The prior and the decoder") == "The prior and the [decoder](glossary#decoder)"
    assert marks.mark("lead", "The prior") == first == "The [prior](glossary#prior)"


def test_a_page_marks_its_terms_and_the_glossary_has_them_all():
    assert 'href="glossary#kl"' in markup(seen("kl"))
    headings = {block.proto.anchor: block.value for block in seen("glossary").header}
    assert headings == {term.key: term.title for term in TERMS.values()}


def found() -> dict:
    """What the browser is sent to look through."""
    path = index.addresses()["data"]
    return json.loads(zlib.decompress(bodies.kept(path.rsplit("/", 1)[1]), bodies.GZIP))


def test_what_is_looked_through_knows_every_page_and_term_and_is_small():
    said = found()
    assert [page["path"] for page in said["pages"]] == [path if path != "home" else "" for path in PLACES]
    assert [term["key"] for term in said["terms"]] == list(TERMS)
    assert all(page["found"] and not set(page["found"]) & set("{}$*") for page in said["pages"])
    assert len(index._body().compressed) < 15_000


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("condit", "Conditional VAE"),
        ("KL", "KL divergence"),
        ("kl does", "What the KL does"),
        ("ten digits", "Conditional VAE"),
        ("nats", "Nat"),
        ("free lunch", None),
        ("", "Home"),
    ],
)
def test_a_search_finds_what_is_meant_first(javascript, question, first):
    (entries,) = javascript(MODULE, ["ranked", found(), question])
    assert ([entry["title"] for entry in entries] or [None])[0] == first
    assert all(entry["address"] for entry in entries)


def test_a_tile_shows_what_the_models_decode_and_its_link_is_one_that_its_page_knows():
    tiles = re.findall(r'<a href="(\w+)\?([^"]*)"><img src="([^"]+)"', markup(seen("home")))
    assert [path for path, _, _ in tiles] == list(PLACES["home"].words.items("moments"))
    for path, query, _ in tiles:
        link = dict(parse_qsl(html.unescape(query)))
        known = {row.name: row for row in PLACES[path].address.declared}
        assert link
        assert link.keys() <= known.keys()
        opened = visit(path, **link)
        assert sentences(opened) == []
    pixels = {path: np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))) for path, _, uri in tiles}
    model, test = conditional.shipped("conditional-vae").model, data.load("mnist").test
    z = latent.encode(model, test.pixels(slice(4, 5)), test.labels[4:5]).mean
    ten = torch.cat([latent.decode(model, z, torch.tensor([label])) for label in range(10)])
    assert np.abs(pixels["conditional"].astype(int) - pictures.tile(pictures.grey(ten), 5)).max() <= 1
    vae = trained.get("mnist-vae-2d").model
    ends = [latent.decode(vae, latent.encode(vae, test.pixels(slice(i, i + 1))).mean) for i in (0, 3)]
    first, last = pixels["interpolate"][:28, :28], pixels["interpolate"][28:, -28:]
    for shown, end in zip((first, last), ends, strict=True):
        assert np.abs(shown.astype(int) - pictures.grey(end)[0]).max() <= 1


def test_a_tile_whose_model_is_damaged_is_left_out_and_the_others_stay():
    def damaged():
        raise CheckpointError("The weights are damaged.")

    moments._drawn.clear()
    whole = {"interpolate": lambda: ({"a": 0}, torch.zeros(10, 1, 28, 28))}
    said = PLACES["home"].words
    assert moments.tiles(said, {"conditional": damaged, **whole}) == moments.tiles(said, whole)
    assert moments.tiles(said, whole).count("<img") == 1
    moments._drawn.clear()
