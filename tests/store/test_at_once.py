"""Workers that write and pages that read, all at the same time: nobody fails and nothing is missing."""

from multiprocessing import get_context
from threading import Event, Thread

from material import at_work, moment, weights

from explorer.runs.store import Store

MOMENTS = 25


def _write(url: str, number: int) -> None:
    store = Store(url)
    run = at_work(store, worker=f"w{number}")
    for i in range(MOMENTS):
        store.orders(run.id)
        store.beat(run.id)
        store.write(run.id, moment(256 * i, snapshot=True), weights(float(i), 5_000))
    store.finish(run.id, "done")


def test_three_workers_write_while_twenty_pages_look(store, url):
    pages, over, troubles, looks = 20, Event(), [], []

    def look() -> None:
        seen: dict[str, int] = {}
        try:
            while not over.is_set():
                for run in store.runs("ann"):
                    for found in store.records(run.id, seen.get(run.id, -1)):
                        assert found.index == seen.get(run.id, -1) + 1  # nothing is skipped, nothing comes twice
                        assert found.records[0].images_seen == 256 * found.index
                        seen[run.id] = found.index
                    store.watched(run.id)
                looks.append(1)
        except Exception as error:
            troubles.append(error)

    readers = [Thread(target=look) for _ in range(pages)]
    writers = [get_context("fork").Process(target=_write, args=(url, number)) for number in range(3)]
    for each in (*writers, *readers):
        each.start()
    for writer in writers:
        writer.join(120)
    over.set()
    for reader in readers:
        reader.join()
    assert troubles == []
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert len(looks) > pages
    for run in store.runs("ann"):
        assert (run.state, len(store.records(run.id)), run.images_seen) == ("done", MOMENTS, 256 * (MOMENTS - 1))
