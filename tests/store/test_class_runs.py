"""The runs of a class in one question: each with its state and its newest moment, those of other classes left out."""

from material import PAIR, at_work, moment

from explorer.runs.store.classes import Classes, Member


def test_every_run_of_the_class_comes_with_its_newest_moment(store) -> None:
    kept = Classes(store)
    ours, theirs = (kept.open(owner, lambda class_id: "key", {}) for owner in ("teacher", "other"))
    one, two = (kept.join(ours.id, name, lambda taken: "") for name in ("ann", "ben"))
    waiting = store.create("ann", PAIR)
    kept.add_run(ours.id, one, waiting.id, {})
    learning = at_work(store, owner="ben")
    assert learning.id == waiting.id  # first come, first served
    later = store.create("ben", PAIR)
    kept.add_run(ours.id, two, later.id, {})
    elsewhere = store.create("eve", PAIR)
    kept.add_run(theirs.id, Member("eve", 1, "", False, False), elsewhere.id, {})
    for images in (1_000, 2_000):
        store.write(learning.id, moment(images))
    found = {each.run_id: each for each in kept.runs(ours.id)}
    assert found.keys() == {learning.id, later.id}
    assert (found[learning.id].member, found[learning.id].state) == (one.member, "running")
    assert [part["images_seen"] for part in found[learning.id].records] == [2_000, 2_000]
    assert (found[later.id].member, found[later.id].state, found[later.id].records) == (two.member, "queued", None)
    store.delete(later.id, "ben")
    assert [each.run_id for each in kept.runs(ours.id)] == [learning.id]
