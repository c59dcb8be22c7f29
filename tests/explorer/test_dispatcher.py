"""A worker that has become free is given the next run at once: nobody waits for the dispatcher's next look at the queue."""

from concurrent.futures import Future
from threading import Event, Thread

from explorer.runs import dispatcher
from explorer.runs.cluster import Staff
from explorer.runs.dispatcher import Dispatcher
from explorer.runs.store import Store, store
from vae.learning.recipes import recipe


class Quick:
    """A cluster of two workers that end a run as soon as they have begun it."""

    own = True

    def __init__(self, kept: Store, wanted: int):
        self.kept, self.wanted, self.complete = kept, wanted, Event()
        self.given: list[str] = []

    def workers(self) -> Staff:
        return Staff({"w1": "tcp://1", "w2": "tcp://2"}, set(), {})

    def busy(self) -> set[str]:
        return set()

    def submit(self, address: str, run) -> Future:
        self.given.append(run.id)
        if len(self.given) == self.wanted:
            self.complete.set()
        future: Future = Future()
        future.status = "finished"  # as Dask's has

        def train() -> None:
            assert self.kept.begin(run.id, run.attempt)
            self.kept.finish(run.id, "done")
            future.set_result(None)

        Thread(target=train).start()
        return future


def test_runs_of_a_class_follow_one_another_without_a_pause(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(dispatcher, "ROUND", 3_600.0)  # it would wait an hour, unless it is woken
    monkeypatch.setattr(dispatcher, "cores", lambda: 2)
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    kept = store(url)
    runs = [kept.create(f"student {k}", [recipe("vae", 2, images=1_000)]).id for k in range(8)]
    serving, cluster = Dispatcher(url), Quick(kept, len(runs))
    thread = Thread(target=serving._look_after, args=(cluster,))
    thread.start()
    cluster.complete.wait(20)
    serving._ending.set()
    serving.wake()
    thread.join(10)
    assert cluster.given == runs
