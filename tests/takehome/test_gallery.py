"""The gallery: every link leads to a page of the folder, nothing is asked of anybody else, and what lies in the folder is safe."""

import base64
import io
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from explorer.__main__ import main
from explorer.models import trained
from explorer.page.pictures import grey
from explorer.takehome.gallery import exhibits, site
from explorer.takehome.page import document
from vae.family import LADDER
from vae.model import latent

REAL = ("pair-2", "fails-memorised")  # exhibits whose views are written out; tests of the document hold the others
STAND_IN = b'<!doctype html><meta name="generator" content="Latent Explorer"><title>a view</title>'


class Found(HTMLParser):
    """What a page refers to, its headings, pictures and identifiers."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self.sources, self.headings, self.alts, self.ids, self.policy = [], [], [], [], set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "a":
            self.links.append(said["href"])
        self.sources += [said[name] for name in ("src", "srcset", "action", "data", "poster") if said.get(name)]
        self.sources += [said["href"]] if tag == "link" else []
        self.headings += [int(tag[1])] if tag in ("h1", "h2", "h3") else []
        self.alts += [said.get("alt", "")] if tag == "img" else []
        self.ids |= {said["id"]} if "id" in said else set()
        if said.get("http-equiv") == "Content-Security-Policy":
            self.policy = said["content"]


@pytest.fixture(scope="module")
def rooms():
    return list(exhibits.rooms())


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder that the command writes, with a few views written out."""
    out = tmp_path_factory.mktemp("gallery") / "site"
    with pytest.MonkeyPatch.context() as patch:
        shown = list(exhibits.rooms())
        real = [each.view.models for room in shown for each in room.exhibits if each.key in REAL]
        patch.setattr(site, "rooms", lambda: shown)
        patch.setattr(site, "document", lambda view: document(view) if view.models in real else STAND_IN)
        assert main(["gallery", "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def light(written) -> dict[str, Found]:
    """The pages that are no views, by their names."""
    found = {path.name: path.read_text(encoding="utf-8") for path in written.iterdir()}
    return {name: Found(text) for name, text in found.items() if site.GENERATOR in text}


def test_it_has_an_index_the_family_the_ladder_and_the_failures_and_a_view_of_each_exhibit(written, light, rooms):
    assert sorted(light) == ["failures.html", "family.html", "index.html", "ladder.html"]
    keys = [each.key for room in rooms for each in room.exhibits]
    assert {f"mnist-vae-2d-beta-{beta:g}" for beta in LADDER} | {"pair-2", "pair-10", "pair-20", "ladder-all"} <= set(keys)
    assert sum(key.startswith("fails-") for key in keys) == 6
    assert sorted(path.name for path in written.iterdir()) == sorted([*light, *(f"{key}.html" for key in keys)])


def test_every_link_names_a_file_beside_it_so_the_folder_can_lie_anywhere(written, light):
    linked = {"index.html"}
    for name, page in light.items():
        assert page.links
        for link in page.links:
            if link.startswith("#"):
                assert link[1:] in page.ids, (name, link)
            else:
                assert "/" not in link, (name, link)
                assert ":" not in link, (name, link)
                assert (written / link).is_file(), (name, link)
                linked.add(link)
    assert linked == {path.name for path in written.iterdir()}  # nothing lies there that nobody finds


def test_no_page_asks_anybody_for_anything(written, light):
    for page in light.values():
        assert all(source.startswith("data:") for source in page.sources)
        assert page.policy.startswith("default-src 'none';")
        assert "http" not in page.policy
    for path in written.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "@import" not in text
        assert "url(http" not in text
        assert not any(source.startswith(("http", "//")) for source in Found(text).sources)


def test_pages_have_one_heading_headings_in_order_and_a_text_for_every_picture(light):
    for name, page in light.items():
        assert page.headings.count(1) == 1, name
        assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), name
        assert page.alts, name
        assert all(len(alt) > 10 for alt in page.alts), name


def test_a_view_is_the_document_with_the_command_that_made_it(written):
    for key in REAL:
        text = (written / f"{key}.html").read_text(encoding="utf-8")
        assert "Command: python -m explorer gallery" in text
    failed = (written / "fails-memorised.html").read_text(encoding="utf-8")
    assert "<title>Memorised and Mended</title>" in failed
    assert "python -m lessons fails" in failed  # no command of vae trains on so few images


def test_the_pictures_are_what_the_models_make(light):
    subject = trained.shipped("mnist-vae-2d")
    wanted = latent.decode(subject.model, torch_draws(2))
    strips = [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))
        for source in light["family.html"].sources
        if source.startswith("data:image/png")
    ]
    assert any(strip.shape == (28, 8 * 28) and (strip == np.hstack(list(grey(wanted)))).all() for strip in strips)


def torch_draws(dims: int):
    return latent.sample_prior(site.PICTURES, dims, seed=0)


def test_whatever_else_lies_in_the_folder_is_left_as_it_is_and_an_older_gallery_is_replaced(
    tmp_path, written, capsys, monkeypatch
):
    monkeypatch.setattr(site, "made", lambda tell: {"index.html": (written / "index.html").read_bytes()})
    mine = tmp_path / "mine"
    shutil.copytree(written, mine)
    for name in ("timetable.html", "notes.txt", "images"):
        other = mine / name
        other.mkdir() if name == "images" else other.write_text("my own")
        assert main(["gallery", "--out", str(mine)]) == 1
        assert f"holds {name}, which is no page of a gallery" in capsys.readouterr().err
        assert len(list(mine.iterdir())) == len(list(written.iterdir())) + 1
        other.rmdir() if name == "images" else other.unlink()
    assert main(["gallery", "--out", str(mine)]) == 0
    assert [path.name for path in mine.iterdir()] == ["index.html"]


def test_a_place_that_cannot_be_written_is_a_sentence_and_nothing_is_left_behind(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(site, "made", lambda tell: {"index.html": b""})
    (tmp_path / "file").write_text("")
    assert main(["gallery", "--out", str(tmp_path / "file")]) == 1
    assert main(["gallery", "--out", str(tmp_path / "file" / "site")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
