"""What is taken home: models, what is shown of them and where, read from the address of the page that shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from explorer.canvas import replay, rows
from explorer.canvas.controls import DRAWS, STEPS
from explorer.models.trained import Trained
from explorer.page import strokes
from explorer.page.parameters import Flag, Numbers, OneOf, Parameter, Strokes, Whole
from explorer.takehome import models
from vae.errors import VaeError
from vae.family import LADDER
from vae.model import latent

Kind = Literal["plane", "pair", "way"]
USUAL = {"ae": "mnist-ae-2d", "vae": "mnist-vae-2d"}
PAGES: Mapping[str, Kind] = {"explore": "plane", "compare": "pair", "interpolate": "way", "home": "pair", "train": "pair"}
FAR = 1e6  # beyond any code


class Untakeable(VaeError):
    """A view that no file can hold; the message says why."""


@dataclass(frozen=True)
class View:
    """One view, ready to be written into a document.

    kind    what the canvas is: one plane, a pair with one cursor, or the way between two images
    models  one model, or two of one data set
    at      what the address said, by the names of CanvasState.told; what it did not say is missing
    shown   the models themselves ("model"), the "training" of one that ships or of a run replayed, or the beta "ladder" of one
    made    the day that the file gives
    command the command that makes it again; "" where a page made it
    called  what the models are called, where that is not what describes them
    owner   whose browser it is for: data sets of its own are read as it may read them
    """

    kind: Kind
    models: tuple[Trained, ...]
    at: Mapping[str, Any] = field(default_factory=dict)
    shown: str = "model"
    made: date = field(default_factory=lambda: datetime.now(UTC).date())
    command: str = ""
    called: tuple[str, ...] = ()
    owner: str | None = None

    @property
    def draws(self) -> bool:
        """Whether there is a pad to draw on, as on the page with two models."""
        return self.kind == "pair" and self.shown == "model" and self.models[0].data.test.images.shape[1:] == (1, 28, 28)


def view_of(page: str, address: Mapping[str, str], owner: str | None = None) -> View:
    """The view that a page's address opens, for whose browser `owner` is (explorer/page/owners.py); None for nobody's.

    page  "explore", "compare", "interpolate", "home", or "train" with the run in `run`, and with `replay` 1 where its training comes along
    VaeError with a sentence where there is no such view, or its models may not be seen.
    """
    if page not in PAGES:
        raise Untakeable(f"There is nothing to take home from the page {page[:60]!r}. Choose one of {', '.join(PAGES)}.")
    if page == "train":
        names = models.names(models.run_of(address.get("run", ""), owner))
    elif page == "explore":
        names = [address.get("model") or USUAL["vae"]]
    else:
        names = [address.get(kind) or usual for kind, usual in USUAL.items()]
    if page == "home":  # what it draws anew is epsilon, not codes from the prior
        address = {name: text for name, text in address.items() if name != "draw"}
    with models.seen_by(owner):
        found = _view(names, PAGES[page], _Address(address), owner)
        replayed = page == "train" and _Address(address).take(Flag("replay", False))
        return replace(found, owner=owner, shown="training" if replayed else found.shown)


def named(names: Sequence[str], kind: Kind, shown: str = "model", command: str = "") -> View:
    """The view of one or two models that ship, or of runs without images of somebody's own, by name.

    kind     of two models; one is always a plane
    shown    of one model, as View has it
    command  that makes it again
    """
    if not 1 <= len(names) <= 2:
        raise Untakeable("A file shows one model, or two side by side. Name one or two.")
    if len(names) == 1 and kind == "way":
        raise Untakeable("A way is shown in two models side by side. Name a second one.")
    if len(names) == 2 and shown != "model":
        raise Untakeable("What is replayed is one model. Name a single one.")
    if shown != "model" and shown not in _shown(models.model(names[0], None)):
        raise Untakeable(f"{names[0]} has nothing of the kind to replay. The models of two latents that ship have.")
    return replace(_view(names, kind, _Address({"explore_view": shown}), None), command=command)


def _view(names: Sequence[str], kind: Kind, said: "_Address", owner: str | None) -> View:
    found = tuple(models.model(name, owner) for name in names)
    if len({model.settings.dataset for model in found}) > 1:
        raise Untakeable(
            "These two models were trained on different data sets, so no image has a code in both. Choose two of one."
        )
    if len(found) == 1:
        shown = said.take(OneOf("explore_view", "model", allowed=_shown(found[0]), what="view"))
        return View("plane", found, _of_plane(found[0], shown, said), shown)
    if kind == "way":
        return View("way", found, _of_way(found, said))
    return View("pair", found, _of_pair(found, said))


def _shown(model: Trained) -> list[str]:
    return ["model"] + ["training"] * replay.has_timeline(model) + ["ladder"] * replay.on_ladder(model)


class _Address:
    """The texts of an address, read one row at a time."""

    def __init__(self, texts: Mapping[str, str]):
        self.texts = texts

    def take(self, row: Parameter) -> Any:
        """The value of a row, its usual one where the address says none; Untakeable where it says nonsense."""
        text = self.texts.get(row.name)
        if text is None:
            return row.usual
        try:
            return row.read(text)
        except ValueError:
            raise Untakeable(f"The address says {row.name[:60]} = {text[:60]!r}. It must be {row.domain()}.") from None

    def took(self, *wanted: Parameter) -> dict[str, Any]:
        """The values of rows by the names under which a canvas tells them, but for those that have none."""
        values = {row.told: self.take(row) for row in wanted}
        return {name: value for name, value in values.items() if value is not None}


def _of_plane(model: Trained, shown: str, said: _Address) -> dict[str, Any]:
    dims, last = model.model.spec.latent_dim, len(model.data.test) - 1
    place = [rows.Coordinate(f"z{d + 1}", 0.0, low=low, high=high) for d, (low, high) in enumerate(model.ranges)]
    at = said.took(
        Whole("explore_digit", None, told="digit", high=last), *rows.shown("explore", lambda: dims), rows.sight("explore", "")
    )
    at["places"] = tuple(said.take(row) for row in place)
    if shown == "training":
        at |= said.took(Whole("explore_moment", 0, told="moment", high=len(replay.training(model).stages) - 1))
    if shown == "ladder":
        beta = said.take(OneOf("explore_beta", 1.0, allowed=LADDER, what="beta"))
        at["moment"] = LADDER.index(beta)
    return at


def _of_pair(pair: Sequence[Trained], said: _Address) -> dict[str, Any]:
    numbers = sum(model.model.spec.latent_dim for model in pair)
    return said.took(
        Whole("digit", 0, told="digit", high=len(pair[0].data.test) - 1),
        Whole("draw", None, told="draw", high=DRAWS - 1),
        OneOf("compare_axes", "own", told="axes", allowed=("own", "equal"), what="kind of axes"),
        Numbers("compare_z", (), told="z", count=numbers, low=-FAR, high=FAR),
        *rows.shown("compare", lambda: pair[0].model.spec.latent_dim),
        rows.sight("compare", "", planes=2),
        Strokes(strokes.DRAWING, (), told="drawing"),
    )


def _of_way(pair: Sequence[Trained], said: _Address) -> dict[str, Any]:
    last = len(pair[0].data.test) - 1
    return said.took(
        Whole("a", 0, told="a", high=last),
        Whole("b", 3, told="b", high=last),
        OneOf("method", "linear", told="method", allowed=tuple(latent.INTERPOLATIONS), what="way"),
        Whole("steps", 12, told="steps", low=STEPS[0], high=STEPS[1]),
        *rows.shown("interpolate", lambda: pair[0].model.spec.latent_dim),
        rows.sight("interpolate", "", planes=2),
    )
