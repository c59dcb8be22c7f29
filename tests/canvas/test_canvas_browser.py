"""The canvas in a real Chromium: mouse, finger, keys, drawing, trouble, and what it leaves behind."""

import json
import re
from collections.abc import Callable, Iterator

import pytest

pytestmark = pytest.mark.browser
REST = 900  # ms: longer than the canvas waits before it tells Python


class Visitor:
    """One page with the canvas on it, and what its console and its websocket said."""

    def __init__(self, chromium, address: str, link: str = "", **context):
        self.context = chromium.new_context(viewport={"width": 1280, "height": 900}, **context)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.sent: list[bytes | str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.sent.append(frame)))
        self.address = f"{address}/?{link}"

    def open(self, ready: bool = True) -> "Visitor":
        self.page.goto(self.address)
        self.planes.first.wait_for(timeout=60_000)
        if ready:
            self.page.get_by_text("nearest code").first.wait_for(timeout=60_000)
            self.page.wait_for_timeout(600)
        return self

    @property
    def planes(self):
        return self.page.get_by_test_id("latent-plane")

    def at(self, across: float, up: float, plane: int = 0) -> tuple[float, float]:
        """A place on a plane in shares of its width and height."""
        box = self.planes.nth(plane).bounding_box()
        return box["x"] + across * box["width"], box["y"] + up * box["height"]

    def picture(self, index: int = 0, test_id: str = "decoded-image") -> str:
        """The pixels shown, as text that can be compared."""
        return self.page.get_by_test_id(test_id).nth(index).evaluate("canvas => canvas.toDataURL()")

    def drawn_plane(self, layer: int = 0) -> str:
        return self.planes.first.locator("canvas").nth(layer).evaluate("canvas => canvas.toDataURL()")

    def where(self, index: int = 0) -> str:
        return self.page.locator(".head .where").nth(index).inner_text()

    def told(self) -> dict:
        """What Python was told."""
        return json.loads(self.page.get_by_test_id("stCode").inner_text())

    def wait_told(self, ready: Callable[[dict], bool]) -> dict:
        for _ in range(100):
            told = self.told()
            if ready(told):
                return told
            self.page.wait_for_timeout(100)
        raise AssertionError(f"Python was told {told}")


@pytest.fixture
def visit(chromium, address: str) -> Iterator[Callable[..., Visitor]]:
    """Opens the canvas; at the end nothing may have been said in any console."""
    visitors: list[Visitor] = []

    def arrive(link: str = "", ready: bool = True, **context) -> Visitor:
        visitors.append(Visitor(chromium, address, link, **context))
        return visitors[-1].open(ready)

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    assert [visitor.errors for visitor in visitors] == [[] for _ in visitors]


def place_in_words(z: list[float]) -> str:
    """How the canvas writes a code of two numbers."""
    return "z = ({:.2f}, {:.2f})".format(*z).replace("-", "\u2212")


def test_hover_decodes_without_a_word_to_python_and_a_click_stays(visit) -> None:
    visitor = visit()
    visitor.page.mouse.move(*visitor.at(0.3, 0.3))
    visitor.page.wait_for_timeout(200)
    quiet, pictures = len(visitor.sent), set()
    for step in range(20):
        visitor.page.mouse.move(*visitor.at(0.3 + 0.02 * step, 0.3 + 0.02 * step))
        pictures.add(visitor.picture())
    assert len(pictures) >= 18
    assert len(visitor.sent) == quiet
    visitor.page.mouse.down()
    visitor.page.mouse.up()
    told = visitor.wait_told(lambda told: told["positions"] is not None)
    shown, kept = visitor.where(), visitor.picture()
    assert shown == place_in_words(told["positions"][0])
    visitor.page.mouse.move(5, 5)
    visitor.page.wait_for_timeout(300)
    assert (visitor.where(), visitor.picture()) == (shown, kept)


def test_dragging_the_plane_pans_dragging_the_marker_moves_it(visit) -> None:
    visitor = visit()
    before = visitor.drawn_plane()
    visitor.page.mouse.move(*visitor.at(0.2, 0.2))
    visitor.page.mouse.down()
    visitor.page.mouse.move(*visitor.at(0.3, 0.35), steps=5)
    visitor.page.mouse.up()
    visitor.page.wait_for_timeout(300)
    assert visitor.drawn_plane() != before
    assert visitor.told()["positions"] is None
    visitor.page.get_by_role("button", name="Whole plane").click()
    visitor.page.wait_for_timeout(300)
    assert visitor.drawn_plane() == before
    visitor.page.mouse.move(*visitor.at(0.5, 0.5))  # not the marker's place by itself: click to bring it there
    visitor.page.mouse.down()
    visitor.page.mouse.up()
    first = visitor.wait_told(lambda told: told["positions"] is not None)["positions"]
    visitor.page.mouse.down()
    visitor.page.mouse.move(*visitor.at(0.6, 0.4), steps=5)
    visitor.page.mouse.up()
    second = visitor.wait_told(lambda told: told["positions"] != first)["positions"]
    assert second[0][0] > first[0][0]
    assert second[0][1] > first[0][1]
    visitor.page.mouse.move(5, 5)
    visitor.page.wait_for_timeout(300)
    assert visitor.drawn_plane() == before


