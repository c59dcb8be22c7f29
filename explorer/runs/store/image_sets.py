"""Images that visitors brought: kept for the browser that sent them, read by it and by the workers that train on them.

Images that a class drew belong to its teacher, and all who are in the class may read them and train on them.

They are in the database, so that a worker on another machine can read them. A run is trained on such images when its data set is called
"own:" and the id of the set.
"""

import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, func, select

from explorer.runs.store.class_members import member_id
from explorer.runs.store.class_tables import members
from explorer.runs.store.database import Database
from explorer.runs.store.errors import Denied, Gone, StoreError
from explorer.runs.store.limits import keep_bytes
from explorer.runs.store.tables import image_sets, runs

PREFIX = "own:"  # of the name of a data set
MOST_SETS = 5  # of one owner
LONGEST_NAME = 60
SIDE = 28  # pixels
GONE_IMAGES = "These images are not there, or no longer: whoever brought them has deleted them, or they were kept long enough."
PRIVATE_IMAGES = "These images are private to the browser that brought them, and so is every model that was trained on them."
DAMAGED_IMAGES = "What is stored of these images is damaged. Delete them and bring them again."
TOO_MANY_SETS = f"This browser has {MOST_SETS} sets of images, the most that are kept. Delete one first."
NO_ROOM = "This server has no room for more images at the moment. Delete what you do not need, or try again tomorrow."


@dataclass(frozen=True)
class ImageSet:
    """What is known of some images without reading them."""

    id: str  # 22 characters, unguessable
    owner: str
    name: str
    created: datetime  # aware, UTC
    count: int
    classes: tuple[str, ...]  # one where nothing was labelled
    told: tuple[str, ...]  # sentences: how they were made of what was sent
    apart: int  # how many of the last images came as a test set
    size: int  # bytes in the store
    class_id: str | None = None  # of the class that drew them

    @property
    def dataset(self) -> str:
        """The name of the data set, for the settings of a run."""
        return PREFIX + self.id


class Images(NamedTuple):
    """The images of a set: grey levels (N, 28, 28) uint8, and the index of each one's class (N,) int64."""

    of: ImageSet
    pixels: np.ndarray
    labels: np.ndarray


OF_SET = [column for column in image_sets.c if column.name in ImageSet.__dataclass_fields__]
SIZE = (func.length(image_sets.c.pixels) + func.length(image_sets.c.labels)).label("size")


