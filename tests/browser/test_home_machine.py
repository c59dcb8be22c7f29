"""Home's machine under the hand: every number is torch's, the sampling is the only difference, all of it works by keyboard."""

import re

import pytest
import torch
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


def test_a_fast_hand_is_never_thrown_back(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    visitor.page.get_by_test_id("noise-pad").focus()
    for _ in range(7):
        visitor.page.keyboard.press("Space")
        visitor.page.wait_for_timeout(150)
    visitor.page.wait_for_url(lambda url: "draw=" in url and not url.endswith("draw=3"))
    visitor.settle()
    shown = latent.sample_prior(1, 2, link_of(visitor)["draw"])[0].tolist()
    assert numbers(visitor, "vae", "noise") == pytest.approx(shown, abs=0.006)


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


def test_dragging_the_code_moves_picture_and_numbers_without_a_word_to_the_server(visit):
    visitor = visit("?digit=18&draw=3")
    sent: list = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visitor.page.reload()
    ready(visitor)
    visitor.settle()
    still = everything(visitor)
    for i, kind in enumerate(NAMES):
        box = box_of(plane(visitor, i))
        height = box["y"] + 0.35 * box["height"]
        visitor.page.mouse.move(box["x"] + 0.4 * box["width"], height)
        visitor.page.mouse.down()
        quiet, pictures = len(sent), set()
        for step in range(8):
            visitor.page.mouse.move(box["x"] + (0.42 + 0.02 * step) * box["width"], height)
            visitor.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            pictures.add(picture(visitor, kind))
        assert len(pictures) >= 7
        assert len(sent) == quiet
        visitor.page.mouse.up()
    moved = everything(visitor)
    assert {name for name in still if moved[name] != still[name]} >= {"ae z", "ae reconstruction", "vae z", "vae noise"}
    for name in ("ae mean", *(f"vae {name}" for name in SAME_FOR_EVERY_DRAW)):
        assert moved[name] == still[name]
    for d in range(2):  # epsilon is the one that leads to this z
        z = moved["vae mean"][d] + moved["vae std"][d] * moved["vae noise"][d]
        assert z == pytest.approx(moved["vae z"][d], abs=0.006 + 0.0006 * abs(moved["vae noise"][d]) + 0.01)
    for kind in NAMES:
        visitor.page.locator(f".lane.{kind}").get_by_role("button", name="Back to μ").click()
    centred = wait_for_change(visitor, moved)
    assert centred["vae z"] == centred["vae mean"]
    assert centred["ae z"] == still["ae z"]


def test_the_noise_is_dragged_and_moved_by_keys(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    pad = visitor.page.get_by_test_id("noise-pad")
    box = box_of(pad)
    visitor.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_for_change(visitor, {"vae noise": torch_says(18, 3)["vae noise"]}, "vae noise")
    middle = numbers(visitor, "vae", "noise")
    assert middle == pytest.approx([0, 0], abs=0.1)
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        visitor.page.keyboard.press(key)
    wait_for_change(visitor, {"vae noise": middle}, "vae noise")
    visitor.settle()
    moved = numbers(visitor, "vae", "noise")
    assert [b - a for a, b in zip(middle, moved, strict=True)] == pytest.approx([0.2, -0.1], abs=0.021)


def test_arrow_keys_on_the_planes_move_the_codes(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    before = everything(visitor)
    for i, name in enumerate(("ae z", "vae noise")):
        plane(visitor, i).focus()
        visitor.page.keyboard.press("ArrowRight")
        after = wait_for_change(visitor, before, name)
        assert after[name][0] > before[name][0]
        assert after[name][1] == before[name][1]
    assert after["vae noise"][0] - before["vae noise"][0] == pytest.approx(0.1, abs=0.011)  # a tenth of sigma


def test_a_new_epsilon_by_keyboard_alone(visit):
    """Few stops after the fold: the digits are one, and what has nothing to do yet is none."""
    visitor = ready(visit("?digit=3&draw=5"))
    before = everything(visitor)
    visitor.page.locator("summary", has_text="How does it work?").focus()
    visitor.tab_to("New ε", most=22).page.keyboard.press("Enter")
    after = wait_for_change(visitor, before, "vae noise")
    visitor.page.keyboard.press("Space")
    wait_for_change(visitor, after, "vae noise")
    visitor.page.wait_for_url(lambda url: not url.endswith("draw=5"))


def test_digits_are_chosen_by_arrow_keys(visit):
    visitor = ready(visit("?digit=3&draw=5"))  # a 0
    labels = data.load("mnist").test.labels
    visitor.page.get_by_role("radio", checked=True, name="Digit 0").focus()
    visitor.page.keyboard.press("ArrowRight")
    expect(visitor.page.get_by_role("radio", name="Digit 1")).to_be_checked()
    visitor.page.keyboard.press("ArrowLeft")
    visitor.page.keyboard.press("ArrowLeft")
    expect(visitor.page.get_by_role("radio", name="Digit 9")).to_be_focused()
    visitor.page.wait_for_url(lambda url: "digit=3&" not in url)
    assert labels[link_of(visitor)["digit"]] == 9


def test_every_node_is_reached_by_tab_and_opened_by_enter(visit):
    visitor = ready(visit("?home_machine=1"))
    nodes = visitor.page.locator("[data-node]")
    reached = set()
    card = visitor.page.get_by_test_id("node-card")
    for _ in range(90):
        visitor.page.keyboard.press("Tab")
        name = visitor.page.evaluate(
            """() => {
                let e = document.activeElement;
                while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                return e.dataset?.node ? (e.closest('.lane')?.className ?? '') + e.dataset.node : null;
            }"""
        )
        if name is None or name in reached:
            continue
        reached.add(name)
        visitor.page.keyboard.press("Enter")
        expect(card).to_be_visible()
        assert card.locator("math").count() == 1
        assert re.match(r"vae/[\w/]+\.py, line \d+, in [\w.]+:", card.locator(".where-code").inner_text())
        assert card.locator("code").inner_text().strip()
        assert card.locator(".live").inner_text().strip()
        visitor.page.keyboard.press("Escape")
        expect(card).to_be_hidden()
        if len(reached) == nodes.count():
            break
    assert len(reached) == nodes.count() == 19


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


def test_a_digit_is_picked_at_once_and_is_in_the_address(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    labels = data.load("mnist").test.labels
    page = visitor.page
    page.get_by_role("radio", name="Digit 4").click()
    expect(page.get_by_role("radio", name="Digit 4")).to_be_checked()
    page.wait_for_url(lambda url: "digit=18" not in url)
    first = link_of(visitor)["digit"]
    assert labels[first] == 4
    page.get_by_role("button", name="Another one").click()
    page.wait_for_url(lambda url: f"digit={first}&" not in url)
    visitor.settle()
    second = link_of(visitor)["digit"]
    assert labels[second] == 4
    assert_torch_agrees(visitor, second, 3)


def draw_a_one(visitor) -> None:
    box = box_of(visitor.page.get_by_test_id("drawing-pad"))
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=6)
    visitor.page.mouse.up()


def test_a_drawing_goes_through_the_machine_and_outlives_a_change_of_page(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    before = everything(visitor)
    draw_a_one(visitor)
    expect(visitor.page.get_by_text("your drawing: like a 1")).to_be_visible()
    drawn = wait_for_change(visitor, before, "ae mean")
    assert drawn["vae noise"] == before["vae noise"]
    visitor.go("Explore")
    visitor.go("Home")
    ready(visitor)
    expect(visitor.page.get_by_text("your drawing: like a 1")).to_be_visible()
    assert everything(visitor) == drawn
    visitor.page.get_by_role("button", name="Clear").click()
    expect(visitor.page.get_by_text("test image 18")).to_be_visible()
    wait_for_change(visitor, drawn, "ae mean")
    assert everything(visitor) == before


def test_what_was_drawn_and_moved_by_hand_is_in_the_address_for_another_visitor(visit):
    visitor = ready(visit("?digit=18&draw=3"))
    draw_a_one(visitor)
    expect(visitor.page.get_by_text("your drawing: like a 1")).to_be_visible()
    for i in range(2):
        box = box_of(plane(visitor, i))
        visitor.page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + 0.4 * box["height"])
    visitor.page.wait_for_url(re.compile("home_epsilon=.*home_z="))
    visitor.settle()
    other = ready(visit(visitor.page.url.removeprefix(visitor.address + "/")))
    expect(other.page.get_by_text("your drawing: like a 1")).to_be_visible()
    assert everything(other) == everything(visitor)
    for kind in NAMES:
        assert picture(other, kind) == picture(visitor, kind)
    visitor.page.get_by_role("button", name="New ε").click()
    visitor.page.locator(".lane.ae").get_by_role("button", name="Back to μ").click()
    visitor.page.wait_for_url(lambda url: "home_epsilon" not in url and "home_z" not in url)


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
