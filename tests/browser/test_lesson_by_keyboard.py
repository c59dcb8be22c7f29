"""A lesson without a mouse: predict, reveal, check, answer the last questions and go on, and the focus never starts over."""

import re

from playwright.sync_api import expect

FOCUSED = """() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return (element?.labels?.[0] ?? element)?.innerText.trim() ?? '';
}"""


def tab_to(visitor, wanted: str, most: int = 60) -> int:
    """Press Tab until what has the focus says `wanted`; how many times that took."""
    for times in range(1, most + 1):
        visitor.page.keyboard.press("Tab")
        if wanted in visitor.page.evaluate(FOCUSED):
            return times
    raise AssertionError(f"{most} times Tab never came to {wanted!r}")


def test_predict_reveal_check_and_next_by_keyboard(visit):
    visitor = visit("kl")
    page = visitor.page
    page.get_by_role("heading", level=1).evaluate("heading => { heading.tabIndex = -1; heading.focus(); }")
    tab_to(visitor, "It settles as N(0, 1)")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Reveal")).to_be_enabled()
    visitor.settle()
    tab_to(visitor, "Reveal")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You predicted: It shrinks to a point at 0. That is what happens.")).to_be_visible()
    visitor.settle()
    assert tab_to(visitor, "Predict again") == 1  # on from where one was
    tab_to(visitor, "Everything, in standard form")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("Right.")).to_be_visible()
    visitor.settle()
    for begins in ("Each is nearly zero", "1.8 nats, since"):  # the last questions, whose second answers are right
        assert tab_to(visitor, begins) <= 2
        page.keyboard.press("ArrowDown")
        visitor.settle()
    expect(page.get_by_text("Right.")).to_have_count(3)
    assert tab_to(visitor, "Next: ") <= 4  # past the papers
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reparameterization"))
