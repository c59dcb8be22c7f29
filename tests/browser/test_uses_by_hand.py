"""The live parts of the lessons on compression and latent arithmetic, under the keyboard, and what the address keeps."""

import re

from playwright.sync_api import Locator, expect


def numbers(place: Locator, pattern: str) -> list[float]:
    """Every number that the pattern finds in the words there."""
    return [float(text.replace("\u2212", "-")) for text in re.findall(pattern, place.inner_text())]


def picture(strip: Locator) -> str:
    """What a strip of images shows."""
    return strip.evaluate("canvas => canvas.toDataURL()")


def test_a_finer_step_costs_bits_shows_at_once_and_makes_other_files(visit):
    visitor = visit("compress")
    part = visitor.page.get_by_test_id("part-compress")
    vae = part.locator(".cd-vae")
    expect(vae).to_contain_text("bits per pixel")
    (before,), shown = numbers(vae, r"([\d.]+) bits ="), picture(vae.locator("canvas"))
    table = visitor.page.locator(".cp-files")
    file = table.inner_text()
    slider = visitor.page.get_by_role("slider", name="Step to which every number")
    slider.focus()
    for _ in range(3):
        visitor.page.keyboard.press("ArrowRight")
    visitor.page.wait_for_url(re.compile("compress_at=9"))
    (after,) = numbers(vae, r"([\d.]+) bits =")
    assert after > before + 20  # three halvings and more of twenty numbers
    assert picture(vae.locator("canvas")) != shown
    expect(table).not_to_have_text(file)
    visitor.settle()
    assert numbers(vae, r"([\d.]+) bits =") == [after]  # what Python hears moves nothing
    visitor.page.keyboard.press("Home")
    expect(vae).to_contain_text("bits per pixel")
    assert numbers(vae, r"([\d.]+) bits =")[0] < 10


def test_a_direction_follows_the_slider_in_both_ways(visit):
    visitor = visit("arithmetic")
    part = visitor.page.get_by_test_id("part-arithmetic")
    vae = part.locator(".ar-vae")
    expect(vae).to_contain_text("thickness")
    slider = visitor.page.get_by_role("slider", name="Strength of the direction")
    slider.focus()
    thickness, pictures = [], []
    for key in ("Home", "End"):
        visitor.page.keyboard.press(key)
        visitor.page.wait_for_url(re.compile(rf"arith_strength={'-' if key == 'Home' else ''}2&"))
        thickness += numbers(vae, r"thickness ([\d.]+) px")
        pictures.append([picture(canvas) for canvas in vae.locator("canvas").all()])
    assert thickness[0] < 2.5 < 3.5 < thickness[1]
    assert pictures[0][0] == pictures[1][0]  # the digit at strength 0
    assert pictures[0][1] != pictures[1][1]
    assert pictures[0][2] != pictures[1][2]
    part.get_by_role("button", name="Back to 0").click()
    expect(part.locator("output")).to_have_text("0.00")
    before, now, _ = vae.locator("canvas").all()
    assert picture(before) == picture(now)
