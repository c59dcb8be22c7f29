"""One cluster of two workers for a file of tests, on a store of its own; it is gone before pages are tested."""

from collections.abc import Iterator

import pytest
from at_work import PATIENCE

from explorer.runs import jobs
from explorer.runs.dispatcher import Dispatcher
from explorer.runs.store import Store, store


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Dispatcher]:
    """The queue of an empty store, served by two workers of our own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_EXPLORER_DATA", str(tmp_path_factory.mktemp("runs")))
        patch.setenv("LATENT_EXPLORER_WORKERS", "2")
        patch.setenv("LATENT_EXPLORER_NICE", "0")
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
        jobs.start()
        dispatcher = jobs._services[0]
        assert isinstance(dispatcher, Dispatcher)
        assert dispatcher.ready.wait(PATIENCE), dispatcher.trouble
        yield dispatcher
        jobs.stop()


@pytest.fixture
def runs(served: Dispatcher) -> Iterator[Store]:
    """The store; whatever a test leaves at work is stopped."""
    kept = store()
    yield kept
    for run in (*kept.queue(), *kept.at_work()):
        kept.delete(run.id, run.owner)
