"""A class in real browsers: a teacher leads, three students follow, each with a session of their own. All tests of this file share them."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Locator, expect
from visitor import PAINTED, TIMEOUT, Visitor

OPEN = "async () => { await fetch('/class', { method: 'POST', body: new URLSearchParams({ names: 'off' }) }); }"
CODE = "() => document.documentElement.innerHTML.match(/class.([A-Z0-9]{6}).socket/)[1]"
# Counts moves by order. It is lost with the document, so whoever still counts was never loaded again.
WATCH = """() => {
    window.moves = 0;
    const own = history.pushState.bind(history);
    history.pushState = (...given) => {
        window.moves += /[?&]_at=/.test(String(given[2]));
        own(...given);
    };
}"""
TURN = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"
DRAWN = """() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === 'notRunning'"""
LOOK = 50  # milliseconds between two looks
REST = 700  # milliseconds in which a move would have come that does not come
# A page of every kind, some of them after one of their own kind. That every page obeys a link that says all, test_pages_led.py holds.
WALK = ("home", "explore", "interpolate", "train", "runs", "kl", "elbo", "represent", "nash", "glossary", "home")


def where(visitor: Visitor) -> tuple[str, list[tuple[str, str]]]:
    """The page and what it shows, as its address says it."""
    parts = urlsplit(visitor.page.url)
    return parts.path, parse_qsl(parts.query, keep_blank_values=True)


def drawn(visitor: Visitor) -> bool:
    """Whether the page has been drawn to its end."""
    return visitor.page.evaluate(DRAWN)


class Room(NamedTuple):
    """A teacher and three students."""

    teacher: Visitor
    students: Sequence[Visitor]

    def until(self, ready: Callable[[], bool]) -> None:
        for _ in range(TIMEOUT // LOOK):
            if ready():
                return
            self.teacher.page.wait_for_timeout(LOOK)
        said = [(*where(each), self.bar(each).inner_text()) for each in (self.teacher, *self.students)]
        raise AssertionError(f"It did not come about in time. {said}")

    def lead(self, path: str) -> None:
        """The teacher turns to a page; wait until all are there and still."""
        self.teacher.page.evaluate(TURN, f"/{path}")
        self.gather()

    def gather(self) -> None:
        """Wait until every student is where the teacher is, and no page is being drawn."""
        self.until(
            lambda: drawn(self.teacher) and all(where(each) == where(self.teacher) and drawn(each) for each in self.students)
        )

    def moves(self) -> list[int]:
        """How often each student was moved since the last look."""
        return [student.page.evaluate("() => [window.moves, window.moves = 0][0]") for student in self.students]

    def bar(self, who: Visitor) -> Locator:
        return who.page.get_by_role("region", name="Your class")

    def press(self, name: str) -> None:
        """The teacher presses a button of the bar."""
        self.bar(self.teacher).get_by_role("button", name=name, exact=True).click()


@pytest.fixture(scope="module")
def pair(visit_for_all) -> Room:
    """A teacher and the first of the students."""
    teacher = visit_for_all("glossary")
    teacher.page.evaluate(OPEN)
    teacher.open("compare")
    return joined(Room(teacher, []), visit_for_all)


@pytest.fixture(scope="module")
def whole_room(pair: Room, visit_for_all) -> Room:
    return joined(joined(pair, visit_for_all), visit_for_all)


def joined(room: Room, visit_for_all) -> Room:
    """The room with one more student, who lands where the class is, wherever they come in."""
    student = visit_for_all("glossary")
    student.page.goto(f"{student.address}/join/{room.teacher.page.evaluate(CODE)}")
    expect(student.page.get_by_text("You are in")).to_be_visible()
    student.page.goto(f"{student.address}/kl")
    more = Room(room.teacher, [*room.students, student])
    more.gather()
    student.page.evaluate(WATCH)
    return more


@pytest.fixture
def room(whole_room: Room) -> Room:
    """Everybody follows, hand and page; no hand is on a plane, no vote is on, no sheet is open, and nothing was counted yet."""
    for each in (whole_room.teacher, *whole_room.students):
        each.page.mouse.move(5, 5)
    bar = whole_room.bar(whole_room.teacher)
    for name in ("Follow", "Pointer"):
        if (button := bar.get_by_role("button", name=name, exact=True)).get_attribute("aria-pressed") == "false":
            button.click()
            expect(button).to_have_attribute("aria-pressed", "true")
    for name in ("Vote", "More"):
        sheet = bar.get_by_role("button", name=name, exact=True)
        if (sheet.get_attribute("aria-expanded") == "true") is not (name == "Vote"):
            sheet.click()
        if (put_away := bar.get_by_role("button", name="Put it away")).is_visible():
            put_away.click()
            expect(put_away).to_be_hidden()
    if (vote := bar.get_by_role("button", name="Vote", exact=True)).get_attribute("aria-expanded") == "true":
        vote.click()
    for student in whole_room.students:
        if (back := whole_room.bar(student).get_by_role("button", name="Back to the class")).is_visible():
            back.click()
    whole_room.lead("compare")
    whole_room.moves()
    return whole_room


def test_every_kind_of_page_is_followed_in_one_move(pair: Room) -> None:
    for path in WALK:
        pair.lead("" if path == "home" else path)
        assert pair.moves() == [1], path


def test_what_changes_on_a_page_is_followed_on_the_same_planes(room: Room) -> None:
    page = room.teacher.page
    for each in (room.teacher, *room.students):
        each.canvas().locator("canvas").first.evaluate("canvas => { canvas.kept = true; }")
    plane = page.get_by_test_id("latent-plane").first
    for act in (
        lambda: page.get_by_role("button", name="Images", exact=True).click(),
        lambda: (plane.focus(), page.keyboard.press("+"), page.keyboard.press("+")),
        lambda: plane.click(position={"x": 200, "y": 90}),
        lambda: page.get_by_role("button", name="Draw", exact=True).click(),
        lambda: (plane.focus(), page.keyboard.press("0")),
    ):
        before = where(room.teacher)
        act()
        page.mouse.move(5, 5)
        room.until(lambda before=before: where(room.teacher) != before)
        room.gather()
        room.until(lambda: all(shown(each) == shown(room.teacher) for each in room.students))
        assert room.moves() == [1, 1, 1]
    assert all(each.canvas().locator("canvas").first.evaluate("canvas => canvas.kept") for each in room.students)


def shown(visitor: Visitor) -> list[str]:
    """What rests on both planes, pixel by pixel, and what is said of the pictures."""
    visitor.page.evaluate(PAINTED)
    planes = visitor.page.get_by_test_id("latent-plane").locator("canvas:first-child")
    return [
        *planes.evaluate_all("all => all.map((canvas) => canvas.toDataURL())"),
        visitor.canvas().locator(".head").first.inner_text(),
    ]


def test_back_leads_to_the_page_before_and_back_to_the_class_to_the_class(room: Room) -> None:
    student = room.students[0]
    room.lead("shape")
    student.page.go_back()
    expect(student.page.get_by_role("heading", level=1, name="AE vs VAE")).to_be_visible()
    expect(room.bar(student)).to_contain_text("You look around")
    room.bar(student).get_by_role("button", name="Back to the class").click()
    room.gather()
    expect(room.bar(student)).to_contain_text("You follow the class")


def test_who_looks_around_is_left_alone_and_comes_back_to_the_present(room: Room) -> None:
    student, *others = room.students
    student.go("Interpolate")
    expect(room.bar(student)).to_contain_text("You look around")
    room.teacher.page.evaluate(TURN, "/blur")
    room.until(lambda: all(where(each)[0] == "/blur" for each in others))
    room.teacher.page.evaluate(TURN, "/shape?shape_dims=100")
    room.until(lambda: all(dict(where(each)[1]).get("shape_dims") == "100" for each in others))
    student.page.wait_for_timeout(REST)
    assert where(student)[0] == "/interpolate"
    student.tab_to("Back to the class", most=200)
    student.page.keyboard.press("Enter")
    room.gather()
    expect(room.bar(student).get_by_text("You follow the class")).to_be_focused()  # the keyboard is still in the bar
    student.page.reload()
    room.gather()
    student.page.evaluate(WATCH)


def test_a_hand_that_drags_is_not_thrown(room: Room) -> None:
    student = room.students[0]
    student.page.get_by_role("heading", level=1).hover()
    student.page.mouse.down()
    room.teacher.page.evaluate(TURN, "/blur")
    room.until(lambda: all(where(each)[0] == "/blur" for each in room.students[1:]))
    student.page.wait_for_timeout(REST)
    assert where(student)[0] == "/compare"
    student.page.mouse.up()
    room.gather()


def test_a_hand_that_types_is_not_thrown(room: Room) -> None:
    student = room.students[0]
    student.page.keyboard.press("Control+k")
    student.page.keyboard.type("prior")
    room.teacher.page.evaluate(TURN, "/blur")
    room.until(lambda: all(where(each)[0] == "/blur" for each in room.students[1:]))
    assert where(student)[0] == "/compare"
    student.page.keyboard.press("Escape")
    room.gather()


def test_the_teachers_hand_is_seen_on_the_planes_of_who_follows(room: Room) -> None:
    def places(who: Visitor) -> list[str]:
        return who.page.locator(".head .where").all_inner_texts()

    follows, _, looks = room.students
    rest, own = places(looks), places(follows)
    looks.page.get_by_role("button", name="Images", exact=True).click()
    expect(room.bar(looks)).to_contain_text("You look around")
    room.teacher.page.get_by_test_id("latent-plane").first.hover(position={"x": 150, "y": 100})
    room.until(lambda: places(room.teacher) != rest)
    room.until(lambda: places(follows) == places(room.teacher))
    assert places(looks) == rest
    room.teacher.page.get_by_test_id("latent-plane").first.hover(position={"x": 250, "y": 60})
    room.until(lambda: places(follows) == places(room.teacher))
    room.teacher.page.mouse.move(5, 5)
    room.until(lambda: places(follows) == own)
    room.bar(looks).get_by_role("button", name="Back to the class").click()
    room.gather()


def test_students_go_where_they_like_while_nobody_leads(room: Room) -> None:
    room.press("Follow")
    expect(room.bar(room.students[0])).to_contain_text("Go where you like")
    room.teacher.page.evaluate(TURN, "/blur")
    room.students[0].go("Interpolate")
    room.teacher.page.wait_for_timeout(REST)
    assert [where(each)[0] for each in room.students] == ["/interpolate", "/compare", "/compare"]
    room.press("Follow")
    room.gather()


def test_a_page_that_is_locked_says_so_until_it_is_open_again(room: Room) -> None:
    student = room.students[0]
    room.lead("interpolate")
    student.go("Explore")
    expect(student.canvas()).to_be_visible()
    room.press("More")
    if (kept := room.bar(room.teacher).get_by_role("button", name="Unlock Interpolate")).is_visible():
        kept.click()
    room.press("Lock Interpolate")
    student.go("Interpolate")
    expect(student.page.get_by_test_id("stAlert")).to_be_visible()
    expect(student.canvas()).to_have_count(0)
    room.press("Unlock Interpolate")
    expect(student.canvas()).to_be_visible()
    room.gather()
    room.press("Lock Interpolate")
    room.lead("compare")
    room.press("More")
    student.go("Interpolate")
    student.tab_to("Go where the class is: AE vs VAE", most=200)
    student.page.keyboard.press("Enter")
    room.gather()
    expect(room.bar(student)).to_contain_text("You follow the class")
    room.lead("interpolate")
    room.press("More")
    room.press("Unlock Interpolate")
    room.press("More")
    room.gather()


def test_what_the_class_draws_on_opens_above_the_bar_of_a_student(room: Room) -> None:
    pad = room.bar(room.students[0]).get_by_role("application", name="Drawing pad")
    room.press("More")
    room.press("The map of drawings")
    expect(pad).to_be_visible()
    room.press("The page")
    room.press("Take drawings")
    expect(pad).to_be_hidden()
    room.press("More")


def test_a_vote_by_keyboard_through_both_rounds_until_the_page_reveals_itself(room: Room) -> None:
    room.lead("blur")
    teacher, students = room.teacher, room.students
    ask = room.bar(teacher).get_by_role("button", name="Vote", exact=True)
    ask.focus()
    teacher.page.keyboard.press("Enter")
    steps = (
        "Have the class vote on it",
        "Close the vote",
        "Discuss for a minute",
        "Vote again",
        "Close the vote",
        "Reveal for all",
    )
    for name in steps:
        button = room.bar(teacher).get_by_role("button", name=name, exact=True).first
        button.focus()
        teacher.page.keyboard.press("Enter")
        if name in ("Have the class vote on it", "Vote again"):
            for student in students:
                expect(room.bar(student).get_by_role("radio").first).to_be_enabled()
            for i, student in enumerate(students[:2]):
                room.bar(student).get_by_role("radio").nth(i).click()
            expect(room.bar(teacher)).to_contain_text(re.compile("2 of 3"))
            assert "%" not in room.bar(teacher).inner_text()
    room.until(lambda: all(("blur_revealed", "1") in where(each)[1] for each in (teacher, *students)))
    expect(room.bar(students[2])).to_contain_text("%")
    room.press("Put it away")
    expect(room.bar(students[0]).get_by_role("radio")).to_have_count(0)
    room.press("Vote")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 576)])
def test_the_page_ends_where_the_bar_begins(room: Room, width: int, height: int) -> None:
    for who in (room.teacher, room.students[0]):
        who.page.set_viewport_size({"width": width, "height": height})
        who.settle()
        strip = room.bar(who).locator(".strip")
        box, app = strip.bounding_box(), who.page.get_by_test_id("stApp").bounding_box()
        assert box is not None
        assert app is not None
        assert app["y"] + app["height"] <= box["y"] + 1
        assert box["y"] + box["height"] <= height + 1
        assert strip.evaluate("strip => strip.scrollWidth - strip.clientWidth") <= 0
        assert who.overflow() <= 0
        who.page.set_viewport_size({"width": 1440, "height": 900})
