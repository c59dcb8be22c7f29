"""The gallery as files: a page for the whole, one for each room, and a view for each exhibit, all in one folder.

Every page holds all that it shows, so it opens from a disk as well, and every link names a file beside it, so the folder can lie anywhere.
"""

import html
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from explorer.models.trained import Trained
from explorer.page import palette, pictures, words
from explorer.page.words import LANGUAGE
from explorer.takehome.gallery.exhibits import WORDS, Exhibit, Room, rooms
from explorer.takehome.page import document
from vae import folders
from vae.errors import VaeError
from vae.model import latent

HERE = Path(__file__).parent
INDEX, GENERATOR, COMMAND = "index.html", "Latent Explorer, gallery", "python -m explorer gallery"
OURS, HEAD = b'<meta name="generator" content="Latent Explorer', 4_000  # in so many bytes of every page
PICTURES = 8  # in a row


class NoPlace(VaeError):
    """The folder holds something else, which writing the gallery would delete."""


def gallery(out: Path, tell: Callable[[str], None] = print) -> str:
    """Write the gallery as the folder `out`, and say what was written. One that is there already is replaced, whole or not at all.

    tell  hears how far it is
    NoPlace where there is something else, or no place.
    """
    _check(out)
    files = made(tell)
    try:
        folders.replace(out, files)
    except OSError as error:
        raise NoPlace(WORDS.item("refused", "unwritable", folder=str(out), why=str(error.strerror))) from None
    size = sum(map(len, files.values())) / 1e6
    return WORDS.say("written", folder=str(out), count=len(files), size=size, index=str(out / INDEX))


def made(tell: Callable[[str], None]) -> dict[str, bytes]:
    """The files by their names, the index first."""
    shown = list(rooms())
    views: dict[str, bytes] = {}
    for room in shown:
        for exhibit in room.exhibits:
            tell(f"{room.title}: {exhibit.title}")
            views[_file(exhibit.key)] = document(replace(exhibit.view, command=COMMAND))
    pages = {INDEX: _index(shown), **{_file(room.key): _room(room, shown, views) for room in shown}}
    return {**{name: text.encode() for name, text in pages.items()}, **views}


def _check(out: Path) -> None:
    """NoPlace where there is anything that this project has not written."""
    others = [] if not out.exists() else [path for path in (out.iterdir() if out.is_dir() else [out]) if not _ours(path)]
    if others:
        raise NoPlace(WORDS.item("refused", "other", folder=str(out), file=others[0].name))


def _ours(path: Path) -> bool:
    """Whether it is a page of a gallery, or a view."""
    return path.suffix == ".html" and path.is_file() and OURS in path.read_bytes()[:HEAD]


def _file(key: str) -> str:
    return f"{re.sub(r'[^a-z0-9.-]', '-', key.lower())}.html"


def _index(shown: Sequence[Room]) -> str:
    cards = "".join(
        f"<article><h2>{_text(room.title)}</h2><p>{words.inline(room.lead)}</p>{_row('draws', *_first(room))}"
        f'<a class="open" href="{_file(room.key)}">{WORDS.item("site", "open", title=html.escape(room.title), count=len(room.exhibits))}</a></article>'
        for room in shown
    )
    return _page(WORDS.title, WORDS.items("site")["what"], f'<div class="exhibits">{cards}</div>', shown, INDEX)


def _first(room: Room) -> tuple[str, Trained]:
    """What the card of a room shows draws of: its last model of the first exhibit."""
    return list(room.exhibits[0].models.items())[-1]


def _room(room: Room, shown: Sequence[Room], views: dict[str, bytes]) -> str:
    cards = "".join(_exhibit(each, len(views[_file(each.key)])) for each in room.exhibits)
    kind = " whole" if all(len(each.models) > 1 for each in room.exhibits) else ""
    return _page(room.title, room.lead, f'<div class="exhibits{kind}">{cards}</div>', shown, _file(room.key))


