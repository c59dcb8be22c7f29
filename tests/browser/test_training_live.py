"""Training in front of the class: started, watched, ordered about, left and found again, replayed, shared, deleted."""

import io
import re
import zipfile
from pathlib import Path

import safetensors.torch
from PIL import Image
from playwright.sync_api import expect
from test_first_screen import DECODED, PLANE, SCREENS, outside

SHORT = "train?data=digits&images=30000"
PATIENCE = 180_000  # milliseconds: workers give way to everything else, so on a busy machine they are slow
LONG = "train?data=digits&images=3000000"
FREQUENT = "train?data=digits&images=1000000"  # has its moments in a third of the time
SEEN = (PLANE, DECODED, "[data-testid=run-slider]", "[data-testid=stProgress]")  # of a run, on the first screen
DRAWN = '[data-testid="latent-plane"], [data-testid="stVegaLiteChart"] :is(canvas, svg)'  # two planes, four charts


def status(visitor, text: str):
    """What the page says of how the run stands, as soon as it says so."""
    found = visitor.page.get_by_test_id("stProgress").get_by_text(text)
    found.wait_for(timeout=PATIENCE)
    return found


def numbers(visitor) -> list[float]:
    """The losses in the table, in nats."""
    return [float(cell) for cell in visitor.page.locator(".le-now b").all_inner_texts() if re.fullmatch(r"[\d.]+", cell)]


def start(visitor):
    visitor.page.get_by_role("button", name="Start training").click()
    visitor.page.wait_for_url(re.compile(r"\?run=[\w-]{22}$"))
    return visitor


def test_started_by_keyboard_the_focus_stays_where_it_was(visit):
    visitor = visit(SHORT)
    visitor.page.get_by_role("button", name="Start training").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(re.compile(r"\?run=[\w-]{22}$"))
    visitor.page.get_by_role("button", name="Show the presets").wait_for()
    assert visitor.page.evaluate("document.activeElement.innerText") == "Start training"


def moment(visitor) -> str:
    """Which moment the canvas shows."""
    return visitor.page.get_by_test_id("run-moment").inner_text()


def test_a_pair_is_trained_replayed_shared_and_deleted(visit):
    visitor = start(visit(SHORT))
    page = visitor.page
    page.locator(".le-now").wait_for(timeout=PATIENCE)
    status(visitor, "Finished: 30,000 of 30,000 images")
    expect(page.get_by_test_id("latent-plane")).to_have_count(2)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(4)
    assert visitor.pictures("le-cell").shape == (40, 8, 8)
    assert len(numbers(visitor)) == 5  # reconstruction and total of both, and the VAE's KL

    expect(page.get_by_test_id("run-moment")).to_have_text("30,208 images")
    slider = page.get_by_test_id("run-slider")
    assert [outside(visitor, SEEN, screen) for screen in SCREENS] == [[]] * len(SCREENS)
    visitor.page.set_viewport_size({"width": 1440, "height": 900})
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_test_id("run-moment")).to_have_text("0 images")
    expect(visitor.canvas().locator(".near.off")).to_have_count(0)  # all codes are in one heap under the cross
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.get_by_test_id("run-moment")).to_have_text("30,208 images")

    with page.expect_download() as download:
        page.get_by_role("button", name="Weights", exact=True).click()
    with zipfile.ZipFile(download.value.path()) as packed:
        weights = [name for name in packed.namelist() if name.endswith(".safetensors")]
        assert len(weights) == 2
        assert all(safetensors.torch.load(packed.read(name)) for name in weights)

    link = page.url.removeprefix(visitor.address + "/")
    stranger = visit(link)
    status(stranger, "Finished: 30,000 of 30,000 images")
    stranger.page.get_by_text("Somebody else").wait_for()
    assert numbers(stranger) == numbers(visitor)

    visitor.go("Explore")
    (own,) = (option for option in visitor.options("Model") if option.startswith("VAE, 2 latents, digits (yours: "))
    visitor.choose("Model", own)
    assert visitor.decoded()

    visitor.go("Runs")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text("Nothing is trained in this browser yet").wait_for()
    stranger.open(link)
    stranger.page.get_by_text("There is no such run, or no longer").wait_for()


