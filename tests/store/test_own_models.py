"""Models that visitors bring: read by their owner alone, as many as fit, gone after a while whatever they are called."""

from datetime import UTC, datetime, timedelta

import pytest
import torch
from material import PAIR
from sqlalchemy import update

from explorer.runs.store import Gone, OwnModel, Store, StoreError, models_rule
from explorer.runs.store.own_models import MOST_MODELS
from explorer.runs.store.tables import models
from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.model.layered import LayeredSpec
from vae.model.networks import build

VAE = PAIR[1]
LISTED = Recipe(
    LayeredSpec(encoder_layers=("flatten",), decoder_layers=("linear 784", "unflatten 1 28 28")),
    TrainingSettings(dataset="mnist"),
)


def keep(store: Store, owner: str = "ann", name: str = "my model", recipe: Recipe = VAE) -> OwnModel:
    return store.keep_model(owner, name, recipe, build(recipe.spec, seed=4).state_dict())


@pytest.mark.parametrize("recipe", [VAE, LISTED], ids=["widths", "listed layers"])
def test_a_model_comes_back_as_it_was_also_in_another_process(store, another, recipe):
    kept = keep(store, name="  my \n model ", recipe=recipe)
    assert (kept.name, kept.recipe) == ("my model", recipe)
    found = another().model_weights(kept.id, "ann")
    for key, weight in build(recipe.spec, seed=4).state_dict().items():
        assert torch.equal(found[key], weight)
    assert store.model_sizes() == {kept.id: kept.size}
    assert kept.size > 4 * sum(weight.numel() for weight in found.values())


def test_each_owner_lists_reads_and_deletes_their_own_alone(store):
    first, second, other = keep(store), keep(store), keep(store, owner="bob")
    assert store.models("ann") == [second, first]
    for call in (store.model_weights, store.delete_model):
        with pytest.raises(Gone, match="private to the browser that brought it"):
            call(first.id, "bob")
    store.delete_model(first.id, "ann")
    assert (store.models("ann"), store.models("bob")) == ([second], [other])


def test_one_browser_keeps_a_few_and_all_together_what_the_server_has_room_for(store, monkeypatch):
    for _ in range(MOST_MODELS):
        kept = keep(store)
    with pytest.raises(StoreError, match=f"This browser has {MOST_MODELS} models"):
        keep(store)
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_GB", str((MOST_MODELS + 0.5) * kept.size / 1e9))
    with pytest.raises(StoreError, match="no room for more models"):
        keep(store, owner="bob")


def test_models_go_some_days_after_they_came_and_the_oldest_first_where_there_is_no_room(store, monkeypatch):
    old, middle, new = keep(store), keep(store), keep(store)
    for model, days in ((old, 15), (middle, 3), (new, 1)):
        with store.writing() as connection:
            came = datetime.now(UTC) - timedelta(days=days)
            connection.execute(update(models).where(models.c.id == model.id).values(created=came))
    assert store.retain() == [old.id]
    assert store.retain(14, 1.5 * new.size) == [middle.id]
    assert [model.id for model in store.models("ann")] == [new.id]
    monkeypatch.setenv("LATENT_EXPLORER_KEEP_DAYS", "3")
    assert models_rule().startswith("Models that were brought are deleted 3 days after they came")


@pytest.mark.parametrize("damage", [{}, [], {"model": {"latent_dim": 0}, "training": {}}])
def test_a_damaged_model_is_left_out_of_the_list_and_said_in_the_log(store, caplog, damage):
    damaged, sound = keep(store), keep(store)
    with store.writing() as connection:
        connection.execute(update(models).where(models.c.id == damaged.id).values(recipe=damage))
    assert store.models("ann") == [sound]
    assert f"Left out the damaged model {damaged.id}" in caplog.text


def test_damaged_weights_are_a_sentence(store):
    kept = keep(store)
    with store.writing() as connection:
        connection.execute(update(models).values(weights=b"nonsense"))
    with pytest.raises(StoreError, match="What is stored of this model is damaged"):
        store.model_weights(kept.id, "ann")