def _exhibit(exhibit: Exhibit, size: int) -> str:
    """A card: what to see, pictures and numbers of each model, the way to the view."""
    said = "".join(f"<p>{words.inline(text)}</p>" for text in exhibit.said)
    models = "".join(_model(name, model, len(exhibit.models) > 1) for name, model in exhibit.models.items())
    way = WORDS.item("site", "view", title=html.escape(exhibit.title))
    weight = WORDS.item("site", "size", size=size / 1e6)
    return (
        f'<article><h2>{_text(exhibit.title)}</h2>{said}<div class="models">{models}</div>'
        f'<a class="open" href="{_file(exhibit.key)}">{way}<small>{weight}</small></a></article>'
    )


def _model(name: str, model: Trained, named: bool) -> str:
    heading = f"<h3>{_text(name)}</h3>" if named else ""
    rows = "".join(_row(row, name, model) for row in ("images", "rebuilt", "draws"))
    return f"<section>{heading}{rows}<p><small>{_numbers(model)}</small></p></section>"


def _row(row: str, name: str, model: Trained) -> str:
    """Eight pictures side by side, as one."""
    strip = pictures.tile(pictures.grey(_PIXELS[row](model)), PICTURES)
    height, width = strip.shape
    alt = WORDS.item("rows", f"{row}-alt", **({} if row == "images" else {"model": html.escape(name)}))
    image = f'<img src="{pictures.data_uri(strip)}" width="{width}" height="{height}" alt="{alt}">'
    return f"<figure>{image}<figcaption>{WORDS.items('rows')[row]}</figcaption></figure>"


def _images(model: Trained) -> Tensor:
    return model.data.test.pixels(slice(PICTURES))


_PIXELS: dict[str, Callable[[Trained], Tensor]] = {
    "images": _images,
    "rebuilt": lambda model: latent.decode(model.model, latent.encode(model.model, _images(model)).mean),
    "draws": lambda model: latent.decode(model.model, latent.sample_prior(PICTURES, model.model.spec.latent_dim, seed=0)),
}


def _numbers(model: Trained) -> str:
    """What the model costs: measured on the test images, or by the last record of its run on validation images."""
    m = model.measures if model.measured else model.history[-1].validation
    found = {"reconstruction": m.reconstruction, "kl": m.kl, "elbo": None if m.kl is None else m.reconstruction + m.kl}
    told = [WORDS.item("numbers", name, nats=nats) for name, nats in found.items() if nats is not None]
    return f"{', '.join(told)} {WORDS.items('numbers')['test' if model.measured else 'validation']}"


def _page(heading: str, lead: str, content: str, shown: Sequence[Room], here: str) -> str:
    said = WORDS.items("site")
    pages = {INDEX: said["home"], **{_file(room.key): room.title for room in shown}}
    current = ' aria-current="page"'
    ways = "".join(
        f'<li><a href="{name}"{current if name == here else ""}>{_text(title)}</a></li>' for name, title in pages.items()
    )
    slots = {
        "language": os.environ.get(LANGUAGE, "") or "en",
        "generator": GENERATOR,
        "description": _text(WORDS.purpose),
        "title": _text(said["name"] if here == INDEX else f"{heading} | {said['name']}"),
        "icon": pictures.FAVICON,
        "style": palette.alone() + (HERE / "site.css").read_text(encoding="utf-8"),
        "skip": _text(said["skip"]),
        "rooms": _text(said["rooms"]),
        "ways": ways,
        "heading": _text(heading),
        "lead": words.inline(lead),
        "content": content,
        "made": re.sub(r"`([^`]+)`", r"<code>\1</code>", _text(said["made"])),
    }
    return re.sub(r"\{([a-z]+)\}", lambda slot: slots[slot[1]], (HERE / "page.html").read_text(encoding="utf-8"))


def _text(text: str) -> str:
    return html.escape(text)
