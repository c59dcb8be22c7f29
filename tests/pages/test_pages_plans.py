"""The page Plans as its visitors use it: plans that ship, own plans that are written, given away, taken in, and never lost."""

import html
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from app_driver import as_read, choose, go, markup, owner_of, parts, press, run, sentences, visit

from explorer.classroom import pages as classroom
from explorer.page import places
from explorer.plans import editing
from explorer.plans.grammar import MOST_BYTES, parse, written
from explorer.plans.page import listing, opened, steps
from explorer.plans.plan import Plan, Step
from explorer.plans.shipped import shipped
from explorer.runs.store.plans import Draft, plans
from explorer.runs.store.views import Picture, views

SAID = places.PLACES["plans"].words
NEW, COPY, EDIT, ALL, TAKE = (SAID.label(name) for name in ("plan_new", "plan_copy", "plan_edit", "plan_all", "plan_take"))
THREE = Plan(
    "Three",
    9,
    "In three steps.",
    tuple(Step(f"Step {n}", n + 1, path) for n, path in enumerate(("home", "kl?kl_mu=1.5", "explore"), 1)),
)
HOSTILE = '"><img src=x onerror=alert(1)> **bold** [link](http://evil.example) $x$ {slot}'


@pytest.fixture
def app():
    """A visitor who has a plan of three steps, and has it open."""
    app = visit("plans")
    press(app, NEW)
    made = plans().get(app.session_state["plan"])
    plans().replace(made.id, made.owner, made.text, editing.draft(THREE))
    yield run(app)
    plans().delete(made.id, made.owner)


def kept(app) -> Plan:
    """The open plan as the store has it."""
    return parse(plans().get(app.session_state["plan"]).text)


def titles(app) -> list[str]:
    return [step.title for step in kept(app).steps]


def report(app, monkeypatch, **said) -> None:
    """The list of steps reports something. Streamlit would call back before the script; here the list is drawn when it does."""
    with monkeypatch.context() as patch:
        patch.setattr(steps, "mount", lambda *given, **more: steps._obey(said, len(kept(app).steps)))
        run(app)


def links(app) -> list[str]:
    return re.findall(r'<a [^>]*href="([^"]*)" data-whole>', markup(app))


def field(app, name: str) -> str:
    """The key of a field of the step that is edited."""
    return f"plan_step_{name}-{app.session_state['plan']}-{app.session_state['plan_step'] - 1}"


# --- all plans


def test_every_plan_that_ships_can_be_played_held_gone_through_and_copied():
    app = visit("plans")
    assert [link for link in links(app) if "stage" in link] == [f"./stage?plan={name}" for name in shipped()]
    assert [link for link in links(app) if "alone" in link] == [f"./alone?plan={name}" for name in shipped()]
    forms = re.findall(r'<form [^>]*action="\./class"><input type="hidden" name="plan" value="([^"]*)">', markup(app))
    assert forms == list(shipped())
    name, plan = next(iter(shipped().items()))
    app.get_by_key(f"copy-{name}").click()
    run(app)
    copy = plans().get(app.session_state["plan"])
    assert (parse(copy.text), copy.owner) == (plan, owner_of(app))
    press(app, ALL)
    assert html.escape(plan.title) in markup(app).rpartition(SAID.label("plan_new"))[2]
    plans().delete(copy.id, copy.owner)


@pytest.mark.parametrize(
    ("role", "ways"), [("teacher", ["stage", "stage apart", "alone apart"]), ("member", ["stage", "alone"])]
)
def test_a_teacher_can_play_a_plan_with_the_class_and_without_it(monkeypatch, role, ways):
    seat = classroom.Seat("a", "ABC", role, 0, "", {"show": None}, True)
    monkeypatch.setattr(listing, "classroom", SimpleNamespace(seat=lambda: seat))
    found = [urlsplit(html.unescape(link)) for link in links(visit("plans"))]
    assert [
        f"{link.path.removeprefix('./')}{' apart' if parse_qs(link.query).get('apart') == ['1'] else ''}"
        for link in found
        if parse_qs(link.query)["plan"] == ["45"]
    ] == ways


