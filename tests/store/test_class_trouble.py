"""A class whose disk is full: each word that does not fit is refused with a sentence, and when there is room again it is the same class."""

import subprocess
import uuid

import pytest
from disk import small_disk

from explorer.classroom.hub import room_of
from explorer.runs.store import Store, StoreError
from explorer.runs.store.classes import Classes, Vote
from explorer.runs.store.errors import FULL

SETTINGS = {"names": "off", "approve": False, "pace": "free", "locked": []}
OPTIONS = [{"key": key, "text": key.upper()} for key in "ab"]


def test_on_a_full_disk_words_are_refused_and_nothing_is_lost_or_counted_twice(tmp_path):
    with small_disk(tmp_path / "disk", 2):
        kept = Classes(Store(f"sqlite:///{tmp_path / 'disk' / 'runs.db'}"))
        found = kept.open("teacher", lambda class_id: "key", SETTINGS)
        members = [kept.join(found.id, f"student {i}", lambda taken: "").member for i in range(5)]
        kept.put(found.id, "", "Which?", OPTIONS, "a")
        ballot = kept.events(found.id, 0)[-1].body["id"]
        assert kept.vote([Vote(ballot, 1, member, "a") for member in members]) == [""] * 5

        told = _until_full(kept, found.id)
        events = kept.events(found.id, 0)
        assert [event.n for event in events] == list(range(1, len(events) + 1)), "none is half there"
        assert [event.n for event in events if event.kind == "show"] == told, "what was said to be there is there"
        before = room_of(kept, found.id).state()
        assert before["show"]["n"] == told[-1]

        subprocess.run(["mount", "-o", "remount,size=32m", tmp_path / "disk"], check=True)
        assert kept.vote([Vote(ballot, 1, members[0], "b")]) == [""]
        assert kept.counts(ballot, 1) == {"a": 4, "b": 1}
        assert kept.emit(found.id, "show", {"address": "kl"}) == events[-1].n + 1
        kept.base.close()


def _until_full(kept: Classes, class_id: str) -> list[int]:
    """Show one place after the other until the disk is full; the numbers of those that were taken."""
    told = []

    def go_on() -> None:
        while len(told) < 10_000:
            told.append(kept.emit(class_id, "show", {"address": f"kl?_={uuid.UUID(int=len(told)).hex * 50}"}))

    with pytest.raises(StoreError, match=FULL.partition("{")[0]):
        go_on()
    return told