def test_the_wheel_zooms_and_the_page_stays(visit) -> None:
    visitor = visit()
    before = visitor.drawn_plane()
    visitor.page.mouse.move(*visitor.at(0.4, 0.4))
    visitor.page.mouse.wheel(0, -300)
    visitor.page.wait_for_timeout(300)
    assert visitor.drawn_plane() != before
    assert visitor.page.evaluate("document.scrollingElement.scrollTop") == 0


def test_everything_by_keyboard(visit) -> None:
    visitor = visit()
    visitor.planes.first.focus()
    start = visitor.picture()
    quiet = len(visitor.sent)
    for _ in range(4):
        visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("ArrowUp")
    visitor.page.wait_for_timeout(150)
    assert visitor.picture() != start
    assert len(visitor.sent) == quiet
    (z,) = visitor.wait_told(lambda told: told["positions"] is not None)["positions"]
    assert z[0] > 0 < z[1]
    before = visitor.drawn_plane()
    visitor.page.keyboard.press("+")
    visitor.page.wait_for_timeout(200)
    assert visitor.drawn_plane() != before
    visitor.page.keyboard.press("0")
    visitor.page.wait_for_timeout(200)
    assert visitor.drawn_plane() == before


def test_a_screen_reader_hears_where_one_is(visit) -> None:
    visitor = visit()
    visitor.planes.first.focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.wait_for_timeout(1500)
    said = visitor.page.locator("[aria-live=polite]").inner_text()
    assert re.search(r"z = \(.+\), nearest code: \d, [\d.]+ away", said)


def test_sliders_move_the_picture_while_dragged_and_tell_on_release(visit) -> None:
    visitor = visit()
    slider = visitor.page.get_by_test_id("latent-slider").first
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    visitor.page.mouse.move(box["x"] + box["width"] / 2, middle)
    visitor.page.mouse.down()
    quiet, pictures = len(visitor.sent), set()
    for step in range(8):
        visitor.page.mouse.move(box["x"] + box["width"] * (0.55 + 0.03 * step), middle)
        visitor.page.wait_for_timeout(40)
        pictures.add(visitor.picture())
    assert len(pictures) >= 7
    assert len(visitor.sent) == quiet
    visitor.page.mouse.up()
    visitor.wait_told(lambda told: told["positions"] is not None)
    slider.focus()
    before = visitor.picture()
    visitor.page.keyboard.press("ArrowLeft")
    visitor.page.wait_for_timeout(100)
    assert visitor.picture() != before


def touch(visitor: Visitor, *frames: list[tuple[float, float]]) -> None:
    """Fingers down at the first frame's places, moving through the others, then lifted."""
    session = visitor.context.new_cdp_session(visitor.page)
    for k, frame in enumerate(frames):
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(frame)]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if k else "touchStart", "touchPoints": points})
        visitor.page.wait_for_timeout(30)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    visitor.page.wait_for_timeout(200)


def test_a_finger_moves_the_picture_and_not_the_page(visit) -> None:
    visitor = visit(has_touch=True, is_mobile=True)
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.page.wait_for_timeout(500)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
    before, plane = visitor.picture(), visitor.drawn_plane()
    scrolled = visitor.planes.first.bounding_box()
    touch(visitor, *[[visitor.at(0.7, 0.8 - 0.05 * k)] for k in range(8)])
    assert visitor.picture() != before
    assert visitor.planes.first.bounding_box() == scrolled
    visitor.wait_told(lambda told: told["positions"] is not None)
    touch(visitor, *[[visitor.at(0.45 - 0.03 * k, 0.5), visitor.at(0.55 + 0.03 * k, 0.5)] for k in range(8)])
    assert visitor.drawn_plane() != plane  # pinched
    assert visitor.planes.first.bounding_box() == scrolled


def test_two_planes_share_one_cursor(visit) -> None:
    visitor = visit("mode=pair")
    before = [visitor.picture(i) for i in (0, 1)]
    visitor.page.mouse.move(*visitor.at(0.6, 0.35))
    visitor.page.wait_for_timeout(200)
    assert visitor.where(0) == visitor.where(1)
    assert all(visitor.picture(i) != before[i] for i in (0, 1))
    visitor.page.mouse.move(*visitor.at(0.4, 0.7, plane=1))
    visitor.page.wait_for_timeout(200)
    assert visitor.where(0) == visitor.where(1)


