"""Hands on the controls: a link, a slider, a click on the plane and the keyboard alone do what they say."""

import pytest
from playwright.sync_api import expect


def draws(visitor) -> list[str]:
    """The decoded prior draws of both models."""
    visitor.decoded()
    return visitor.page.get_by_test_id("prior-draw").evaluate_all("all => all.map((canvas) => canvas.toDataURL())")


def frames_of(visitor) -> list[dict]:
    """The messages that the browser sends to the server from now on; the list grows."""
    sent: list[dict] = []
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.on("Network.webSocketFrameSent", lambda frame: sent.append(frame))
    session.send("Network.enable")
    return sent


def test_a_copied_link_opens_the_same_view_for_somebody_else(visit):
    first = visit("compare?ae=mnist-ae-10d&vae=mnist-vae-10d&digit=9999&draw=7")
    expect(first.page.get_by_label("Test image to follow")).to_have_value("9999")
    second = visit(first.page.url.removeprefix(first.address + "/"))
    assert second.page.url == first.page.url
    assert draws(second) == draws(first)
    assert len(set(draws(first))) == 24


def test_what_the_prior_gives_is_kept_back_until_somebody_draws(visit):
    visitor = visit("compare")
    assert len(set(draws(visitor))) == 1
    assert "draw=" not in visitor.page.url
    visitor.canvas().get_by_role("button", name="Draw").click()
    first = draws(visitor)
    assert len(set(first)) == 24
    visitor.page.wait_for_url(lambda url: "draw=0" in url)
    visitor.canvas().get_by_role("button", name="Draw").click()
    expect(visitor.page.get_by_label("Seed")).to_have_value("1")
    assert set(draws(visitor)).isdisjoint(first)


MOVES = {  # what is moved on a page, by its name: what is pressed or typed, and what the address then says
    "explore": [
        ("Prior draw", None, "explore_layers=points%2Cprior"),
        ("Back to 0", None, "z1=0&z2=0"),
        ("Decoded", None, "explore_layers=points%2Cdecoded%2Cprior"),
        ("z1 ·", "ArrowRight", "z1=0.0"),
    ],
    "compare": [
        ("Draw", None, "draw=0"),
        ("Seed", "42", "draw=42"),
        ("Test image to follow", "17", "digit=17"),
        ("Equal", None, "compare_axes=equal"),
        ("Off the map", None, "compare_layers=points%2Cellipses%2Cprior%2Cdistance"),
    ],
    "interpolate": [
        ("Steps", "ArrowRight", "steps=13"),
        ("Spherical", None, "method=spherical"),
        ("From, Example", "3", "a=34"),
        ("Random pair", None, "method=spherical&steps=13"),
    ],
}


@pytest.mark.parametrize("path", MOVES)
def test_what_the_browser_can_answer_is_in_the_address_and_python_hears_nothing(visit, path):
    visitor = visit(path)
    visitor.decoded()
    sent, canvas = frames_of(visitor), visitor.canvas()
    for name, typed, said in MOVES[path]:
        if typed is None:
            canvas.get_by_role("button", name=name, exact=True).click()
        elif typed.startswith("Arrow"):
            canvas.get_by_role("slider", name=name).press(typed)
        else:
            canvas.get_by_label(name).fill(typed)
            canvas.get_by_label(name).press("Enter")
        visitor.page.wait_for_url(lambda url, said=said: said in url)
    assert sent == []
    shown = [canvas.locator(".where").all_inner_texts(), visitor.page.url]
    visitor.page.reload()
    visitor.settle()
    visitor.decoded()
    assert [canvas.locator(".where").all_inner_texts(), visitor.page.url] == shown


def test_what_was_moved_is_kept_while_one_looks_at_another_page(visit):
    visitor = visit("compare")
    visitor.decoded()
    sent = frames_of(visitor)
    visitor.canvas().get_by_role("button", name="Draw").click()
    seed = visitor.page.get_by_label("Seed")
    seed.fill("42")
    seed.press("Enter")
    at = visitor.page.url
    visitor.go("Interpolate")
    assert len(sent) == 2  # Python heard of the draw, and then of the other page
    visitor.page.get_by_label("To", exact=True).select_option("8")
    end = visitor.page.url
    visitor.go("AE vs VAE")
    expect(seed).to_have_value("42")
    assert visitor.page.url == at
    visitor.go("Interpolate")
    assert visitor.page.url == end


def test_a_link_to_a_position_shows_it_on_the_canvas(visit):
    visitor = visit("explore?model=mnist-ae-2d&z1=1.25&z2=-0.5")
    visitor.canvas().get_by_text("z = (1.25, \u22120.50)", exact=True).wait_for()
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
    x, y = box["x"] + box["width"] * 0.04, box["y"] + box["height"] * 0.85  # where no test image lives
    visitor.page.mouse.move(x, y, steps=3)
    visitor.page.mouse.click(x, y)
    visitor.page.wait_for_url(lambda url: not url.endswith("z1=0&z2=0"))
    assert "digit" not in visitor.page.url
    visitor.page.mouse.move(x, 1)  # the hand leaves
    visitor.settle()
    at = visitor.decoded()
    other = visit(visitor.page.url.removeprefix(visitor.address + "/"))
    assert other.latents() == pytest.approx(visitor.latents(), abs=0.01)
    assert other.decoded() == at


def test_tab_reaches_the_controls_in_the_order_in_which_they_are_read(visit):
    visitor, reached = visit("explore"), []
    while len(reached) < 60 and "Back to 0" not in reached:
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
