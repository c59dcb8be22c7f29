"""The size for a projector: everything 1.3 times as large, asked for by an address or by a switch, and remembered."""

import pytest
from visitor import TIMEOUT

LARGE = 1.3
LETTERS = "e => parseFloat(getComputedStyle(e).fontSize)"


def test_an_address_asks_for_it_the_browser_remembers_and_the_switch_takes_it_back(visit):
    visitor = visit("kl?size=projector")
    page = visitor.page
    switch = page.get_by_role("button", name="Projector size")
    heading, figure = page.get_by_role("heading", level=1), page.get_by_test_id("figure").first
    figure.scroll_into_view_if_needed()
    page.wait_for_function("figure => figure.dataset.drawn !== undefined", arg=figure.element_handle())

    def sizes() -> list[float]:
        return [
            heading.evaluate(LETTERS),
            figure.locator(".xtick text").first.evaluate(LETTERS),
            figure.bounding_box()["height"],
        ]

    large = sizes()
    assert switch.get_attribute("aria-pressed") == "true"
    assert "size=" not in page.url  # it is no part of what the page shows
    assert visitor.overflow() <= 0
    visitor.go("Sum or mean?")
    assert heading.evaluate(LETTERS) == large[0]
    page.go_back()
    heading.filter(has_text="What the KL does").wait_for()
    visitor.settle()
    switch.focus()
    page.keyboard.press("Enter")
    figure.scroll_into_view_if_needed()
    page.wait_for_function("figure => figure.dataset.drawn !== undefined", arg=figure.element_handle())
    page.wait_for_function(
        f"([figure, large]) => figure.querySelector('.xtick text') && ({LETTERS})(figure.querySelector('.xtick text')) < large",
        arg=[figure.element_handle(), large[1]],
    )
    assert switch.get_attribute("aria-pressed") == "false"
    assert large == pytest.approx([LARGE * each for each in sizes()], rel=0.01)
    page.goto(f"{visitor.address}/kl?size=constructor")  # no size is called that
    switch.wait_for()
    assert switch.get_attribute("aria-pressed") == "false"


def test_a_browser_that_keeps_nothing_is_enlarged_and_draws_its_figures_all_the_same(browser, server):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked', 'SecurityError') } })"
    )
    page.goto(f"{server}/kl?size=projector")
    figure = page.get_by_test_id("figure").first
    figure.scroll_into_view_if_needed(timeout=TIMEOUT)
    page.wait_for_function("figure => figure.dataset.drawn !== undefined", arg=figure.element_handle(), timeout=TIMEOUT)
    assert page.get_by_role("button", name="Projector size").get_attribute("aria-pressed") == "true"
    context.close()
    assert errors == []
