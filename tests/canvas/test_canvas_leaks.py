"""However often a page is left and opened again, nothing of the canvas is left behind: no listener, no element, no memory."""

from collections.abc import Callable


def left(visitor) -> dict[str, float]:
    """What the page holds after a collection."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.collectGarbage")
    found = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return found


def assert_nothing_is_left(visitor, again: Callable[[], None], times: int) -> None:
    """After `times` more returns no more is there than after the first two, but for what the browser keeps itself."""
    for _ in range(2):
        again()
    visitor.ready()
    before = left(visitor)
    for _ in range(times):
        again()
    visitor.ready()
    after = left(visitor)
    assert len(visitor.page.workers) == 2  # one thread for each plane, however often the planes were made
    assert after["JSEventListeners"] - before["JSEventListeners"] < 40
    assert after["Nodes"] - before["Nodes"] < 270
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 5.5e6


def test_nothing_is_left_after_fifty_mounts(visit) -> None:
    visitor = visit("mode=pair&layers=points,decoded,prior")

    def again() -> None:
        visitor.page.evaluate("() => window.mountAgain()")
        visitor.page.locator(".head .near").filter(has_text="nearest code").first.wait_for()

    assert_nothing_is_left(visitor, again, 50)


def test_nothing_is_left_after_four_changes_of_page(visit_streamlit) -> None:
    visitor = visit_streamlit("mode=pair&layers=points,decoded,prior")

    def again() -> None:
        visitor.go("Elsewhere")
        visitor.planes.first.wait_for(state="detached")
        visitor.go("Canvas")
        visitor.page.locator(".head .near").filter(has_text="nearest code").first.wait_for()

    assert_nothing_is_left(visitor, again, 4)
