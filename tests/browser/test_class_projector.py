"""What a projector lays over the app, in a real browser on a server that has nothing but the class's routes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from served import Browser, Seat, server
from visitor import TIMEOUT

from explorer.browser.assets import code_path
from explorer.classroom import bar, qr
from explorer.classroom.hub import HUB
from explorer.page import words
from explorer.runs.store.classes import classes

OPTIONS = [
    {"key": str(k), "text": f"{k} latents collapse onto the prior, and what they cost in nats goes to 0"} for k in range(1, 7)
]
OTHER = "http://another.test:8501"  # among the addresses of the server
SETTINGS = {"names": "off", "approve": False, "pace": "free", "locked": []}
MOUNT = """async ([link, projector, told]) => {
    const { Link } = await import(link), { isProjector, mountProjector } = await import(projector);
    window.projects = isProjector();
    mountProjector(new Link({ url: told.socket, as: "projector" }), told.words, told);
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("classes"), LATENT_EXPLORER_ADDRESS=OTHER) as running:
        yield running


@pytest.fixture
def projector(browser, address) -> Iterator[tuple[Page, Seat, str]]:
    """A teacher's projector window, the teacher, and the code of the class."""
    teacher = Browser(address)
    code = teacher.open()
    seat = teacher.enter(code, "bar")
    context = browser.new_context(viewport={"width": 1024, "height": 576})
    context.add_cookies([{"name": "latent_explorer", "value": teacher.secret, "url": address}])
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(TIMEOUT)
    page.goto(f"{address}/join?projector=1&kl_mu=1")
    said = words.load("explorer/classroom")
    told = {
        "socket": f"./class/{code}/socket",
        "words": {block: said.items(block) for block in ("stage", "ballot", "map", "chart")},
        "join": {
            "code": code,
            "at": "http://explorer.test",
            "mount": "",
            "qr": f"./class/{code}/qr.svg",
            "known": [OTHER],
        },
        "code": {name: code_path(f"explorer/classroom/js/{module}") for name, module in bar.SHOWN.items()},
        "css": bar._styles(bar.SHEETS["projector"]),
    }
    page.evaluate(MOUNT, [code_path("explorer/classroom/js/link.js"), code_path("explorer/classroom/js/projector.js"), told])
    yield page, seat, code
    seat.leave()
    context.close()
    assert errors == []


def fits(page: Page) -> bool:
    """Whether all of the stage is seen without scrolling, above the strip."""
    return page.locator(".cl-stage").evaluate(
        "(stage) => stage.scrollHeight <= stage.clientHeight && stage.getBoundingClientRect().bottom <= innerHeight"
    )


def letters(page: Page) -> float:
    return page.locator(".cl-question").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")


def test_a_window_is_a_projector_from_its_address_on_and_the_address_keeps_the_rest(projector):
    page, _, _ = projector
    assert page.url.endswith("/join?kl_mu=1")
    assert page.evaluate("[window.projects, sessionStorage.classRole]") == [True, "projector"]


def test_it_shows_how_to_join_large_when_asked_and_at_its_edge_otherwise(projector):
    page, seat, code = projector
    strip = page.get_by_role("complementary")
    expect(strip).to_contain_text(f"explorer.test/join{code[:3]} {code[3:]}")
    expect(page.locator(".cl-stage")).to_be_hidden()
    seat.steer("stage", stage="join")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    expect(page.locator(".cl-code")).to_have_text(f"{code[:3]} {code[3:]}")
    expect(strip).to_be_hidden()
    assert fits(page)
    found = classes().find(code).id
    with page.expect_response(lambda answer: "qr.svg?at=" in answer.url) as image:
        HUB.post(found, "settings", {**SETTINGS, "address": OTHER})
    assert image.value.body() == qr.svg(qr.joining(OTHER, code))
    expect(page.locator(".cl-address")).to_have_text("another.test:8501/join")
    HUB.post(found, "settings", {**SETTINGS, "address": "http://nobody.test"})  # none of this server's
    expect(page.locator(".cl-address")).to_have_text("explorer.test/join")
    HUB.post(found, "settings", {**SETTINGS, "address": OTHER})
    seat.steer("stage", stage="page")
    expect(strip).to_contain_text("another.test:8501/join")


def test_a_ballot_fills_it_whatever_its_size_and_nobody_sees_how_others_vote_before_it_is_shown(projector, address):
    page, seat, code = projector
    member = Browser(address).enter(code, "phone")
    member.hear("hello")
    seat.steer("ballot", do="open", topic="", question="How many latents collapse when beta is 8?", options=OPTIONS, right="2")
    seat.steer("stage", stage="ballot")
    ballot = member.hear("ballot", state="open")["b"]
    vote = {"ballot": ballot["id"], "choice": "2"}
    member.say("vote", {**vote, "round": 1})
    status = page.locator(".cl-status")
    expect(status).to_have_text("1 of 1 have voted")
    assert page.get_by_role("radio").count() == 0
    assert page.locator(".cl-bar").count() == 0
    small = letters(page)
    assert fits(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_function(
        "(before) => parseFloat(getComputedStyle(document.querySelector('#le-class').shadowRoot.querySelector('.cl-question')).fontSize) > before",
        arg=small,
    )
    assert fits(page)
    seat.steer("ballot", do="shut")
    seat.steer("ballot", do="discuss", seconds=60)
    expect(page.get_by_role("timer")).to_have_text(re.compile("1:00|0:5."))
    assert page.locator(".cl-bar").count() == 0
    seat.steer("ballot", do="again")
    member.say("vote", {**vote, "round": 2, "choice": "3"})
    expect(page.locator(".cl-stand")).to_have_text("Vote again")
    assert page.locator(".cl-bar").count() == 0
    seat.steer("ballot", do="reveal")
    expect(page.locator(".cl-right")).to_contain_text("first 1 · 100%")
    expect(page.locator(".cl-moved")).to_have_text("1 went from B to C · 0 stayed")
    assert fits(page)
    seat.steer("stage", stage="page")
    expect(page.locator(".cl-stage")).to_be_hidden()
