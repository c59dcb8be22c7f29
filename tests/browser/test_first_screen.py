"""The first screen of every page with a living picture: the picture, the control that its first sentence names, and what answers, together.

A row is a page and CSS selectors of the boxes, which may lie in a part's shadow. All that they name must be wholly in the window, beside
the side bar and below the header, without a scroll. `short` are the screens on which that is not so yet, and on which it must not be.
"""

from dataclasses import dataclass

import pytest
from visitor import Visitor

WIDE, LAPTOP, PROJECTOR, PHONE, LYING = SCREENS = ((1440, 900), (1280, 720), (1024, 576), (390, 844), (844, 390))


@dataclass(frozen=True)
class Row:
    """A page's path, with the query that it is opened with, and its boxes."""

    page: str
    boxes: tuple[str, ...]
    short: tuple[tuple[int, int], ...] = ()


PLANE, DECODED = "[data-testid=latent-plane]", "[data-testid=decoded-image]"
SEE = (
    Row("explore", (PLANE, DECODED, ".head .facts")),
    Row("compare", (PLANE, DECODED, "button.draw", "[data-testid=prior-draw]")),
    Row("interpolate", (PLANE, DECODED, ".strip", ".morph input")),
)
MAKE = (Row("train", ("[data-testid=stBaseButton-primary]", ".st-key-train-clean button")),)
# The lessons' rows are for test_lessons.py, where one reader has every lesson open.
LESSONS = (
    Row("kl", (".kl-grid > :first-child .board", ".kl-go .main", ".kl-bars")),
    Row(
        "reparameterization",
        (".step-graph", "[data-testid=part-reparameterization] > .buttons:first-child", "[data-testid=said]"),
    ),
    Row("elbo", (".ev-plane", ".ev-ledger")),
    Row("em", (".st-key-em-one button", ".em-panel:first-child .em-plane", ".em-panel:first-child .em-numbers")),
    Row("blur", (".st-key-blur_chance", ".bl-answers section")),
    Row("reduction", (".st-key-reduction_reconstruction", ".st-key-reduction-beta")),
    Row("shape", ("[data-testid=part-shape] > .slider", ".sp-plane", ".sp-facts")),
    Row("inside", (".in-rows > :nth-child(1) .in-station:first-child .in-tile", ".in-title", ".in-favourites")),
    Row("fails", ("[class*=st-key-fails-curve-]", ".st-key-fails_run")),
    Row("denoise", ("[data-testid=part-denoise] > .slider", ".dn-cell")),
    Row("anomalies", (".an-row:first-child .board", ".an-side .slider", ".an-table")),
    Row("compress", ("[data-testid=part-compress] > .slider", ".cd-row")),
    Row("represent", (".st-key-rep_count", ".st-key-le-experiment .le-row", ".rp-table")),
    Row("arithmetic", (".ar-top .slider", ".ar-row")),
    Row("images", (".st-key-images_size", ".im-rows .le-vae, .im-rows .le-ae")),
    Row("gan", (".st-key-gan-presets button[kind=primary]", "[data-testid=stVegaLiteChart]")),
    Row(
        "nash",
        (".ns-grid > :first-child .board", "[data-testid=part-nash] > .buttons .main", ".ns-sliders .slider:nth-child(2)"),
    ),
    Row("conditional", (".st-plane", ".st-row")),
    Row("priors", (".st-key-priors_model", ".le-figure[data-key=planes]")),
    Row("disentangle", (DECODED, ".single .sliders .slider:first-child")),
)
HOME = (Row("?dart=3", (".game .plane", ".game .decoded", ".game .slots", ".game .tools button", ".st-key-le-question")),)

