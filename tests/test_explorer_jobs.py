"""A training run in the background: the same model as in the foreground, stoppable, and never a riddle when it fails."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

from explorer import curves, jobs
from vae.checkpoints import archive, files
from vae.recipes import Recipe, recipe
from vae.training import prepare, train


def brief(kind: str = "vae", images: int = 4_000, **changes) -> Recipe:
    """A short run on the 8 x 8 digits."""
    spec, settings = recipe(kind, 2, images, dataset="digits", **changes)
    return Recipe(replace(spec, image_shape=(1, 8, 8)), settings)


def ended(job: jobs.Job) -> jobs.Job:
    job.wait(60)
    assert not job.active, "the run did not end within a minute"
    return job


def weights(model) -> torch.Tensor:
    return torch.cat([value.flatten() for value in model.state_dict().values()])


def direct(chosen: Recipe, dataset, records: int | None = None) -> torch.Tensor:
    """The weights that the training generator itself arrives at, in the foreground, after so many records (all by default)."""
    model = prepare(chosen.spec, chosen.settings, dataset)
    for _ in islice(train(model, chosen.settings, dataset, jobs.RECORDS), records):
        pass
    return weights(model)


@pytest.fixture
def stop_at(monkeypatch):
    """Stop a job while it is about to take its n-th record."""

    def arrange(job: jobs.Job, nth: int) -> None:
        def watched(*args, **options):
            for i, record in enumerate(train(*args, **options), 1):
                if i == nth:
                    job.stop()
                yield record

        monkeypatch.setattr(jobs, "train", watched)

    return arrange


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_a_job_arrives_at_the_weights_that_the_generator_arrives_at_alone(kind, digits):
    job = ended(jobs.submit("run-1", brief(kind)))
    assert (job.state, job.error, job.progress) == ("done", "", 1.0)
    assert torch.equal(weights(job.checkpoint.model), direct(job.recipe, digits))
    assert (job.checkpoint.name, job.checkpoint.settings) == ("run-1", job.recipe.settings)


def test_records_run_from_the_first_step_to_the_last_and_carry_pictures():
    job = ended(jobs.submit("run-1", brief()))
    seen = [record.images_seen for record in job.records]
    assert seen == sorted(set(seen))
    assert seen[0] == 0
    assert seen[-1] >= job.recipe.settings.images
    assert {tuple(record.snapshot.samples.shape) for record in job.records} == {(8, 1, 8, 8)}


def test_a_stopped_job_keeps_what_it_has_learned(stop_at, digits):
    job = jobs.Job("run-1", brief(images=1_000_000))
    stop_at(job, 5)
    job._thread.start()
    ended(job)
    assert (job.state, job.error, len(job.records)) == ("stopped", "", 5)
    assert 0 < job.progress < 0.2
    assert job.records[-1].validation.total < job.records[0].validation.total
    assert torch.equal(weights(job.checkpoint.model), direct(job.recipe, digits, records=5))


def test_a_job_stopped_before_it_began_ends_at_once():
    job = jobs.Job("run-1", brief(images=1_000_000_000))
    job.stop()
    job._thread.start()
    assert (ended(job).state, len(job.records)) == ("stopped", 1)


def test_two_jobs_at_once_do_not_touch_each_other(digits):
    first, second = (jobs.submit(f"run-{seed}", brief(seed=seed)) for seed in (1, 2))
    for job in (first, second):
        assert torch.equal(weights(ended(job).checkpoint.model), direct(job.recipe, digits))
    assert not torch.equal(weights(first.checkpoint.model), weights(second.checkpoint.model))


def test_stopping_one_job_lets_the_other_go_on(digits):
    stopped, other = jobs.Job("run-1", brief(images=1_000_000_000)), jobs.Job("run-2", brief())
    stopped.stop()
    for job in (stopped, other):
        job._thread.start()
    assert (ended(stopped).state, ended(other).state) == ("stopped", "done")
    assert torch.equal(weights(other.checkpoint.model), direct(other.recipe, digits))


def test_a_diverging_job_says_what_to_do_and_keeps_the_last_good_weights(digits):
    job = ended(jobs.submit("run-1", brief(images=30_000, learning_rate=1.0)))
    assert job.state == "failed"
    assert job.error.startswith("The loss is no longer finite after ")
    assert job.error.endswith("The weights of the moment before were kept. Try a smaller learning rate.")
    assert torch.isfinite(weights(job.checkpoint.model)).all()
    assert torch.equal(weights(job.checkpoint.model), direct(job.recipe, digits, records=len(job.records)))
    assert files(job.checkpoint, job.records)["model.safetensors"]


def test_a_job_without_its_data_fails_with_a_sentence():
    spec, settings = brief()
    job = ended(jobs.submit("run-1", Recipe(spec, replace(settings, dataset="nothing"))))
    assert (job.state, job.checkpoint, job.progress) == ("failed", None, 0.0)
    assert job.error.startswith("There is no data set 'nothing'. Choose one of: mnist, ")
    assert curves.status(job) == "It did not start."


def test_a_job_whose_model_does_not_fit_its_data_fails_with_a_sentence():
    spec, settings = brief()
    job = ended(jobs.submit("run-1", Recipe(replace(spec, image_shape=(1, 28, 28)), settings)))
    assert (job.state, job.error) == ("failed", "image_shape is (1, 28, 28); the images of digits are (1, 8, 8).")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # the log is to have its traceback
def test_what_nobody_foresaw_still_becomes_a_sentence(monkeypatch):
    def broken(*_, **__):
        raise MemoryError("no memory left")

    monkeypatch.setattr(jobs, "train", broken)
    job = ended(jobs.submit("run-1", brief()))
    assert (job.state, job.error) == ("failed", "Training failed unexpectedly (MemoryError: no memory left).")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "validation negative ELBO"),
        ({"beta": 4.0}, "validation reconstruction + β KL"),
        ({"kind": "ae"}, "validation reconstruction"),
    ],
    ids=["vae", "beta", "ae"],
)
def test_the_status_names_the_quantity_its_value_and_its_unit(changes, words):
    job = ended(jobs.submit("run-1", brief(**changes)))
    total = job.records[-1].validation.total
    status = curves.status(job)
    assert status.startswith("Finished: 4,000 of 4,000 images, ")
    assert status.endswith(f"; {words} {total:.1f} nats per image")


def test_one_seed_gives_one_archive_whoever_trains():
    contents = [files(job.checkpoint, []) for job in (ended(jobs.submit("run-1", brief())) for _ in range(2))]
    assert archive("run-1", contents[0]) == archive("run-1", contents[1])
