"""The live parts of the lessons on the bound and on the shape of latent space, under a hand and under the keyboard."""

import re

from playwright.sync_api import expect


def test_the_bars_trade_their_sum_stays_and_climbing_closes_the_gap(visit):
    visitor = visit("elbo")
    part = visitor.page.get_by_test_id("part-evidence")
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
    facts = visitor.page.get_by_test_id("part-spread").locator(".sp-facts")
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
