"""A file from the disk, with the network off, in a real browser: the hand moves, pictures follow, drawings are seen."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from explorer.models import trained
from explorer.takehome.page import document
from explorer.takehome.views import view_of
from vae.model import latent

LARGE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
GREY = 1 / 255
PICTURE = """(canvas) => {
  const { width, height } = canvas;
  const copy = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  return Array.from(copy.getImageData(0, 0, width, height).data).filter((_, i) => i % 4 === 0);
}"""
TILES = """() => {
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...values) {
    if (image.width % 24 === 0 && image.width === image.height) document.body.dataset.background = 1;
    return put.call(this, image, ...values);
  };
}"""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """A file of each kind."""
    folder, found = tmp_path_factory.mktemp("files"), {}
    for page in ("explore", "compare", "interpolate"):
        found[page] = folder / f"{page}.html"
        found[page].write_bytes(document(view_of(page, {})))
    return found


@pytest.fixture
def opened(tabs, files) -> Iterator[Callable[..., Page]]:
    """Open a file. At the end the consoles are empty, and nothing but the file was asked for."""
    pages, said, asked = list[Page](), list[str](), list[str]()
    hear = {
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
        "request": lambda request: asked.append(request.url),
    }

    def arrive(name: str, viewport=LARGE, **context) -> Page:
        page = tabs.take(hear, viewport, **context)
        pages.append(page)
        page.context.set_offline(True)
        page.goto(files[name].as_uri())
        page.locator(".latent-canvas[data-ready]").wait_for()
        return page

    yield arrive
    for page in pages:
        page.context.set_offline(False)
        tabs.give_back(page)
    assert said == []
    assert {url.split(":")[0] for url in asked} <= {"file", "blob", "data"}
    assert [url for url in asked if url.startswith("file")] == [url for url in asked if url.endswith(".html")]


def place(page: Page, side: int = 0) -> list[float]:
    """The code that is shown, as it is written."""
    text = page.locator(".head .where").nth(side).inner_text().replace("\u2212", "-")
    return [float(number) for number in text[text.index("(") + 1 : -1].split(",")]


def picture(page: Page, side: int = 0) -> np.ndarray:
    return np.array(page.get_by_test_id("decoded-image").nth(side).evaluate(PICTURE)) / 255


def torchs(name: str, z: list[float]) -> np.ndarray:
    return latent.decode(trained.get(name).model, torch.tensor([z])).numpy().ravel()


def assert_same(page: Page, name: str, side: int = 0) -> None:
    """The picture is torch's of that place. What is written has two decimals, so torch is asked at the ends of what is rounded, too."""
    shown, z = picture(page, side), place(page, side)
    around = [torchs(name, [z[0] + a, z[1] + b]) for a in (-0.005, 0, 0.005) for b in (-0.005, 0, 0.005)]
    low, high = np.min(around, 0), np.max(around, 0)
    off = np.maximum(low - shown, shown - high)
    assert off.max() < 5 * GREY
    assert np.abs(shown - around[4]).mean() < 2 * GREY


def test_the_hand_moves_the_picture_which_is_torchs(opened) -> None:
    page = opened("compare")
    planes = page.get_by_test_id("latent-plane")
    box = planes.nth(1).bounding_box()
    seen = []
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    for across, down in ((0.45, 0.45), (0.6, 0.7)):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=4)
        page.evaluate("() => new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))")
        seen.append((place(page), picture(page)))
        for side, name in enumerate(("mnist-ae-2d", "mnist-vae-2d")):
            assert_same(page, name, side)
    assert seen[0][0] != seen[1][0]
    assert np.abs(seen[0][1] - seen[1][1]).mean() > 10 * GREY


def test_a_drawing_is_encoded_and_classified(opened) -> None:
    page = opened("compare", PHONE, has_touch=True, color_scheme="dark")
    pad = page.get_by_test_id("drawing-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.25 * box["height"])
    page.mouse.down()
    for across, down in ((0.7, 0.25), (0.62, 0.5), (0.5, 0.8)):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=5)
    page.mouse.up()
    expect(page.locator(".reply .note")).to_have_text(["Codes around it: mostly 7"] * 2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 24)"
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".reply").first).to_be_hidden()


def test_keys_move_and_the_background_is_decoded_beside_the_page(opened) -> None:
    page = opened("explore")
    page.evaluate(TILES)
    plane = page.get_by_test_id("latent-plane")
    plane.focus()
    before = place(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".head .where")).not_to_have_text(f"z = ({before[0]:.2f}, {before[1]:.2f})")
    assert place(page)[0] > before[0]
    page.locator("[data-layer=decoded]").click()
    expect(page.locator("body[data-background]")).to_be_attached()
    assert_same(page, "mnist-vae-2d")


def test_a_way_is_walked(opened) -> None:
    page = opened("interpolate", reduced_motion="reduce")
    expect(page.locator(".strip").first).to_have_attribute("aria-label", "12 steps from 7 to 0, decoded by AE, 2 latents")
    page.get_by_role("slider", name="Steps").fill("6")
    expect(page.locator(".strip").nth(1)).to_have_attribute("aria-label", "6 steps from 7 to 0, decoded by VAE, 2 latents")
    with page.expect_download() as kept:
        page.get_by_role("button", name="VAE: animated GIF").click()
    assert kept.value.path().read_bytes().startswith(b"GIF89a")
