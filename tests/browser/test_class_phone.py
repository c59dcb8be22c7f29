"""A phone in a class, in a real browser, on a server that has nothing but the class's routes: it joins, votes, loses the network, sleeps."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from served import Browser, Seat, server
from tabs import Tabs
from visitor import TIMEOUT

PHONE = {"width": 390, "height": 844}
OPTIONS = [
    {"key": "less", "text": "The KL falls"},
    {"key": "more", "text": "<b>The KL</b> grows"},  # what a teacher writes is text
    {"key": "none", "text": "Nothing happens"},
]
BY_NETWORK = "net::ERR_INTERNET_DISCONNECTED"  # what a browser writes to its console where there is none


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("classes")) as running:
        yield running


class Class:
    """A class, its teacher, and whoever else votes."""

    def __init__(self, address: str, **settings: str):
        self.address, self.browser = address, Browser(address)
        self.code = self.browser.open(**settings)
        self.teacher: Seat = self.browser.enter(self.code, "bar")
        self.teacher.hear("hello")

    def ask(self, do: str, **more) -> None:
        assert self.teacher.steer("ballot", do=do, **more)["ok"]

    def open(self, question: str) -> None:
        self.ask("open", topic="", question=question, options=OPTIONS, right="more")
        assert self.teacher.steer("stage", stage="ballot")["ok"]

    def counted(self, **counts: int) -> None:
        """Wait until the teacher has heard of these votes."""
        self.teacher.hear("counts", counts=counts)


@pytest.fixture
def room(address) -> Iterator[Class]:
    made = Class(address)
    yield made
    made.teacher.leave()


@contextmanager
def phone(tabs: Tabs, room: Class, path: str, **more) -> Iterator[Page]:
    """A phone on that page. At the end nothing may have gone wrong in it, and nobody else may have been asked for anything."""
    troubles: list[str] = []
    hear = {
        "console": lambda said: (
            troubles.append(said.text) if said.type in ("error", "warning") and BY_NETWORK not in said.text else None
        ),
        "pageerror": lambda error: troubles.append(str(error)),
        "request": lambda asked: (
            None if asked.url.startswith((f"{room.address}/", "data:")) else troubles.append(f"asked {asked.url}")
        ),
    }
    page = tabs.take(hear, PHONE, **more)
    page.set_default_timeout(TIMEOUT)
    page.goto(f"{room.address}{path}")
    yield page
    page.context.set_offline(False)
    tabs.give_back(page)
    assert troubles == []


def answer(page: Page, text: str):
    return page.get_by_role("radio", name=re.compile(re.escape(text)))


def shown(page: Page) -> list[str]:
    """The figures of each answer."""
    return [" | ".join(option.locator(".cl-bar span").all_inner_texts()) for option in page.locator(".cl-option").all()]


def test_who_leaves_for_the_full_explorer_is_in_the_class_first(tabs, room):
    with phone(tabs, room, "/join", user_agent="A tab of its own, since a socket stays routed") as page:
        held: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/socket"), lambda route: held.append(route))
        page.route(re.compile("/$"), lambda route: route.fulfill(body="The explorer"))
        page.goto(f"{room.address}/join/{room.code}")
        expect(page.get_by_role("main")).to_contain_text("Connecting")
        page.get_by_role("link", name="Open the full explorer").click()
        room.ask("open", topic="", question="Who is in?", options=OPTIONS, right="more")
        assert page.url.endswith(room.code)
        held[0].connect_to_server()
        expect(page.get_by_text("The explorer")).to_be_visible()


def test_a_phone_types_the_code_and_votes_in_both_rounds_with_the_network_gone_in_between(tabs, room):
    with phone(tabs, room, "/join") as page:
        page.get_by_label("The code of your class").fill(f"{room.code[:3]} {room.code[3:].lower()}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_contain_text("You are in")
        assert page.url == f"{room.address}/join/{room.code}"
        room.teacher.say("show", {"address": "kl?kl_mu=1.5"})
        expect(page.get_by_role("link", name="What the KL does")).to_have_attribute("href", "./kl?kl_mu=1.5")
        room.open("What does a larger beta do?")
        expect(page.get_by_role("radiogroup", name="What does a larger beta do?")).to_be_visible()
        assert shown(page) == ["", "", ""]

        page.context.set_offline(True)
        page.evaluate("dispatchEvent(new Event('offline'))")
        answer(page, "falls").check()
        expect(page.locator(".cl-status")).to_have_text("Not sent yet: waiting for the network.")
        expect(page.locator("#net")).to_contain_text("No connection")
        page.context.set_offline(False)
        expect(page.locator(".cl-status")).to_contain_text("Your vote is in")
        expect(page.locator("#net")).to_be_empty()
        room.counted(less=1)
        answer(page, "Nothing").check()
        room.counted(none=1)
        answer(page, "falls").check()
        room.counted(less=1)

        page.reload()  # in the middle of it
        expect(answer(page, "falls")).to_be_checked()
        room.ask("shut")
        expect(page.get_by_role("main")).to_contain_text("The vote is closed")
        room.ask("discuss", seconds=60)
        expect(page.get_by_role("timer")).to_have_text(re.compile("1:00|0:5."))
        expect(answer(page, "falls")).to_be_disabled()
        expect(page.locator(".cl-own")).to_contain_text("your vote")
        room.ask("again")
        expect(answer(page, "falls")).not_to_be_checked()
        answer(page, "grows").check()
        room.counted(more=1)
        assert shown(page) == ["", "", ""]
        room.ask("reveal")
        expect(page.locator(".cl-right")).to_contain_text("Right")
        assert shown(page) == ["first 1 · 100% | then 0 · 0%", "first 0 · 0% | then 1 · 100%", "first 0 · 0% | then 0 · 0%"]
        expect(page.locator(".cl-moved")).to_have_text("1 went from A to B · 0 stayed")
        expect(page.locator(".cl-option").nth(0)).to_contain_text("your first vote")
        expect(page.locator(".cl-option").nth(1)).to_contain_text("your second vote")
        assert page.locator(".cl-text b").count() == 0

        assert room.teacher.steer("end")["ok"]
        expect(page.get_by_role("main")).to_contain_text("The class is over")
        page.get_by_role("link", name="Open the full explorer").wait_for()
    assert httpx.get(f"{room.address}/join/{room.code}").status_code == 404


def test_keys_alone_name_vote_and_leave(tabs, address):
    room = Class(address, names="chosen")
    with phone(tabs, room, f"/join/{room.code}") as page:
        page.get_by_label("What shall the class call you?").wait_for()
        pressed: list[str] = []
        while not pressed or pressed[-1] != "No name":
            page.keyboard.press("Tab")
            pressed.append(page.evaluate("document.activeElement.textContent || document.activeElement.id"))
            assert len(pressed) < 6
        assert pressed == ["name", "Use this name", "No name"]
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"  # the keyboard keeps its place
        expect(page.get_by_label("What shall the class call you?")).to_have_count(0)
        room.open("What does a larger beta do?")
        page.get_by_role("radiogroup").wait_for()
        expect(page.locator("#told")).to_have_text("Vote: What does a larger beta do?")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        room.counted(less=1)
        page.keyboard.press("ArrowDown")
        room.counted(more=1)
        expect(answer(page, "grows")).to_be_focused()
        room.ask("shut")
        expect(page.get_by_role("heading", name="What does a larger beta do?")).to_be_focused()
        page.get_by_role("button", name="Leave").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("You have left the class")
        room.open("Another?")
        assert "latent_class" not in {cookie["name"] for cookie in page.context.cookies()}


def test_who_types_a_name_is_not_disturbed_by_who_comes_and_where_the_class_goes(tabs, address):
    room = Class(address, names="chosen")
    with phone(tabs, room, f"/join/{room.code}") as page:
        field = page.get_by_label("What shall the class call you?")
        field.press_sequentially("Teal O")
        other = Browser(address).enter(room.code, "phone")
        expect(page.get_by_text("2 are here")).to_be_visible()
        room.teacher.say("show", {"address": "kl?kl_mu=1.5"})
        expect(page.get_by_role("link", name="What the KL does")).to_be_visible()
        room.teacher.say("show", {"address": ""})
        expect(page.get_by_role("link", name="Home")).to_have_attribute("href", "./")
        page.keyboard.type("tter")
        expect(field).to_have_value("Teal Otter")
        page.keyboard.press("Enter")
        expect(page.locator("#you")).to_have_text("You are Teal Otter")
        expect(field).to_have_count(0)
        other.leave()


def test_a_phone_that_slept_for_an_hour_is_in_the_present_moment_at_once(browser, room):
    with phone(Tabs(browser), room, "/join") as page:  # a tab of its own, whose clock is turned
        page.clock.install()
        sockets: list[str] = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        page.goto(f"{room.address}/join/{room.code}")
        expect(page.get_by_role("main")).to_contain_text("You are in")
        page.clock.fast_forward("01:00:00")  # no timer runs in a phone that sleeps; afterwards the clock has gone on
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        room.open("Who is awake?")
        expect(page.get_by_role("radiogroup", name="Who is awake?")).to_be_visible()
        answer(page, "grows").check()
        room.counted(more=1)
        assert len(sockets) == 2
        assert all("as=phone" in socket for socket in sockets)


def test_who_comes_late_is_in_the_middle_of_it_and_the_teacher_is_told_that_they_are(tabs, room):
    room.open("What does a larger beta do?")
    for do in ("shut", "show"):
        room.ask(do)
    with phone(tabs, room, f"/join/{room.code}", color_scheme="dark") as page:
        expect(page.get_by_role("main")).to_contain_text("How the class voted")
        expect(answer(page, "falls")).to_be_disabled()
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        low = (
            "[...document.querySelectorAll('a, button, .cl-option')].filter((e) => e.checkVisibility() && e.offsetHeight < 44)"
        )
        assert page.evaluate(f"{low}.map((e) => e.textContent)") == []
        cookie = {"name": "latent_explorer", "value": room.browser.secret, "url": room.address}
        page.context.add_cookies([cookie])
        page.reload()
        expect(page.locator("#you")).to_contain_text("you are its teacher")
        room.ask("again")
        expect(page.locator(".cl-status")).to_have_text("You are the teacher and do not vote.")
        expect(answer(page, "falls")).to_be_disabled()


def test_a_page_whose_server_has_other_code_by_now_is_loaded_again_once(browser, room):
    loaded: list[str] = []

    def newer(socket) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda text: socket.send(re.sub(r'"build":"[^"]+"', '"build":"newer"', text)))

    with phone(Tabs(browser), room, "/join") as page:  # a tab of its own, which hears what is not so
        page.route_web_socket(re.compile("/socket"), newer)
        page.on("request", lambda asked: loaded.append(asked.url) if asked.is_navigation_request() else None)
        page.goto(f"{room.address}/join/{room.code}")
        page.wait_for_function("sessionStorage.getItem('le-class-build') === 'newer'")
        room.open("Still there?")
        expect(page.get_by_role("radiogroup", name="Still there?")).to_be_visible()
        answer(page, "grows").check()
        room.counted(more=1)
        assert len(loaded) == 2
