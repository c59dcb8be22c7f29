"""The live parts of Denoise and Find anomalies, under a hand and under the keyboard."""

import re

from playwright.sync_api import expect


def test_the_noise_follows_the_slider_and_a_drawing_is_cleaned(visit):
    visitor = visit("denoise")
    part = visitor.page.get_by_test_id("part-denoise")
    noisy = part.locator("figure", has_text="With noise")
    expect(noisy).to_contain_text(re.compile(r"PSNR \d"))
    before = noisy.inner_text()
    slider = visitor.page.get_by_role("slider", name="Level: standard deviation")
    slider.focus()
    visitor.page.keyboard.press("ArrowRight")
    expect(noisy).not_to_have_text(before)
    visitor.page.keyboard.press("Home")
    expect(noisy).to_contain_text("PSNR \u221e dB")
    visitor.page.wait_for_url(re.compile("denoise_level=0&"))
    visitor.settle()
    expect(noisy).to_contain_text("PSNR \u221e dB")  # what Python hears moves nothing

    visitor.page.get_by_role("radio", name="Drawing").click()
    pad = part.get_by_test_id("drawing-pad")
    expect(visitor.page.get_by_text("Draw on the black pad")).to_be_visible()
    box = pad.bounding_box()
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=4)
    visitor.page.mouse.up()
    expect(visitor.page.get_by_text("Draw on the black pad")).to_have_count(0)
    clean = part.get_by_role("img", name="The clean image")
    ink = clean.evaluate("c => c.getContext('2d').getImageData(14, 14, 1, 1).data[0]")
    assert ink > 200  # the stroke goes through the middle


def test_a_threshold_is_dragged_or_moved_by_keys_and_counts_follow(visit):
    visitor = visit("anomalies")
    part = visitor.page.get_by_test_id("part-anomalies")
    said = part.get_by_test_id("said")
    expect(said).to_contain_text("of the anomalies are caught")
    slider = visitor.page.get_by_role("slider", name="Threshold")
    slider.focus()
    visitor.page.keyboard.press("End")
    expect(said).to_contain_text(re.compile(r"(9\d\.\d|100\.0) % of the anomalies are caught"))
    visitor.page.wait_for_url(re.compile("anomalies_at=100"))
    board = part.get_by_role("img", name="Histogram").bounding_box()
    visitor.page.mouse.move(board["x"] + 0.5 * board["width"], board["y"] + 0.5 * board["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(board["x"] + 0.97 * board["width"], board["y"] + 0.5 * board["height"], steps=5)
    expect(part.get_by_role("table").locator("td").nth(2)).to_have_text(re.compile(r"^\d$"))  # next to no false alarms
    visitor.page.mouse.up()
    visitor.page.wait_for_url(re.compile("anomalies_at=0$"))
