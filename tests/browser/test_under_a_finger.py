"""On a phone: a finger that moves up on a chart scrolls the page, and nothing stands on the chart's legend."""

import pytest


def swipe_up(visitor, x: float, y: float, by: int = 150) -> None:
    """A finger put down, moved up and lifted; Playwright itself only taps."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - by * step / 10}]})
        visitor.page.wait_for_timeout(16)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("path", ["kl", "elbo"])
def test_a_finger_on_a_chart_scrolls_the_page_and_no_toolbar_covers_the_legend(visit, path):
    visitor = visit(path, width=390, height=844, touch=True)
    chart = visitor.page.get_by_test_id("figure").first
    chart.evaluate("chart => chart.scrollIntoView({ block: 'center' })")
    chart.locator(".legend").wait_for()
    assert not chart.locator(".modebar").is_visible()
    visitor.settle()
    before = chart.bounding_box()
    swipe_up(visitor, before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    moved = "([chart, y]) => chart.getBoundingClientRect().y < y - 80"
    visitor.page.wait_for_function(moved, arg=[chart.element_handle(), before["y"]])
