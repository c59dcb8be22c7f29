"""The search and the terms, by keyboard and by touch."""

import re

from playwright.sync_api import expect


def test_a_term_explains_itself_by_keyboard_and_by_tap_and_leads_to_the_glossary(visit):
    visitor = visit("kl", width=390, height=844, dark=True, touch=True)
    page = visitor.page
    term, box = page.locator('.le-lead a[href="glossary#kl"]'), page.locator("#le-term")
    term.tap()
    expect(box).to_be_visible()
    expect(box).to_contain_text("KL divergence")
    assert box.locator("math").count() == 1
    ground = "e => getComputedStyle(e).backgroundColor"
    assert box.evaluate(ground) == page.get_by_test_id("stApp").evaluate(ground)
    place = box.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390
    assert term.get_attribute("aria-describedby") == "le-term"
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()

    page.locator("h1").tap()
    visitor.tab_to("KL")
    expect(box).to_be_visible()
    page.keyboard.press("Tab")  # to the next term, which takes its place
    expect(box).to_contain_text("Latent variable")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Glossary").wait_for()
    visitor.settle()
    expect(box).to_be_hidden()
    assert 0 <= page.locator("#latent").bounding_box()["y"] < 300


def test_a_search_is_opened_filled_walked_and_left_by_keyboard_and_turns_the_page(visit):
    visitor = visit("kl")
    page = visitor.page
    page.locator(".le-search").focus()
    page.keyboard.press("Control+k")
    dialog, field = page.get_by_role("dialog"), page.get_by_role("combobox", name="Search pages and terms")
    expect(field).to_be_focused()
    chosen = dialog.locator("[aria-selected=true]")
    page.keyboard.type("post")
    expect(chosen).to_contain_text("Posterior")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Posterior collapse")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.type(" nowhere")
    expect(dialog.get_by_role("status")).to_have_text("Nothing here is called that.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert visitor.focused().startswith("Search")

    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.type("conditional")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Conditional VAE").wait_for()
    visitor.settle()
    heading = page.get_by_test_id("stNavSectionHeader").filter(has_text="Relatives")
    assert heading.get_attribute("aria-expanded") == "true"  # the side bar follows
    page.go_back()
    page.get_by_role("heading", level=1, name="What the KL does").wait_for()
    visitor.settle()


def test_a_tile_on_home_opens_its_page_on_what_it_shows(visit):
    visitor = visit()
    tile = visitor.page.locator('.le-moments a[href^="conditional"]')
    link = tile.get_attribute("href")
    tile.click()
    visitor.page.get_by_role("heading", level=1, name="Conditional VAE").wait_for()
    visitor.settle()
    assert set(re.findall(r"cvae_\w+=[^&]+", link)) <= set(re.findall(r"cvae_\w+=[^&]+", visitor.page.url))
