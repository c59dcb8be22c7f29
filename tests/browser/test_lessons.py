"""The lessons' live parts in a real Chromium: by mouse, by keyboard, and what the address keeps."""

import re

import pytest
from playwright.sync_api import expect
from test_every_page import HEIGHT, NAMELESS, NARROW, WIDE, ZOOMED, look

from explorer.page import places as pages


@pytest.mark.parametrize("place", pages.LESSONS, ids=lambda place: place.path)
def test_a_lesson_fits_in_every_width_and_theme_and_asks_on_the_first_screen(visit, place):
    visitor = visit(place.path, width=WIDE)
    assert visitor.page.get_by_role("heading", level=1).inner_text() == place.title
    asked = visitor.page.get_by_text("Predict.").first.bounding_box()
    assert asked["y"] + asked["height"] <= HEIGHT / 2
    assert visitor.page.evaluate(NAMELESS) == []
    for width, theme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "dark"), (NARROW, "light"), (ZOOMED, "light")):
        look(visitor, width, theme)


def test_descent_walks_home_and_without_the_log_the_width_dies(visit):
    visitor = visit("kl")
    part = visitor.page.get_by_test_id("part-kl")
    status = part.get_by_test_id("said")
    part.get_by_role("button", name="Let go").click()
    expect(status).to_contain_text("At rest after")
    expect(status).to_contain_text("\u03bc = 0.00, \u03c3 = 1.00")
    part.get_by_role("button", name="Move it away").click()
    part.get_by_role("checkbox", name="\u2212log \u03c3").uncheck()
    visitor.page.wait_for_url(re.compile(r"kl_parts=mean%2Cwidth&"))
    part.get_by_role("button", name="Let go").click()
    expect(status).to_contain_text("The width has died")


def test_a_drag_lets_go_where_it_ends_and_the_address_says_from_where(visit):
    visitor = visit("kl")
    part = visitor.page.get_by_test_id("part-kl")
    box = part.get_by_role("img", name="Map of the KL").bounding_box()
    visitor.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"], steps=4)
    visitor.page.mouse.up()
    expect(part.get_by_test_id("said")).to_contain_text("At rest after")
    visitor.page.wait_for_url(re.compile(r"kl_mu=-1\.\d+"))
    visitor.settle()
    expect(part.get_by_test_id("said")).to_contain_text("\u03bc = 0.00")  # what Python hears moves nothing


def test_arrow_keys_move_the_gaussian(visit):
    visitor = visit("kl")
    slider = visitor.page.get_by_role("slider", name="Centre")
    slider.focus()
    for _ in range(10):
        visitor.page.keyboard.press("ArrowLeft")
    expect(visitor.page.get_by_test_id("said")).to_contain_text("\u03bc = 1.40")
    visitor.page.wait_for_url(re.compile(r"kl_mu=1\.4&"))


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
