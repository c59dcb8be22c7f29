"""A lesson without a teacher: a student goes through steps of the plan of 45 minutes on a phone, to what is handed in."""

import re

from playwright.sync_api import expect

LINE = 44  # CSS pixels: what a thumb hits
# Targets in an element that are lower than that, each by its name. A link within a sentence is as high as its line.
LOW = """(within, line) => [...within.querySelectorAll("a[href], button, input")].filter((e) => {
  const target = e.closest("label") ?? e;
  const inSentence = e.tagName === "A" && [...e.parentNode.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const shown = target.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  return shown && !inSentence && Math.round(target.getBoundingClientRect().height) < line;
}).map((e) => e.getAttribute("aria-label") ?? e.textContent)"""


def test_a_student_goes_from_step_to_step_on_a_phone_and_hands_it_in(visit):
    student = visit("alone?plan=45&step=4", width=390, height=844, touch=True)
    page = student.page
    strip = page.get_by_role("region", name="My course")
    expect(strip).to_contain_text("Step 4 of 10")
    expect(strip).to_contain_text("The KL is what the VAE's loss has")
    expect(strip.get_by_role("img")).to_have_accessible_name(re.compile("^Still open on this page: predicted, observed"))
    assert "_alone" not in page.url
    for name in ("Back", "All steps", "Next"):
        box = strip.get_by_role("button", name=name).bounding_box()
        assert box["height"] >= LINE
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    app, foot = page.locator('[data-testid="stApp"]').bounding_box(), strip.bounding_box()
    assert app["y"] + app["height"] <= foot["y"] + 1  # it covers nothing of the page
    assert page.get_by_test_id("stHeader").evaluate(LOW, LINE) == []

    for row in page.locator('.st-key-le-question [role="radiogroup"] label').all():
        assert row.bounding_box()["height"] >= LINE
    page.get_by_text("It shrinks where it stands").first.tap()
    student.settle()
    page.get_by_role("button", name="Reveal", exact=True).tap()
    student.settle()
    page.get_by_text("Hardly anything, since all clouds overlap").tap()
    expect(strip.get_by_role("img")).to_have_accessible_name(
        "Done on this page: predicted, revealed, transferred. Still open: observed, checked, recalled."
    )

    strip.get_by_role("button", name="Next").tap()
    expect(strip).to_contain_text("Step 5 of 10")
    expect(page.get_by_role("heading", name="Why averages blur", level=1)).to_be_visible()
    student.settle()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    page.get_by_text("Their blurred average").first.tap()
    expect(strip.get_by_role("img")).to_have_accessible_name(re.compile("^Done on this page: predicted. "))
    page.reload()
    student.settle()
    expect(strip).to_contain_text("Step 5 of 10")
    expect(page.get_by_role("radio", name="Their blurred average")).to_be_checked()

    page.goto(page.url.split("/blur")[0] + "/alone?plan=45&step=3")  # a step with a vote of the plan's own
    student.settle()
    expect(strip).to_contain_text("Which model's draws will lack digits?")
    strip.get_by_role("button", name="Your answer").tap()
    asked = page.get_by_role("dialog", name="Your answer")
    for row in asked.locator("label").all():
        assert row.bounding_box()["height"] >= LINE
    asked.get_by_role("radio", name="The VAE's").check()
    expect(asked.get_by_role("status")).to_have_text("Not quite. The right answer: The autoencoder's.")
    page.keyboard.press("Escape")
    expect(strip.get_by_role("img")).to_have_accessible_name("Done on this page: predicted. Still open: recalled, transferred.")
    page.get_by_text("Two more questions").tap()
    page.get_by_text("The sixteen draws do show it").tap()
    expect(page.locator(".st-key-le-last .le-verdict")).to_have_css("border-left-width", "5px")
    student.settle()
    assert page.locator(".st-key-le-last").evaluate(LOW, LINE) == []
    strip.get_by_role("button", name="All steps").tap()
    page.get_by_role("dialog", name="All steps").get_by_role("button", name=re.compile("Why is a digit")).tap()
    student.settle()

    page.set_viewport_size({"width": 1024, "height": 576})  # by keyboard
    strip.get_by_role("button", name="All steps").focus()
    page.keyboard.press("Enter")
    steps = page.get_by_role("dialog", name="All steps")
    expect(steps.get_by_role("button", name=re.compile("Which part keeps"))).to_contain_text("3 of 6")
    expect(steps.locator('[aria-current="step"]')).to_contain_text("Why is a digit blurred")
    page.keyboard.press("Escape")
    expect(steps).to_be_hidden()
    page.keyboard.press("Enter")
    steps.get_by_role("button", name="Leave").press("Enter")

    page.wait_for_url("**/course?course_plan=45")
    student.settle()
    expect(strip).to_have_count(0)
    expect(page.get_by_text("You predicted: It shrinks where it stands.")).to_contain_text(
        "What happened: It shrinks to a point at 0"
    )
    assert page.get_by_test_id("stMain").evaluate(LOW, LINE) == []
    page.get_by_role("link", name="Hand it in").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("From the autoencoder to the VAE, alone")
    assert page.locator("body").evaluate(LOW, LINE) == []
    page.get_by_label("Your name").fill("Ann *Teal*")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as Markdown").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert "Name: Ann \\*Teal\\*\n" in text
    assert "You predicted: Their blurred average." in text
    assert "You answered: Hardly anything, since all clouds overlap. Right." in text
    page.emulate_media(media="print")
    expect(page.locator("#written")).to_have_text("Ann *Teal*")
    expect(page.locator("#written")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    page.emulate_media(media="screen")