def test_python_can_move_the_marker_and_does_not_throw_the_hand_back(visit) -> None:
    visitor = visit()
    for place in (0.3, 0.6):  # twice: the same wish again, after the hand has moved away
        visitor.page.get_by_role("button", name="To (1, 1)").click()
        visitor.page.get_by_text("z = (1.00, 1.00)").wait_for(timeout=10_000)
        before = visitor.told()["positions"]
        visitor.page.mouse.click(*visitor.at(place, 0.3))
        moved = place_in_words(visitor.wait_told(lambda told, old=before: told["positions"] != old)["positions"][0])
        assert moved != "z = (1.00, 1.00)"
        visitor.page.get_by_text(moved).wait_for(timeout=10_000)
        visitor.page.wait_for_timeout(REST)
        assert visitor.where() == moved


@pytest.mark.parametrize("dims", [1, 10, 64])
def test_any_number_of_latents(visit, dims: int) -> None:
    visitor = visit(f"dims={dims}")
    assert visitor.page.get_by_test_id("latent-slider").count() == dims
    before = visitor.picture()
    visitor.page.mouse.move(*visitor.at(0.7, 0.4))
    visitor.page.wait_for_timeout(200)
    assert visitor.picture() != before
    if dims > 2:
        visitor.page.mouse.move(5, 5)
        visitor.page.wait_for_timeout(200)
        plane = visitor.drawn_plane()
        visitor.page.get_by_role("button", name="Principal components").click()
        visitor.page.wait_for_timeout(400)
        assert visitor.drawn_plane() != plane


def test_layers_change_the_plane_and_fetch_what_they_need(visit) -> None:
    visitor = visit()
    fetched: list[str] = []
    visitor.page.on("response", lambda response: fetched.append(response.url))
    seen = {visitor.drawn_plane()}
    for name in ("Digits", "Decoded", "Ellipses", "Off the map"):
        visitor.page.get_by_role("button", name=name, exact=True).click()
        visitor.page.wait_for_timeout(1500)
        seen.add(visitor.drawn_plane())
    assert len(seen) == 5
    assert sum("/canvas/data/" in url for url in fetched) == 2  # thumbnails and posterior widths


