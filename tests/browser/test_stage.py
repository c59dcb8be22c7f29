"""The stage in a real browser: every step of every plan that ships opens covered and fits the smallest projector; its keys; leaving it."""

import pytest
from playwright.sync_api import expect

from benchmarks import stage
from explorer.plans import checking, shipped

WIDTH, HEIGHT = 1024, 576
QUESTION, SECOND = 28, 20  # CSS pixels, of a question and of the page's own below the plan's
LOOKS = 25

# What must hold of a step: how much is outside of the window, whether an answer is open, how large the question is that can be read, and which
# of some places are not there, also in shadows.
FACTS = """(places) => {
    const deep = (node, selector) => [...node.querySelectorAll(selector),
        ...[...node.querySelectorAll('*')].flatMap((e) => (e.shadowRoot ? deep(e.shadowRoot, selector) : []))];
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
        unseen: places.filter((place) => !deep(document, place).some((e) => e.checkVisibility())),
    };
}"""
STEP = "() => Number(document.querySelector('#le-stage').shadowRoot.querySelector('.number').textContent.match(/\\d+/)[0])"
READY = "() => document.documentElement.dataset.turning === undefined && performance.getEntriesByName('stage-drawn').length > 0"


@pytest.fixture
def tab(visit):
    """A tab of the smallest projector; what goes wrong in it fails the test."""
    return visit("glossary", WIDTH, HEIGHT)


def lit(step) -> list[str]:
    """Selectors of the step's figure, where its page begins with one, and of what it lights."""
    named = checking.places_of(step.path)
    check = step.vote is not None and step.vote.of == "check"
    figure = ["figure"] if named and not check and step.path != "train" else []
    return [named[name] for name in dict.fromkeys([*figure, *([step.light] if step.light and not check else [])])]


@pytest.mark.parametrize("plan", shipped.shipped())
def test_every_step_opens_covered_and_fits_the_smallest_projector(tab, plan):
    steps = shipped.find(plan).steps
    found = {}
    for shown in stage.walk(tab.page, tab.address, plan):
        step = steps[shown.number - 1]
        for _ in range(LOOKS):  # what comes late has its size a moment later
            found[shown.number] = wrong(step, tab.page.evaluate(FACTS, lit(step)), f"{shown.number} of {len(steps)}")
            if not found[shown.number]:
                break
            tab.page.wait_for_timeout(200)
    assert list(found) == list(range(1, len(steps) + 1))
    assert {number: facts for number, facts in found.items() if facts} == {}


def wrong(step, facts, number) -> list[str]:
    """What does not hold of a step that is shown; the page of runs is a list, which is as long as it is."""
    staged = step.path != "runs"
    holds = {
        f"nothing is outside of the window: {facts['over']}": not staged or not any(facts["over"]),
        f"a question is asked in letters that can be read: {facts['letters']}": bool(facts["letters"])
        and max(facts["letters"]) >= QUESTION
        and min(facts["letters"]) >= SECOND,
        f"no answer is open: {facts['address']}": not step.cover or (not facts["open"] and "_revealed" not in facts["address"]),
        "side bar, heading and lead are folded": not staged or facts["around"] == 0,
        f"the strip says which step it is: {facts['said']}": number in facts["said"] and step.title in facts["said"],
        f"what is lit is there: {facts['unseen']}": not facts["unseen"],
    }
    return [law for law, held in holds.items() if not held]


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
    expect(page.locator(".kl-grid .board").first).to_be_visible()
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

    # A key that comes while a step is turned to acts on that step; the browser's Back leads to the step before, covered.
    page.keyboard.press("PageDown")
    page.keyboard.press("r")
    expect(page.locator(".le-verdict")).to_be_visible()
    assert step() == 5
    page.go_back()
    page.wait_for_function(f"() => ({STEP})() === 4")
    page.wait_for_function(READY)
    expect(page.locator(".le-verdict")).to_have_count(0)

    # Without a class a vote is a show of hands.
    page.keyboard.press("v")
    expect(page.locator("#le-stage .votes")).to_have_text("No class: a show of hands")

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Leave", exact=True).press("Enter")
    page.get_by_test_id("stHeader").wait_for()
    expect(page.locator("#le-stage")).to_have_count(0)
    expect(page.get_by_role("heading", level=1, name="What the KL does")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_one_thing_is_lit_until_the_hand_goes_elsewhere(tab):
    page = tab.page
    page.goto(f"{tab.address}/stage?plan=45&step=4")
    page.wait_for_function(READY)
    opacity = """(e) => {
        let all = 1;
        for (; e; e = e.parentElement ?? e.getRootNode().host) all *= Number(getComputedStyle(e).opacity);
        return all;
    }"""
    figure, question = page.locator(".kl-grid .board").first, page.locator(".st-key-le-question")
    control = page.locator(".kl-go .main").first
    assert [each.evaluate(opacity) for each in (figure, question)] == [1, 1]
    assert control.evaluate(opacity) < 0.5
    control.hover()
    assert control.evaluate(opacity) == 1
    figure.hover()
    assert control.evaluate(opacity) < 0.5
    control.focus()  # by the keyboard, too
    assert control.evaluate(opacity) == 1
