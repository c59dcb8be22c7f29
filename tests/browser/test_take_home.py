"""Take home, as a visitor uses it: the file is of what the hand has just done, by mouse, finger and keyboard."""

import json
import re

import pytest


def file_of(page, use) -> dict:
    """What the view of the file that comes after `use` was told."""
    with page.expect_download() as coming:
        use()
    assert coming.value.suggested_filename == "vae-2-latents.html"
    text = coming.value.path().read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="view">(.*?)</script>', text, re.DOTALL)[1])


@pytest.mark.parametrize(("width", "touch"), [(1440, False), (390, True)])
def test_the_file_is_of_the_place_at_which_the_hand_left_the_plane(visit, width, touch):
    page = visit("explore", width=width, touch=touch).page
    plane, link = page.get_by_test_id("latent-plane").first, page.locator("a.le-take-home")
    before = page.url
    at = {"x": 60.0, "y": 80.0}
    if touch:
        plane.tap(position=at)
    else:
        plane.click(position=at)
    page.wait_for_function(
        "before => location.href !== before", arg=before
    )  # the part has written it; Python has not heard of it
    if touch:
        told = file_of(page, link.tap)
    else:
        link.focus()
        told = file_of(page, lambda: page.keyboard.press("Enter"))
    said = dict(re.findall(r"[?&](z\d)=([^&]+)", page.url))
    assert told["position"][0] == pytest.approx([float(said["z1"]), float(said["z2"])], abs=1e-4)  # an address has six digits
    assert told["position"][0] != pytest.approx([0, 0], abs=0.3)
