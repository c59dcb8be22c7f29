"""The doors through which views and own plans are kept and given away: who may, what is refused, and that a picture is nothing but a picture."""

import base64
import io
import json
import secrets
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from own_loop import complete
from PIL import Image, PngImagePlugin
from starlette.applications import Starlette
from starlette.middleware import Middleware

from explorer.classroom.rates import Recent
from explorer.page import owners
from explorer.plans import doors, keeping
from explorer.plans.grammar import parse
from explorer.runs.store import StoreError
from explorer.runs.store.plans import plans
from explorer.runs.store.views import LARGEST_PICTURE, views
from explorer.serving.headers import SecurityHeaders

HOST = "http://app"
HOSTILE = '"><script>alert(1)</script> {title} **bold**'
EVIL = "http://evil.example"


ROUTES = [*keeping.routes(), *doors.routes()]
TRANSPORT = httpx.ASGITransport(Starlette(routes=ROUTES, middleware=[Middleware(SecurityHeaders)]))


class Browser:
    """A browser, which is its cookie, on a page of this host."""

    def __init__(self, cookie: bool = True):
        self.cookies = {owners.COOKIE: secrets.token_urlsafe(16)} if cookie else {}

    @property
    def owner(self) -> str:
        return str(owners.asks(self.cookies))

    def ask(self, method: str, path: str, origin: str = HOST, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=TRANSPORT, base_url=HOST, cookies=self.cookies) as client:
                return await client.request(method, path, headers={"Origin": origin}, **more)

        return complete(ask())

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, said: Any) -> httpx.Response:
        return self.ask("POST", path, json=said)

    def patch(self, path: str, **said: Any) -> httpx.Response:
        return self.ask("PATCH", path, json=said)

    def delete(self, path: str) -> httpx.Response:
        return self.ask("DELETE", path)

    def keep(self, address: str = "explore?z1=1.5", **more: Any) -> httpx.Response:
        return self.post("/views", {"address": address, "title": "Holes", "note": "Look.", **more})


@pytest.fixture(scope="module", autouse=True)
def data(tmp_path_factory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("LATENT_EXPLORER_DATA", str(tmp_path_factory.mktemp("kept")))
        patch.setattr(keeping, "kept_from", Recent(1_000, 60.0))
        yield


@pytest.fixture
def ann() -> Browser:
    return Browser()


@pytest.fixture
def bob() -> Browser:
    return Browser()


def drawn(kind: str = "WEBP", size: tuple[int, int] = (480, 270), colour: str = "teal", **more) -> str:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, kind, **more)
    return base64.b64encode(made.getvalue()).decode()


def bomb() -> bytes:
    """A small file that says it is a picture of 30,000 x 30,000 pixels."""
    small = base64.b64decode(drawn("PNG", (2, 2)))
    facts = b"IHDR" + 2 * (30_000).to_bytes(4, "big") + small[24:29]
    return small[:12] + facts + zlib.crc32(facts).to_bytes(4, "big") + small[33:]


# --- views


def test_a_view_is_kept_with_its_picture_and_only_its_owner_sees_it(ann, bob):
    said = ann.keep(picture=drawn())
    assert said.status_code == 201
    view = said.json()["id"]
    answer = ann.get(f"/views/{view}.webp")
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("image/webp", "nosniff")
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (480, 270))
        assert picture.convert("RGB").getpixel((9, 9)) == pytest.approx((0, 128, 128), abs=3)
    for path in (f"/views/{view}.webp", f"/view/{view}"):
        assert bob.get(path).status_code == 404
    assert bob.patch(f"/views/{view}", title="His").status_code == 403
    assert bob.delete(f"/views/{view}").status_code == 403
    page = ann.get(f"/view/{view}")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")


