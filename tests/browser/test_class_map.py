"""What a class makes together, in real browsers on a server that has nothing but the class's routes: a drawing goes from a phone to the projector's
planes, and a model that a student trains to the projector's chart."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect
from served import Browser, Seat, server
from tabs import Tabs
from visitor import TIMEOUT

from explorer.browser.assets import code_path
from explorer.classroom import bar
from explorer.page import words
from explorer.page.owners import COOKIE
from explorer.runs import jobs
from explorer.runs.store import store
from vae.learning.records import Losses, Record
from vae.model.networks import build

PHONE, LARGE = {"width": 390, "height": 844}, {"width": 1280, "height": 720}


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "_services", [])  # nobody trains but the test
        with server(tmp_path_factory.mktemp("classes")) as running:
            yield running


@contextmanager
def tab(tabs: Tabs, viewport, **more) -> Iterator[Page]:
    troubles: list[str] = []
    hear = {
        "console": lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None,
        "pageerror": lambda error: troubles.append(str(error)),
    }
    page = tabs.take(hear, viewport, **more)
    page.set_default_timeout(TIMEOUT)
    yield page
    tabs.give_back(page)
    assert troubles == []


def projector(page: Page, teacher: Browser, code: str) -> None:
    """Open what the projector shows, over a page of the server."""
    said = words.load("explorer/classroom")
    blocks = {block: said.items(block) for block in ("stage", "ballot", "map", "chart")}
    parts = {name: code_path(f"explorer/classroom/js/{module}") for name, module in bar.SHOWN.items()}
    by = {
        "join": {"code": code, "at": "http://here", "mount": "", "qr": "data:,"},
        "code": parts,
        "css": bar._styles(bar.SHEETS["projector"]),
    }
    modules = [code_path(f"explorer/classroom/js/{module}.js") for module in ("link", "projector")]
    page.context.add_cookies([{"name": COOKIE, "value": teacher.secret, "url": teacher.address}])
    page.goto(f"{teacher.address}/join")
    page.evaluate(
        """async ([[link, projector], url, words, by]) => {
          const { Link } = await import(link);
          (await import(projector)).mountProjector(new Link({ url, as: "projector" }), words, by);
        }""",
        [modules, f"./class/{code}/socket", blocks, by],
    )


def opened(address: str) -> tuple[Browser, str, Seat]:
    teacher = Browser(address)
    code = teacher.open()
    seat = teacher.enter(code, "bar")
    seat.hear("hello")
    return teacher, code, seat


def draw(page: Page) -> None:
    box = page.get_by_test_id("drawing-pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ((0.2, 0.2), (0.8, 0.2), (0.4, 0.9))]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def test_a_drawing_goes_from_a_phone_to_both_planes_and_back(tabs, address) -> None:
    teacher, code, seat = opened(address)
    with tab(tabs, LARGE) as large, tab(tabs, PHONE) as phone:
        seat.steer("map", on=True, accepts=True)
        seat.steer("stage", stage="map")
        projector(large, teacher, code)
        phone.goto(f"{address}/join/{code}")
        send, said = phone.get_by_role("button", name="Send"), phone.locator(".class-pad [role=status]")
        send.click()
        expect(said).to_have_text("Draw a digit first.")
        draw(phone)
        send.click()
        expect(said).to_have_text("Say which digit it is.")
        phone.get_by_role("button", name="7", exact=True).click()
        send.click()
        expect(said).to_have_text("It is on the map.")
        expect(large.locator(".class-heading")).to_have_text("Draw any digit. 1 drawing")
        plane = large.get_by_role("application", name="VAE, 2 latents")
        plane.press("ArrowRight")
        expect(large.locator(".class-closer")).to_contain_text("Drawn as a 7. AE, 2 latents: (")
        phone.get_by_role("button", name="Delete your 7").click()
        expect(large.locator(".class-heading")).to_have_text("Draw any digit. 0 drawings")

        seat.steer("map", label=1, approve=True)  # with keys, and the teacher looks first
        expect(phone.get_by_text("Draw this digit: 1.").first).to_be_visible()
        expect(phone.locator("#told")).to_have_text("Draw this digit: 1.")
        pad = phone.get_by_test_id("drawing-pad")
        for key in ("Space", *["ArrowDown"] * 6, "Space"):
            pad.press(key)
        send.press("Enter")
        expect(said).to_have_text("It is sent. Your teacher looks at it first.")
        waiting = seat.hear("drawing", shown=False)["b"]
        assert waiting["label"] == 1
        seat.steer("drawing", id=waiting["id"], shown=True)
        expect(large.locator(".class-heading")).to_have_text("Draw this digit: 1. 1 drawing")
    seat.leave()


def test_a_model_goes_from_a_phone_to_the_chart_and_its_draws_are_shown(tabs, address) -> None:
    teacher, code, seat = opened(address)
    with tab(tabs, LARGE) as large, tab(tabs, PHONE) as phone:
        seat.steer("chart", on=True, question="beta")
        seat.steer("stage", stage="chart")
        projector(large, teacher, code)
        phone.goto(f"{address}/join/{code}")
        phone.get_by_role("button", name="\u03b2 = 4").click()
        expect(phone.locator(".class-chart [role=status]")).to_have_text("Your model learns. Its point appears on the plane.")
        expect(large.locator(".class-heading")).to_have_text("Which beta? 1 model, 0 trained.")
        run = store().claim("worker", 1)
        assert run is not None
        store().begin(run.id, run.attempt)
        losses = Losses(150.0, 5.0, (3.0, 2.0), 170.0)
        weights = [build(run.recipes[0].spec, seed=0).state_dict()]
        store().write(run.id, [Record(20_000, 0.4, 0.0, 4.0, 1.0, losses, losses)], weights)
        store().finish(run.id, "done")
        point = large.get_by_role("button", name="\u03b2 = 4: rate 5.0, distortion 150.0, ELBO \u2212155.0 nats.", exact=True)
        point.press("Enter")
        picture = large.get_by_role("img", name="Images drawn from the model with \u03b2 = 4")
        expect(picture).to_be_visible()
        large.wait_for_function("image => image.complete && image.naturalWidth === 4 * 28", arg=picture.element_handle())
        expect(large.locator(".class-heading")).to_have_text("Which beta? 1 model, 1 trained.")
    seat.leave()


MAP = """async ([module, words]) => {
    const { ClassMap } = await import(module);
    const image = btoa("\\0".repeat(784)), drawings = {};
    const state = { map: { models: ["mnist-ae-2d", "mnist-vae-2d"], label: 3 }, drawings };
    window.sent = [];
    const map = new ClassMap(document.querySelector("main"), words, (kind, body) => window.sent.push(body));
    window.draw = (id, label, shown = true) => {
        drawings[id] = { label, shown, image, codes: { "mnist-ae-2d": [0, label], "mnist-vae-2d": [label, 0] } };
        map.show(state);
    };
    window.erase = (id) => (delete drawings[id], map.show(state));
}"""


def test_the_keyboard_keeps_its_place_on_a_teachers_map_while_the_class_draws(tabs, address) -> None:
    with tab(tabs, LARGE) as page:
        page.goto(f"{address}/join")
        page.evaluate(MAP, [code_path("explorer/classroom/js/together/map.js"), words.load("explorer/classroom").items("map")])
        page.evaluate("draw('a', 3), draw('b', 5)")
        place = "document.activeElement.textContent"
        page.get_by_role("button", name="5: 1 drawing").focus()
        page.evaluate("draw('c', 4)")
        assert page.evaluate(place) == "5"
        expect(page.get_by_role("group", name="Which digits").get_by_role("button")).to_have_text(["All", "3", "4", "5"])
        page.get_by_text("The drawings as a list").press("Enter")
        page.get_by_role("listitem").nth(1).get_by_role("button").press("Enter")
        page.evaluate("draw('d', 4)")
        assert page.evaluate(place).startswith("Drawn as a 5.")
        page.get_by_role("button", name="Hide from the class").press("Enter")
        page.evaluate("draw('b', 5, false)")
        assert page.evaluate(place) == "Show it to the class"
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Delete").press("Enter")
        assert page.evaluate("sent") == [
            {"what": "drawing", "id": "b", "shown": False},
            {"what": "drawing", "id": "b", "shown": True},
            {"what": "drawing-gone", "id": "b"},
        ]
        page.evaluate("erase('b')")
        expect(page.get_by_role("application").first).to_be_focused()
        expect(page.get_by_role("listitem")).to_have_count(3)
        assert page.locator(".class-map > .class-heading[aria-live]").count() == 0
