"""Hands on the controls: a link, a slider, a click on the plane and the keyboard alone do what they say."""

import numpy as np
import pytest


def test_a_copied_link_opens_the_same_view_for_somebody_else(visit):
    first = visit("compare?ae=mnist-ae-10d&vae=mnist-vae-10d&digit=9999&draw=7")
    first.page.get_by_text("test image 9,999").first.wait_for()
    second = visit(first.page.url.removeprefix(first.address + "/"))
    assert second.page.url == first.page.url
    np.testing.assert_array_equal(second.pictures("le-cell"), first.pictures("le-cell"))


def test_a_link_to_a_position_shows_it_on_the_canvas(visit):
    visitor = visit("explore?model=mnist-ae-2d&z1=1.25&z2=-0.5")
    visitor.canvas().get_by_text("z = (1.25, \u22120.50)").wait_for()
    assert visitor.latents() == pytest.approx([1.25, -0.5], abs=0.01)


def test_arrow_keys_on_a_slider_move_the_picture_and_then_the_address(visit):
    visitor = visit("explore")
    before = visitor.decoded()
    visitor.page.get_by_test_id("latent-slider").first.focus()
    for _ in range(40):  # as a key held down repeats
        visitor.page.keyboard.press("ArrowRight")
    visitor.page.wait_for_url(lambda url: not url.endswith("z1=0&z2=0"))
    visitor.settle()
    assert visitor.decoded() != before


def test_a_click_on_the_plane_stays_there_and_is_in_the_address(visit):
    visitor = visit("explore")
    box = visitor.page.get_by_test_id("latent-plane").bounding_box()
    visitor.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3, steps=3)
    visitor.page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    visitor.page.wait_for_url(lambda url: not url.endswith("z1=0&z2=0"))
    visitor.settle()
    at = visitor.decoded()
    other = visit(visitor.page.url.removeprefix(visitor.address + "/"))
    assert other.latents() == pytest.approx(visitor.latents(), abs=0.01)
    assert other.decoded() == at


def test_tab_reaches_the_controls_in_the_order_in_which_they_are_read(visit):
    visitor, reached = visit("explore"), []
    while len(reached) < 40 and "Back to 0" not in reached:
        visitor.page.keyboard.press("Tab")
        reached.append(visitor.focused().split(" \u00b7")[0])
    first = reached.index
    assert first("Skip to main content") < first("Home") < first("Explore") < first("Train") < first("Model")
    assert first("Model") < first("Prior draw") < first("Back to 0")


def test_a_model_is_chosen_by_keyboard_alone(visit):
    visitor = visit("explore")
    visitor.tab_to("Model")
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.get_by_role("option").first.wait_for()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(lambda url: "model=mnist-vae-2d" not in url)
    visitor.settle()


def test_the_skip_link_leads_past_the_navigation(visit):
    visitor = visit("explore").tab_to("Skip to main content")
    visitor.page.keyboard.press("Enter")
    visitor.tab_to("Model", most=4)
