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
    page, files = visitor.page, visitor.page.locator('input[type="file"]')
    files.set_input_files(archive(x=np.array([None] * 60)))
    page.get_by_text("This was not read.").wait_for()
    page.get_by_text("x holds Python objects").wait_for()
    page.get_by_role("button", name="Remove").click()
    files.set_input_files(archive(images=IMAGES, labels=np.arange(60) % 2))
    page.get_by_text("60 images of 40 \u00d7 30 pixels.").wait_for()
    expect(page.locator(".im-preview img")).to_have_count(24)
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