def test_a_published_view_is_a_light_page_and_can_be_taken_back(ann, bob):
    view = ann.keep(title=HOSTILE, note=HOSTILE, picture=drawn()).json()["id"]
    ann.patch(f"/views/{view}", published=True)
    page = bob.get(f"/view/{view}")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<script" not in page.text
    assert page.text.count("&lt;script&gt;alert(1)&lt;/script&gt; {title} **bold**") == 3  # title, heading, note
    assert 'href="./explore?z1=1.5&amp;_at=' in page.text
    assert f'src="./views/{view}.webp"' in page.text
    assert "content-security-policy" in page.headers
    assert len(page.content) < 6_000
    assert bob.get(f"/views/{view}.webp").status_code == 200
    ann.patch(f"/views/{view}", published=False)
    gone = bob.get(f"/view/{view}")
    assert gone.status_code == 404
    assert "taken its link back" in gone.text
    assert bob.get(f"/views/{view}.webp").status_code == 404


def test_a_view_without_a_picture_has_none(ann):
    view = ann.keep(picture=None).json()["id"]
    assert ann.get(f"/views/{view}.webp").json() == {"why": "There is no picture of this."}
    assert "hidden" in ann.get(f"/view/{view}").text


@pytest.mark.parametrize(
    ("address", "kept"), [("", "home"), ("?game=2", "home?game=2"), ("home?game=2", "home?game=2"), ("kl", "kl")]
)
def test_the_address_is_below_the_app_and_home_has_its_name(ann, address, kept):
    ann.keep(address)
    assert views().of_owner(ann.owner)[0].address == kept


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/kl", "//evil.example", "/kl", "javascript:alert(1)", "kl\\x", "kl?a b", "kl#x", "kl\n", "nowhere?x=1", "../kl", "k" * 9_000, "kl?" + "x" * 3_000],
)  # fmt: skip
def test_no_other_address_is_kept(ann, address):
    said = ann.keep(address)
    assert said.status_code == 400
    assert said.json()["why"].endswith(".")
    assert views().of_owner(ann.owner) == []


def test_what_belongs_to_a_picture_besides_its_pixels_is_not_kept(ann):
    facts = PngImagePlugin.PngInfo()
    facts.add_text("Comment", "<script>alert(1)</script>")
    view = ann.keep(picture=drawn("PNG", pnginfo=facts)).json()["id"]
    assert b"script" not in ann.get(f"/views/{view}.webp").content


def test_a_picture_that_is_none_is_refused(ann):
    animated = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(animated, "WEBP", save_all=True, append_images=frames[1:])
    wrong = {
        "no text": 5,
        "no base64": "<svg onload=alert(1)>",
        "no picture": base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(),
        "another kind": drawn("GIF"),
        "cut off": drawn()[:100],
        "too wide": drawn("PNG", (961, 2)),
        "too high": drawn("PNG", (2, 541)),
        "a bomb": base64.b64encode(bomb()).decode(),
        "moving": base64.b64encode(animated.getvalue()).decode(),
        "too long": "A" * (2 * LARGEST_PICTURE + 4),
    }
    for what, picture in wrong.items():
        said = ann.keep(picture=picture)
        assert (said.status_code, said.json()) == (
            400,
            {"why": "The picture cannot be read. Reload the page, and try again."},
        ), what
    assert views().of_owner(ann.owner) == []


def test_what_is_no_json_of_ours_is_refused_with_a_sentence(ann):
    for body in (
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"address": 7}',
        b'{"address": "kl", "note": []}',
        b"[" * 100_000,
        b"\xff",
        b'{"address": "kl", "title": "\\ud800\\u0000"}',
    ):
        said = ann.ask("POST", "/views", content=body)
        assert said.status_code in (201, 400), body[:20]
    assert [view.title for view in views().of_owner(ann.owner)] == [""]
    view = ann.keep().json()["id"]
    assert ann.patch(f"/views/{view}", published="yes").status_code == 400