def test_whoever_has_the_link_can_copy_an_own_plan_and_not_change_it(app):
    plan_id = app.session_state["plan"]
    other = visit("plans", plan=plan_id)
    (listed,) = parts(other)
    assert (listed["own"], [step["title"] for step in listed["steps"]]) == (False, titles(app))
    assert not any(plan_id in (each.key or "") for each in (*other.text_input, *other.text_area))
    press(other, COPY)
    assert other.session_state["plan"] != plan_id
    assert kept(other) == kept(app)
    plans().delete(other.session_state["plan"], owner_of(other))


@pytest.mark.parametrize("name", ["nothing", "A" * 22])
def test_a_link_to_no_plan_says_so(name):
    app = visit("plans", plan=name)
    assert any(SAID.say("gone") in each.value for each in app.markdown)
    press(app, ALL)
    assert links(app)


def test_a_link_that_names_no_plan_at_all_is_refused_with_a_sentence():
    assert "There is no such plan." in sentences(visit("plans", plan="../../etc/passwd"))[0]


# --- taking in


def take(text: str):
    app = visit("plans")
    app.session_state[listing.BRING] = True
    run(app)
    app.text_area(key="plan_pasted").set_value(text)
    return press(app, TAKE)


def test_a_text_that_is_there_already_is_offered_and_not_taken_in_twice(app):
    text = plans().get(app.session_state["plan"]).text
    press(app, ALL)
    app.session_state[listing.BRING] = True
    run(app).text_area(key="plan_pasted").set_value(text)
    press(app, TAKE)
    assert len(plans().of_owner(owner_of(app))) == 1
    assert "“Three”" in as_read(app.info[0].value)
    press(app, SAID.label("plan_there"))
    assert plans().get(app.session_state["plan"]).text == text
    press(app, ALL)
    assert list(app.info) == [], "said once"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Three", "three.md"),
        ("Was hält die KL?", "was-hält-die-kl.md"),
        ("../../a\\b: \u202e<c>", "a-b-c.md"),
        ("?!", "plan.md"),
        ("x" * 120, "x" * 60 + ".md"),
    ],
)
def test_a_file_has_the_name_of_its_plan(title, name):
    assert opened.file_of(title) == name


def test_what_is_exported_can_be_taken_in(app):
    there = take(written(kept(app)))
    assert sentences(there) == []
    assert kept(there) == kept(app)
    plans().delete(there.session_state["plan"], owner_of(there))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "There is nothing to import yet"),
        ("nonsense", "Line 1:"),
        (written(THREE).replace("open: explore", "open: https://evil.example/kl"), "Leave out the server"),
        (written(THREE).replace("open: explore", "open: //evil.example"), "no address of this app"),
        (written(THREE).replace("open: explore", "open: javascript:alert(1)"), "no address of this app"),
        (written(THREE).replace("In three", "In <script>alert(1)</script>"), "looks like HTML"),
        (written(THREE).replace("In three", "In \x07 three"), "a sign here that no text has"),
        (written(THREE) + "\n" * 1_000_000, f"larger than {MOST_BYTES // 1000} kB"),
        ("# " + "x" * 50_000, "The title has"),
    ],
)
def test_a_text_that_is_no_plan_is_refused_line_by_line_and_nothing_is_kept(text, why):
    app = take(text)
    assert [part["number"] for part in parts(app)] == [1], "the keyboard goes to the sentences"
    press(app, TAKE)
    assert [part["number"] for part in parts(app)] == [2], "each time"
    assert why in as_read(sentences(app)[0])
    assert "<script" not in markup(app)
    assert app.session_state["plan"] == ""
    assert plans().of_owner(owner_of(app)) == []
    assert app.text_area(key="plan_pasted").value == text


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (written(THREE).encode(), ""),
        (b"\xef\xbb\xbf" + written(THREE).encode(), ""),
        (b"# \xff\xfe", "no plain text"),
        (b"# x\n" * 16_001, f"larger than {MOST_BYTES // 1000} kB"),
    ],
)
def test_a_file_is_read_as_the_text_that_it_is(file, why):
    app = visit("plans")
    app.session_state[listing.BRING] = True
    run(app).file_uploader[0].upload("plan.md", file, "text/markdown")
    press(run(app), TAKE)
    if why:
        assert why in sentences(app)[0]
        assert plans().of_owner(owner_of(app)) == []
    else:
        assert kept(app) == THREE
        plans().delete(app.session_state["plan"], owner_of(app))


