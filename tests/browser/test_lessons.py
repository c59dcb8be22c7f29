"""The lessons' live parts in a real Chromium: by mouse, by keyboard, and what the address keeps."""

import re

import pytest
from playwright.sync_api import expect
from test_every_page import HEIGHT, NAMELESS, NARROW, WIDE, ZOOMED, look
from test_first_screen import LESSONS, LISTEN, check

from explorer.page import places as pages

LIVING = {row.page: row for row in LESSONS}


@pytest.fixture(scope="module")
def reader(visit_for_all):
    """A reader who goes from lesson to lesson by the link at each one's end."""
    visitor = visit_for_all(pages.LESSONS[0].path, width=WIDE)
    visitor.page.evaluate(LISTEN)
    return visitor


def turn_to(reader, place: pages.Place) -> None:
    """Follow the link to this lesson; open it where there is none, as when the test of the lesson before failed."""
    heading = reader.page.get_by_role("heading", level=1)
    following = reader.page.get_by_role("link", name=f"Next: {place.title}")
    if heading.inner_text() == place.title:
        return
    if not following.count():
        reader.open(place.path).page.evaluate(LISTEN)
        return
    following.click()
    expect(heading).to_have_text(place.title, use_inner_text=True)
    reader.settle()
    reader.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")


@pytest.mark.parametrize(("number", "place"), enumerate(pages.LESSONS), ids=lambda value: getattr(value, "path", ""))
def test_a_lesson_fits_in_every_width_and_theme_and_asks_on_the_first_screen(reader, number, place):
    """Every lesson in three widths and two themes, every width in both themes."""
    here, there = ("light", "dark") if number % 2 else ("dark", "light")
    reader.page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    turn_to(reader, place)
    assert reader.page.get_by_role("heading", level=1).inner_text() == place.title
    look(reader, WIDE, here)
    asked = reader.page.get_by_text("Predict.").first.bounding_box()
    assert 0 < asked["y"] < asked["y"] + asked["height"] <= HEIGHT / 2
    assert reader.page.evaluate(NAMELESS) == []
    check(reader, LIVING[place.path])
    look(reader, NARROW, there)
    look(reader, ZOOMED, there)


@pytest.fixture(scope="module")
def kl(visit_for_all):
    return visit_for_all("kl")


def test_arrow_keys_move_the_gaussian(kl):
    slider = kl.page.get_by_role("slider", name="Centre")
    slider.focus()
    for _ in range(10):
        kl.page.keyboard.press("ArrowLeft")
    expect(kl.page.get_by_test_id("said")).to_contain_text("\u03bc = 1.40")
    kl.page.wait_for_url(re.compile(r"kl_mu=1\.4&"))


def test_a_drag_lets_go_where_it_ends_and_the_address_says_from_where(kl):
    part = kl.page.get_by_test_id("part-kl")
    box = part.get_by_role("img", name="Map of the KL").bounding_box()
    kl.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"])
    kl.page.mouse.down()
    kl.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"], steps=4)
    kl.page.mouse.up()
    expect(part.get_by_test_id("said")).to_contain_text("At rest after")
    kl.page.wait_for_url(re.compile(r"kl_mu=-1\.\d+"))
    kl.settle()
    expect(part.get_by_test_id("said")).to_contain_text("\u03bc = 0.00")  # what Python hears moves nothing


def test_descent_walks_home_and_without_the_log_the_width_dies(kl):
    part = kl.page.get_by_test_id("part-kl")
    status = part.get_by_test_id("said")
    part.get_by_role("button", name="Move it away").click()
    expect(status).not_to_contain_text("At rest after")
    part.get_by_role("button", name="Let go").click()
    expect(status).to_contain_text("At rest after")
    expect(status).to_contain_text("\u03bc = 0.00, \u03c3 = 1.00")
    part.get_by_role("button", name="Move it away").click()
    part.get_by_role("checkbox", name="\u2212log \u03c3").uncheck()
    kl.page.wait_for_url(re.compile(r"kl_parts=mean%2Cwidth&"))
    part.get_by_role("button", name="Let go").click()
    expect(status).to_contain_text("The width has died")


def test_the_gradient_goes_the_way_that_is_chosen_and_frozen_noise_stays(visit):
    visitor = visit("reparameterization")
    part = visitor.page.get_by_test_id("part-reparameterization")
    said = part.get_by_test_id("said")
    expect(said).to_contain_text("Exact gradient \u22123.00")
    part.get_by_role("button", name="Draw directly").click()
    expect(part.get_by_role("img", name="Draw directly")).to_be_visible()
    visitor.page.wait_for_url(re.compile("grad_way=direct"))
    before = said.inner_text()
    slider = visitor.page.get_by_role("slider", name="Centre")
    slider.focus()
    for key in ("ArrowRight", "ArrowLeft"):  # there and back with the same noise
        visitor.page.keyboard.press(key)
    expect(said).to_have_text(before)
    part.get_by_role("button", name="Redraw").click()
    expect(said).not_to_have_text(before)
    part.get_by_role("button", name="f = 1 if z").click()
    expect(said).to_contain_text("so every pathwise estimate is 0")