def test_no_more_is_read_than_may_be_sent(ann):
    read = []

    async def endless() -> AsyncIterator[bytes]:
        for i in range(1_000_000):
            read.append(i)
            yield b"x" * 10_000

    said = ann.ask("POST", "/views", content=endless())
    assert (said.status_code, len(read)) == (413, keeping.LARGEST // 10_000 + 1)


def test_only_pages_of_this_host_may_ask_and_only_browsers_that_can_be_known_again(ann):
    view = ann.keep().json()["id"]
    sent = {
        "POST /views": {"address": "kl"},
        f"PATCH /views/{view}": {"published": True},
        f"DELETE /views/{view}": None,
        "POST /plans": {"view": view},
    }
    for origin in (EVIL, "http://app:81", "null", ""):
        for door, said in sent.items():
            method, path = door.split()
            assert ann.ask(method, path, origin, json=said).status_code == 403, (origin, door)
    assert [kept.published for kept in views().of_owner(ann.owner)] == [False]
    nobody = Browser(cookie=False)
    assert "cookies" in nobody.keep().json()["why"]
    assert nobody.get("/plans/own.json").json()["plans"] == []


def test_one_network_keeps_only_so_much_an_hour(ann, bob, monkeypatch):
    monkeypatch.setattr(keeping, "kept_from", Recent(2, 60.0))
    assert [browser.keep().status_code for browser in (ann, bob, ann)] == [201, 201, 429]


def test_every_door_counts_and_nothing_is_drawn_for_who_asks_too_often(ann, monkeypatch):
    view = ann.keep().json()["id"]
    plan = ann.post("/plans", {"title": "Mine", "view": view}).json()["id"]
    for at_most_one in (
        lambda: ann.patch(f"/views/{view}", note="x"),
        lambda: ann.post("/plans", {"title": "Mine", "view": view}),
        lambda: ann.post(f"/plans/{plan}/steps", {"view": view}),
    ):
        monkeypatch.setattr(keeping, "kept_from", Recent(1, 60.0))
        assert [at_most_one().status_code for _ in range(2)] in ([200, 429], [201, 429])
    read = []
    monkeypatch.setattr(keeping, "read_picture", read.append)
    assert ann.keep(picture=drawn()).status_code == 429
    assert read == []
    assert ann.delete(f"/views/{view}").status_code == 200, "whoever makes room is never refused"


def test_what_is_too_long_or_too_much_is_the_senders_and_a_store_that_is_away_the_servers(ann, monkeypatch):
    assert ann.keep("kl?" + "x" * 3_000).status_code == 400
    monkeypatch.setattr("explorer.runs.store.views.MOST", 0)
    assert ann.keep().status_code == 400

    def away() -> None:
        raise StoreError("The store is away.")

    monkeypatch.setattr(keeping, "views", away)
    assert ann.keep().status_code == 503


def test_a_view_is_forgotten(ann):
    view = ann.keep().json()["id"]
    assert ann.delete(f"/views/{view}").json() == {}
    assert ann.delete(f"/views/{view}").status_code == 404
    assert views().of_owner(ann.owner) == []


# --- plans


def test_views_become_a_plan_which_others_can_play_and_not_change(ann, bob):
    one, two = (
        ann.keep(address, title=title, picture=drawn()).json()["id"]
        for address, title in (("kl?kl_mu=1.5", "One"), ("", "Two <b>"))
    )
    made = ann.post("/plans", {"title": " Tuesday\n", "view": one}).json()
    assert made == {"id": made["id"], "title": "Tuesday", "steps": 1, "minutes": 5}
    more = ann.post(f"/plans/{made['id']}/steps", {"view": two}).json()
    assert (more["steps"], more["minutes"]) == (2, 10)
    own = ann.get("/plans/own.json").json()
    assert own["plans"] == [{"id": made["id"], "title": "Tuesday"}]
    assert bob.get("/plans/own.json").json()["plans"] == []

    played = bob.get(f"/plans/{made['id']}.json").json()
    assert (played["own"], played["minutes"]) == (True, 10)
    assert [(step["title"], step["open"], step["do"]) for step in played["steps"]] == [
        ("One", "kl?kl_mu=1.5", "Look."),
        ("Two < b>", "home", "Look."),
    ]
    his = bob.keep().json()["id"]
    assert bob.post(f"/plans/{made['id']}/steps", {"view": his}).status_code == 403
    assert bob.get(f"/stage?plan={made['id']}").headers["location"].startswith("./kl?kl_mu=1.5&_stage=")


def test_whoever_has_a_plan_sees_the_pictures_of_published_views_and_its_owner_all(ann, bob):
    kept = {address: ann.keep(address, picture=drawn()).json()["id"] for address in ("kl", "blur", "fails")}
    plan = ann.post("/plans", {"title": "Mine", "view": kept["kl"]}).json()["id"]
    ann.post(f"/plans/{plan}/steps", {"view": kept["blur"]})
    ann.patch(f"/views/{kept['blur']}", published=True)
    ann.patch(f"/views/{kept['fails']}", published=True)
    path = {address: f"./plans/{plan}/{view}.webp" for address, view in kept.items()}

    def told(who: Browser) -> list[str | None]:
        return [step["picture"] for step in who.get(f"/plans/{plan}.json?for=stage").json()["steps"]]

    def status(who: Browser) -> list[int]:
        return [who.get(path[address].removeprefix(".")).status_code for address in ("kl", "blur", "fails")]

    assert told(ann) == [path["kl"], path["blur"]]
    assert [step for step in told(bob) if step and plan in step] == [path["blur"]]
    assert status(ann) == [200, 200, 404], "the last is no step"
    assert status(bob) == status(Browser(cookie=False)) == [404, 200, 404]
    newer = ann.keep("blur", picture=drawn()).json()["id"]
    assert (told(ann)[1], told(bob)[1]) == (f"./plans/{plan}/{newer}.webp", path["blur"])
    ann.patch(f"/views/{kept['blur']}", published=False)
    assert status(bob) == [404, 404, 404]


def test_a_step_is_a_view_of_ones_own(ann, bob):
    view = ann.keep().json()["id"]
    assert bob.post("/plans", {"title": "His", "view": view}).status_code == 404
    ann.patch(f"/views/{view}", published=True)
    assert bob.post("/plans", {"title": "His", "view": view}).status_code == 403
    assert plans().of_owner(bob.owner) == []


def test_a_plan_that_would_be_none_is_not_begun(ann, monkeypatch):
    view = ann.keep(title="x" * 120).json()["id"]
    said = ann.post("/plans", {"title": "\u202e" * 5 + "x", "view": view})
    assert said.status_code == 400
    assert said.json()["why"].endswith(".")
    assert plans().of_owner(ann.owner) == []


def test_windows_that_add_at_once_lose_no_step(ann):
    view = ann.keep().json()["id"]
    plan = ann.post("/plans", {"title": "Mine", "view": view}).json()["id"]
    said = [ann.post(f"/plans/{plan}/steps", {"view": view}).json()["steps"] for _ in range(3)]
    assert said == [2, 3, 4]
    assert parse(plans().get(plan).text).minutes == 20


def test_the_words_of_the_dialog_are_all_said(ann):
    said = ann.get("/plans/own.json")
    assert said.headers["cache-control"] == "no-store"
    code = "".join((keeping.HERE / "shelf" / "js" / f"{name}.js").read_text() for name in ("keep", "pictured"))
    assert [name for name in said.json()["words"] if f"words.{name}" not in code] == []
    code = (keeping.HERE / "shelf" / "js" / "embedding.js").read_text()
    parts = ("sidebar", "controls", "text")  # by the names that an address has
    assert [name for name in said.json()["embed"] if f"words.{name}" not in code and name not in parts] == []
    assert json.dumps(said.json())
