"""What a page does not show is not fetched; figures are drawn when they come near, and answer to mouse, keys, themes and sizes."""

import re

import pytest

HEAVY = re.compile(r"plotly|SyntaxHighlighter|MaterialSymbols|VF-Italic|vega|embed", re.IGNORECASE)
DRAWN = "figure => figure.dataset.drawn !== undefined"
RANGE = "figure => figure.querySelector('.js-plotly-plot').layout.yaxis.range"
LETTERS = "figure => getComputedStyle(figure.querySelector('.xtitle')).fill"
STOPS = (
    "figure => [figure, ...figure.querySelectorAll('*')].filter(each => each.tabIndex >= 0 && each.checkVisibility()).length"
)
UNDRAWN = """() => [...document.querySelectorAll('[data-testid="stIconMaterial"]')]
    .filter(icon => !getComputedStyle(icon).maskImage.startsWith('url(') || getComputedStyle(icon).fontFamily !== 'sans-serif')
    .map(icon => icon.parentElement.outerHTML)"""
FILLS = "figure => Math.abs(figure.clientWidth - figure.querySelector('.main-svg').clientWidth) < 2"


@pytest.fixture(scope="module")
def kl(visit_for_all):
    """A lesson, wide and light, and all that was fetched for it."""
    visitor = visit_for_all("kl")
    names = visitor.page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    return visitor, names


@pytest.fixture
def figure(kl):
    visitor, _ = kl
    found = visitor.page.get_by_test_id("figure").first
    found.scroll_into_view_if_needed()
    visitor.page.wait_for_function(DRAWN, arg=found.element_handle())
    return found


def test_a_first_screen_fetches_no_library_no_highlighter_and_no_font_that_it_does_not_show(kl):
    _, names = kl
    assert [name for name in names if HEAVY.search(name)] == []
    assert any("/canvas/code/" in name for name in names)


def test_every_icon_of_streamlit_is_drawn_here_because_its_font_is_never_asked_for(kl, visit):
    images = visit("images").page
    assert images.get_by_test_id("stPopover").count() == 1
    assert (kl[0].page.evaluate(UNDRAWN), images.evaluate(UNDRAWN)) == ([], [])


def test_a_figure_has_its_place_before_and_its_name(kl):
    for found in kl[0].page.get_by_test_id("figure").all():
        assert found.bounding_box()["height"] > 200
        assert len(found.get_attribute("aria-label")) > 20


def test_keys_move_a_figure_which_is_one_stop(figure):
    assert figure.evaluate(STOPS) == 1
    figure.focus()
    low, high = figure.evaluate(RANGE)
    figure.press("+")
    closer = figure.evaluate(RANGE)
    assert low < closer[0] < closer[1] < high
    figure.press("ArrowUp")
    assert figure.evaluate(RANGE)[1] > closer[1]
    figure.press("0")
    assert figure.evaluate(RANGE) == pytest.approx([low, high])


def test_a_figure_follows_the_theme_and_the_width_of_its_place(kl, figure):
    page = kl[0].page
    light = figure.evaluate(LETTERS)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"([figure, before]) => ({LETTERS})(figure) !== before", arg=[figure.element_handle(), light])
    page.set_viewport_size({"width": 1000, "height": 900})
    page.wait_for_function(FILLS, arg=figure.element_handle())


def test_on_paper_there_is_no_side_bar_and_figures_have_the_width_of_the_sheet(kl, figure):
    page = kl[0].page
    page.set_viewport_size({"width": 660, "height": 900})  # what is left of a sheet
    page.emulate_media(media="print")
    page.wait_for_function(FILLS, arg=figure.element_handle())
    boxes = [found.bounding_box() for found in page.get_by_test_id("figure").all()]
    hidden = page.get_by_test_id("stSidebar").is_hidden() and page.get_by_test_id("stHeader").is_hidden()
    page.emulate_media(media="screen")
    assert hidden
    assert [box["x"] for box in boxes] == [0] * len(boxes)
    assert {box["width"] for box in boxes} == {660}


def test_a_figure_keeps_its_drawing_while_what_it_shows_changes(visit):
    visitor = visit("kl")
    figure = visitor.page.get_by_test_id("figure").first
    figure.scroll_into_view_if_needed()
    visitor.page.wait_for_function(DRAWN, arg=figure.element_handle())
    figure.evaluate("figure => { figure.firstElementChild.dataset.mine = '' }")
    before = figure.get_attribute("data-figure")
    visitor.choose("Model", visitor.options("Model")[-1])
    visitor.page.wait_for_function(
        "before => { const now = document.querySelector('.le-figure'); return now.dataset.figure !== before && now.dataset.drawn !== undefined }",
        arg=before,
    )
    assert figure.locator("[data-mine]").count() == 1


def test_code_is_copied_by_its_button(visit):
    visitor = visit("kl")
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.page.get_by_text("The maths, and the code that computes it").click()
    block = visitor.page.locator(".le-code").first
    block.get_by_role("button", name="Copy").click()
    block.get_by_role("button", name="Copied").wait_for()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == block.locator("code").inner_text()
    visitor.page.context.clear_permissions()
