"""What cannot be shown is said in a sentence, and nothing throws."""

import re

import pytest
from canvas_visitor import CanvasVisitor
from playwright.sync_api import expect

DAMAGES = {
    "missing": lambda route: route.fulfill(status=404, body="gone"),
    "cut short": lambda route: route.fulfill(status=200, body=route.fetch().body()[:1000]),
    "unreachable": lambda route: route.abort(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_bytes_that_do_not_come_right_are_said_in_a_sentence(tabs, address, damage: str) -> None:
    visitor = CanvasVisitor(tabs, address)
    visitor.page.route("**/canvas/data/*", DAMAGES[damage])
    visitor.open(ready=False)
    visitor.page.get_by_role("alert").filter(has_text=re.compile(r"^The .+\.$")).wait_for()
    expect(visitor.page.get_by_test_id("decoded-image")).to_be_hidden()
    visitor.page.mouse.move(*visitor.at(0.4, 0.4))
    visitor.planes.first.press("ArrowRight")
    visitor.painted()
    assert [error for error in visitor.errors if "Failed to load resource" not in error] == []  # that one is the browser's own
    tabs.give_back(visitor.page)


def test_a_position_that_is_no_number_is_said_and_left(visit) -> None:
    visitor = visit("mode=nan")
    expect(visitor.page.get_by_role("alert")).to_contain_text("is not a number")
    expect(visitor.page.get_by_test_id("decoded-image")).to_be_hidden()
    visitor.hover(0.4, 0.4)
    expect(visitor.page.get_by_test_id("decoded-image")).to_be_visible()


def test_without_its_thread_the_background_stays_away_and_the_rest_works(tabs, address) -> None:
    visitor = CanvasVisitor(tabs, address)
    visitor.page.route("**/worker.js", lambda route: route.abort())
    visitor.open()
    pressed = visitor.button("Decoded")
    pressed.click()
    expect(pressed).to_have_attribute("aria-pressed", "true")
    before = visitor.picture()
    visitor.hover(0.4, 0.4)
    assert visitor.picture() != before
    assert [error for error in visitor.errors if "Failed to load resource" not in error] == []
    tabs.give_back(visitor.page)
