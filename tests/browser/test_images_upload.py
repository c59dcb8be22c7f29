"""Images sent from a real browser: checked, kept, opened again by the same browser and by no other."""

import io
import re

import numpy as np
from playwright.sync_api import expect

IMAGES = np.random.default_rng(0).integers(0, 256, (60, 40, 30), dtype=np.uint8)


def archive(**arrays: np.ndarray) -> dict:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return {"name": "beetles.npz", "mimeType": "application/octet-stream", "buffer": buffer.getvalue()}


def test_images_are_sent_kept_and_private_to_the_browser(visit):
    visitor = visit("images")
    page, files = visitor.page, visitor.page.get_by_test_id("files")
    files.set_input_files(archive(x=np.array([None] * 60)))
    page.get_by_text("This was not read.").wait_for()
    page.get_by_text("x holds Python objects").wait_for()
    files.set_input_files(archive(images=IMAGES, labels=np.arange(60) % 2))
    page.get_by_text("60 images of 30 \u00d7 40 pixels.").wait_for()
    expect(page.locator(".im-preview img")).to_have_count(8)
    page.get_by_role("button", name="Keep these images").click()
    page.wait_for_url(re.compile(r"images_set=[\w-]{22}"))
    kept = page.get_by_role("combobox")
    expect(kept).to_have_value("beetles: 60 images, 2 classes")
    link = page.url.removeprefix(visitor.address + "/")

    stranger = visit(link)
    stranger.page.get_by_text("These images are private to the browser that brought them").wait_for()
    expect(stranger.page.get_by_role("combobox")).to_have_count(0)

    page.reload()
    expect(kept).to_have_value("beetles: 60 images, 2 classes")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    expect(kept).to_have_count(0)


def test_a_large_file_is_told_of_and_can_be_stopped_by_keyboard(visit, tmp_path):
    visitor = visit("images")
    page = visitor.page
    table = tmp_path / "large.csv"
    table.write_bytes((",".join(map(str, range(784))) + "\n").encode() * 12_000)
    with page.expect_file_chooser() as chooser:  # the browser hands its dialog over only some time after this
        visitor.tab_to("Choose files")
        page.keyboard.press("Enter")
    chooser.value.set_files(table)
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.get_by_role("progressbar", name="How far it is").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Stopped. Nothing of it was kept.").wait_for()
    expect(page.get_by_role("button", name="Choose files")).to_be_focused()
    page.get_by_test_id("files").set_input_files(archive(images=IMAGES))  # and the next one is read
    page.get_by_text("60 images of 30 \u00d7 40 pixels.").wait_for()
    expect(page.get_by_text("This was not read.")).to_have_count(0)


def test_a_file_that_is_too_large_is_not_sent_and_the_page_says_that_a_part_will_do(visit, tmp_path):
    page = visit("images").page
    with (tmp_path / "huge.csv").open("wb") as huge:
        huge.truncate(201 * 2**20)
    page.get_by_test_id("files").set_input_files(tmp_path / "huge.csv")
    page.get_by_text("That is 201.0 MB; 200 MB is the most. A part of it will do").wait_for()
    expect(page.get_by_role("progressbar")).to_have_count(0)
