"""Classes in the store, and what tests put there."""

from datetime import UTC, datetime

from sqlalchemy import insert

from explorer.runs.store import class_tables
from explorer.runs.store.classes import Classes

SETTINGS = {"names": "off", "approve": False, "pace": "free", "locked": []}
OPTIONS = [{"key": key, "text": key.upper()} for key in "ab"]
IMAGE = bytes(range(196)) * 4


def opened(kept: Classes, owner: str = "teacher"):
    return kept.open(owner, lambda class_id: f"key of {class_id}", SETTINGS)


def joined(kept: Classes, class_id: str, owner: str = "ann"):
    return kept.join(class_id, owner, lambda taken: f"{owner} {len(taken)}")


def put(kept: Classes, class_id: str) -> str:
    kept.put(class_id, "", "Which?", OPTIONS, "a")
    return newest(kept, class_id).body["id"]


def crowd(kept: Classes, class_id: str, *who: str) -> list[str]:
    """Members of the class who are put there at once; their ids."""
    rows = [
        {
            "class_id": class_id,
            "member": each,
            "no": no,
            "nick": "",
            "teacher": False,
            "removed": False,
            "joined": datetime.now(UTC),
        }
        for no, each in enumerate(who, 1)
    ]
    with kept.base.writing() as connection:
        connection.execute(insert(class_tables.members), rows)
    return list(who)


def newest(kept: Classes, class_id: str):
    return kept.events(class_id, 0)[-1]


def draw(kept: Classes, class_id: str, by, drawing: str = "d" * 22, word: str | None = None) -> int:
    strokes = [[[0.1, 0.2], [0.3, 0.4]]]
    return kept.draw(class_id, by, drawing, strokes, 7, IMAGE, {"ae": [0.5, 1]}, True, word)