def test_a_plan_of_any_id_opens(monkeypatch):
    """Streamlit refuses two low lines in the key of a part, and an id may have them."""
    monkeypatch.setattr("explorer.runs.store.plans.secrets.token_urlsafe", lambda size: "-__A" * 5 + "__")
    app = press(visit("plans"), NEW)
    assert titles(app) == [SAID.items("new")["step"]]
    plans().delete("-__A" * 5 + "__", owner_of(app))


# --- editing


def test_every_change_is_saved_at_once_and_minutes_that_do_not_add_up_are_said(app):
    plan_id = app.session_state["plan"]
    choose(app, f"plan_title-{plan_id}", "Tuesday")
    app.session_state["plan_step"] = 2
    run(app)
    for name, value in {
        "do": "Pull it.",
        "ask": "Where?",
        "expect": "To 0.",
        "fits": "Next.",
        "together": "drawings 4",
        "task": "bottleneck",
    }.items():
        choose(app, field(app, name), value)
    choose(app, field(app, "vote"), "Which?\n- a: This one (right)\n- b: That one")
    choose(app, field(app, "rounds"), 2)
    choose(app, field(app, "cover"), False)
    choose(app, field(app, "light"), "figure")
    choose(app, field(app, "minutes"), 30)
    step = kept(app).steps[1]
    assert (step.do, step.ask, step.expect, step.fits) == ("Pull it.", "Where?", "To 0.", "Next.")
    assert (step.together, step.task, step.cover, step.light, step.minutes) == ("drawings 4", "bottleneck", False, "figure", 30)
    assert (step.vote.question, step.vote.right, step.vote.rounds) == ("Which?", "a", 2)
    assert kept(app).title == plans().get(plan_id).title == "Tuesday"
    assert any("36" in said and "9" in said for said in sentences(app))
    press(app, SAID.item("wrong", "minutes", minutes=36))
    assert (kept(app).minutes, sentences(app)) == (36, [])


def test_what_cannot_be_saved_stays_as_it_was_typed_with_a_sentence_beside_it(app):
    app.session_state["plan_step"] = 1
    before = kept(run(app))
    choose(app, field(app, "open"), "https://evil.example/kl")
    assert "Leave out the server" in as_read(sentences(app)[0])
    assert app.text_input(key=field(app, "open")).value == "https://evil.example/kl"
    assert kept(app) == before
    choose(app, field(app, "title"), "Another")  # the other field waits meanwhile
    assert app.text_input(key=field(app, "open")).value == "https://evil.example/kl"
    choose(app, field(app, "open"), "blur")
    assert (kept(app).steps[0].open, kept(app).steps[0].title, sentences(app)) == ("blur", "Another", [])


def test_an_unknown_page_is_said_with_its_step(app):
    app.session_state["plan_step"] = 3
    choose(run(app), field(app, "open"), "explor")
    assert "Step 3" in sentences(app)[0]
    assert kept(app).steps[2].open == "explor"


def test_the_same_plan_as_text(app):
    plan_id = app.session_state["plan"]
    choose(app, "plan_as", "text")
    text = f"plan_text-{plan_id}"
    assert app.text_area(key=text).value == written(THREE)
    choose(app, text, "% mine\n" + written(THREE).replace("Step 2", "Second"))
    assert titles(app) == ["Step 1", "Second", "Step 3"]
    assert plans().get(plan_id).text.startswith("% mine")
    choose(app, text, "# Only a title")
    assert app.text_area(key=text).value == "# Only a title"
    assert titles(app) == ["Step 1", "Second", "Step 3"]
    assert any("Line 1" in as_read(said) for said in sentences(app))


def test_a_second_window_never_loses_what_the_first_wrote_and_gives_back_what_was_typed(app):
    plan_id, owner = app.session_state["plan"], owner_of(app)
    app.session_state["plan_step"] = 1
    run(app)
    there = plans().get(plan_id)
    plans().replace(plan_id, owner, there.text, Draft("Three", there.text.replace("Step 1", "From there")))
    choose(app, field(app, "ask"), "A long question")
    assert "another window" in sentences(app)[0]
    assert [block.value for block in app.code] == ["A long question"]
    assert kept(app).steps[0].title == app.text_input(key=field(app, "title")).value == "From there"
    choose(app, field(app, "ask"), "A long question")
    assert (kept(app).steps[0].title, kept(app).steps[0].ask) == ("From there", "A long question")


