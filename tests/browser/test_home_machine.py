"""Home's machine as it stands: every number is torch's, the sampling is the only difference, and all of it is on one screen."""

import re

import pytest
import torch
from home_machine import (
    MOVED_BY_A_DRAW,
    NAMES,
    assert_torch_agrees,
    everything,
    link_of,
    node,
    numbers,
    picture,
    plane,
    ready,
    wait_for_change,
)
from passages import sent_through
from playwright.sync_api import expect

from explorer.models import trained
from vae import data
from vae.model import latent


def test_every_number_is_the_one_that_torch_computes(visit):
    assert_torch_agrees(ready(visit("?digit=4321&draw=42")), 4321, 42)


def test_a_new_epsilon_moves_what_is_behind_the_sampling_and_nothing_else(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    before, pictures = everything(visitor), {kind: picture(visitor, kind) for kind in NAMES}
    visitor.page.get_by_role("button", name="New ε").click()
    after = wait_for_change(visitor, before, "vae noise")
    changed = {name for name in before if after[name] != before[name]}
    assert {"vae noise", "vae z"} <= changed <= {f"vae {name}" for name in MOVED_BY_A_DRAW}
    assert picture(visitor, "ae") == pictures["ae"]
    assert picture(visitor, "vae") != pictures["vae"]
    visitor.page.wait_for_url(lambda url: "draw=" in url and not url.endswith("draw=3"))
    other = ready(visit(visitor.page.url.removeprefix(visitor.address + "/")))
    assert everything(other) == everything(visitor)
    assert picture(other, "vae") == picture(visitor, "vae")


def test_the_sample_travels_to_its_new_place_on_a_straight_way(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    visitor.page.emulate_media(reduced_motion="no-preference")
    for _ in range(6):  # on a machine too busy for frames, once more
        way = visitor.page.evaluate(
            """async () => {
                const host = [...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('.machine')).shadowRoot;
                const read = () => [...host.querySelectorAll('.lane.vae [data-node=noise] .number')]
                    .map(e => Number(e.textContent.replace('\\u2212', '-')));
                const seen = [read()];
                [...host.querySelectorAll('button')].find(e => e.textContent === 'New ε').click();
                const end = performance.now() + 1500;
                while (performance.now() < end) {
                    await new Promise(requestAnimationFrame);
                    if (String(read()) !== String(seen.at(-1))) seen.push(read());
                }
                return seen;
            }"""
        )
        if len(way) >= 4:
            break
    assert len(way) >= 4
    (x0, y0), (x1, y1) = way[0], way[-1]
    for x, y in way:
        across = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
        assert abs(across) <= 0.03 * (abs(x1 - x0) + abs(y1 - y0)) + 1e-6, way


def test_fifty_draws_give_the_mean_reconstruction_and_the_address_names_the_last(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    visitor.page.get_by_role("button", name="50 draws").click()
    said = visitor.page.locator(".lane.vae .expected")
    expect(said).to_have_text(re.compile(r"mean of 51: [\d.]+"))
    image, model = data.load("mnist").test.pixels(slice(18, 19)), trained.shipped(NAMES["vae"]).model
    draws = [sent_through(model, image, latent.sample_prior(1, 2, seed)).reconstruction for seed in range(400)]
    mean = sum(draws) / len(draws)
    spread = (sum((value - mean) ** 2 for value in draws) / len(draws)) ** 0.5
    assert float(said.inner_text().rsplit(" ", 1)[1]) == pytest.approx(mean, abs=0.1 + 5 * spread / 51**0.5)
    visitor.page.wait_for_url(lambda url: "draw=" in url and not url.endswith("draw=3"))
    shown = latent.sample_prior(1, 2, link_of(visitor)["draw"])[0].tolist()
    assert numbers(visitor, "vae", "noise") == pytest.approx(shown, abs=0.006)


def test_an_open_node_keeps_its_numbers_live(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    node(visitor, "vae", "z").click()
    live = visitor.page.get_by_test_id("node-card").locator(".live")
    before = live.inner_text()
    assert "self.mean + self.std * epsilon" in visitor.page.get_by_test_id("node-card").inner_text()
    visitor.page.keyboard.press("Escape")
    node(visitor, "vae", "z").click()
    visitor.page.get_by_role("button", name="New ε").click()
    expect(live).not_to_have_text(before)
    first = re.match(r"z\u2081 = (\S+) \+ (\S+) \u00b7 \(?([^) ]+)\)? = (\S+)", live.inner_text())
    mean, std, epsilon, z = (float(text.replace("\u2212", "-")) for text in first.groups())
    assert z == pytest.approx(mean + std * epsilon, abs=0.011 + 0.0006 * abs(epsilon))


def test_on_a_phone_the_lanes_run_down_side_by_side_and_stay_level(visit):
    visitor = ready(visit("?home_machine=1", width=390))
    assert visitor.overflow() <= 0
    for name in ("encoder", "mean", "decoder", "output", "reconstruction", "loss"):
        ae, vae = (node(visitor, kind, name).bounding_box() for kind in NAMES)
        assert ae["y"] + ae["height"] / 2 == pytest.approx(vae["y"] + vae["height"] / 2, abs=2), name
        assert ae["x"] + ae["width"] < vae["x"]
    planes = [plane(visitor, i).bounding_box() for i in range(2)]
    assert planes[0]["y"] == pytest.approx(planes[1]["y"], abs=2)
    smallest = visitor.page.locator(".machine").evaluate(
        """e => Math.min(...[...e.querySelectorAll('.node :is(b, small, .number)')]
            .map(t => parseFloat(getComputedStyle(t).fontSize)))"""
    )
    assert smallest >= 11
    for kind in NAMES:
        node(visitor, kind, "loss").click()
        card = visitor.page.get_by_test_id("node-card").bounding_box()
        assert card["x"] >= 0
        assert card["x"] + card["width"] <= 390
    assert visitor.overflow() <= 0


def test_the_whole_machine_is_on_one_screen_with_its_maps_and_beside_them_their_lenses(visit):
    visitor = ready(visit("?home_machine=1", width=1280, height=720))
    body = visitor.page.locator(".machine-body")
    for width, height in ((1280, 720), (1440, 900), (1920, 1080)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        body.evaluate("e => new Promise(done => requestAnimationFrame(() => (e.scrollIntoView({ block: 'start' }), done())))")
        box = body.bounding_box()
        assert box["y"] == pytest.approx(0, abs=1)
        assert box["height"] <= height
        for kind in NAMES:
            lane = visitor.page.locator(f".lane.{kind}")
            on_map, lens, shown = (lane.locator(part).bounding_box() for part in (".plane", ".lens", ".decoded"))
            assert on_map["x"] + on_map["width"] < lens["x"]
            assert 0.9 < on_map["width"] / on_map["height"] < 1.25  # no letterbox
            assert min(shown["width"], lens["height"]) >= 110
        last = visitor.page.locator(".strip-box").bounding_box()
        assert last["y"] + last["height"] == pytest.approx(box["y"] + box["height"], abs=1)
    for name in ("kl", "loss", "noise"):  # a card stays inside, where no words of the page print over it
        node(visitor, "vae", name).click()
        card = visitor.page.get_by_test_id("node-card").bounding_box()
        assert card["y"] >= box["y"] - 1
        assert card["y"] + card["height"] <= box["y"] + box["height"] + 1
        visitor.page.keyboard.press("Escape")


def test_twelve_draws_of_the_first_digit_and_how_much_its_pixels_differ(visit):
    visitor = ready(visit("?home_machine=1"))
    vae = trained.shipped(NAMES["vae"]).model
    noise = torch.cat([latent.sample_prior(1, 2, seed) for seed in range(12)])
    posterior = latent.encode(vae, data.load("mnist").test.pixels(slice(2145, 2146)))
    images = latent.decode(vae, posterior.mean + posterior.std * noise)[:, 0]
    pixels = """e => [...e.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"""
    shown = visitor.page.locator(".strip-box .draws canvas")
    assert shown.count() == 12
    for i in (0, 1, 11):
        found = torch.tensor(shown.nth(i).evaluate(pixels)).reshape(28, 28) / 255
        torch.testing.assert_close(found, images[i], rtol=0, atol=0.006)
    spread = images.std(0, correction=0)
    said = visitor.page.locator(".strip-said p")
    assert f"The largest here is {spread.max():.2f}." in said.inner_text()
    seen = torch.tensor(visitor.page.locator(".strip-box > canvas").evaluate(pixels)).reshape(28, 28)
    assert torch.corrcoef(torch.stack([seen.flatten(), spread.flatten()]))[0, 1] > 0.999
    node(visitor, "vae", "kl").wait_for()
    visitor.page.get_by_role("radio", name="Digit 1").click()
    expect(said).not_to_contain_text(f"{spread.max():.2f}.")


def test_a_screen_reader_hears_both_lanes(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    visitor.page.get_by_test_id("noise-pad").press("Space")
    said = visitor.page.locator(".machine [aria-live=polite][role=status]")
    expect(said).to_have_text(
        re.compile(r"^Autoencoder: z = .* nats\. Variational autoencoder: z = .* negative ELBO [\d.]+ nats\.$")
    )


def test_what_does_not_arrive_is_said_in_a_sentence(visit):
    visitor = visit("?home_machine=1")
    visitor.page.route("**/canvas/data/**", lambda route: route.fulfill(status=200, body=b"not what was asked for"))
    visitor.page.reload()
    expect(visitor.page.get_by_text("The decoder of this model is not readable").first).to_be_visible()
    expect(visitor.page.get_by_text("The album of digits is not readable")).to_be_visible()
    visitor.page.get_by_test_id("noise-pad").press("Space")
    visitor.settle()
