"""Every page, light and dark, wide and narrow: no error, no request to another host, nothing wider than the window."""

import re

import pytest
from visitor import PAINTED

TITLES = {
    "": "Latent Explorer",
    "explore": "Explore",
    "compare": "AE vs VAE",
    "interpolate": "Interpolate",
    "train": "Train",
    "runs": "Runs",
    "glossary": "Glossary",
}
WIDE, NARROW, ZOOMED, HEIGHT = 1440, 390, 256, 900  # 256 pixels are a window of 1,024 at four times the size
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 20, 24)"}
GROUND_IS = "ground => getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor === ground"
NAMELESS = """() => [...document.querySelectorAll('[data-testid="stMain"] :is(button, input, [role=slider], a[href])')]
    .filter(e => e.checkVisibility() && !(e.innerText || '').trim() && !e.getAttribute('aria-label')
        && !e.getAttribute('aria-labelledby') && !e.labels?.length && !e.title)
    .map(e => e.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module", params=TITLES, ids=lambda path: path or "home")
def path(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def wide(visit_for_all, path):
    """The page as it opens on a projector: wide and light."""
    return visit_for_all(path, width=WIDE)


def look(visitor, width: int, theme: str) -> None:
    """Turn the window to that width and theme, and see that the page fits. A theme changes colours at once; a width moves things."""
    visitor.page.emulate_media(color_scheme=theme)
    visitor.page.wait_for_function(GROUND_IS, arg=GROUND[theme])
    if visitor.page.viewport_size["width"] != width:
        visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
        visitor.settle()
    visitor.page.evaluate(PAINTED)
    assert visitor.overflow() <= 0, f"{visitor.overflow()} pixels too wide at {width}"
    assert visitor.page.get_by_test_id("stException").count() == 0
    assert visitor.troubles == []


def test_a_page_opens_under_its_title(wide, path):
    assert wide.page.get_by_role("heading", level=1).inner_text() == TITLES[path]
    assert wide.page.title().endswith("Latent Explorer")


def test_a_page_asks_for_its_own_code_and_models_in_a_few_requests(wide):
    assert len(wide.own) <= 6, wide.own


def test_every_picture_has_a_text_alternative_and_every_control_a_name(wide):
    assert wide.page.locator("img:not([alt]), img[alt='']").count() == 0
    assert wide.page.evaluate(NAMELESS) == []


def test_a_page_opened_wide_and_light_fits_in_every_width_and_theme(wide):
    for width, theme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (ZOOMED, "light")):
        look(wide, width, theme)


def test_a_page_opened_narrow_and_dark_fits_in_every_width_and_theme(visit, path):
    visitor = visit(path, width=NARROW, dark=True)
    for width, theme in ((NARROW, "dark"), (WIDE, "dark")):
        look(visitor, width, theme)


def test_where_the_system_forces_its_colours_what_is_pressed_looks_so_and_the_pad_has_an_edge(visit):
    """Windows' high contrast, as the browser emulates it."""
    page = visit("compare").page
    page.emulate_media(forced_colors="active")
    ground = "e => getComputedStyle(e).backgroundColor"
    for name in ("Layers", "Axes"):
        tools = page.get_by_test_id("latent-canvas").get_by_role("group", name=name)
        pressed, other = (tools.locator(f'[aria-pressed="{state}"]').first for state in ("true", "false"))
        assert pressed.evaluate(ground) != other.evaluate(ground)
    edge = page.get_by_test_id("drawing-pad").evaluate(
        "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]"
    )
    assert edge == ["solid", "1px"]


def test_words_on_the_main_button_are_read_easily(visit):
    visitor = visit("?home_machine=1")
    button = visitor.page.get_by_role("button", name="New ε")
    for theme in GROUND:
        look(visitor, WIDE, theme)
        style = button.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
        light, ground = (luminance(*map(int, re.findall(r"\d+", colour)[:3])) for colour in style)
        assert (max(light, ground) + 0.05) / (min(light, ground) + 0.05) >= 4.5, style


def luminance(*channels: int) -> float:
    """Relative luminance of sRGB 0..255 (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (channel / 255 for channel in channels)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_navigation_leads_to_every_page_and_back_and_each_begins_at_its_top(visit):
    visitor = visit()
    for title in ("Explore", "AE vs VAE", "Interpolate", "Train"):
        visitor.page.get_by_test_id("stMain").evaluate("e => e.scrollTo(0, e.scrollHeight)")
        visitor.go(title)
        assert visitor.page.get_by_test_id("stMain").evaluate("e => e.scrollTop") == 0
    visitor.page.go_back()
    visitor.page.get_by_role("heading", level=1, name="Interpolate").wait_for()
    visitor.settle()


def test_on_a_phone_the_navigation_opens_leads_on_and_gives_way(visit):
    visitor = visit(width=NARROW, touch=True)
    for title in ("Explore", "Train"):
        visitor.go(title)
        visitor.page.get_by_test_id("stExpandSidebarButton").wait_for()


def test_the_side_bar_shows_what_people_come_for_and_folds_the_course_but_for_the_section_one_is_in(visit):
    visitor = visit("kl", width=1280, height=720)
    page, sections = visitor.page, visitor.page.get_by_test_id("stNavSectionHeader")
    for title in ("Explore", "AE vs VAE", "Interpolate", "Train"):
        box = page.get_by_test_id("stSidebarNavLink").filter(has_text=title).bounding_box()
        assert box["y"] + box["height"] <= 720, title
    states = "all => all.map(e => [e.ariaLabel.split(' ')[0], e.ariaExpanded === 'true'])"
    around = {"See": True, "Make": True, "Look": True}
    assert dict(sections.evaluate_all(states)) == around | {"Understand": True, "Use": False, "Relatives": False}

    relatives = sections.filter(has_text="Relatives")
    relatives.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")  # the keyboard's own way there, so that its place is shown
    assert relatives.evaluate("e => [e === document.activeElement, getComputedStyle(e).outlineStyle]") == [True, "solid"]
    page.keyboard.press("Enter")
    visitor.go("GAN")  # what a hand has opened stays
    assert dict(sections.evaluate_all(states)) == around | {"Understand": True, "Use": False, "Relatives": True}
    page.evaluate("() => document.activeElement.blur()")
    page.go_back()
    page.get_by_role("heading", level=1, name="What the KL does").wait_for()
    visitor.settle()
    assert dict(sections.evaluate_all(states)) == around | {"Understand": True, "Use": False, "Relatives": False}


def test_on_a_phone_that_lies_the_side_bar_is_folded_at_first(visit):
    page = visit("runs", width=844, height=390, touch=True).page
    assert page.get_by_test_id("stSidebar").get_attribute("data-collapsed") == "true"
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNavLink").first.wait_for()
