"""Plans and views in the store, on both databases: whose they are, how many and how large, who comes first, and how long they stay."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from explorer.runs.store import Denied, Gone, StoreError, plan_tables
from explorer.runs.store import plans as kept_plans
from explorer.runs.store import views as kept_views
from explorer.runs.store.plans import KEPT, LARGEST, NEWER, Draft, Newer, Plans
from explorer.runs.store.views import LARGEST_PICTURE, LONGEST_ADDRESS, LONGEST_NOTE, Picture, Views
from explorer.runs.tidying import Tidying

WEBP = Picture(b"RIFF....WEBP", "image/webp")
HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE plans; --",
    "{kl:.2f} %s %(x)s",
    "\u202eevil",
    "👩\u200d🔬 " * 40,
    "\ud800",
)


@pytest.fixture
def plans(store) -> Plans:
    return Plans(store)


@pytest.fixture
def views(store) -> Views:
    return Views(store)


# --- plans


def test_a_plan_is_its_text_and_whoever_has_the_id_can_read_it(plans, another):
    made = plans.create("ann", "Tuesday", "# Tuesday\nminutes: 3\n")
    assert Plans(another()).get(made.id) == made
    assert (made.owner, made.title, made.text) == ("ann", "Tuesday", "# Tuesday\nminutes: 3\n")
    with pytest.raises(Gone):
        plans.get(made.id[::-1])


def test_what_was_changed_last_comes_first(plans):
    first, second = plans.create("ann", "One", "1"), plans.create("ann", "Two", "2")
    plans.create("bob", "Three", "3")
    assert [each.id for each in plans.of_owner("ann")] == [second.id, first.id]
    plans.replace(first.id, "ann", "1", Draft("One again", "1.1"))
    assert [(each.id, each.title, each.text) for each in plans.of_owner("ann")] == [
        (first.id, "One again", "1.1"),
        (second.id, "Two", "2"),
    ]
    assert plans.get(first.id).created == first.created < plans.get(first.id).changed


def test_only_its_owner_changes_a_plan_or_deletes_it(plans):
    made = plans.create("ann", "Mine", "text")
    for do in (lambda: plans.replace(made.id, "bob", "text", Draft("His", "his")), lambda: plans.delete(made.id, "bob")):
        with pytest.raises(Denied, match="Copy it"):
            do()
    assert plans.get(made.id) == made
    plans.delete(made.id, "ann")
    with pytest.raises(Gone):
        plans.delete(made.id, "ann")
    assert plans.of_owner("ann") == []


def test_a_second_window_never_loses_what_the_first_wrote(plans):
    made = plans.create("ann", "Mine", "as both saw it")
    plans.replace(made.id, "ann", "as both saw it", Draft("Mine", "first"))
    with pytest.raises(Newer, match="another window"):
        plans.replace(made.id, "ann", "as both saw it", Draft("Mine", "second"))
    assert plans.get(made.id).text == "first"


def test_windows_that_write_at_once_come_one_after_another(plans, another):
    made = plans.create("ann", "Mine", "")
    stores = [Plans(another()) for _ in range(3)]

    def add(i):
        stores[i % 3].change(made.id, "ann", lambda text: Draft("Mine", f"{text}{i},"))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(add, range(24)))
    assert sorted(map(int, plans.get(made.id).text.strip(",").split(","))) == list(range(24))


def test_of_windows_that_saw_the_same_one_writes(plans, another):
    made = plans.create("ann", "Mine", "seen")
    stores = [Plans(another()) for _ in range(2)]

    def write(i):
        try:
            return stores[i % 2].replace(made.id, "ann", "seen", Draft("Mine", f"by {i}")).text
        except Newer as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(write, range(8)))
    assert said.count(NEWER) == 7
    assert plans.get(made.id).text in said


def test_what_goes_wrong_while_a_plan_is_made_leaves_it_as_it_is(plans):
    made = plans.create("ann", "Mine", "text")
    with pytest.raises(ZeroDivisionError):
        plans.change(made.id, "ann", lambda text: Draft("", str(1 / 0)))
    assert plans.get(made.id) == made


def test_a_browser_has_no_more_plans_than_it_may_also_where_it_asks_at_once(plans, another, monkeypatch):
    monkeypatch.setattr(kept_plans, "MOST", 5)
    stores = [Plans(another()) for _ in range(2)]

    def make(i):
        try:
            return stores[i % 2].create("ann", str(i), "").id
        except StoreError as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(make, range(9)))
    assert len(plans.of_owner("ann")) == 5
    assert sum("Delete one first" in each for each in said) == 4
    plans.create("bob", "his", "")


def test_a_plan_that_is_too_large_or_no_text_is_refused_with_a_sentence(plans):
    made = plans.create("ann", "Mine", "x" * LARGEST)
    for text, why in (
        ("x" * (LARGEST + 1), "64 kB"),
        ("é" * (LARGEST // 2 + 1), "64 kB"),
        ("a\0b", "no text"),
        ("\ud800", "no text"),
    ):
        with pytest.raises(StoreError, match=why):
            plans.create("ann", "Mine", text)
        with pytest.raises(StoreError, match=why):
            plans.change(made.id, "ann", lambda _, text=text: Draft("Mine", text))
    assert plans.of_owner("ann") == [made]


@pytest.mark.parametrize("text", HOSTILE)
def test_titles_and_notes_are_kept_as_text_whatever_they_say(plans, views, text):
    plain = "".join(sign for sign in text if sign.isprintable() or sign == "\u200d")
    plan = plans.create("ann", f"{text}\0\n{'x' * 500}", "")
    view = views.keep("ann", f"\n{text}\0", "kl", f"{text}\0\r\nsecond line\t")
    assert plans.get(plan.id).title.startswith(plain[:100].strip())
    assert 119 <= len(plan.title) <= 120
    assert views.seen(view.id, "ann").title == " ".join(plain.split())[:120].strip()
    assert view.note.splitlines()[-1] == "second line"


# --- views


def test_a_view_is_its_owners_until_it_is_published(views):
    made = views.keep("ann", "Holes", "explore?z1=1.5", "Look here", WEBP)
    assert (made.published, made.kind) == (False, "image/webp")
    assert views.seen(made.id, "ann") == made
    assert views.picture(made.id) == WEBP
    for who in ("bob", None):
        with pytest.raises(Gone):
            views.seen(made.id, who)
    views.change(made.id, "ann", published=True)
    assert views.seen(made.id, None).published
    views.change(made.id, "ann", published=False)
    with pytest.raises(Gone):
        views.seen(made.id, "bob")


def test_only_its_owner_changes_a_view_and_what_is_deleted_can_come_back(views):
    made = views.keep("ann", "Holes", "explore", "a note", WEBP)
    for do in (lambda: views.change(made.id, "bob", title="His"), lambda: views.delete(made.id, "bob")):
        with pytest.raises(Denied):
            do()
    changed = views.change(made.id, "ann", title=" Gaps \n between ")
    assert (changed.title, changed.note, changed.created) == ("Gaps between", "a note", made.created)
    assert views.change(made.id, "ann", note="").note == ""
    was = views.delete(made.id, "ann")
    assert (views.of_owner("ann"), views.picture(made.id)) == ([], None)
    views.put_back(was)
    assert views.of_owner("ann") == [was.view]
    assert views.picture(made.id) == WEBP


def test_the_newest_view_comes_first_and_shows_its_address(views):
    old, plain = views.keep("ann", "1", "kl", "", WEBP), views.keep("ann", "2", "blur")
    new, other = views.keep("ann", "3", "kl", "", WEBP), views.keep("bob", "4", "blur", "", WEBP)
    assert [each.id for each in views.of_owner("ann")] == [new.id, plain.id, old.id]
    assert views.showing("ann", ["kl", "blur", "nothing"], "ann") == {"kl": new.id}
    assert views.showing("bob", ["blur"], "bob") == {"blur": other.id}
    assert views.showing("ann", [], "ann") == {}
    assert views.showing("ann", ["kl"], "bob") == views.showing("ann", ["kl"], None) == {}
    views.change(old.id, "ann", published=True)
    assert views.showing("ann", ["kl"], None) == {"kl": old.id}
    assert views.showing("ann", ["kl"], "ann") == {"kl": new.id}


def test_a_browser_keeps_no_more_views_than_it_may(views, monkeypatch):
    monkeypatch.setattr(kept_views, "MOST", 2)
    first = views.keep("ann", "1", "kl")
    views.keep("ann", "2", "kl")
    with pytest.raises(StoreError, match="Delete one first"):
        views.keep("ann", "3", "kl")
    views.delete(first.id, "ann")
    views.keep("ann", "3", "kl")


def test_what_is_too_large_of_a_view_is_refused_or_cut(views):
    with pytest.raises(StoreError, match="address"):
        views.keep("ann", "", "k" * (LONGEST_ADDRESS + 1))
    with pytest.raises(StoreError, match="picture"):
        views.keep("ann", "", "kl", "", Picture(bytes(LARGEST_PICTURE + 1), "image/webp"))
    assert len(views.keep("ann", "", "kl", "n" * 9_000).note) == LONGEST_NOTE


# --- how long


def test_plans_and_views_go_when_they_are_old_and_nothing_else_does(plans, views):
    now = datetime.now(UTC)
    plan, view = plans.create("ann", "Mine", ""), views.keep("ann", "Mine", "kl")
    assert (plans.retain(now + KEPT - timedelta(hours=1)), views.retain(now + KEPT - timedelta(hours=1))) == (0, 0)
    assert (plans.get(plan.id), views.seen(view.id, "ann")) == (plan, view)
    assert (plans.retain(now + KEPT + timedelta(hours=1)), views.retain(now + KEPT + timedelta(hours=1))) == (1, 1)
    assert (plans.of_owner("ann"), views.of_owner("ann")) == ([], [])


def test_of_very_many_the_oldest_go(plans, views, monkeypatch):
    made = [(plans.create(who, "Mine", ""), views.keep(who, "Mine", "kl")) for who in ("ann", "bob", "cid")]
    plans.replace(made[0][0].id, "ann", "", Draft("Mine", "changed since"))
    monkeypatch.setattr(kept_plans, "MOST_OF_ALL", 2)
    monkeypatch.setattr(kept_views, "MOST_OF_ALL", 2)
    assert (plans.retain(), views.retain(), plans.retain(), views.retain()) == (1, 1, 0, 0)
    assert [len(plans.of_owner(who)) for who in ("ann", "bob", "cid")] == [1, 0, 1]
    assert [len(views.of_owner(who)) for who in ("ann", "bob", "cid")] == [0, 1, 1]


def test_they_go_when_the_store_is_tidied(plans, views, store, url):
    plans.create("ann", "Mine", "")
    views.keep("ann", "Mine", "kl")
    with store.writing() as connection:
        connection.execute(update(plan_tables.plans).values(changed=datetime.now(UTC) - KEPT))
        connection.execute(update(plan_tables.views).values(created=datetime.now(UTC) - KEPT))
    tidying = Tidying(url)
    tidying.start()
    until = time.monotonic() + 10
    while (plans.of_owner("ann") or views.of_owner("ann")) and time.monotonic() < until:
        time.sleep(0.01)
    tidying.stop()
    assert (plans.of_owner("ann"), views.of_owner("ann")) == ([], [])
