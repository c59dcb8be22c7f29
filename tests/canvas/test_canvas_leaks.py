"""After fifty changes of page nothing of the canvas is left behind: no listener, no element, no memory."""


def test_nothing_is_left_after_fifty_changes_of_page(visit_streamlit) -> None:
    visitor = visit_streamlit("mode=pair")
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Performance.enable")

    def leave_and_return(times: int) -> None:
        for _ in range(times):
            visitor.go("Elsewhere")
            visitor.planes.first.wait_for(state="detached")
            visitor.go("Canvas")
            visitor.page.locator(".head .near").filter(has_text="nearest code").first.wait_for()

    def left() -> dict[str, float]:
        visitor.ready()
        session.send("HeapProfiler.collectGarbage")
        session.send("HeapProfiler.collectGarbage")
        return {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}

    leave_and_return(5)
    before = left()
    leave_and_return(50)
    after = left()
    workers = len(visitor.page.workers)
    assert workers == 2  # one thread for each plane, however often the planes were made
    assert after["JSEventListeners"] - before["JSEventListeners"] < 60
    assert after["Nodes"] - before["Nodes"] < 400
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 8e6
