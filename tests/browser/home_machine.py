"""Home's machine for tests: its nodes and numbers in a browser, and what torch says they are."""

import re

import pytest
from passages import sent_through
from playwright.sync_api import Locator, expect

from explorer.models import trained
from vae import data
from vae.model import latent

NAMES = {"ae": "mnist-ae-2d", "vae": "mnist-vae-2d"}
SAME_FOR_EVERY_DRAW = ("mean", "log_variance", "std", "kl")
MOVED_BY_A_DRAW = ("noise", "z", "reconstruction", "loss")


def node(visitor, kind: str, name: str) -> Locator:
    return visitor.page.locator(f".lane.{kind} [data-node={name}]")


def numbers(visitor, kind: str, name: str) -> list[float]:
    """What a node shows."""
    texts = node(visitor, kind, name).locator(".number").all_inner_texts()
    return [float(re.findall(r"-?[\d.]+", text.replace("\u2212", "-"))[0]) for text in texts]


def everything(visitor) -> dict[str, list[float]]:
    """Every number of both lanes."""
    return {
        f"{kind} {name}": numbers(visitor, kind, name)
        for kind in NAMES
        for name in (*SAME_FOR_EVERY_DRAW, *MOVED_BY_A_DRAW)
        if kind == "vae" or name in ("mean", "z", "reconstruction", "loss")
    }


def wait_for_change(visitor, before: dict[str, list[float]], of: str = "vae z") -> dict[str, list[float]]:
    kind, name = of.split()
    expect(node(visitor, kind, name).locator(".number").first).to_have_text(re.compile(r"\d"))
    shown = node(visitor, kind, name).locator(".value").inner_text()
    for _ in range(300):
        if numbers(visitor, kind, name) != before[of]:
            return everything(visitor)
        visitor.page.wait_for_timeout(50)
    raise AssertionError(f"{of} still shows {shown}")


def picture(visitor, kind: str) -> str:
    return visitor.page.locator(f".lane.{kind}").get_by_test_id("decoded-image").evaluate("e => e.toDataURL()")


def ready(visitor):
    """Both lanes have computed."""
    for kind in NAMES:
        expect(node(visitor, kind, "loss").locator(".number")).to_have_text(re.compile("nats"))
    return visitor


def box_of(part: Locator) -> dict[str, float]:
    """Where a part is on the screen, once it is scrolled to: the machine stands below the game, and a mouse reaches what is in sight."""
    part.scroll_into_view_if_needed()
    return part.bounding_box()


def plane(visitor, i: int) -> Locator:
    return visitor.page.locator(".machine").get_by_test_id("latent-plane").nth(i)


def torch_says(digit: int, draw: int) -> dict[str, list[float]]:
    """The same numbers by the core, rounded as they are shown."""
    noise, image = latent.sample_prior(1, 2, draw), data.load("mnist").test.pixels(slice(digit, digit + 1))
    told: dict[str, list[float]] = {"vae noise": [round(value, 2) for value in noise[0].tolist()]}
    for kind, name in NAMES.items():
        passage = sent_through(trained.shipped(name).model, image, noise)
        told |= {f"{kind} mean": passage.posterior.mean[0].tolist(), f"{kind} z": passage.z[0].tolist()}
        told |= {
            f"{kind} reconstruction": [passage.reconstruction],
            f"{kind} loss": [passage.reconstruction + (passage.kl or 0)],
        }
        if passage.kl is not None:
            told |= {"vae kl": [passage.kl], "vae std": passage.posterior.std[0].tolist()}
            told |= {"vae log_variance": passage.posterior.log_variance[0].tolist()}
    return told


def assert_torch_agrees(visitor, digit: int, draw: int) -> None:
    shown, expected = everything(visitor), torch_says(digit, draw)
    assert shown.keys() == expected.keys()
    for name, values in expected.items():
        within = 0.1 if name.split()[1] in ("kl", "loss", "reconstruction") else 0.0006 if name == "vae std" else 0.006
        assert shown[name] == pytest.approx(values, abs=within), name


def link_of(visitor) -> dict[str, int]:
    return {name: int(value) for name, value in re.findall(r"(digit|draw)=(\d+)", visitor.page.url)}


def draw_a_one(visitor) -> None:
    box = box_of(visitor.page.get_by_test_id("drawing-pad"))
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=6)
    visitor.page.mouse.up()
