"""The live parts of the lesson on equilibria, under a hand and under the keyboard."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def visitor(visit_for_all):
    """The page with both parts."""
    return visit_for_all("nash?nash_revealed=1")


def test_the_rules_part_and_with_curvature_all_come_home(visitor):
    part = visitor.page.get_by_test_id("part-nash")
    said = part.get_by_test_id("said")
    expect(said).to_contain_text("simultaneous \u00d7 1.0440 a round: out")
    expect(said).to_contain_text("alternating \u00d7 1.0000 a round: round for ever")
    expect(said).to_contain_text("extragradient \u00d7 0.9582 a round: in")
    box = part.get_by_role("img", name="The plane of both").bounding_box()
    visitor.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"], steps=4)
    visitor.page.mouse.up()
    visitor.page.wait_for_url(re.compile(r"nash_x=-\d"))
    slider = visitor.page.get_by_role("slider", name="Curvature")
    slider.focus()
    for _ in range(8):
        visitor.page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("simultaneous \u00d7 0.9297 a round: in")
    visitor.page.wait_for_url(re.compile("nash_pull=0.4"))


def test_with_one_mode_the_generator_comes_home_and_with_two_it_loses_one(visitor):
    part = visitor.page.get_by_test_id("part-duel")
    said = part.get_by_test_id("said")
    learn = part.get_by_role("button", name="Let the generator learn")
    part.get_by_role("button", name="Non-saturating loss").click()
    learn.click()
    expect(said).to_contain_text("At the equilibrium after", timeout=20_000)
    part.get_by_role("button", name="Data: two modes").click()
    visitor.page.wait_for_url(re.compile("nash_data=two"))
    slider = visitor.page.get_by_role("slider", name="Generator\u2019s centre")
    slider.focus()
    for _ in range(20):
        visitor.page.keyboard.press("ArrowRight")
    learn.click()
    expect(said).to_contain_text("Mode collapse after", timeout=20_000)
