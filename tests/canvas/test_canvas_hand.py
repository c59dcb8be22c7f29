"""Mouse and finger on the canvas in a real Chromium: the picture follows at once, Python hears where the hand rests."""

import pytest
from canvas_visitor import REST, CanvasVisitor, place_in_words
from playwright.sync_api import expect

# Left, right, top and bottom of what a canvas shows, in shares of its size.
INKED = """canvas => {
    const { width, height } = canvas, copy = new OffscreenCanvas(width, height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    const marked = [...Array(width * height).keys()].filter(i => data[4 * i + 3] > 0);
    const [across, down] = [marked.map(i => (i % width + 0.5) / width), marked.map(i => (Math.floor(i / width) + 0.5) / height)];
    const ends = list => [list.reduce((a, b) => Math.min(a, b)), list.reduce((a, b) => Math.max(a, b))];
    return [...ends(across), ...ends(down)];
}"""


def test_hover_decodes_without_a_word_to_python_and_a_click_stays(visit_streamlit) -> None:
    visitor = visit_streamlit()
    quiet, pictures = len(visitor.sent), set()
    for step in range(20):
        visitor.hover(0.3 + 0.02 * step, 0.3 + 0.02 * step)
        pictures.add(visitor.picture())
    assert len(pictures) == 20
    assert len(visitor.sent) == quiet
    visitor.page.mouse.down()
    visitor.page.mouse.up()
    told = visitor.until_told(lambda told: told["positions"] is not None)
    visitor.painted()
    shown, kept = visitor.where(), visitor.picture()
    assert shown == place_in_words(told["positions"][0])
    visitor.away()
    assert (visitor.where(), visitor.picture()) == (shown, kept)


def test_dragging_the_plane_pans_dragging_the_marker_moves_it(visit) -> None:
    visitor = visit()
    before = visitor.drawn_plane()
    visitor.hover(0.2, 0.2)
    visitor.page.mouse.down()
    visitor.page.mouse.move(*visitor.at(0.3, 0.35), steps=5)
    visitor.page.mouse.up()
    visitor.until(lambda: visitor.drawn_plane() != before)
    assert visitor.told()["positions"] is None
    visitor.button("Whole plane").click()
    visitor.until(lambda: visitor.drawn_plane() == before)
    visitor.hover(0.85, 0.15)  # where there is no point: a click on one goes to its code
    visitor.page.mouse.down()
    visitor.page.mouse.up()
    (first,) = visitor.until_told(lambda told: told["positions"] is not None)["positions"]
    visitor.page.mouse.down()
    visitor.page.mouse.move(*visitor.at(0.95, 0.05), steps=5)
    visitor.page.mouse.up()
    (second,) = visitor.until_told(lambda told: told["positions"] != [first])["positions"]
    assert second[0] > first[0]
    assert second[1] > first[1]
    visitor.away()
    assert visitor.drawn_plane() == before


def test_the_wheel_zooms_and_the_page_stays(visit) -> None:
    visitor = visit()
    before = visitor.drawn_plane()
    visitor.hover(0.4, 0.4)
    visitor.page.mouse.wheel(0, -300)
    visitor.until(lambda: visitor.drawn_plane() != before)
    assert visitor.page.evaluate("document.scrollingElement.scrollTop") == 0


@pytest.mark.parametrize("dims", [2, 10])
def test_a_click_on_a_point_goes_to_that_digits_code_in_each_model(visit, dims: int) -> None:
    visitor = visit(f"mode=pair&dims={dims}")
    marks = [visitor.drawn_plane(layer=1, plane=i) for i in (0, 1)]
    visitor.page.mouse.click(*visitor.at(0.5, 0.5, plane=1))  # the middle of all codes: a point is never far
    told = visitor.until_told(lambda told: told["digit"] is not None)
    step = 0.01 if dims == 2 else 0.2  # in the browser codes stand in steps
    for position, code in zip(told["positions"], told["codes"], strict=True):
        assert position == pytest.approx(code, abs=step * max(map(abs, code)))
    visitor.until(lambda: all(visitor.drawn_plane(layer=1, plane=i) != marks[i] for i in (0, 1)))