DAMAGES = {
    "missing": lambda route: route.fulfill(status=404, body="gone"),
    "cut short": lambda route: route.fulfill(status=200, body=route.fetch().body()[:1000]),
    "of another hash": lambda route: route.fulfill(status=200, body=route.fetch().body()[:-1] + b"!"),
    "unreachable": lambda route: route.abort(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_bytes_that_do_not_come_right_are_said_in_a_sentence(chromium, address, damage: str) -> None:
    visitor = Visitor(chromium, address)
    visitor.page.route("**/canvas/data/*", DAMAGES[damage])
    visitor.open(ready=False)
    alarm = visitor.page.get_by_role("alert").filter(has_text=re.compile(r"^The .+\.$"))
    alarm.wait_for(timeout=20_000)
    assert not visitor.page.get_by_test_id("decoded-image").is_visible()
    visitor.page.mouse.move(*visitor.at(0.4, 0.4))
    visitor.planes.first.press("ArrowRight")
    assert [error for error in visitor.errors if "Failed to load resource" not in error] == []  # that one is the browser's own
    visitor.context.close()


def test_a_position_that_is_no_number_is_said_and_left(visit) -> None:
    visitor = visit("mode=nan")
    assert not visitor.page.get_by_test_id("decoded-image").is_visible()
    assert "is not a number" in visitor.page.get_by_role("alert").inner_text()
    visitor.page.mouse.move(*visitor.at(0.4, 0.4))
    visitor.page.get_by_test_id("decoded-image").wait_for(timeout=5_000)


def test_a_drawing_is_encoded_by_both_and_can_be_undone(visit) -> None:
    visitor = visit("mode=pair")
    pad = visitor.page.get_by_test_id("drawing-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for stroke in ([(0.3, 0.2), (0.7, 0.2), (0.5, 0.8)], [(0.4, 0.5), (1.3, 0.5)]):  # the second leaves the pad
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        visitor.page.mouse.move(*places[0])
        visitor.page.mouse.down()
        for place in places[1:]:
            visitor.page.mouse.move(*place, steps=6)
        visitor.page.mouse.up()
    both = visitor.wait_told(lambda told: told["ink"] is not None)["ink"]
    visitor.page.get_by_test_id("drawn-decoded").first.wait_for()
    assert visitor.page.get_by_test_id("drawn-decoded").count() == 2
    assert visitor.page.locator(".share").count() >= 2
    visitor.page.get_by_role("button", name="Undo").click()
    one = visitor.wait_told(lambda told: told["ink"] not in (None, both))["ink"]
    visitor.page.reload()  # a new visit begins with an empty pad; within a visit the drawing stays
    visitor.page.get_by_text("Draw a digit").wait_for(timeout=30_000)
    assert one > 0


def test_a_drawing_survives_leaving_the_canvas(visit) -> None:
    visitor = visit("mode=pair")
    pad = visitor.page.get_by_test_id("drawing-pad")
    pad.focus()
    for key in ("Space", *["ArrowDown"] * 8, "Space"):  # with keys: the pen goes down, draws, and is lifted
        visitor.page.keyboard.press(key)
    ink = visitor.wait_told(lambda told: told["ink"] is not None)["ink"]
    toggle = visitor.page.get_by_test_id("stCheckbox").locator("label")
    toggle.click()
    visitor.planes.first.wait_for(state="detached")
    toggle.click()
    visitor.page.get_by_test_id("drawn-decoded").first.wait_for(timeout=20_000)
    assert visitor.told()["ink"] == ink
    visitor.page.get_by_role("button", name="Clear").click()
    visitor.wait_told(lambda told: told["ink"] is None)


def test_morph_follows_dragged_ends(visit) -> None:
    visitor = visit("mode=morph", reduced_motion="reduce")
    assert visitor.page.get_by_role("button", name="Play").is_visible()  # still, for a reader who asked for less motion
    strip = visitor.page.locator("canvas.strip").first
    before = strip.evaluate("canvas => canvas.toDataURL()")
    end = visitor.page.get_by_role("button", name="End A")
    end.focus()
    for key in ("ArrowRight", "ArrowUp"):
        visitor.page.keyboard.press(key)
    told = visitor.wait_told(lambda told: told["ends"] is not None)
    assert told["ends"][1] == 3
    assert strip.evaluate("canvas => canvas.toDataURL()") != before
    scrubber = visitor.page.get_by_label("Place on the way from A to B")
    shown = visitor.picture()
    scrubber.fill("0.5")
    visitor.page.wait_for_timeout(200)
    assert visitor.picture() != shown


def test_a_series_travels_and_tells_where_it_rests(visit) -> None:
    visitor = visit("mode=series")
    visitor.page.wait_for_timeout(1000)
    slider = visitor.page.get_by_test_id("series-slider")
    seen = set()
    for value in ("0", "0.5", "1", "2"):
        slider.evaluate("(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value)
        visitor.page.wait_for_timeout(200)
        seen.add(visitor.drawn_plane())
    assert len(seen) == 4
    assert visitor.page.get_by_text("moment 2").first.is_visible()
    slider.dispatch_event("change")
    assert visitor.wait_told(lambda told: told["moment"] is not None)["moment"] == 2


def test_sharp_after_a_resize_and_in_both_themes(visit) -> None:
    for scheme in ("light", "dark"):
        visitor = visit(device_scale_factor=2, color_scheme=scheme)
        visitor.page.set_viewport_size({"width": 900, "height": 700})
        visitor.page.wait_for_timeout(500)
        box = visitor.planes.first.bounding_box()
        width = visitor.planes.first.locator("canvas").first.evaluate("canvas => canvas.width")
        assert abs(width - 2 * box["width"]) <= 6


INKED = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((value, i) => i % 4 === 3 && value > 0)"


@pytest.mark.parametrize("size", [{"width": 1280, "height": 1000}, {"width": 800, "height": 720}], ids=["taller", "narrower"])
def test_a_plane_is_drawn_again_after_a_resize(visit, size) -> None:
    visitor = visit()
    visitor.page.get_by_text("nearest code").first.wait_for()
    visitor.page.set_viewport_size(size)
    visitor.page.wait_for_timeout(600)
    assert visitor.planes.first.locator("canvas").first.evaluate(INKED)


def test_nothing_is_left_after_fifty_remounts(visit) -> None:
    visitor = visit("mode=pair")
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Performance.enable")
    toggle = visitor.page.get_by_test_id("stCheckbox").locator("label")

    def remount(times: int) -> None:
        for _ in range(times):
            toggle.click()
            visitor.planes.first.wait_for(state="detached")
            toggle.click()
            visitor.page.get_by_text("nearest code").first.wait_for()

    def left() -> dict[str, float]:
        visitor.page.wait_for_timeout(1500)
        session.send("HeapProfiler.collectGarbage")
        session.send("HeapProfiler.collectGarbage")
        return {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}

    remount(5)
    before = left()
    remount(50)
    after = left()
    assert after["JSEventListeners"] - before["JSEventListeners"] < 60
    assert after["Nodes"] - before["Nodes"] < 400
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 8e6
