"""What the gallery shows: rooms of exhibits. The family and its ladder are made here; a lesson adds a room by a module `exhibits` of its own."""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from explorer.models import trained
from explorer.models.trained import Trained
from explorer.page import words
from explorer.takehome.views import View, view_of
from vae.family import LADDER

WORDS = words.load("explorer/takehome/gallery")
PAIRS = (2, 10, 20)  # latents of an autoencoder and a VAE that differ in nothing else
BINARY = ("mnist-vae-40d-binary", "mnist-iwae-40d-binary")


@dataclass(frozen=True)
class Exhibit:
    """One or two models, and the view of them that goes with the gallery.

    key     the name of its file, without the ending
    models  by what stands above the pictures of each
    view    what is opened
    said    paragraphs (Markdown of one line, as words.inline reads it)
    """

    key: str
    title: str
    models: Mapping[str, Trained]
    view: View
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Room:
    """Exhibits that belong together."""

    key: str
    title: str
    lead: str
    exhibits: tuple[Exhibit, ...]


def rooms() -> Iterator[Room]:
    """All of them, in the order in which they are walked through."""
    yield titled("family", family())
    yield titled("ladder", ladder())
    for path in sorted((words.ROOT / "lessons").glob("*/exhibits.py")):
        yield importlib.import_module(f"lessons.{path.parent.name}.exhibits").room()


def titled(key: str, exhibits: Iterable[Exhibit]) -> Room:
    """A room with the title and the lead that the words have for it."""
    option = next(each for each in WORDS.options("rooms") if each.key == key)
    return Room(key, option.text, option.why, tuple(exhibits))


def family() -> Iterator[Exhibit]:
    """Autoencoders beside VAEs, then the VAEs of binary pixels."""
    for latents in PAIRS:
        names = {kind: f"mnist-{kind}-{latents}d" for kind in ("ae", "vae")}
        models = {(model := trained.get(name)).label: model for name in names.values()}
        yield Exhibit(f"pair-{latents}", WORDS.item("titles", "pair", latents=latents), models, view_of("compare", names, None))
    for name in BINARY:
        yield _alone(name)


def ladder() -> Iterator[Exhibit]:
    """The whole ladder in one view, then each rung."""
    middle = f"mnist-vae-2d-beta-{1:g}"
    whole = view_of("explore", {"model": middle, "explore_view": "ladder"}, None)
    ends = {(model := trained.get(f"mnist-vae-2d-beta-{beta:g}")).label: model for beta in (LADDER[0], LADDER[-1])}
    yield Exhibit("ladder-all", WORDS.items("titles")["ladder"], ends, whole)
    for beta in LADDER:
        yield _alone(f"mnist-vae-2d-beta-{beta:g}")


def _alone(name: str) -> Exhibit:
    model = trained.get(name)
    return Exhibit(name, model.label, {model.label: model}, view_of("explore", {"model": name}, None))