class ImageSets(Database):
    """The store as whoever brings images sees it."""

    def keep_images(
        self,
        owner: str,
        name: str,
        pixels: np.ndarray,
        labels: np.ndarray,
        classes: Sequence[str],
        told: Sequence[str] = (),
        apart: int = 0,
        class_id: str | None = None,
    ) -> ImageSet:
        """Store images (N, 28, 28) uint8, the last `apart` of them a test set, with the indices of their classes (N,); for a class, if it drew them.

        StoreError where there is no room.
        """
        packed = (
            zlib.compress(np.ascontiguousarray(pixels, np.uint8).tobytes()),
            zlib.compress(labels.astype(np.uint8).tobytes()),
        )
        values = {
            "id": secrets.token_urlsafe(16),
            "owner": owner,
            "name": " ".join(name.split())[:LONGEST_NAME] or "images",
            "created": datetime.now(UTC),
            "count": len(pixels),
            "classes": list(classes),
            "told": list(told),
            "apart": apart,
            "class_id": class_id,
            **dict(zip(("pixels", "labels"), packed, strict=True)),
        }
        with self.writing(alone=True) as connection:
            own = select(func.count()).select_from(image_sets).where(image_sets.c.owner == owner)
            if connection.execute(own).scalar_one() >= MOST_SETS:
                raise StoreError(TOO_MANY_SETS)
            if int(connection.execute(select(func.sum(SIZE))).scalar() or 0) + sum(map(len, packed)) > keep_bytes():
                raise StoreError(NO_ROOM)
            connection.execute(image_sets.insert().values(values))
            row = connection.execute(select(*OF_SET, SIZE).where(image_sets.c.id == values["id"])).one()
        return _as_set(row)

    def image_sets(self, owner: str) -> list[ImageSet]:
        """The owner's sets, and those of classes that this owner is in, newest first."""
        with self.reading() as connection:
            drawn = select(image_sets.c.class_id).where(image_sets.c.class_id.is_not(None)).distinct()
            in_class = [each for each in connection.execute(drawn).scalars() if _is_member(connection, each, owner)]
            mine = (image_sets.c.owner == owner) | image_sets.c.class_id.in_(in_class)
            asked = select(*OF_SET, SIZE).where(mine).order_by(image_sets.c.created.desc())
            return [_as_set(row) for row in connection.execute(asked)]

    def check_images(self, set_id: str, owner: str) -> None:
        """Gone where there is no such set, Denied where this owner may not read it."""
        with self.reading() as connection:
            check_reader(connection, set_id, owner)

    def images(self, set_id: str, owner: str) -> Images:
        """The images of a set; Gone, Denied, or StoreError where they are damaged."""
        asked = select(*OF_SET, SIZE, image_sets.c.pixels, image_sets.c.labels).where(image_sets.c.id == set_id)
        with self.reading() as connection:
            check_reader(connection, set_id, owner)
            row = connection.execute(asked).one_or_none()
        if row is None:
            raise Gone(GONE_IMAGES)
        found = _as_set(row)
        pixels = _unpacked(row.pixels, found.count * SIDE**2).reshape(-1, SIDE, SIDE)
        labels = _unpacked(row.labels, found.count).astype(np.int64)
        if labels.max(initial=0) >= len(found.classes):
            raise StoreError(DAMAGED_IMAGES)
        return Images(found, pixels, labels)

    def runs_on(self, set_id: str) -> int:
        """How many runs were trained on these images, or are to be."""
        with self.reading() as connection:
            asked = select(func.count()).select_from(runs).where(runs.c.image_set == set_id)
            return int(connection.execute(asked).scalar_one())

    def delete_images(self, set_id: str, owner: str) -> None:
        """Delete a set with every run that was trained on it: their weights and replays hold pictures of the images."""
        with self.writing() as connection:
            check_owner(connection, set_id, owner)
            connection.execute(runs.delete().where(runs.c.image_set == set_id))
            connection.execute(image_sets.delete().where(image_sets.c.id == set_id))


def set_of(dataset: str) -> str | None:
    """The id of the set that a data set's name means, whatever is made of it for training (vae.augmentation.WAYS); None for other data."""
    return dataset.removeprefix(PREFIX).partition(":")[0] if dataset.startswith(PREFIX) else None


def check_owner(connection: Connection, set_id: str, owner: str) -> None:
    """Gone where there is no such set, Denied where it is another owner's."""
    found = connection.execute(select(image_sets.c.owner).where(image_sets.c.id == set_id)).scalar()
    if found is None:
        raise Gone(GONE_IMAGES)
    if found != owner:
        raise Denied(PRIVATE_IMAGES)


def check_reader(connection: Connection, set_id: str, owner: str) -> None:
    """The same, but whoever is in the class that drew the images may read them, too."""
    drawn_by = connection.execute(select(image_sets.c.class_id).where(image_sets.c.id == set_id)).scalar()
    if drawn_by is None or not _is_member(connection, drawn_by, owner):
        check_owner(connection, set_id, owner)


def _is_member(connection: Connection, class_id: str, owner: str) -> bool:
    """Whether this owner is in the class, and was not taken out of it."""
    this = (members.c.class_id == class_id, members.c.member == member_id(class_id, owner), members.c.removed.is_(False))
    return connection.execute(select(members.c.no).where(*this)).first() is not None


def _as_set(row) -> ImageSet:
    fields = {name: getattr(row, name) for name in ImageSet.__dataclass_fields__}
    return ImageSet(**{**fields, "classes": tuple(row.classes or ("images",)), "told": tuple(row.told or ())})


def _unpacked(packed: bytes, length: int) -> np.ndarray:
    """That many bytes; StoreError where there are not exactly so many."""
    try:
        contents = zlib.decompressobj().decompress(packed, length + 1)
    except zlib.error as error:
        raise StoreError(DAMAGED_IMAGES) from error
    if len(contents) != length:
        raise StoreError(DAMAGED_IMAGES)
    return np.frombuffer(contents, np.uint8)
