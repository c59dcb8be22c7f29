"""The live part of the lesson on the conditional VAE: a hand and keys move the style, and all ten pictures follow."""

import re

from playwright.sync_api import expect

PIXELS = "buttons => [...buttons].map((b) => b.querySelector('canvas').toDataURL())"


def test_all_ten_digits_follow_the_hand_and_the_keys(visit):
    visitor = visit("conditional")
    part = visitor.page.get_by_test_id("part-conditional")
    buttons = part.locator(".st-one")
    expect(buttons).to_have_count(10)
    expect(part.get_by_role("status")).to_contain_text("Class 3 at z = (0.50, \u22120.50)")
    before = buttons.evaluate_all(PIXELS)
    assert len(set(before)) == 10
    plane = part.get_by_role("application")
    box = plane.bounding_box()
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.3 * box["height"], steps=5)
    visitor.page.mouse.up()
    visitor.page.wait_for_url(re.compile("cvae_z1=-1"))
    dragged = buttons.evaluate_all(PIXELS)
    assert all(a != b for a, b in zip(before, dragged, strict=True))
    plane.focus()
    for _ in range(4):
        visitor.page.keyboard.press("Shift+ArrowRight")
    visitor.settle()
    walked = buttons.evaluate_all(PIXELS)
    assert all(a != b for a, b in zip(dragged, walked, strict=True))
    buttons.nth(7).click()
    expect(part.get_by_role("status")).to_contain_text("Class 7")
    visitor.page.wait_for_url(re.compile("cvae_class=7"))