def test_sliders_move_the_picture_while_dragged_and_tell_on_release(visit) -> None:
    visitor = visit()
    slider = visitor.sliders.first
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    visitor.page.mouse.move(box["x"] + box["width"] / 2, middle)
    visitor.page.mouse.down()
    quiet, pictures = len(visitor.sent), set()
    for step in range(8):
        visitor.page.mouse.move(box["x"] + box["width"] * (0.55 + 0.03 * step), middle)
        visitor.painted()
        pictures.add(visitor.picture())
    assert len(pictures) == 8
    assert len(visitor.sent) == quiet
    visitor.page.mouse.up()
    visitor.until_told(lambda told: told["positions"] is not None)
    slider.focus()
    before = visitor.picture()
    visitor.press("ArrowLeft")
    visitor.until(lambda: visitor.picture() != before)


def touch(visitor: CanvasVisitor, *frames: list[tuple[float, float]]) -> None:
    """Fingers down at the first frame's places, moving through the others, then lifted."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    for k, frame in enumerate(frames):
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(frame)]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if k else "touchStart", "touchPoints": points})
        visitor.painted()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    visitor.painted()


def test_a_finger_moves_the_picture_and_not_the_page(visit_streamlit) -> None:
    visitor = visit_streamlit(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
    before, plane = visitor.picture(), visitor.drawn_plane()
    place = visitor.planes.first.bounding_box()
    touch(visitor, *[[visitor.at(0.7, 0.8 - 0.05 * k)] for k in range(8)])
    visitor.until(lambda: visitor.picture() != before)
    assert visitor.planes.first.bounding_box() == place
    visitor.until_told(lambda told: told["positions"] is not None)
    touch(visitor, *[[visitor.at(0.45 - 0.03 * k, 0.5), visitor.at(0.55 + 0.03 * k, 0.5)] for k in range(8)])
    visitor.until(lambda: visitor.drawn_plane() != plane)  # pinched
    assert visitor.planes.first.bounding_box() == place


def test_on_a_phone_every_tool_is_in_sight(visit_streamlit) -> None:
    visitor = visit_streamlit("dims=10", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    for tool in visitor.page.locator(".tools :is(button, select)").all():
        box = tool.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        tool.tap(trial=True)  # nothing lies over it, and nothing cuts it off


def test_python_can_move_the_marker_and_does_not_throw_the_hand_back(visit_streamlit) -> None:
    visitor = visit_streamlit()
    where = visitor.page.locator(".head .where").first
    for place in (0.1, 0.9):  # twice: the same wish again, after the hand has moved away
        visitor.button("To (1, 1)").click()
        expect(where).to_have_text("z = (1.00, 1.00)", timeout=30_000)
        before = visitor.told()["positions"]
        visitor.page.mouse.click(*visitor.at(place, 0.2))
        told = visitor.until_told(lambda told, old=before: told["positions"] != old)
        moved = place_in_words(told["positions"][0])
        assert moved != "z = (1.00, 1.00)"
        expect(where).to_have_text(moved, timeout=30_000)
        visitor.page.wait_for_timeout(REST)  # an answer to an older report would come now
        assert visitor.where() == moved


def test_on_the_size_for_a_projector_the_marker_is_still_where_the_hand_is(visit) -> None:
    visitor = visit()
    spots = {}
    for letters in ("100%", "130%"):
        visitor.page.evaluate(
            "letters => { document.documentElement.style.fontSize = letters; dispatchEvent(new Event('resize')) }", letters
        )
        visitor.rest()
        visitor.hover(0.85, 0.15)
        visitor.page.mouse.down()
        visitor.page.mouse.up()
        visitor.away()
        spots[letters] = visitor.planes.first.locator("canvas").nth(1).evaluate(INKED)
    for left, right, top, bottom in spots.values():
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((0.85, 0.15), abs=0.01)
    usual, large = (right - left for left, right, _, _ in spots.values())
    assert large / usual == pytest.approx(1.3, rel=0.15)