# Where boxes are, once they stay for three frames: those that are not wholly in the window or lie under something else.
OUTSIDE = """async (selectors) => {
    const roots = (root) => [root, ...[...root.querySelectorAll('*')].flatMap((e) => (e.shadowRoot ? roots(e.shadowRoot) : []))];
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const boxes = () => selectors.map((selector) => {
        const found = roots(document).flatMap((root) => [...root.querySelectorAll(selector)]);
        return [selector, found.filter((e) => e.checkVisibility({ visibilityProperty: true })).map((e) => e.getBoundingClientRect())];
    });
    const places = () => JSON.stringify([now, document.querySelector('[data-testid=stSidebar]')?.getBoundingClientRect()]);
    let now = boxes();
    for (let same = 0, before = ''; same < 3; before = places(), await frame(), now = boxes()) same = places() === before ? same + 1 : 0;
    const over = ['stSidebar', 'stHeader'].flatMap((id) => {
        const e = document.querySelector(`[data-testid=${id}]`);
        return e && getComputedStyle(e).backgroundColor !== 'rgba(0, 0, 0, 0)' ? [e.getBoundingClientRect()] : [];
    });
    const covered = (a) => over.some((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1);
    const inside = (a) => a.width > 0 && a.height > 0 && a.left >= -1 && a.top >= -1 && a.right <= innerWidth + 1 && a.bottom <= innerHeight + 1;
    return now.flatMap(([selector, found]) => found.length
        ? found.filter((a) => !inside(a) || covered(a)).map((a) => `${selector} at ${[a.left, a.top, a.right, a.bottom].map(Math.round)}`)
        : [`${selector} is not there`]);
}"""


# From now on, the letters that each canvas draws, by their height at the last time; and then those that are shown, in CSS pixels.
LISTEN = """() => {
    const { prototype } = CanvasRenderingContext2D, { fillText } = prototype, drawn = window.drawn = new Map();
    prototype.fillText = function (text, ...place) {
        const { a, b } = this.getTransform(), size = parseFloat(this.font.match(/([\\d.]+)px/)[1]);
        if (!drawn.has(this.canvas)) drawn.set(this.canvas, new Map());
        drawn.get(this.canvas).set(text, size * Math.hypot(a, b));
        return fillText.call(this, text, ...place);
    };
}"""
DRAWN = """async () => {
    const sizes = () => JSON.stringify([...window.drawn.keys()].map((canvas) => [canvas.clientWidth, canvas.width]));
    for (let same = 0, before = ''; same < 3; before = sizes()) {
        await new Promise((done) => requestAnimationFrame(done));
        same = sizes() === before ? same + 1 : 0; // a side bar that moves changes them
    }
    return [...window.drawn].filter(([canvas]) => canvas.isConnected && canvas.clientWidth)
        .flatMap(([canvas, texts]) => [...texts].map(([text, size]) => [text, size * canvas.clientWidth / canvas.width]));
}"""
# Numbers on axes that are elements, of Vega's and Plotly's charts; and questions.
HEIGHTS = """(selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility())
    .map((e) => [e.textContent, parseFloat(getComputedStyle(e).fontSize)])"""
TICKS, QUESTIONS = ".role-axis-label text, .xtick text, .ytick text", ".st-key-le-question [data-testid=stWidgetLabel] p"


def outside(visitor: Visitor, boxes: tuple[str, ...], screen: tuple[int, int]) -> list[str]:
    """The boxes that are not wholly on the first screen of that size. The side bar of a phone is folded, also of one that is turned."""
    page = visitor.page
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    unfold = page.get_by_test_id("stExpandSidebarButton")
    if screen in (PHONE, LYING):
        unfold.wait_for()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    found: list[str] = page.evaluate(OUTSIDE, boxes)
    if screen == LYING:
        unfold.locator("button").or_(unfold).last.dispatch_event("click")
    return found


def check(visitor: Visitor, row: Row) -> None:
    """That a page's boxes share its first screen on every size, its axes' numbers can be read, and so can its questions."""
    found, letters = {}, []
    for screen in SCREENS:
        found[screen] = outside(visitor, row.boxes, screen)
        if screen == PHONE:
            letters = [*visitor.page.evaluate(DRAWN), *visitor.page.evaluate(HEIGHTS, TICKS)]
    assert {screen: boxes for screen, boxes in found.items() if bool(boxes) != (screen in row.short)} == {}
    assert [each for each in letters if each[1] < 12.99] == []
    assert [each for each in visitor.page.evaluate(HEIGHTS, QUESTIONS) if each[1] < 20] == []


@pytest.mark.parametrize("row", [*HOME, *SEE, *MAKE], ids=lambda row: row.page)
def test_picture_control_and_answer_share_the_first_screen(visit, row):
    visitor = visit(row.page, *SCREENS[0])
    visitor.page.evaluate(LISTEN)
    check(visitor, row)
