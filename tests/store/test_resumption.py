"""A run that was interrupted and resumed from the store ends as the one that never was."""

import torch
from material import at_work

from vae.learning.recipes import Recipe
from vae.learning.settings import TrainingSettings
from vae.learning.training import Training, prepare, train_together
from vae.model.spec import ModelSpec

SETTINGS = TrainingSettings(dataset="digits", images=1_280, batch_size=64, learning_rate=3e-3)
PAIR = [
    Recipe(ModelSpec(kind, 2, encoder_widths=(24,), decoder_widths=(24,), image_shape=(1, 8, 8)), SETTINGS)
    for kind in ("ae", "vae")
]


def test_a_run_resumed_from_the_store_is_the_uninterrupted_run(store, another, small_digits):
    settings = [SETTINGS] * 2
    whole = [prepare(*recipe, small_digits) for recipe in PAIR]
    *_, last = train_together(whole, settings, small_digits, records=1)

    run, models = at_work(store), [prepare(*recipe, small_digits) for recipe in PAIR]
    training = Training(models, settings, small_digits, snapshots=True)
    for _ in range(7):
        training.step()
    store.write(run.id, training.record(), [model.state_dict() for model in models], adam=training.adam())
    training.step()
    store.write(run.id, training.record())  # lost: it came after the last weights
    store.lost(run.id, run.attempt)

    elsewhere = another()
    again = elsewhere.claim("another worker", per_owner=1)
    fresh = [prepare(*recipe, small_digits) for recipe in PAIR]
    for model, weights in zip(fresh, elsewhere.weights(again.id), strict=True):
        model.load_state_dict(weights)
    resumed = Training(fresh, settings, small_digits, start=again.images_seen, adam=elsewhere.adam(again.id))
    assert resumed.taken == 7
    while not resumed.done:
        resumed.step()
    for record, expected in zip(resumed.record(), last, strict=True):
        assert (record.validation, record.training) == (expected.validation, expected.training)
    for model, expected in zip(fresh, whole, strict=True):
        assert all(torch.equal(w, expected.state_dict()[name]) for name, w in model.state_dict().items())
