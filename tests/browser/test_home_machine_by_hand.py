"""Home's machine under the hand and the keyboard: codes, noise and digits are moved, nodes are opened, a drawing goes through."""

import re

import pytest
from home_machine import (
    NAMES,
    SAME_FOR_EVERY_DRAW,
    assert_torch_agrees,
    box_of,
    draw_a_one,
    everything,
    link_of,
    numbers,
    picture,
    plane,
    ready,
    torch_says,
    wait_for_change,
)
from playwright.sync_api import expect

from vae import data
from vae.model import latent


def test_a_fast_hand_is_never_thrown_back(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    visitor.page.get_by_test_id("noise-pad").focus()
    for _ in range(7):
        visitor.page.keyboard.press("Space")
        visitor.page.wait_for_timeout(150)
    visitor.page.wait_for_url(lambda url: "draw=" in url and not url.endswith("draw=3"))
    visitor.settle()
    shown = latent.sample_prior(1, 2, link_of(visitor)["draw"])[0].tolist()
    assert numbers(visitor, "vae", "noise") == pytest.approx(shown, abs=0.006)


def test_dragging_the_code_moves_picture_and_numbers_without_a_word_to_the_server(visit):
    visitor = visit("?digit=18&draw=3")
    sent: list = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visitor.page.reload()
    ready(visitor)
    visitor.settle()
    still = everything(visitor)
    for i, kind in enumerate(NAMES):
        box = box_of(plane(visitor, i))
        height = box["y"] + 0.35 * box["height"]
        visitor.page.mouse.move(box["x"] + 0.4 * box["width"], height)
        visitor.page.mouse.down()
        quiet, pictures = len(sent), set()
        for step in range(8):
            visitor.page.mouse.move(box["x"] + (0.42 + 0.02 * step) * box["width"], height)
            visitor.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            pictures.add(picture(visitor, kind))
        assert len(pictures) >= 7
        assert len(sent) == quiet
        visitor.page.mouse.up()
    moved = everything(visitor)
    assert {name for name in still if moved[name] != still[name]} >= {"ae z", "ae reconstruction", "vae z", "vae noise"}
    for name in ("ae mean", *(f"vae {name}" for name in SAME_FOR_EVERY_DRAW)):
        assert moved[name] == still[name]
    for d in range(2):  # epsilon is the one that leads to this z
        z = moved["vae mean"][d] + moved["vae std"][d] * moved["vae noise"][d]
        assert z == pytest.approx(moved["vae z"][d], abs=0.006 + 0.0006 * abs(moved["vae noise"][d]) + 0.01)
    for kind in NAMES:
        visitor.page.locator(f".lane.{kind}").get_by_role("button", name="Back to μ").click()
    centred = wait_for_change(visitor, moved)
    assert centred["vae z"] == centred["vae mean"]
    assert centred["ae z"] == still["ae z"]


def test_the_noise_is_dragged_and_moved_by_keys(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    pad = visitor.page.get_by_test_id("noise-pad")
    box = box_of(pad)
    visitor.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_for_change(visitor, {"vae noise": torch_says(18, 3)["vae noise"]}, "vae noise")
    middle = numbers(visitor, "vae", "noise")
    assert middle == pytest.approx([0, 0], abs=0.1)
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        visitor.page.keyboard.press(key)
    wait_for_change(visitor, {"vae noise": middle}, "vae noise")
    visitor.settle()
    moved = numbers(visitor, "vae", "noise")
    assert [b - a for a, b in zip(middle, moved, strict=True)] == pytest.approx([0.2, -0.1], abs=0.021)


def test_arrow_keys_on_the_planes_move_the_codes(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    before = everything(visitor)
    for i, name in enumerate(("ae z", "vae noise")):
        plane(visitor, i).focus()
        visitor.page.keyboard.press("ArrowRight")
        after = wait_for_change(visitor, before, name)
        assert after[name][0] > before[name][0]
        assert after[name][1] == before[name][1]
    assert after["vae noise"][0] - before["vae noise"][0] == pytest.approx(0.1, abs=0.011)  # a tenth of sigma


def test_a_new_epsilon_by_keyboard_alone(visit):
    """Few stops after the fold: the digits are one, and what has nothing to do yet is none."""
    visitor = ready(visit("?digit=3&draw=5"))
    before = everything(visitor)
    visitor.page.locator("summary", has_text="How does it work?").focus()
    visitor.tab_to("New ε", most=22).page.keyboard.press("Enter")
    after = wait_for_change(visitor, before, "vae noise")
    visitor.page.keyboard.press("Space")
    wait_for_change(visitor, after, "vae noise")
    visitor.page.wait_for_url(lambda url: not url.endswith("draw=5"))


def test_digits_are_chosen_by_arrow_keys(visit):
    visitor = ready(visit("?digit=3&draw=5"))  # a 0
    labels = data.load("mnist").test.labels
    visitor.page.get_by_role("radio", checked=True, name="Digit 0").focus()
    visitor.page.keyboard.press("ArrowRight")
    expect(visitor.page.get_by_role("radio", name="Digit 1")).to_be_checked()
    visitor.page.keyboard.press("ArrowLeft")
    visitor.page.keyboard.press("ArrowLeft")
    expect(visitor.page.get_by_role("radio", name="Digit 9")).to_be_focused()
    visitor.page.wait_for_url(lambda url: "digit=3&" not in url)
    assert labels[link_of(visitor)["digit"]] == 9


def test_every_node_is_reached_by_tab_and_opened_by_enter(visit):
    visitor = ready(visit("?home_machine=1"))
    nodes = visitor.page.locator("[data-node]")
    reached = set()
    card = visitor.page.get_by_test_id("node-card")
    for _ in range(90):
        visitor.page.keyboard.press("Tab")
        name = visitor.page.evaluate(
            """() => {
                let e = document.activeElement;
                while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                return e.dataset?.node ? (e.closest('.lane')?.className ?? '') + e.dataset.node : null;
            }"""
        )
        if name is None or name in reached:
            continue
        reached.add(name)
        visitor.page.keyboard.press("Enter")
        expect(card).to_be_visible()
        assert card.locator("math").count() == 1
        assert re.match(r"vae/[\w/]+\.py, line \d+, in [\w.]+:", card.locator(".where-code").inner_text())
        assert card.locator("code").inner_text().strip()
        assert card.locator(".live").inner_text().strip()
        visitor.page.keyboard.press("Escape")
        expect(card).to_be_hidden()
        if len(reached) == nodes.count():
            break
    assert len(reached) == nodes.count() == 19


def test_a_digit_is_picked_at_once_and_is_in_the_address(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    labels = data.load("mnist").test.labels
    page = visitor.page
    page.get_by_role("radio", name="Digit 4").click()
    expect(page.get_by_role("radio", name="Digit 4")).to_be_checked()
    page.wait_for_url(lambda url: "digit=18" not in url)
    first = link_of(visitor)["digit"]
    assert labels[first] == 4
    page.get_by_role("button", name="Another one").click()
    page.wait_for_url(lambda url: f"digit={first}&" not in url)
    visitor.settle()
    second = link_of(visitor)["digit"]
    assert labels[second] == 4
    assert_torch_agrees(visitor, second, 3)


def test_a_drawing_goes_through_the_machine_and_outlives_a_change_of_page(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    before = everything(visitor)
    draw_a_one(visitor)
    expect(visitor.page.get_by_text("your drawing: like a 1")).to_be_visible()
    drawn = wait_for_change(visitor, before, "ae mean")
    assert drawn["vae noise"] == before["vae noise"]
    visitor.go("Explore")
    visitor.go("Home")
    ready(visitor)
    expect(visitor.page.get_by_text("your drawing: like a 1")).to_be_visible()
    assert everything(visitor) == drawn
    visitor.page.get_by_role("button", name="Clear").click()
    expect(visitor.page.get_by_text("test image 18")).to_be_visible()
    wait_for_change(visitor, drawn, "ae mean")
    assert everything(visitor) == before


def test_what_was_drawn_and_moved_by_hand_is_in_the_address_for_another_visitor(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    draw_a_one(visitor)
    expect(visitor.page.get_by_text("your drawing: like a 1")).to_be_visible()
    for i in range(2):
        box = box_of(plane(visitor, i))
        visitor.page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + 0.4 * box["height"])
    visitor.page.wait_for_url(re.compile("home_epsilon=.*home_z="))
    visitor.settle()
    other = ready(visit(visitor.page.url.removeprefix(visitor.address + "/")))
    expect(other.page.get_by_text("your drawing: like a 1")).to_be_visible()
    assert everything(other) == everything(visitor)
    for kind in NAMES:
        assert picture(other, kind) == picture(visitor, kind)
    visitor.page.get_by_role("button", name="New ε").click()
    visitor.page.locator(".lane.ae").get_by_role("button", name="Back to μ").click()
    visitor.page.wait_for_url(lambda url: "home_epsilon" not in url and "home_z" not in url)
