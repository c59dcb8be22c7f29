"""The presenter's notes beside a real stage: in a second window of the same browser, and on a phone that teaches the stage's class."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from served import Browser
from visitor import TIMEOUT, Visitor

from explorer.classroom.doors import COOKIE
from explorer.plans.shipped import shipped

STEPS = shipped()["45"].steps
PHONE = {"width": 390, "height": 844}
DRAWN = "(n) => performance.getEntriesByName('stage-drawn').some(({ detail }) => detail === n)"
VOTED = 2  # step of the plan, from 0, that asks a question of its own
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"


def shows(stage: Page, n: int) -> None:
    stage.wait_for_function(DRAWN, arg=n, polling=50, timeout=TIMEOUT)


def revealed(stage: Page) -> None:
    right = next(option.text for option in STEPS[VOTED].vote.options if option.right)
    expect(stage.locator("#le-stage .options .right")).to_contain_text(right)


def heading(notes: Page, n: int) -> None:
    expect(notes.get_by_role("heading", level=2).first).to_have_text(STEPS[n].title)


@pytest.fixture
def teacher(tabs, server) -> Iterator[Visitor]:
    """The teacher's browser, known to the server. At the end nothing may have gone wrong in it."""
    visitor = Visitor(tabs, server, 1024, 576, dark=False, touch=False)
    visitor.page.goto(f"{server}/join")
    yield visitor
    for opened in visitor.page.context.pages[1:]:
        opened.close()
    tabs.give_back(visitor.page)
    assert visitor.troubles == []


def play(teacher: Visitor, n: int) -> Page:
    """The stage at a step of the plan."""
    teacher.page.goto(f"{teacher.address}/stage?plan=45&step={n + 1}")
    shows(teacher.page, n)
    return teacher.page


def test_a_second_window_follows_the_stage_and_steers_it(teacher):
    stage = play(teacher, 0)
    with stage.expect_popup() as opening:
        stage.keyboard.press("n")
    notes = opening.value
    heading(notes, 0)
    expect(notes.get_by_text(STEPS[0].expect)).to_be_visible()
    expect(notes.get_by_role("button", name="Reveal")).to_be_enabled()
    notes.keyboard.press("ArrowRight")
    shows(stage, 1)
    notes.get_by_role("button", name=re.compile(STEPS[VOTED].title[:12])).click()
    shows(stage, VOTED)
    heading(notes, VOTED)
    expect(stage.locator("#le-stage .options .right")).to_have_count(0)
    notes.keyboard.press("r")
    revealed(stage)
    stage.keyboard.press("PageUp")
    heading(notes, 1)
    assert notes.url.endswith("?plan=45&step=2")
    expect(notes.get_by_text(re.compile("early"))).to_be_visible()
    notes.get_by_role("button", name="Set to").click()
    expect(notes.get_by_text("In time")).to_be_visible()
    for width, height in ((320, 640), (844, 390), (1440, 900)):
        notes.set_viewport_size({"width": width, "height": height})
        assert notes.evaluate(OVERFLOW) <= 0


def test_a_phone_of_the_teacher_turns_reveals_and_counts_the_votes_of_the_class(teacher, tabs, server):
    answer = teacher.page.request.post(f"{server}/class", headers={"Origin": server}, max_redirects=0)
    assert answer.status == 303
    (code,) = (each["value"] for each in teacher.page.context.cookies() if each["name"] == COOKIE)
    stage = play(teacher, VOTED - 1)
    phone = tabs.take({}, PHONE)
    phone.context.add_cookies(stage.context.cookies())
    phone.goto(f"{server}/notes")  # leads to the plan that is played
    heading(phone, VOTED - 1)
    member = Browser(server).enter(code, "phone")
    assert member.hear("hello")["b"]["state"]["plan"] is None
    phone.get_by_role("button", name="Next").click()
    shows(stage, VOTED)
    phone.get_by_role("button", name="Vote").click()
    ballot = member.hear("ballot", state="open")["b"]
    assert ballot["question"] == STEPS[VOTED].vote.question
    assert member.say("vote", {"ballot": ballot["id"], "round": 1, "choice": "vae"})["ok"]
    expect(phone.get_by_text("1 of 1 have voted")).to_be_visible()
    expect(phone.get_by_role("listitem").filter(has_text="The VAE's")).to_contain_text("1 · 100%")
    expect(phone.get_by_role("listitem").filter(has_text="Right")).to_contain_text("The autoencoder's")

    phone.context.set_offline(True)
    phone.evaluate("dispatchEvent(new Event('offline'))")
    expect(phone.get_by_text("No connection to the class")).to_be_visible()
    expect(phone.get_by_role("button", name="Reveal")).to_be_disabled()
    stage.keyboard.press("PageUp")
    shows(stage, VOTED - 1)
    phone.context.set_offline(False)
    heading(phone, VOTED - 1)
    expect(phone.get_by_text("No connection to the class")).to_be_hidden()
    phone.get_by_role("button", name="Next").click()
    shows(stage, VOTED)
    phone.get_by_role("button", name="Reveal").click()
    revealed(stage)
    assert not any(word["k"] == "plan" for word in member.heard)
    member.leave()
    tabs.give_back(phone)
