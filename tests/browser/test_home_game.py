"""The game on Home under the hand: it plays by itself, stops when it is told to, fits every screen, and a link opens it again."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Route, expect
from visitor import Visitor

from explorer.home.game import DARTS
from lessons.shared import darts

NAMES = {"ae": "mnist-ae-2d", "vae": "mnist-vae-2d"}
SCREENS = {
    (1440, 900): 400,
    (1280, 720): 350,
    (1024, 576): 190,
    (390, 844): 180,
    (844, 390): 180,
}  # and the least side of a plane
HEIGHT = "e => e.getBoundingClientRect().height"


def status(visitor: Visitor) -> Locator:
    return visitor.page.locator(".game .status")


def ready(visitor: Visitor, darts_thrown: int) -> Visitor:
    """Both pictures of the last dart are judged."""
    expect(status(visitor)).to_contain_text(f"dart {darts_thrown} of")
    for kind in NAMES if darts_thrown else ():
        expect(visitor.page.locator(f".game .side.{kind} .said")).to_have_text(re.compile("sure"))
    return visitor


def filled(visitor: Visitor, kind: str) -> set[str]:
    """The digits of the slots that darts have filled."""
    cells = visitor.page.locator(f".game .side.{kind} .slots li.filled:not(.by-hand)")
    return {label.split(":")[0] for label in cells.evaluate_all("cells => cells.map(e => e.getAttribute('aria-label'))")}


def expected(kind: str, game: int, count: int) -> set[str]:
    first = (game - 1) * DARTS
    return set(darts.load()[NAMES[kind]][first : first + count]) - {darts.NONE}


def linked_place(url: str) -> str:
    """The hand's place in an address, as the game says it."""
    z1, z2 = map(float, parse_qs(urlsplit(url).query)["home_place"][0].split(","))
    return f"({z1:.2f}, {z2:.2f})"


def shown_place(said: Locator) -> str:
    return said.inner_text().replace("\u2212", "-").rpartition("z = ")[2]


def test_a_link_fills_the_slots_that_its_darts_fill_and_stands_still(visit):
    visitor = ready(visit("?game=7&dart=60"), 60)
    for kind in NAMES:
        assert filled(visitor, kind) == expected(kind, 7, 60)
        assert visitor.page.locator(f".game .side.{kind} .score").inner_text() == f"{len(expected(kind, 7, 60))} of 10"
    expect(visitor.page.get_by_role("button", name="Go on")).to_be_visible()


def test_it_plays_by_itself_until_space_pauses_it_and_tells_python_nothing_meanwhile(visit):
    visitor = visit("explore")
    visitor.page.emulate_media(reduced_motion="no-preference")
    sent: list = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visitor.open("")
    expect(status(visitor)).to_have_text(re.compile(r"dart [1-9]\d* of"))
    quiet, before = len(sent), status(visitor).inner_text()
    expect(status(visitor)).not_to_have_text(before)
    assert len(sent) == quiet
    visitor.page.keyboard.press("Space")
    expect(visitor.page.get_by_role("button", name="Go on")).to_be_visible()
    visitor.page.wait_for_url(re.compile(r"dart=\d+"))
    thrown = int(re.search(r"dart (\d+) of", status(visitor).inner_text())[1])
    visitor.page.wait_for_timeout(1_300)
    ready(visitor, thrown)
    visitor.page.wait_for_url(re.compile(rf"game=1&dart={thrown}\b"))
    assert {kind: filled(visitor, kind) for kind in NAMES} == {kind: expected(kind, 1, thrown) for kind in NAMES}


def test_for_whoever_wants_less_motion_it_waits(visit):
    visitor = ready(visit(), 0)
    visitor.page.wait_for_timeout(1_300)
    ready(visitor, 0)
    visitor.page.get_by_role("button", name="Start").click()
    expect(status(visitor)).to_contain_text("dart 1 of")
    visitor.page.get_by_role("button", name="Pause").click()


def test_the_dart_in_hand_is_on_both_planes_and_in_the_address(visit):
    visitor = ready(visit("?game=2&dart=5"), 5)
    said = status(visitor)
    plane = visitor.page.locator(".game .side.vae .plane")
    box = plane.bounding_box()
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 0.55 * box["width"], box["y"] + 0.7 * box["height"], steps=4)
    visitor.page.mouse.up()
    expect(said).to_contain_text("In your hand")
    visitor.page.wait_for_url(re.compile("home_place="))
    before = said.inner_text()
    plane.focus()
    for _ in range(3):
        visitor.page.keyboard.press("ArrowRight")
    expect(said).not_to_have_text(before)
    held = shown_place(said)
    visitor.page.wait_for_url(lambda url: linked_place(url) == held)
    other = visit(visitor.page.url.removeprefix(visitor.address + "/"))
    expect(status(other)).to_have_text(said.inner_text())
    for kind in NAMES:
        seen = f".game .side.{kind} .said"
        expect(other.page.locator(seen)).to_have_text(visitor.page.locator(seen).inner_text())
        assert filled(other, kind) == expected(kind, 2, 5)  # the hand's finds are marked as such


