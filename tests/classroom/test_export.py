"""What a teacher takes home: everything the class did, as other programs read it, and nobody who was there."""

import csv
import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.classroom import export
from explorer.classroom.room import EMPTY
from explorer.page import owners
from explorer.runs.store.classes import Vote, classes, member_id

TEACHER, ANN, BEN = ("t" * 22, "a" * 22, "b" * 22)  # secrets of cookies
HASHED = {secret: str(owners.asks({owners.COOKIE: secret})) for secret in (TEACHER, ANN, BEN)}
OPTIONS = [{"key": "yes", "text": "=SUM(A1:A9)"}, {"key": "no", "text": "-log \u03c3"}]


@pytest.fixture(scope="module")
def found():
    """A class with names, a vote in two rounds, drawings, a run and a removed member."""
    kept = classes()
    made = kept.open(HASHED[TEACHER], lambda thing: "key", {**EMPTY["settings"], "names": "chosen"})
    ann, ben = (
        kept.join(made.id, HASHED[who], lambda taken, name=name: name) for who, name in ((ANN, "Ann A"), (BEN, "Ben B"))
    )
    kept.emit(made.id, "show", {"address": "kl"})
    kept.put(made.id, "kl_predicted", "@what stays?", OPTIONS, "no")
    ballot = kept.events(made.id, 0)[-1].body["id"]
    kept.vote([Vote(ballot, 1, ann.member, "yes"), Vote(ballot, 1, ben.member, "no")])
    kept.step(made.id, "shut")
    kept.step(made.id, "again")
    kept.vote([Vote(ballot, 2, ann.member, "no")])
    kept.step(made.id, "reveal")
    for number, (who, label) in enumerate(((ann, 3), (ben, None), (ann, 7))):
        image = np.full((28, 28), 10 * number, np.uint8).tobytes()
        kept.draw(
            made.id, who, f"drawing-{number}", [[[0.1, number / 10]]], label, image, {"mnist-ae-2d": [0.0, 1.0]}, number != 1
        )
    kept.add_run(made.id, ann, "r" * 22, {"beta": 1, "latents": 2, "images": 20_000, "state": "done"})
    yield kept.get(made.id)
    kept.delete(made.id)


@pytest.fixture(scope="module")
def zipped(found):
    return zipfile.ZipFile(io.BytesIO(export.archive(classes(), found)))


def rows(zipped, name) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(zipped.read(f"{name}.csv").decode("utf-8-sig"))))


def test_votes_are_told_by_number_and_rounds_as_movement(zipped):
    votes = rows(zipped, "votes")
    by_round = {(vote["round"], vote["answer"]): vote for vote in votes}
    assert {key: vote["right"] for key, vote in by_round.items()} == {
        ("1", "yes"): "no",
        ("1", "no"): "yes",
        ("2", "no"): "yes",
    }
    ann, ben = by_round["1", "yes"]["member"], by_round["1", "no"]["member"]
    assert {ann, ben} == {"1", "2"}
    assert by_round["2", "no"]["member"] == ann
    moved = {(row["first"], row["second"]): row["members"] for row in rows(zipped, "rounds")}
    assert moved == {("'=SUM(A1:A9)", "'-log \u03c3"): "1", ("'-log \u03c3", ""): "1"}


def test_drawings_come_as_strokes_pixels_and_pictures_in_one_order(zipped):
    drawn = rows(zipped, "drawings")
    assert [(each["asked for"], each["shown"]) for each in drawn] == [("3", "yes"), ("", "no"), ("7", "yes")]
    assert json.loads(zipped.read("strokes.json")) == [[[[0.1, number / 10]]] for number in range(3)]
    arrays = np.load(io.BytesIO(zipped.read("images.npz")))
    assert arrays["labels"].tolist() == [3, -1, 7]
    for each, image in zip(drawn, arrays["images"], strict=True):
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(zipped.read(each["picture"])))), image)


def test_nobody_is_in_it(found, zipped):
    """No nickname, no hash, no id of the class, no id of a drawing and no time of day."""
    everything = "".join(zipped.read(name).decode("utf-8", "replace") for name in zipped.namelist())
    who = [HASHED[each] for each in HASHED] + [member_id(found.id, HASHED[each]) for each in HASHED]
    persons = [*who, "Ann", "Ben", found.id, str(found.code), "drawing-0", str(found.created.year)]
    assert [each for each in persons if each in everything] == []


def test_what_happened_is_there_in_order_without_what_members_are(zipped):
    happened = rows(zipped, "events")
    kinds = ["settings", "member", "member", "show", *["ballot"] * 4, *["drawing"] * 3, "run"]
    assert [row["kind"] for row in happened] == kinds
    assert [int(row["event"]) for row in happened] == list(range(1, len(kinds) + 1))
    assert {name for row in happened for name in row} == {"event", "kind", "seconds", "what"}
    assert json.loads(happened[3]["what"]) == {"address": "kl"}


def test_no_number_in_one_table_says_who_it_is_in_another(found, monkeypatch):
    """Ann, who joined first, votes, draws and trains: over many exports each of her numbers goes with each of the others."""
    seeds = iter(range(1_000))
    monkeypatch.setattr(export.secrets, "randbits", lambda bits: next(seeds))
    linked = set()
    for _ in range(40):
        packed = zipfile.ZipFile(io.BytesIO(export.archive(classes(), found)))
        (vote,) = [row["member"] for row in rows(packed, "votes") if (row["round"], row["answer"]) == ("1", "yes")]
        (run,) = [row["member"] for row in rows(packed, "runs")]
        linked.add((vote, rows(packed, "drawings")[0]["member"], run))
    assert linked == {(a, b, c) for a in "12" for b in "12" for c in "12"}


def test_members_have_other_numbers_in_the_next_export(found, monkeypatch):
    """They are drawn: over many exports each order of two members comes up."""
    orders = set()
    for seed in range(16):
        monkeypatch.setattr(export.secrets, "randbits", lambda bits, seed=seed: seed)
        orders.add(tuple(export._numbers(["ann", "ben"]).values()))
    assert orders == {(1, 2), (2, 1)}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula_and_numbers_stay_numbers(text):
    ((first, second),) = csv.reader(io.StringIO(export.table([[text, -1.5]]).removeprefix("\ufeff"), newline=""))
    assert first == f"'{text}"
    assert float(second) == -1.5


def test_only_its_teacher_gets_it(found):
    app = Starlette(routes=export.routes())
    asked = {who: TestClient(app, cookies={owners.COOKIE: who}).get(f"/class/{found.id}/export.zip") for who in (TEACHER, ANN)}
    assert asked[TEACHER].headers["content-type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(asked[TEACHER].content)).testzip() is None
    assert asked[ANN].status_code == 403
    assert TestClient(app).get("/class/none/export.zip").status_code == 404
