"""Drawing a digit on the canvas: encoded by both models, undone, and still there after a change of page."""


def test_a_drawing_is_encoded_by_both_and_can_be_undone(visit) -> None:
    visitor = visit("mode=pair")
    pad = visitor.page.get_by_test_id("drawing-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for stroke in ([(0.3, 0.2), (0.7, 0.2), (0.5, 0.8)], [(0.4, 0.5), (1.3, 0.5)]):  # the second leaves the pad
        before = visitor.told()["ink"]
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        visitor.page.mouse.move(*places[0])
        visitor.page.mouse.down()
        for place in places[1:]:
            visitor.page.mouse.move(*place, steps=6)
        visitor.page.mouse.up()
        both = visitor.until_told(lambda told, old=before: told["ink"] not in (None, old))["ink"]
    visitor.page.get_by_test_id("drawn-decoded").first.wait_for()
    assert visitor.page.get_by_test_id("drawn-decoded").count() == 2
    assert visitor.until(lambda: visitor.page.locator(".share").count() >= 2)
    visitor.button("Undo").click()
    one = visitor.until_told(lambda told: told["ink"] not in (None, both))["ink"]
    assert one > 0


def test_a_drawing_survives_a_change_of_page(visit_streamlit) -> None:
    visitor = visit_streamlit("mode=pair")
    visitor.page.get_by_test_id("drawing-pad").focus()
    for key in ("Space", *["ArrowDown"] * 8, "Space"):  # with keys: the pen goes down, draws, and is lifted
        visitor.page.keyboard.press(key)
    ink = visitor.until_told(lambda told: told["ink"] is not None)["ink"]
    picture = visitor.page.get_by_test_id("drawn-image").evaluate("canvas => canvas.toDataURL()")
    visitor.go("Elsewhere")
    visitor.planes.first.wait_for(state="detached")
    visitor.go("Canvas")
    visitor.page.get_by_test_id("drawn-decoded").first.wait_for()
    assert visitor.told()["ink"] == ink
    assert visitor.page.get_by_test_id("drawn-image").evaluate("canvas => canvas.toDataURL()") == picture
    visitor.button("Clear").click()
    visitor.until_told(lambda told: told["ink"] is None)
