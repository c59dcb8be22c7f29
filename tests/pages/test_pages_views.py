"""The page Saved views: what was kept comes back exactly, is renamed, published, put into a plan, deleted and put back."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from app_driver import choose, markup, owner_of, press, run, sentences, visit

from explorer.page import places
from explorer.plans import editing, keeping
from explorer.plans.grammar import parse
from explorer.runs.store.plans import plans
from explorer.runs.store.views import MOST, Picture, View, views

SAID = places.PLACES["views"].words
HOSTILE = '"><img src=x onerror=alert(1)> **bold** [link](http://evil.example) $x$'


@pytest.fixture
def app():
    """A visitor who has kept two views."""
    app = visit("views")
    owner = owner_of(app)
    views().keep(owner, "Holes", "explore?z1=1.5", "Look between.", Picture(b"RIFF", "image/webp"))
    views().keep(owner, HOSTILE, "home?game=3", HOSTILE)
    yield run(app)
    for view in views().of_owner(owner):
        views().delete(view.id, owner)
    for plan in plans().of_owner(owner):
        plans().delete(plan.id, owner)


def kept(app) -> list[View]:
    return views().of_owner(owner_of(app))


def edit(app, at: int = 1) -> View:
    """Edit the view that stands there, from 0."""
    view = kept(app)[at]
    app.get_by_key(f"edit-{view.id}").click()
    run(app)
    return view


def test_the_newest_stands_first_and_each_leads_back_to_exactly_what_it_showed(app):
    ways = [urlsplit(html.unescape(way)) for way in re.findall(r'<div class="le-view"><a href="([^"]*)">', markup(app))]
    assert [way.path for way in ways] == ["./", "./explore"]
    orders = [parse_qs(way.query).pop("_at")[0] for way in ways]
    assert all(orders)
    assert [{**parse_qs(way.query), "_at": []} for way in ways] == [{"game": ["3"], "_at": []}, {"z1": ["1.5"], "_at": []}]
    again = re.findall(r"_at=(\w+)", markup(run(app)))
    assert not set(orders) & set(again), "an order that this browser never had"


def test_the_picture_first_and_words_as_text(app):
    text = markup(app)
    assert re.search(rf'<img src="\./views/{kept(app)[1].id}\.webp" alt=""', text)
    assert "<img src=x" not in text
    assert text.count(html.escape(HOSTILE)) == 2


def test_a_view_is_renamed_noted_and_published(app):
    view = edit(app)
    choose(app, f"view-title-{view.id}", "Gaps")
    choose(app, f"view-note-{view.id}", "Two\nlines")
    assert "/view/" not in markup(app)
    choose(app, f"view-published-{view.id}", True)
    assert (kept(app)[1].title, kept(app)[1].note, kept(app)[1].published) == ("Gaps", "Two\nlines", True)
    assert f"/view/{view.id}" in markup(app)
    choose(app, f"view-published-{view.id}", False)
    choose(app, f"view-title-{view.id}", "  ")
    assert (kept(app)[1].title, kept(app)[1].published) == ("Gaps", False)


def test_an_older_window_changes_what_is_typed_there_and_publishes_nothing_again(app):
    view = edit(app)
    choose(app, f"view-published-{view.id}", True)
    views().change(view.id, view.owner, title="From there", published=False)
    choose(app, f"view-note-{view.id}", "Here")
    now = kept(app)[1]
    assert (now.title, now.note, now.published) == ("From there", "Here", False)


def test_what_is_deleted_can_be_put_back(app):
    before, view = kept(app), edit(app)
    press(app, SAID.label("view_delete"))
    assert kept(app) == [each for each in before if each.id != view.id]
    press(app, SAID.label("view_undo"))
    assert kept(app) == before
    assert views().picture(view.id) == Picture(b"RIFF", "image/webp")
    assert SAID.label("view_undo") not in [button.label for button in app.button]


@pytest.mark.parametrize("at", [0, 1])
def test_a_view_becomes_a_step_of_a_new_plan_and_of_one_that_there_is(app, at):
    view = edit(app, at)
    press(app, SAID.label("view_add"))
    (plan,) = plans().of_owner(owner_of(app))
    choose(app, "view_plan", plan.id)
    press(app, SAID.label("view_add"))
    steps = parse(plans().get(plan.id).text).steps
    assert [step.open for step in steps] == [view.address] * 2
    assert sentences(app) == []
    assert f"{2 * editing.MINUTES} minutes" in app.info[0].value, "how long the plan is now"


def test_nobody_elses_view_is_edited_by_a_link(app):
    other = visit("views", view_edited=kept(app)[0].id)
    assert [field.key for field in other.text_input if field.key and field.key.startswith("view-")] == []


def test_what_was_deleted_does_not_come_back_into_a_full_shelf(app, monkeypatch):
    edit(app)
    press(app, SAID.label("view_delete"))
    monkeypatch.setattr("explorer.runs.store.views.MOST", 1)
    press(app, SAID.label("view_undo"))
    assert str(MOST) in app.info[0].value
    assert len(kept(app)) == 1
    assert SAID.label("view_undo") in [button.label for button in app.button]


def test_the_way_back_is_an_address_of_this_app_whatever_is_in_it():
    way = keeping.exact("kl?kl_mu=1.5&x=%26_at%3D1")
    assert way.startswith("./kl?kl_mu=1.5&x=%26_at%3D1&_at=")