def test_the_hand_finds_on_the_whole_map_what_no_dart_draws(visit):
    visitor = visit("?game=1&dart=100")
    expect(status(visitor)).to_contain_text("is over")
    missing = {str(digit) for digit in range(10)} - expected("ae", 1, 100)
    visitor.page.get_by_role("button", name="All codes").click()
    plane = visitor.page.locator(".game .side.ae .plane")
    box = plane.bounding_box()
    for across in range(1, 8):
        for up in range(1, 8):
            visitor.page.mouse.click(box["x"] + across / 8 * box["width"], box["y"] + up / 8 * box["height"])
    by_hand = visitor.page.locator(".game .side.ae .slots li.by-hand")
    found = {label.split(":")[0] for label in by_hand.evaluate_all("cells => cells.map(e => e.getAttribute('aria-label'))")}
    assert found
    assert found <= missing
    assert filled(visitor, "ae") == expected("ae", 1, 100)


def test_planes_and_pictures_are_large_side_by_side_and_end_on_the_first_screen(visit):
    visitor = ready(visit("?dart=3"), 3)
    page = visitor.page
    for (width, height), plane in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        fold = page.get_by_test_id("stSidebarCollapseButton").locator("button")
        if min(width, height) < 500 and not page.get_by_test_id("stExpandSidebarButton").is_visible():
            fold.dispatch_event("click")
        visitor.settle()
        assert visitor.overflow() <= 0
        planes, pictures, slots = (
            [page.locator(f".game .side.{kind} {part}").bounding_box() for kind in NAMES]
            for part in (".plane", ".decoded", ".slots")
        )
        assert max(box["y"] + box["height"] for box in (*planes, *pictures, *slots)) <= height, (width, height)
        assert planes[0]["y"] == planes[1]["y"]
        assert planes[0]["x"] + planes[0]["width"] < planes[1]["x"]
        assert min(planes[0]["width"], planes[0]["height"]) >= plane, (width, height)
        assert all(min(box["width"], box["height"]) >= 180 for box in pictures)


def test_the_game_stands_in_its_place_before_it_has_come(visit):
    visitor = ready(visit(), 0)
    board = visitor.page.locator(".game .board")
    for width in (1280, 390):
        visitor.page.set_viewport_size({"width": width, "height": 844})
        after = board.evaluate(HEIGHT)
        held: list[Route] = []
        visitor.page.route("**/canvas/code/**", lambda route, _, held=held: held.append(route))  # it is long on its way
        with visitor.page.expect_request("**/canvas/code/**"):
            visitor.page.reload(wait_until="commit")
        expect(board).to_have_attribute("aria-hidden", "true")
        assert held
        assert abs(board.evaluate(HEIGHT) - after) <= 2
        for route in held:
            route.continue_()
        visitor.page.unroute_all()
        ready(visitor, 0)


def test_a_chosen_answer_is_seen_in_forced_colours_and_codes_are_fetched_once_it_is_revealed(visit):
    visitor = ready(visit("?dart=3"), 3)
    page = visitor.page
    page.get_by_text("The autoencoder’s").click()
    visitor.settle()
    page.emulate_media(forced_colors="active")
    rings = page.locator("[data-testid=stRadioOption] > div > :first-child")
    looks = rings.evaluate_all("rings => rings.map(e => getComputedStyle(e).border)")
    assert [look for look in looks if looks.count(look) == 1] == [looks[0]]
    assert "0px" not in {look.split()[0] for look in looks}
    page.emulate_media(forced_colors="none")
    before = len(visitor.own)
    dots = page.locator(".game .side.ae .plane canvas").first
    still = dots.evaluate("e => e.toDataURL()")
    visitor.press("Reveal")
    expect(page.locator(".le-verdict")).to_contain_text("What happens: The VAE’s")
    page.wait_for_function("([e, still]) => e.toDataURL() !== still", arg=[dots.element_handle(), still])
    assert len([path for path in visitor.own[before:] if "/canvas/data/" in path]) == len(NAMES)


def test_what_does_not_arrive_is_said_in_a_sentence(visit):
    visitor = visit()
    visitor.page.route("**/canvas/data/**", lambda route: route.fulfill(status=200, body=b"not what was asked for"))
    visitor.page.reload()
    expect(visitor.page.get_by_text("The decoder of this model is not readable").first).to_be_visible()
    expect(visitor.page.get_by_text("The classifier of digits is not readable")).to_be_visible()
