"""The live parts of the lessons on the bound and on the shape of latent space, under a hand and under the keyboard."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def inside(visit_for_all):
    return visit_for_all("inside")


def test_the_bars_trade_their_sum_stays_and_climbing_closes_the_gap(visit):
    visitor = visit("elbo?elbo_revealed=1")
    part = visitor.page.get_by_test_id("part-elbo")
    names = part.locator(".ev-names")
    expect(names).to_contain_text("sum = log p(x)")
    total = re.search(r"sum = log p\(x\) (\S+) nats", names.inner_text())[1]
    before = names.inner_text()
    box = part.get_by_role("img", name="The latent plane").bounding_box()
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"], steps=5)
    expect(names).not_to_have_text(before)
    expect(names).to_contain_text(f"sum = log p(x) {total} nats")
    visitor.page.mouse.up()
    visitor.page.wait_for_url(re.compile("elbo_m1="))
    slider = visitor.page.get_by_role("slider", name="Width \u03c3 of q in z1")
    slider.focus()
    for _ in range(8):
        visitor.page.keyboard.press("ArrowRight")
    expect(names).to_contain_text(f"sum = log p(x) {total} nats")
    part.get_by_role("button", name="Climb the ELBO").click()
    expect(names).to_contain_text("KL(q \u2016 posterior) 0.00")
    expect(names).to_contain_text(f"ELBO {total}")
    expect(part.get_by_text("the gap is closed")).to_be_visible()


def test_a_fast_hand_on_the_spread_is_not_thrown_back(visit):
    visitor = visit("shape")
    facts = visitor.page.get_by_test_id("part-shape").locator(".sp-facts")
    expect(facts).to_contain_text("This is the width that the encoder chose")
    slider = visitor.page.get_by_role("slider", name="Spread of every posterior")
    slider.focus()
    for _ in range(5):
        visitor.page.keyboard.press("ArrowLeft")
    visitor.page.keyboard.press("Home")
    expect(facts).to_contain_text("negative ELBO \u221e nats")
    visitor.page.wait_for_url(re.compile("shape_at=0&"))
    visitor.settle()
    expect(facts).to_contain_text("negative ELBO \u221e nats")


def test_a_unit_under_the_hand_says_what_excites_it_and_keys_walk_on(inside):
    part = inside.page.get_by_test_id("part-inside")
    title, note = part.locator(".in-title"), part.locator(".in-card .note")
    layer = part.get_by_role("slider", name="Convolutional encoder, layer 2", exact=True)
    box = layer.bounding_box()
    inside.page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.1 * box["height"])
    expect(title).to_have_text(re.compile("Convolutional encoder, layer 2, map 1 of 32"))
    expect(note).to_contain_text("It sees 7 \u00d7 7 pixels")
    expect(part.locator(".in-favourite .in-mark").first).to_be_visible()
    inside.page.mouse.move(1, 1)
    expect(title).to_have_text("MLP encoder, layer 1, unit 97 of 192")  # the hand has left; what was kept is back
    layer.focus()
    for key in ("Home", "PageDown", "ArrowRight"):
        inside.page.keyboard.press(key)
    expect(title).to_have_text("Convolutional encoder, layer 2, map 2 of 32, row 1, column 2")
    inside.page.wait_for_url(re.compile(r"inside_unit=conv\.1\.50&"))
    inside.settle()
    expect(title).to_contain_text("map 2 of 32, row 1, column 2")


def test_a_digit_moved_by_keys_goes_through_both_networks_and_back(inside):
    part = inside.page.get_by_test_id("part-inside")
    heads = part.get_by_role("group", name="MLP: the heads of the encoder")
    before = heads.inner_text()
    part.get_by_role("application", name="The digit").focus()
    for _ in range(4):
        inside.page.keyboard.press("ArrowRight")
    expect(part.get_by_text("4 right")).to_be_visible()
    expect(heads).not_to_have_text(before)
    inside.page.wait_for_url(re.compile("inside_right=4&"))
    inside.settle()
    expect(part.get_by_text("4 right")).to_be_visible()
    part.get_by_role("button", name="Put it back").click()
    expect(part.get_by_text("not moved")).to_be_visible()
    assert heads.inner_text() == before