def test_a_run_is_paused_stepped_changed_and_stopped_and_every_tab_sees_the_same(visit):
    visitor = start(visit(LONG))
    page = visitor.page
    status(visitor, "Training: ")
    link = page.url
    page.get_by_role("button", name="Pause").click()
    status(visitor, "Paused: ")
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_text("the last single batch").wait_for(timeout=PATIENCE)

    second = page.context.new_page()  # the same browser's second tab, which is not told which run
    second.goto(f"{visitor.address}/train")
    second.get_by_test_id("stProgress").get_by_text("Paused: ").wait_for()
    assert second.url == link

    beta = page.get_by_role("spinbutton", name="β")  # there is one, and it reaches the run
    beta.fill("4")
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("dotted: β = 4 from [0-9,]+ images on")).wait_for(timeout=PATIENCE)
    second.get_by_role("button", name="Resume").click()
    status(visitor, "Training: ")
    visitor.go("Home")
    visitor.go("Train")
    status(visitor, "Training: ")
    page.reload()
    status(visitor, "Training: ")
    page.get_by_role("button", name="Stop", exact=True).click()
    status(visitor, "Stopped: ")
    page.locator("summary", has_text="Settings").click()
    expect(beta).to_have_value("4")  # of the next run
    second.get_by_test_id("stProgress").get_by_text("Stopped: ").wait_for()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    second.close()


def test_points_travel_and_neither_canvas_nor_curves_are_built_again_while_a_run_goes_on(visit):
    visitor = start(visit(FREQUENT))
    page = visitor.page
    page.get_by_test_id("run-slider").wait_for(timeout=PATIENCE)
    drawn = page.locator(DRAWN)
    expect(drawn).to_have_count(6)
    drawn.evaluate_all("all => all.forEach(e => { e.stoodBefore = true })")
    for _ in range(3):
        seen = moment(visitor)
        expect(page.get_by_test_id("run-moment")).not_to_have_text(seen, timeout=PATIENCE)
    assert drawn.evaluate_all("all => all.map(e => e.stoodBefore === true)") == [True] * 6
    page.get_by_role("button", name="Stop", exact=True).click()
    status(visitor, "Stopped: ")


def test_a_preset_is_one_press(visit):
    visitor = visit("train")
    visitor.page.get_by_text("Posterior collapse:").wait_for()
    visitor.page.get_by_role("button", name="Train this").nth(1).click()
    visitor.page.get_by_text("AE + VAE, 2 latents, beta 30").first.wait_for()
    visitor.page.get_by_role("button", name="Stop", exact=True).click()
    visitor.page.get_by_test_id("stProgress").get_by_text(re.compile("^(Stopped|Finished)")).wait_for(timeout=PATIENCE)


def test_pictures_are_downloaded_as_they_are_shown(visit):
    visitor = visit("interpolate?a=11&b=250&steps=7")
    for button, kind in (("PNG strip", "PNG"), ("Animated GIF", "GIF")):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=button).first.click()
        picture = Image.open(io.BytesIO(Path(download.value.path()).read_bytes()))
        assert (picture.format, getattr(picture, "n_frames", 1)) == (kind, 12 if kind == "GIF" else 1)
        assert download.value.suggested_filename == f"mnist-ae-2d-11-to-250-linear.{kind.lower()}"


def test_every_setting_is_reached_by_keyboard_and_a_change_leaves_the_settings_open(visit):
    """The first change makes a preset the visitor's own settings, so the sentence on the preset goes and what is below moves up."""
    visitor = visit("train")
    page, visited = visitor.page, []
    page.locator("summary", has_text="Settings").focus()
    page.keyboard.press("Enter")
    visitor.tab_to("Batch size")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("batch=128"))
    visitor.settle()
    assert visitor.focused() == "Batch size"
    while "Seed" not in visited and len(visited) < 40:
        page.keyboard.press("Tab")
        visited.append(visitor.focused())
    for name in (
        "Layers",
        "Encoder’s layers",
        "Decoder’s layers",
        "Nonlinearity",
        "KL warm-up",
        "KL cycles",
        "Noise on the input",
    ):
        assert name in visited
        assert f"Help for {name}" in visited
