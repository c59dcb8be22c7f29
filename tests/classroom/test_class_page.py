"""The page Class: open one and join one; for its teacher who is here, what was drawn, and the end; for a member the ways out."""

import base64
import html
import re
from dataclasses import replace
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from app_driver import markup, sentences
from in_class import Browser, joined, opened

from explorer.classroom import address, hub, pages, qr
from explorer.classroom.address import Interface
from explorer.classroom.together.handwriting import WAYS
from explorer.page import places, state, words
from explorer.runs import jobs
from explorer.runs.store import Gone, StoreError, store
from explorer.runs.store.classes import Classes, classes
from vae.learning.records import Losses, Record

PAGE = places.PLACES["classroom"].words
SAID = PAGE.items("buttons")


@pytest.fixture(autouse=True)
def laptop(monkeypatch):
    """A laptop with two ways into networks."""
    monkeypatch.delenv(address.SETTING, raising=False)
    ways = [Interface("wlan0", ("192.168.1.7",)), Interface("eth0", ("10.0.0.9",))]
    monkeypatch.setattr(address, "interfaces", lambda: ways)
    monkeypatch.setattr(address, "used", lambda: "192.168.1.7")


@pytest.fixture
def teacher():
    return Browser()


@pytest.fixture
def found(teacher):
    """A class of that teacher, deleted in the end."""
    made = opened(teacher, names="chosen")
    yield made
    classes().delete(made.id)


def forms(app) -> dict[str, dict[str, str]]:
    """What the page's forms would send, by their button: where to and the fields."""
    found = {}
    for method, action, inside in re.findall(
        r'<form [^>]*method="(\w+)" action="([^"]*)">(.*?)</form>', markup(app), re.DOTALL
    ):
        fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', inside))
        (button,) = re.findall(r"<button[^>]*>(.*?)</button>", inside)
        found[html.unescape(button)] = {"method": method, "action": action, **fields}
    return found


def unfold(browser: Browser, room: str):
    """The page with one of the teacher's parts unfolded."""
    browser.visit("classroom")
    browser.app.session_state[f"class_room_{room}"] = True
    return browser.again()


def named(app) -> list[str]:
    """The members in the teacher's list."""
    (listed,) = re.findall(r'<ul class="le-class-names">(.*?)</ul>', markup(app))
    return re.findall("<li>(.*?)</li>", listed)


def draw(found, member: Browser, drawing: str, shown=True) -> None:
    who = classes().member(found.id, member.owner)
    image = np.full(784, 200, np.uint8).tobytes()
    classes().draw(found.id, who, drawing, [[[0.1, 0.2]]], 3, image, {"mnist-vae-2d": [0.0, 1.0]}, shown)


def test_who_is_in_no_class_can_open_one_or_join_one():
    app = Browser().visit("classroom")
    assert sentences(app) == []
    assert forms(app)[SAID["open"]] == {"method": "post", "action": "./class"}
    assert forms(app)[SAID["join"]] == {"method": "get", "action": "./join"}
    assert re.findall(r'name="names" value="(\w+)"( checked)?', markup(app)) == [
        ("off", " checked"),
        ("drawn", ""),
        ("chosen", ""),
    ]
    assert "14 days" in " ".join(block.value for block in app.markdown)


def test_the_teacher_sees_code_address_and_qr_and_chooses_the_network(teacher, found):
    app = teacher.visit("classroom")
    assert f"{found.code[:3]} {found.code[3:]}" in markup(app)
    assert "http://192.168.1.7:8501/join" in markup(app)
    (source,) = re.findall(r'<img class="le-class-qr" src="([^"]*)"', markup(app))
    assert urlsplit(source).path == f"./class/{found.code}/qr.svg"
    assert parse_qs(urlsplit(source).query) == {"at": ["http://192.168.1.7:8501"]}
    teacher.choose("class_address", "http://10.0.0.9:8501")
    assert "at=http%3A%2F%2F10.0.0.9%3A8501" in markup(teacher.again())
    assert "http://10.0.0.9:8501/join" in markup(teacher.visit("classroom"))  # it is the class's, for all its windows


