"""GET <base>/class/ID/export.zip: what a teacher takes home from a class. Votes, drawings, runs and what happened, without persons.

Members are numbers, drawn anew for each export and each of its tables, so nobody can be looked up in another one or in the class: who voted
how is linked neither to who drew what nor to the order of joining, in which the class's page has the names. No nickname, no hash and no
time of day leaves the class: times are seconds since it was opened.
"""

import csv
import io
import json
import random
import secrets
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer.browser.assets import base
from explorer.classroom.hub import HUB
from explorer.classroom.room import Room
from explorer.page import owners, words
from explorer.page.strokes import SIDE
from explorer.runs.store import Denied, Gone, StoreError
from explorer.runs.store.class_tables import ballots, drawings, events, members, votes
from explorer.runs.store.classes import Class, Classes

FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # a spreadsheet takes a cell that begins so for a formula, and runs it (OWASP, CSV injection)
TOLD = {"settings", "show", "follow", "stage", "plan", "map", "chart", "end"}  # kinds whose bodies say nothing of a member


async def answer(request: Request) -> Response:
    """The zip, for the teacher; a sentence for everybody else."""
    try:
        found = await HUB.ask(Classes.check_teacher, request.path_params["which"], owners.asks(request.cookies) or "")
        zipped = await HUB.ask(archive, found)
    except StoreError as error:
        status = 404 if isinstance(error, Gone) else 403 if isinstance(error, Denied) else 503
        return PlainTextResponse(str(error), status)
    said = {"Content-Disposition": f'attachment; filename="class-{found.created:%Y-%m-%d}.zip"', "Cache-Control": "no-store"}
    return Response(zipped, media_type="application/zip", headers=said)


def routes() -> list[Route]:
    """What app.py adds to Streamlit's own routes."""
    return [Route(f"{base()}/class/{{which}}/export.zip", answer)]


def archive(classes: Classes, found: Class) -> bytes:
    """A zip with all that the class did: tables as CSV, drawings as strokes (JSON), pixels (NPZ) and pictures (PNG)."""
    with classes.base.reading() as connection:
        asked = {
            table.name: list(connection.execute(select(table).where(table.c.class_id == found.id).order_by(*order)))
            for table, order in (
                (members, [members.c.no]),
                (events, [events.c.seq]),
                (ballots, [ballots.c.created, ballots.c.id]),
                (drawings, [drawings.c.at, drawings.c.id]),
            )
        }
        cast = list(connection.execute(select(votes).join(ballots).where(ballots.c.class_id == found.id)))
    who = [each.member for each in asked["class_members"]]
    by_no = dict(zip([each.no for each in asked["class_members"]], _numbers(who).values(), strict=True))
    since = _Since(found)
    room = Room()
    for each in asked["class_events"]:
        room = room.apply(each.kind, each.body, each.seq)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("about.txt", words.load("explorer/classroom").say("export"))
        for name, rows in {
            "votes": _votes(asked["class_ballots"], cast, _numbers(who), since),
            "rounds": _rounds(asked["class_ballots"], cast),
            "drawings": _drawings(asked["class_drawings"], _numbers(who), since),
            "runs": _runs(room.state()["runs"].values(), by_no),
            "events": _events(asked["class_events"], since),
        }.items():
            zipped.writestr(f"{name}.csv", table(rows))
        _pictures(zipped, asked["class_drawings"])
    return out.getvalue()