def test_a_view_becomes_a_step_with_its_picture(app):
    view = views().keep(owner_of(app), "Holes?", "explore?z1=1.5", "Look between.", Picture(b"RIFF", "image/webp"))
    run(app)
    assert "View: Holes?" in app.selectbox(key="plan_from").options, "a menu shows text as it is"
    choose(app, "plan_from", view.id)
    press(app, SAID.label("plan_add"))
    step = kept(app).steps[3]
    assert (step.title, step.open, step.do) == ("Holes?", "explore?z1=1.5", "Look between.")
    assert (kept(app).minutes, app.session_state["plan_step"]) == (9 + editing.MINUTES, 4)
    (listed,) = parts(app)
    assert [bool(each["picture"]) for each in listed["steps"]][3]
    views().delete(view.id, view.owner)


@pytest.mark.parametrize(
    ("said", "order", "edited"),
    [
        ({"do": "move", "at": 0, "to": 1}, [2, 1, 3], 2),
        ({"do": "move", "at": 2, "to": 0}, [3, 1, 2], 2),
        ({"do": "remove", "at": 1}, [1, 3], 1),
        ({"do": "remove", "at": 0}, [2, 3], 0),
        ({"do": "edit", "at": 2}, [1, 2, 3], 3),
        ({"do": "edit", "at": 0}, [1, 2, 3], 0),
        ({"do": "move", "at": 0, "to": 3}, [1, 2, 3], 1),
        ({"do": "move", "at": 0, "to": "1"}, [1, 2, 3], 1),
        ({"do": "remove", "at": True}, [1, 2, 3], 1),
        ({"do": "remove", "at": -1}, [1, 2, 3], 1),
        ({"do": "format", "at": 0}, [1, 2, 3], 1),
        ({}, [1, 2, 3], 1),
    ],
)
def test_the_list_of_steps_is_obeyed_as_far_as_it_makes_sense(app, monkeypatch, said, order, edited):
    """Step 1 is edited before; what is edited stays the same step."""
    app.session_state["plan_step"] = 1
    report(run(app), monkeypatch, **said)
    assert titles(app) == [f"Step {n}" for n in order]
    assert app.session_state["plan_step"] == edited


@pytest.mark.parametrize(
    ("said", "now"),
    [({"at": 0, "to": 2}, 3), ({"at": 2, "to": 0}, 2), ({"at": 1, "to": 2}, 1), ({"at": 1}, 1), ({"at": 0}, None)],
)
def test_what_was_typed_and_refused_goes_along_with_its_step(app, monkeypatch, said, now):
    """Step 1 has a text that cannot be saved while steps are moved and taken out; put back, the other comes where it was."""
    wrong = "https://evil.example/kl"
    app.session_state["plan_step"] = 1
    choose(run(app), field(app, "open"), wrong)
    report(app, monkeypatch, do="move" if "to" in said else "remove", **said)
    run(app)
    assert app.session_state["plan_step"] == (now or 0)
    if now:
        assert app.text_input(key=field(app, "open")).value == wrong
        assert titles(app)[now - 1] == "Step 1"
    else:
        assert wrong not in [each.value for each in app.text_input]
    if "to" not in said:
        press(app, SAID.label("plan_undo"))
        assert (app.session_state["plan_step"], titles(app)) == (now or 0, ["Step 1", "Step 2", "Step 3"])


def test_what_is_taken_out_can_be_put_back(app, monkeypatch):
    report(app, monkeypatch, do="remove", at=1)
    assert (titles(app), kept(app).minutes) == (["Step 1", "Step 3"], 6)
    press(run(app), SAID.label("plan_undo"))
    assert kept(app) == THREE


def test_what_somebody_wrote_is_text_on_every_screen(app):
    plan_id = app.session_state["plan"]
    hostile = HOSTILE.replace("<", "< ")
    choose(app, f"plan_title-{plan_id}", HOSTILE)
    choose(app, f"plan_about-{plan_id}", HOSTILE)
    assert kept(app).title == hostile
    press(app, ALL)
    for page in (app, go(go(app, "home"), "plans"), visit("plans", plan=plan_id)):
        assert "<img src=x" not in markup(page)
        assert "< img" not in markup(page)
        assert html.escape(hostile) in markup(page)


def test_a_plan_is_deleted_for_good():
    app = press(visit("plans"), NEW)
    press(app, SAID.label("plan_delete"))
    assert app.session_state["plan"] == ""
    assert plans().of_owner(owner_of(app)) == []