def test_a_laptop_without_a_network_says_what_to_do(teacher, found, monkeypatch):
    monkeypatch.setattr(address, "interfaces", list)
    app = teacher.visit("classroom")
    assert sentences(app) == [PAGE.items("teaching")["nowhere"]]
    assert "le-class-qr" not in markup(app)


def test_the_teacher_changes_how_the_class_works(teacher, found):
    unfold(teacher, "settings")
    teacher.choose("class_pace", "upto")
    teacher.choose("class_closed", ["kl", "elbo"])
    teacher.choose("class_approve", True)
    settings = hub.seen(found.id).state()["settings"]
    assert settings == {"names": "chosen", "approve": True, "pace": "upto", "locked": ["elbo", "kl"]}
    hub.post(found.id, "settings", {**settings, "pace": "only"})  # from the bar
    assert teacher.again().selectbox(key="class_pace").value == "only"


def test_the_teacher_renames_and_removes_a_member(teacher, found):
    member, other = joined(found, "Mia"), joined(found, "Tom")
    app = unfold(teacher, "members")
    assert named(app) == ["Mia", "Tom"]
    app.text_input(key="class_name").set_value("tom")
    teacher.press(PAGE.label("rename"))
    assert sentences(teacher.app) == [words.load("explorer/classroom").items("names")["taken"]]
    app.text_input(key="class_name").set_value("Otto 2")
    teacher.press(PAGE.label("rename"))
    assert named(teacher.app) == ["Otto 2", "Tom"]
    teacher.press(PAGE.label("remove"))
    assert named(teacher.app) == ["Tom"]
    assert PAGE.block("not-here") in [block.value for block in member.visit("classroom").markdown]
    assert PAGE.block("not-here") not in [block.value for block in other.visit("classroom").markdown]


def test_a_name_that_is_markup_stays_a_text(teacher, found):
    joined(found, "<b>x</b> $y$")
    assert "<li>&lt;b&gt;x&lt;/b&gt; $y$</li>" in markup(unfold(teacher, "members"))


def test_the_teacher_hides_shows_and_deletes_drawings(teacher, found):
    member = joined(found)
    draw(found, member, "drawing-1")
    draw(found, member, "drawing-2", shown=False)
    app = unfold(teacher, "drawings")
    assert app.multiselect(key="class_drawings").options == ["1", "2, hidden"]
    assert re.findall("<figcaption>(.*?)</figcaption>", markup(app)) == ["1", "2, hidden"]

    def shown():
        return {each.id: each.shown for each in classes().drawings(found.id)}

    app.multiselect(key="class_drawings").set_value(["drawing-1"])
    teacher.again()
    teacher.press(PAGE.label("hide"))
    assert shown() == {"drawing-1": False, "drawing-2": False}
    app.multiselect(key="class_drawings").set_value(["drawing-2"])
    teacher.again()
    teacher.press(PAGE.label("show"))
    assert shown() == {"drawing-1": False, "drawing-2": True}
    assert hub.seen(found.id).state()["drawings"]["drawing-2"]["shown"]
    teacher.press(PAGE.label("delete_drawings"))
    assert shown() == {"drawing-1": False}


def test_the_end_the_export_and_the_deletion_are_forms_and_a_kept_class_can_still_be_taken_home(teacher, found):
    app = unfold(teacher, "over")
    assert forms(app)[SAID["end-do"]] == {"method": "post", "action": f"./class/{found.id}/end"}
    assert forms(app)[SAID["delete-do"]] == {"method": "post", "action": f"./class/{found.id}/delete"}
    assert forms(app)[PAGE.item("buttons", "keep", days=14)] == {
        "method": "post",
        "action": f"./class/{found.id}/keep",
        "keep": "1",
    }
    assert f'href="./class/{found.id}/export.zip"' in markup(app)
    classes().keep(found.id)
    classes().end(found.id)
    app = teacher.visit("classroom")
    assert f'href="./class/{found.id}/export.zip"' in markup(app)
    assert forms(app)[SAID["keep-not"]]["keep"] == "0"
    assert SAID["open"] in forms(app)
    assert f'href="./class/{found.id}/export.zip"' not in markup(Browser().visit("classroom"))


