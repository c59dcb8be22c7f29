"""The stage in a real browser: every step of every plan that ships opens covered and fits the smallest projector; its keys; leaving it."""

import pytest
from playwright.sync_api import expect

from benchmarks import stage
from explorer.plans import shipped

WIDTH, HEIGHT = 1024, 576
QUESTION = 28  # CSS pixels

# What must hold of a step: how much is outside of the window, whether an answer is open, and how large the question is that can be read.
FACTS = """() => {
    const seen = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility({ visibilityProperty: true }));
    const main = document.querySelector('[data-testid=stMain]'), root = document.documentElement;
    const own = document.querySelector('#le-stage').shadowRoot;
    const asks = [own.querySelector('.question'), ...seen('.st-key-le-question [data-testid=stWidgetLabel] p, .st-key-le-check [data-testid=stWidgetLabel] p')]
        .filter((e) => e?.checkVisibility() && e.textContent.trim());
    return {
        over: [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth, root.scrollWidth - innerWidth].map((by) => Math.max(by, 0)),
        letters: asks.map((e) => parseFloat(getComputedStyle(e).fontSize)),
        open: seen('.le-verdict').length,
        address: location.pathname + location.search,
        around: seen('[data-testid=stSidebar], [data-testid=stHeader], h1, .le-lead').length,
        said: own.querySelector('.where').textContent,
    };
}"""
STEP = "() => Number(document.querySelector('#le-stage').shadowRoot.querySelector('.number').textContent.match(/\\d+/)[0])"
READY = "() => document.documentElement.dataset.turning === undefined && performance.getEntriesByName('stage-drawn').length > 0"


@pytest.fixture
def tab(visit):
    """A tab of the smallest projector; what goes wrong in it fails the test."""
    return visit("glossary", WIDTH, HEIGHT)


@pytest.mark.parametrize("plan", shipped.shipped())
def test_every_step_opens_covered_and_fits_the_smallest_projector(tab, plan):
    steps = shipped.find(plan).steps
    wrong = []
    for shown in stage.walk(tab.page, tab.address, plan):
        step = steps[shown.number - 1]
        facts = tab.page.evaluate(FACTS)
        staged = step.path not in ("runs", "classroom")  # lists, which are as long as they are
        asked = bool(facts["letters"]) and min(facts["letters"]) >= QUESTION
        covered = not facts["open"] and "_revealed" not in facts["address"]
        bare = not staged or facts["around"] == 0
        named = f"{shown.number} of {len(steps)}" in facts["said"] and step.title in facts["said"]
        if (staged and any(facts["over"])) or not asked or not (covered or not step.cover) or not bare or not named:
            wrong.append((shown.number, facts))
    assert wrong == []


def press(tab, key):
    tab.page.keyboard.press(key)
    tab.page.wait_for_function(READY)


def test_keys(tab):
    page = tab.page
    page.goto(f"{tab.address}/stage?plan=45&step=4")
    page.wait_for_function(READY)
    step = lambda: page.evaluate(STEP)  # noqa: E731
    assert step() == 4

    # Reveal: the answer takes the place of what one chooses from, and goes with its step.
    press(tab, "r")
    expect(page.locator(".le-verdict")).to_be_visible()
    press(tab, "PageDown")
    press(tab, "ArrowLeft")
    assert step() == 4
    expect(page.locator(".le-verdict")).to_have_count(0)

    # A slider keeps its arrows, and a clicker turns from there.
    press(tab, "ArrowRight")
    assert step() == 5
    slider = page.get_by_role("slider")
    before = slider.get_attribute("aria-valuenow")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuenow", before)
    assert step() == 5
    tab.settle()
    press(tab, "PageUp")
    assert step() == 4

    # Blank, and back by the key of a clicker or by turning.
    blank = page.locator("#le-stage .blank")
    for key in ("b", "."):
        page.keyboard.press(key)
        expect(blank).to_be_visible(visible=key == "b")

    # The figure alone.
    lower = page.locator(".kl-bars").first
    expect(lower).to_be_visible()
    height = page.locator(".kl-grid .board").first.bounding_box()["height"]
    page.keyboard.press("z")
    expect(lower).to_be_hidden()
    page.wait_for_function(
        "(h) => parseFloat(document.documentElement.style.getPropertyValue('--le-figure')) > h + 50", arg=height
    )
    page.keyboard.press("Escape")
    expect(lower).to_be_visible()

    # Everything else unfolds by one press.
    lead = page.locator(".le-lead").first
    expect(lead).to_be_hidden()
    page.keyboard.press("m")
    expect(lead).to_be_visible()
    page.keyboard.press("m")
    expect(lead).to_be_hidden()

    # The keys are shown, and Escape closes them; then it asks whether to leave.
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    # A reload goes on where it was.
    page.reload()
    page.wait_for_function(READY)
    assert step() == 4

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Leave", exact=True).press("Enter")
    page.get_by_test_id("stHeader").wait_for()
    expect(page.locator("#le-stage")).to_have_count(0)
    expect(page.get_by_role("heading", level=1, name="What the KL does")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_one_thing_is_lit_until_the_hand_goes_elsewhere(tab):
    page = tab.page
    page.goto(f"{tab.address}/stage?plan=45&step=7")
    page.wait_for_function(READY)
    opacity = lambda selector: page.locator(selector).first.evaluate(  # noqa: E731
        "e => { let all = 1; for (; e; e = e.parentElement) all *= Number(getComputedStyle(e).opacity); return all; }"
    )
    run = ".st-key-fails_run"
    assert opacity("[class*=st-key-fails-curve-]") == 1
    assert opacity(".st-key-le-question") == 1
    assert opacity(run) < 0.5
    page.locator(run).hover()
    page.wait_for_function("(run) => !document.querySelector(run).closest('[data-le-dim]:not(:hover)')", arg=run)
    assert opacity(run) == 1
