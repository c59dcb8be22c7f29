"""The widget: a subject's bytes and the hand's moves as traits of anywidget, which notebooks carry between Python and the browser."""

import base64
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import torch
import traitlets
from torch import Tensor

from explorer.browser.bodies import Body
from explorer.browser.joined import code_of
from explorer.canvas import STYLE, payloads
from explorer.canvas.facts import numbers
from explorer.canvas.said import said
from explorer.notebook import still
from explorer.notebook.subject import ROOM, Subject
from explorer.page import palette, words

ENTRY, THREAD = "explorer/notebook/js/widget.js", "explorer/canvas/js/worker.js"
LAYERS = ("points", "prior")  # that are on at first
FRAME = (Path(__file__).parent / "frame.css").read_text(encoding="utf-8")


class LatentCanvas(anywidget.AnyWidget):
    """The latent plane of a model in a notebook: a moving hand, and the decoded picture under it.

    model    a model of this project; or an object with methods encode and decode; or a pair (encode, decode) of functions.
             encode: images as they are given here -> codes (N, D), or a pair of means and log variances, or a torch distribution.
             decode: codes (N, D) -> images (N, C, H, W) in [0, 1]
    images   (N, C, H, W), (N, H, W) or (N, P), float in [0, 1] or uint8
    labels   their classes (N,): indices, or names; without them all points have one colour
    classes  names of the classes
    label    what the model is called
    position, picked, selection: where to begin, as below

    Where all of `decode` is layers that browsers know, the browser decodes, in each frame; otherwise Python does, at most one call at a
    time, for the last place of the hand. What is wrong with model, images or labels is said by an error (explorer.notebook.subject.Unseen).

    The traits go both ways; `observe` them, or set them:

    position   the code that is pinned, D numbers
    picked     index of the image whose code that is, or None
    selection  indices of the images that are selected, in order
    """

    _esm = f"{code_of(ENTRY)}export default {{ render: {ENTRY.replace('/', '_').replace('.', '_')}.render }};\n"

    position = traitlets.List(traitlets.Float()).tag(sync=True)
    picked = traitlets.Int(None, allow_none=True).tag(sync=True)
    selection = traitlets.List(traitlets.Int()).tag(sync=True)
    _told = traitlets.Dict().tag(sync=True)
    _bodies = traitlets.Dict().tag(sync=True)
    _style = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        model: Any,
        images: Any,
        labels: Any = None,
        *,
        classes: Sequence[str] | None = None,
        label: str = "",
        position: Sequence[float] | None = None,
        picked: int | None = None,
        selection: Sequence[int] = (),
    ):
        self.subject = Subject(model, images, labels, classes, label)
        self._say = words.load(ROOM)
        told, bodies = _described(self.subject)
        start = [0.0] * told["models"][0]["dims"] if position is None else [float(value) for value in position]
        if picked is not None:
            start = self._code(self._believe_picked(picked))
        super().__init__(
            position=start,
            picked=picked,
            selection=list(selection),
            _told=told,
            _bodies={name: body.compressed for name, body in bodies.items()},
            _style=palette.toned(":host") + STYLE + FRAME,
        )
        self.on_msg(self._hear)

    @property
    def posterior(self) -> Any:
        """Codes of the images: mean (N, D) and log variance (N, D), or None where encode gave none."""
        return self.subject.posterior

    @property
    def decoded(self) -> Tensor:
        """The decoded image (C, H, W) at the position, in [0, 1]."""
        return self.subject.decode(torch.tensor([self.position]))[0]

    def __repr__(self) -> str:
        return f"LatentCanvas({self.subject.label}, {len(self.subject.pictures):,} images)"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and a still picture for where there is none."""
        shown = super()._repr_mimebundle_(**kwargs)
        if shown is not None:
            shown[0]["image/png"] = base64.b64encode(still.png(self.subject)).decode()
        return shown

    # ---- traits: what may be set, and what follows

    @traitlets.validate("position")
    def _check_position(self, proposal: traitlets.Bunch) -> list[float]:
        dims = self.subject.posterior.mean.shape[1]
        if len(proposal["value"]) != dims or not all(map(math.isfinite, proposal["value"])):
            raise traitlets.TraitError(self._say.item("troubles", "position", dims=dims))
        return proposal["value"]

    @traitlets.validate("picked")
    def _check_picked(self, proposal: traitlets.Bunch) -> int | None:
        return self._believe_picked(proposal["value"])

    @traitlets.validate("selection")
    def _check_selection(self, proposal: traitlets.Bunch) -> list[int]:
        last = len(self.subject.pictures) - 1
        if not all(0 <= index <= last for index in proposal["value"]):
            raise traitlets.TraitError(self._say.item("troubles", "selection", count=last + 1, last=last))
        return sorted(set(proposal["value"]))

    @traitlets.observe("picked")
    def _go_to_picked(self, change: traitlets.Bunch) -> None:
        if change["new"] is not None:
            self.position = self._code(change["new"])

    @traitlets.observe("position")
    def _leave_picked(self, change: traitlets.Bunch) -> None:
        if self.picked is not None and change["new"] != self._code(self.picked):
            self.picked = None

    def _believe_picked(self, picked: int | None) -> int | None:
        last = len(self.subject.pictures) - 1
        if picked is not None and not 0 <= picked <= last:
            raise traitlets.TraitError(self._say.item("troubles", "picked", count=last + 1, last=last))
        return picked

    def _code(self, index: int | None) -> list[float]:
        return self.subject.posterior.mean[index].tolist()

    # ---- decoding in Python

    def _hear(self, _: Any, content: Any, buffers: Any) -> None:
        """A question of the browser's: the picture of a code. It asks again only when it was answered."""
        code, dims = content.get("decode"), self.subject.posterior.mean.shape[1]
        numbers = isinstance(code, list) and len(code) == dims and all(isinstance(value, int | float) for value in code)
        if not numbers or not all(map(math.isfinite, code)):
            return
        answer = {"number": content.get("number")}
        try:
            image = self.subject.decode(torch.tensor([code], dtype=torch.float32))[0]
        except Exception as error:  # the reader's own function: whatever it says is told where the picture would be
            self.send(answer | {"error": f"{type(error).__name__}: {error}"})
        else:
            self.send(answer, [image.numpy().astype("<f4").tobytes()])


def _described(subject: Subject) -> tuple[dict[str, Any], dict[str, Body]]:
    """What the board is told (explorer/canvas/js/board.js), and the bodies that it will ask for, by name."""
    say = words.load(ROOM)
    bodies = {
        "weights": subject.decoder,
        "codes": payloads.codes(subject.posterior, subject.labels),
        "stds": payloads.stds(subject.posterior),
        "pictures": payloads.thumbnails(subject.pictures),
    }
    there = {name: body for name, body in bodies.items() if body is not None}
    facts = {"name": subject.label, "label": subject.label, "kind": subject.kind, **numbers(subject)}
    told = {
        "models": [facts | {name: body.name for name, body in there.items()}],
        "shape": subject.shape,
        "classes": subject.classes,
        "colours": palette.DIGITS,
        "ink": {"mark": palette.MARK, "warning": palette.WARNING},
        "look": {"layers": list(LAYERS), "plane": None},
        "words": {**said(say.item("labels", "image")), "own": say.items("said")},
        "thread": code_of(THREAD) if subject.decoder else "",
        "choices": {},
        "controls": {},
        **dict.fromkeys(("followed", "address", "drawn", "morph", "series", "run")),
        "draw": False,
    }
    return told, {body.name: body for body in there.values()}
