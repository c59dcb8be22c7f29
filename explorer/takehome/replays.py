"""The training of a run as a series that a file can hold: few of its moments, each with the codes and the decoders of all models."""

from dataclasses import replace

from explorer.canvas import Series, Stage
from explorer.canvas.replay import WORDS, Past
from explorer.page import words
from explorer.runs.store import Moment, Run, store
from explorer.takehome import models
from vae import data
from vae.data import Split
from vae.errors import CheckpointError
from vae.model.networks import build
from vae.model.posterior import Posterior

MOST = 8  # moments
SAID = words.load("explorer/takehome")


def of_run(run_id: str, owner: str | None) -> Series:
    """Moments of a run whose weights were kept, the first and the last among them; CheckpointError where there are fewer than two."""
    run = models.run_of(run_id, owner)
    records = {moment.index: moment for moment in store().records(run.id)}
    shown = [index for index in store().snapshots(run.id) if index in records]
    kept = [index for index in shown if store().weights(run.id, index) is not None]
    if len(kept) < 2:
        raise CheckpointError(
            f"Too little was kept of the training of {run.title} to replay it. Take its models home without it."
        )
    count = min(MOST, len(kept))
    chosen = [kept[round(i * (len(kept) - 1) / (count - 1))] for i in range(count)]
    return Series(WORDS.say("training"), [_stage(run, records[index]) for index in chosen])


def _stage(run: Run, moment: Moment) -> Stage:
    weights = store().weights(run.id, moment.index)
    assert weights is not None
    whole = data.load(run.recipes[0].settings.dataset)
    pasts = []
    for (spec, _), state, seen in zip(run.recipes, weights, store().snapshot(run.id, moment.index), strict=True):
        model = build(spec)
        model.load_state_dict(state)
        first = Split(whole.test.images[: len(seen.codes)], whole.test.labels[: len(seen.codes)])
        pasts.append(Past(model.eval(), Posterior(seen.codes, None), replace(whole, test=first)))
    losses = [
        SAID.item("moment", "loss", model=spec.traits.label, loss=record.validation.total)
        for (spec, _), record in zip(run.recipes, moment.records, strict=True)
    ]
    images = moment.records[0].images_seen
    return Stage(f"{images:,}", SAID.item("moment", "losses", images=images, losses=", ".join(losses)), pasts)