def table(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV, whose cells are what they look like in every spreadsheet. It begins with a mark that it is UTF-8, for Excel."""
    out = io.StringIO()
    csv.writer(out).writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def cell(value: Any) -> Any:
    """A text that a spreadsheet would run gets a quote before it; numbers stay."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _numbers(who: Sequence[str]) -> dict[str, int]:
    """A number for each member, in an order that nobody knows."""
    numbers = list(range(1, len(who) + 1))
    random.Random(secrets.randbits(128)).shuffle(numbers)
    return dict(zip(who, numbers, strict=True))


class _Since:
    """Seconds between the opening of a class and a time."""

    def __init__(self, found: Class):
        self.opened = found.created

    def __call__(self, time: Any) -> float:
        return round((time - self.opened).total_seconds(), 1)


def _texts(ballot: Any) -> dict[str, str]:
    return {option["key"]: option["text"] for option in ballot.options}


def _votes(asked: Sequence[Any], cast: Sequence[Any], numbers: Mapping[str, int], since: _Since) -> list[list[Any]]:
    rows: list[list[Any]] = [["vote", "topic", "question", "round", "member", "answer", "text", "right", "seconds"]]
    for place, ballot in enumerate(asked, 1):
        texts = _texts(ballot)
        for vote in sorted(cast, key=lambda vote: (vote.round, numbers.get(vote.member, 0))):
            if vote.ballot_id == ballot.id:
                right = ("yes" if vote.choice == ballot.right else "no") if ballot.right else ""
                said = [vote.round, numbers.get(vote.member, ""), vote.choice, texts.get(vote.choice, "")]
                rows.append([place, ballot.topic, ballot.question, *said, right, since(vote.at)])
    return rows


def _rounds(asked: Sequence[Any], cast: Sequence[Any]) -> list[list[Any]]:
    """How many went from which first answer to which second one; an empty cell where they gave none."""
    rows: list[list[Any]] = [["vote", "topic", "question", "first", "second", "members"]]
    for place, ballot in enumerate(asked, 1):
        given = {(vote.member, vote.round): vote.choice for vote in cast if vote.ballot_id == ballot.id}
        who = {member for member, _ in given}
        moved = Counter((given.get((member, 1), ""), given.get((member, 2), "")) for member in who)
        texts = _texts(ballot) | {"": ""}
        rows += [
            [place, ballot.topic, ballot.question, texts[first], texts[second], count]
            for (first, second), count in sorted(moved.items())
        ]
    return rows


def _drawings(drawn: Sequence[Any], numbers: Mapping[str, int], since: _Since) -> list[list[Any]]:
    rows: list[list[Any]] = [["drawing", "member", "asked for", "shown", "seconds", "picture"]]
    for place, each in enumerate(drawn, 1):
        asked_for = "" if each.label is None else each.label
        said = "yes" if each.shown else "no"
        rows.append([place, numbers.get(each.member, ""), asked_for, said, since(each.at), _picture(place)])
    return rows


def _runs(runs: Iterable[Mapping[str, Any]], by_no: Mapping[int, int]) -> list[list[Any]]:
    """Rate and distortion in nats per image."""
    names = ["beta", "latents", "images", "rate", "distortion", "state"]
    return [["member", *names], *([by_no.get(run["member"], ""), *(run.get(name, "") for name in names)] for run in runs)]


def _events(happened: Sequence[Any], since: _Since) -> list[list[Any]]:
    """Of nobody in particular: members join in the order of their names on the class's page."""
    rows: list[list[Any]] = [["event", "kind", "seconds", "what"]]
    for each in happened:
        what = json.dumps(each.body, ensure_ascii=False, sort_keys=True) if each.kind in TOLD else _what(each.kind, each.body)
        rows.append([each.seq, each.kind, since(each.at), what])
    return rows


def _what(kind: str, body: Mapping[str, Any]) -> str:
    """Of the other kinds, what says nothing of a member."""
    if kind == "ballot":
        return " ".join(str(body[name]) for name in ("state", "round") if name in body)
    return str(body.get("count", ""))


def _picture(place: int) -> str:
    return f"pictures/{place:04d}.png"


def _pictures(zipped: zipfile.ZipFile, drawn: Sequence[Any]) -> None:
    """Drawings in the order of drawings.csv; the label of one without is -1."""
    images = np.array([np.frombuffer(each.image, np.uint8) for each in drawn], np.uint8).reshape(-1, SIDE, SIDE)
    labels = np.array([-1 if each.label is None else each.label for each in drawn], np.int64)
    packed = io.BytesIO()
    np.savez_compressed(packed, images=images, labels=labels)
    zipped.writestr("images.npz", packed.getvalue())
    zipped.writestr("strokes.json", json.dumps([each.strokes for each in drawn]))
    for place, image in enumerate(images, 1):
        png = io.BytesIO()
        Image.fromarray(image).save(png, "PNG")
        zipped.writestr(_picture(place), png.getvalue())
