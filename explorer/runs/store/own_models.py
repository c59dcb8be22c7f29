"""Models that visitors brought: kept for the browser that sent them, and read by it alone."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from torch import Tensor

from explorer import public
from explorer.runs.store import packing
from explorer.runs.store.database import Database
from explorer.runs.store.errors import Denied, Gone, StoreError
from explorer.runs.store.limits import keep_bytes
from explorer.runs.store.tables import models
from vae.errors import SpecError
from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.model.layered import spec_of

PREFIX = "own:"  # of the name under which pages know one
MOST_MODELS = 5  # of one owner
LONGEST_NAME = 60
GONE_MODEL = (
    "There is no such model here: it is private to the browser that brought it, it was deleted, or it was kept long enough."
)
DAMAGED_MODEL = "What is stored of this model is damaged. Delete it and bring it again."
TOO_MANY_MODELS = f"This browser has {MOST_MODELS} models of its own, the most that are kept. Delete one first."
NO_ROOM_FOR_MODELS = (
    "This server has no room for more models at the moment. Delete what you do not need, or try again tomorrow."
)


@dataclass(frozen=True)
class OwnModel:
    """What is known of a model without reading its weights."""

    id: str  # 22 characters, unguessable
    owner: str
    name: str
    created: datetime  # aware, UTC
    recipe: Recipe  # what it is, and how it was trained
    size: int  # bytes in the store


_COLUMNS = (models.c.id, models.c.owner, models.c.name, models.c.created, models.c.recipe)
_SIZE = func.length(models.c.weights).label("size")


class OwnModels(Database):
    """The store as whoever brings models sees it."""

    def keep_model(self, owner: str, name: str, recipe: Recipe, weights: Mapping[str, Tensor]) -> OwnModel:
        """Store a checked model; StoreError where there is no room, Denied on a public demo."""
        if public.on():
            raise Denied(public.FILES)
        packed = packing.pack_weights([weights])
        values = {
            "id": secrets.token_urlsafe(16),
            "owner": owner,
            "name": " ".join(name.split())[:LONGEST_NAME] or "model",
            "created": datetime.now(UTC),
            "recipe": {"model": recipe.spec.to_json(), "training": recipe.settings.to_json()},
            "weights": packed,
        }
        with self.writing(alone=True) as connection:
            own = select(func.count()).select_from(models).where(models.c.owner == owner)
            if connection.execute(own).scalar_one() >= MOST_MODELS:
                raise StoreError(TOO_MANY_MODELS)
            if int(connection.execute(select(func.sum(_SIZE))).scalar() or 0) + len(packed) > keep_bytes():
                raise StoreError(NO_ROOM_FOR_MODELS)
            connection.execute(models.insert().values(values))
            row = connection.execute(select(*_COLUMNS, _SIZE).where(models.c.id == values["id"])).one()
        return _as_model(row)

    def models(self, owner: str) -> list[OwnModel]:
        """The owner's models, newest first."""
        asked = select(*_COLUMNS, _SIZE).where(models.c.owner == owner).order_by(models.c.created.desc())
        return self._undamaged(asked, _as_model, "model")

    def model_weights(self, model_id: str, owner: str) -> dict[str, Tensor]:
        """Its weights, float32; Gone where this owner has no such model, StoreError where what is stored is damaged."""
        asked = select(models.c.weights).where(models.c.id == model_id, models.c.owner == owner)
        with self.reading() as connection:
            data = connection.execute(asked).scalar()
        if data is None:
            raise Gone(GONE_MODEL)
        try:
            (weights,) = packing.unpack_weights(data)
        except (StoreError, ValueError) as error:
            raise StoreError(DAMAGED_MODEL) from error
        return weights

    def delete_model(self, model_id: str, owner: str) -> None:
        """Delete a model; Gone where this owner has no such model."""
        with self.writing() as connection:
            if not connection.execute(models.delete().where(models.c.id == model_id, models.c.owner == owner)).rowcount:
                raise Gone(GONE_MODEL)


def _as_model(row) -> OwnModel:
    try:
        recipe = Recipe.stored(spec_of(row.recipe["model"]), TrainingSettings.from_json(row.recipe["training"]))
    except (SpecError, TypeError, KeyError) as error:
        raise StoreError(DAMAGED_MODEL) from error
    return OwnModel(row.id, row.owner, row.name, row.created, recipe, row.size)
