"""What the planes show: one model or two, any number of latents, layers, and sharpness at every size."""

import pytest
from playwright.sync_api import expect


def test_two_planes_share_one_cursor(visit) -> None:
    visitor = visit("mode=pair")
    for plane, place in ((0, (0.6, 0.35)), (1, (0.4, 0.7))):
        before = [visitor.picture(i) for i in (0, 1)]
        visitor.hover(*place, plane=plane)
        assert visitor.where(0) == visitor.where(1)
        assert all(visitor.picture(i) != before[i] for i in (0, 1))


def test_two_planes_of_models_with_different_latents_share_the_place_on_the_plane(visit) -> None:
    visitor = visit("mode=mixed")
    assert visitor.sliders.count() == 0  # no slider could mean the same in both
    for plane, place in ((0, (0.3, 0.35)), (1, (0.7, 0.6))):
        before = [visitor.picture(i) for i in (0, 1)]
        visitor.hover(*place, plane=plane)
        assert visitor.numbers(0) == pytest.approx(visitor.numbers(1), abs=0.011)
        assert all(visitor.picture(i) != before[i] for i in (0, 1))
    visitor.page.mouse.click(*visitor.at(0.5, 0.5, plane=0))
    positions = visitor.until_told(lambda told: told["positions"] is not None)["positions"]
    assert [len(z) for z in positions] == [2, 10]


@pytest.mark.parametrize("dims", [1, 10, 64])
def test_any_number_of_latents(visit, dims: int) -> None:
    visitor = visit(f"dims={dims}")
    assert visitor.sliders.count() == dims
    before = visitor.picture()
    visitor.hover(0.7, 0.4)
    assert visitor.picture() != before
    if dims > 2:
        visitor.away()
        plane = visitor.drawn_plane()
        visitor.button("Principal components").click()
        visitor.until(lambda: visitor.drawn_plane() != plane)


def test_layers_change_the_plane_and_fetch_what_they_need(visit) -> None:
    visitor = visit()
    fetched: list[str] = []
    visitor.page.on("response", lambda response: fetched.append(response.url))
    for name, layer in (("Images", 0), ("Decoded", 0), ("Ellipses", 1), ("Off the map", 0)):
        before = visitor.drawn_plane(layer)
        visitor.button(name).click()
        visitor.until(lambda layer=layer, before=before: visitor.drawn_plane(layer) != before)
    assert visitor.until(lambda: sum("/canvas/data/" in url for url in fetched)) == 2  # thumbnails and posterior widths


def test_a_layer_leaves_a_test_image_exactly_where_it_is(visit) -> None:
    visitor = visit("mode=image")
    visitor.button("Images").click()
    told = visitor.until_told(lambda told: told["positions"] is not None)
    assert told["positions"] == told["codes"][1:]


def test_posteriors_around_the_hand_go_with_it_and_leave_with_their_layer(visit) -> None:
    visitor = visit("mode=pair")
    bare = [visitor.drawn_plane(layer=1, plane=i) for i in (0, 1)]
    visitor.button("Ellipses").click()
    visitor.until(lambda: all(visitor.drawn_plane(layer=1, plane=i) != bare[i] for i in (0, 1)))
    around = [visitor.drawn_plane(layer=1, plane=i) for i in (0, 1)]
    visitor.hover(0.6, 0.6, plane=0)
    assert all(visitor.drawn_plane(layer=1, plane=i) != around[i] for i in (0, 1))
    visitor.away()
    visitor.button("Ellipses").click()
    visitor.until(lambda: [visitor.drawn_plane(layer=1, plane=i) for i in (0, 1)] == bare)


SHARP = """plane => [...plane.querySelectorAll("canvas")].map((canvas) => [canvas.width, canvas.height])
    .every(([w, h]) => w === Math.round(plane.clientWidth * devicePixelRatio) && h === Math.round(plane.clientHeight * devicePixelRatio))"""
INKED = """canvas => {
  const { width, height } = canvas;
  return canvas.toDataURL() !== Object.assign(document.createElement("canvas"), { width, height }).toDataURL();
}"""


def test_a_pixel_of_the_canvas_is_a_pixel_of_the_screen(visit) -> None:
    visitor = visit("mode=pair", device_scale_factor=2)
    assert visitor.page.evaluate("devicePixelRatio") == 2
    for scheme, width, height in (("light", 1280, 900), ("dark", 900, 700), ("light", 1100, 1000)):
        visitor.page.emulate_media(color_scheme=scheme)
        visitor.page.set_viewport_size({"width": width, "height": height})
        for plane in visitor.planes.all():
            visitor.until(lambda plane=plane: plane.evaluate(SHARP) and plane.locator("canvas").first.evaluate(INKED))
    assert visitor.page.get_by_test_id("decoded-image").first.evaluate("e => getComputedStyle(e).imageRendering") == "pixelated"


def test_both_themes_have_their_own_ink(visit_streamlit) -> None:
    visitor = visit_streamlit(color_scheme="light")
    light = visitor.drawn_plane()
    visitor.page.emulate_media(color_scheme="dark")
    visitor.until(lambda: visitor.drawn_plane() != light)


def test_the_plane_of_a_wide_model_says_which_dimensions_it_shows(visit) -> None:
    visitor = visit("dims=10")
    across, up = (visitor.page.get_by_label(f"Dimension {name}") for name in ("across", "up"))
    before = visitor.drawn_plane(), across.input_value()
    across.select_option(up.input_value())  # the two change places
    expect(up).to_have_value(before[1])
    visitor.until(lambda: visitor.drawn_plane() != before[0])


def test_python_is_told_which_layers_and_which_plane_are_shown(visit) -> None:
    visitor = visit("dims=10")
    visitor.button("Decoded").click()
    assert visitor.until_told(lambda told: told["layers"] is not None)["layers"] == ["points", "decoded", "prior"]
    visitor.page.get_by_label("Dimension across").select_option("7")
    plane = visitor.until_told(lambda told: told["plane"] is not None and told["plane"].startswith("8,"))["plane"]
    visitor.button("Principal components").click()
    visitor.until_told(lambda told: told["plane"] == "principal")
    again = visit(f"dims=10&layers=points,decoded,prior&plane={plane}")
    assert again.page.get_by_label("Dimension across").input_value() == "7"
    pressed = again.page.locator('[data-layer][aria-pressed="true"]').evaluate_all(
        "all => all.map((each) => each.dataset.layer)"
    )
    assert pressed == ["points", "decoded", "prior"]
