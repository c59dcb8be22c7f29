"""Training in front of the class: started, watched, left alone, found again, taken home, and seen by nobody else."""

import io
import zipfile
from pathlib import Path

import safetensors.torch
from PIL import Image
from playwright.sync_api import expect

OWN = "VAE, 2 latents, digits (yours: run-1)"


def start_on_digits(visitor):
    """Choose the 8 x 8 digits and the smallest budget, and press Start."""
    page = visitor.page
    page.get_by_text("More settings").click()
    visitor.settle()
    visitor.choose("Data set", "Digits, 8 × 8")
    visitor.slider("Budget").focus()
    page.keyboard.press("Home")
    visitor.settle()
    expect(visitor.slider("Budget")).to_have_attribute("aria-valuetext", "30,000")
    page.get_by_role("button", name="Start training").click()
    return visitor


def test_a_model_trained_here_is_found_again_downloaded_and_explored(visit):
    visitor = start_on_digits(visit("train"))
    page = visitor.page
    page.get_by_test_id("stProgress").get_by_text("of 30,000 images").wait_for()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(3)
    visitor.go("Home")
    visitor.go("Train")
    page.get_by_test_id("stProgress").get_by_text("Finished: 30,000 of 30,000 images").wait_for()
    page.get_by_text("can now be picked on every page").wait_for()
    assert visitor.pictures("le-cell").shape == (24, 8, 8)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download model").click()
    assert download.value.suggested_filename == "run-1.zip"
    with zipfile.ZipFile(download.value.path()) as packed:
        assert safetensors.torch.load(packed.read("run-1/model.safetensors"))

    visitor.go("Explore")
    assert OWN in visitor.options("Model")
    visitor.choose("Model", OWN)
    assert visitor.decoded()
    assert "model=run-1" in page.url

    stranger = visit("explore?model=run-1")
    stranger.page.get_by_text("There is no such model; here is another.").wait_for()
    assert not any("yours" in option for option in stranger.options("Model"))


def test_a_run_can_be_stopped_and_what_it_learned_is_kept(visit):
    visitor = visit("train")
    visitor.slider("Budget").focus()
    visitor.page.keyboard.press("End")
    visitor.settle()
    visitor.page.get_by_role("button", name="Start training").click()
    visitor.page.get_by_test_id("stProgress").get_by_text("of 3,000,000 images").wait_for()
    visitor.page.get_by_role("button", name="Stop", exact=True).click()
    visitor.page.get_by_test_id("stProgress").get_by_text("Stopped: ").wait_for()
    visitor.page.get_by_text("VAE, 2 latents (yours: run-1)").wait_for()
    expect(visitor.page.get_by_role("button", name="Start training")).to_be_enabled()


def test_pictures_are_downloaded_as_they_are_shown(visit):
    visitor = visit("interpolate?a=11&b=250&steps=7")
    for button, kind in (("PNG strip", "PNG"), ("Animated GIF", "GIF")):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=button).first.click()
        picture = Image.open(io.BytesIO(Path(download.value.path()).read_bytes()))
        assert (picture.format, getattr(picture, "n_frames", 1)) == (kind, 12 if kind == "GIF" else 1)
        assert download.value.suggested_filename == f"mnist-ae-2d-11-to-250-linear.{kind.lower()}"
