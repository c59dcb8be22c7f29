"""Plans and views as one uses them in a browser: keep two views, put them into a plan, order it by keyboard, play it; and where the button is not."""

import pytest
from playwright.sync_api import expect
from visitor import Visitor

PICTURE = "image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])"
# How many greens a picture has: a blank one has one.
GREENS = """image => image.decode().then(() => {
    const pen = Object.assign(document.createElement('canvas'), { width: 480, height: 270 }).getContext('2d');
    pen.drawImage(image, 0, 0);
    return new Set(pen.getImageData(0, 0, 480, 270).data.filter((_, i) => i % 4 === 1)).size;
})"""


def keep(visitor: Visitor):
    """The dialog, opened by keyboard."""
    button = visitor.page.get_by_role("button", name="Keep this view")
    button.focus()
    button.press("Enter")
    dialog = visitor.page.get_by_role("dialog", name="Keep this view")
    expect(dialog.get_by_label("Title", exact=True)).to_be_focused()
    return dialog


def order(visitor: Visitor) -> list[str]:
    return visitor.page.get_by_test_id("plan-steps").locator("b").all_inner_texts()


@pytest.fixture(scope="module")
def kept(visit_for_all) -> Visitor:
    """A visitor who has kept a view of Explore among the views, and one of the KL in a plan."""
    visitor = visit_for_all("explore?z1=1.5&z2=-0.5&_at=a1")
    asked = len(visitor.own)
    dialog = keep(visitor)
    assert len(visitor.own) == asked + 1, "its code comes when it is pressed"
    picture = dialog.get_by_role("img")
    assert picture.evaluate(PICTURE) == [480, 270]
    assert picture.evaluate(GREENS) > 50
    dialog.get_by_label("Note").fill("Between two digits\nthere is a third.")
    dialog.get_by_label("Title", exact=True).press("Enter")
    expect(dialog.get_by_text("“Explore” is among your views.")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("button", name="Keep this view")).to_be_focused()

    visitor.go("What the KL does")
    dialog = keep(visitor)
    dialog.get_by_label("Title of the plan").fill("My Tuesday")
    dialog.get_by_role("button", name="Add to the plan").press("Enter")
    dialog.get_by_role("link", name="Open the plan").press("Enter")
    visitor.page.get_by_role("heading", name="My Tuesday").wait_for()
    visitor.settle()
    return visitor


def test_a_view_is_added_to_a_plan_which_is_put_in_order_by_keyboard_and_played(kept):
    page = kept.page
    kept.choose("One more step", "View: Explore")
    kept.press("Add it")
    assert order(kept) == ["1. What the KL does", "2. Explore"]
    up = page.get_by_role("button", name="Move up: Explore")
    up.focus()
    up.press("Enter")
    kept.settle()
    assert order(kept) == ["1. Explore", "2. What the KL does"]
    assert kept.focused() == "1. Explore", "the keyboard stays with the step"
    for image in (
        page.get_by_test_id("plan-steps")
        .get_by_role("presentation")
        .or_(page.get_by_test_id("plan-steps").locator("img"))
        .all()
    ):
        assert image.evaluate(PICTURE) == [480, 270]
    play = page.get_by_role("link", name="Play on the stage")
    play.focus()
    play.press("Enter")
    page.wait_for_url("**/explore?*z1=1.5&z2=-0.5*")
    page.get_by_text("Step 1 of 2").wait_for()
    assert not page.get_by_role("button", name="Keep this view").is_visible()
    page.evaluate("sessionStorage.clear()")


def test_a_picture_on_the_shelf_brings_exactly_that_view_back(kept):
    page = kept.open("explore?z1=0&_at=b2").page
    kept.go("Saved views")
    page.get_by_role("link", name="Explore").last.click()
    page.get_by_role("heading", level=1, name="Explore").wait_for()
    kept.settle()
    assert kept.latents() == [1.5, -0.5]


def test_where_the_server_does_not_answer_the_button_says_so(kept):
    page = kept.open("plans").page
    page.route("**/plans/own.json", lambda route: route.fulfill(body="<h1>Bad gateway</h1>"))
    button = page.get_by_role("button", name="Keep this view")
    button.focus()
    button.press("Enter")
    dialog = page.get_by_role("dialog", name="Keep this view")
    expect(dialog).to_contain_text("The server does not answer.")
    page.unroute("**/plans/own.json")
    page.keyboard.press("Enter")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.keyboard.press("Escape")


def test_on_a_phone_both_pages_fit_and_the_button_is_in_the_side_bar_and_never_on_paper(kept):
    page = kept.page
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("plans", "views"):
        assert kept.open(path).overflow() <= 0
    page.get_by_test_id("stExpandSidebarButton").click()
    dialog = keep(kept)
    box = dialog.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 844
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    assert not page.locator(".le-foot").is_visible()
    page.emulate_media(media="screen")