def test_a_spare_link_lets_another_browser_teach(teacher, found):
    app = unfold(teacher, "spare")
    link, notes = (match[0] for block in app.markdown if (match := re.search(r"http://\S+key=\S+", block.value)))
    assert notes == link.replace("/classroom?", "/notes?")
    drawn = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', markup(app))
    assert base64.b64decode(drawn[1]) == qr.svg(notes)
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    other = Browser()
    sent = forms(other.visit("classroom", **query))[SAID["teach"]]
    assert sent["action"] == f"./class/{found.code}/return"
    assert "key" not in other.app.query_params  # it is in no address that is copied
    assert SAID["teach"] in forms(other.again())
    classes().teach(found.id, other.owner, sent["key"])
    other.cookies["latent_class"] = str(found.code)
    assert "le-class-code" in markup(other.visit("classroom"))
    rooms = PAGE.items("rooms")["spare"]
    assert [rooms in [each.label for each in app.expander] for app in (teacher.again(), other.app)] == [True, False]


@pytest.mark.parametrize("code", ["../x", "K7XWQ", "AAAAAA", "K7XWQP/../../join?"])
def test_a_spare_link_to_anything_but_a_class_offers_nothing(code):
    assert SAID["teach"] not in forms(Browser().visit("classroom", teach=code, key="k" * 22))


def test_a_member_has_a_name_own_drawings_and_a_way_out(teacher, found):
    member = joined(found, "Mia")
    draw(found, member, "drawing-1")
    draw(found, joined(found), "drawing-2")
    app = member.visit("classroom")
    assert f"{found.code[:3]} {found.code[3:]}" in " ".join(block.value for block in app.header)
    assert any("Mia" in block.value for block in app.markdown)
    assert forms(app)[SAID["leave"]] == {"method": "post", "action": "./join"}
    app.text_input(key="class_name").set_value("The Teacher")
    member.press(PAGE.label("rename"))
    assert sentences(app) == [words.load("explorer/classroom").items("names")["reserved"]]
    app.text_input(key="class_name").set_value("Teal Otter")
    member.press(PAGE.label("rename"))
    assert any("Teal Otter" in block.value for block in app.markdown)
    member.press(SAID["delete-do"])
    assert [each.id for each in classes().drawings(found.id)] == ["drawing-2"]


def test_the_side_bar_leads_a_teacher_back_and_says_nothing_to_others(teacher, found):
    goes = words.load("explorer/classroom").item("aside", "goes-on", code=f"{found.code[:3]} {found.code[3:]}")
    assert goes in markup(teacher.visit("glossary"))
    assert "le-class-goes" not in markup(joined(found).visit("glossary"))
    assert "le-class-goes" not in markup(Browser().visit("glossary"))


def test_who_is_in_no_class_is_asked_nothing_and_the_store_neither(monkeypatch):
    def asked(*_):
        raise AssertionError("A visitor without a class asks the store of classes.")

    monkeypatch.setattr(classes().__class__, "find", asked)
    monkeypatch.setattr(hub, "seen", asked)
    Browser().visit("kl")


def test_a_page_goes_on_in_its_class_while_the_database_is_away_and_not_once_it_is_over(teacher, found, monkeypatch):
    classes().change(found.id, "settings", lambda before: {**before, "locked": ["kl"]})
    member = joined(found)
    closed = words.load("explorer/classroom").item("lesson", "page-locked")
    assert closed in infos(member.visit("kl"))
    with monkeypatch.context() as away:
        away.setattr(Classes, "find", _refused(StoreError("The database is away.")))
        assert closed in infos(member.again())
        away.setattr(Classes, "find", _refused(Gone("It has ended.")))
        assert closed not in infos(member.again())


def infos(app) -> list[str]:
    return [block.value for block in app.info]


def _refused(error):
    def refused(*_):
        raise error

    return refused


def test_an_ended_class_leaves_its_members_on_their_pages(teacher, found):
    member = joined(found)
    assert "le-class-goes" in markup(teacher.visit("kl"))
    classes().end(found.id)
    assert sentences(member.visit("kl")) == []
    assert "le-class-goes" not in markup(teacher.visit("kl"))


@pytest.mark.parametrize(
    ("settings", "closed"),
    [
        ({}, {}),
        ({"locked": ["kl"]}, {"kl": "page-locked"}),
        ({"pace": "only"}, {"blur": "page-only", "glossary": "page-only", "home": "page-only"}),
        ({"pace": "upto"}, {"blur": "page-upto", "glossary": "page-upto"}),
    ],
)
def test_pages_are_closed_to_members_as_the_teacher_says_and_the_way_out_never_is(teacher, found, settings, closed):
    member, said = joined(found), words.load("explorer/classroom").items("lesson")
    now = hub.seen(found.id).state()["settings"]
    assert all(classroom_says(member, path) is None for path in ("home", "kl", "blur", "glossary"))
    hub.post(found.id, "settings", {**now, **settings})
    hub.post(found.id, "show", {"address": "kl?kl_mu=1"})
    for path in ("home", "kl", "blur", "glossary", "classroom"):
        assert classroom_says(member, path) == (said[closed[path]] if path in closed else None)
        assert classroom_says(teacher, path) is None
        away = path != "kl" and "kl" not in closed
        assert classroom_says(member, path, pages.way_back) == (("kl", {"kl_mu": "1"}) if away else None)
    assert classroom_says(Browser(), "blur") is None


def classroom_says(browser: Browser, path: str, ask=pages.locked):
    """What keeps this browser from a page."""
    with browser.here(), mock.patch.object(state, "once", lambda name, compute: compute()):
        return ask(path)


def test_the_teacher_trains_on_the_classes_handwriting_and_the_class_predicts_before_it_sees(teacher, found, monkeypatch):
    monkeypatch.setattr(jobs, "_services", [])  # nobody trains but the test
    member = joined(found)
    for k in range(29):
        draw(found, member, f"drawing-{k}")
    label = PAGE.label("train_handwriting")
    app = unfold(teacher, "handwriting")
    assert next(button for button in app.button if button.label == label).disabled
    draw(found, member, "drawing-29")
    teacher.again()
    teacher.press(label)
    state = hub.seen(found.id).state()
    assert (state["set"]["count"], state["stage"]) == (30, "ballot")
    assert [option["key"] for option in state["ballot"]["options"]] == list(WAYS)
    assert (state["ballot"]["state"], state["ballot"]["counts"]) == ("open", {})
    runs = store().trained_on(state["set"]["id"])
    assert {run.state for run in runs} == {"queued"}
    assert len(runs) == 3

    losses = Losses(80.0, 3.0, (2.0, 1.0), 83.0)
    for run in runs:
        begun = store().claim(run.id, 10)
        store().begin(begun.id, begun.attempt)
        worse = replace(losses, total=197.0)
        store().write(begun.id, [Record(100_000, 300.0, 0.0, 1.0, 1.0, losses, worse)])
        store().finish(begun.id, "done")
    table = re.sub("<[^>]*>", " ", markup(teacher.again()))
    assert len(re.findall(r"trained", table)) >= 3
    assert "197" not in table
    assert "197" in re.sub("<[^>]*>", " ", markup(teacher.choose("class_handwriting_shown", True)))
    assert sentences(teacher.app) == []
