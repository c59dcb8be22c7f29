"""Where the file of a view is asked for: what is given and to whom, what is refused and how, and that few are made at a time."""

import asyncio
import secrets
import threading

import httpx
import pytest
from app_driver import serve, visit
from own_loop import complete
from starlette.applications import Starlette
from starlette.middleware import Middleware

from explorer.page import owners
from explorer.runs.store import StoreError, store
from explorer.runs.store.image_sets import PRIVATE_IMAGES
from explorer.serving.headers import SecurityHeaders
from explorer.takehome import doors, making
from explorer.takehome.making import Maker, Refused
from explorer.takehome.page import document
from explorer.takehome.views import PAGES, view_of
from vae.learning.recipes import recipe

TRANSPORT = httpx.ASGITransport(Starlette(routes=doors.routes(), middleware=[Middleware(SecurityHeaders)]))


class Browser:
    """A browser, which is its cookie."""

    def __init__(self, cookie: bool = True):
        self.cookies = {owners.COOKIE: secrets.token_urlsafe(16)} if cookie else {}

    @property
    def owner(self) -> str:
        return str(owners.asks(self.cookies))

    def get(self, page: str, **address: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=TRANSPORT, base_url="http://app", cookies=self.cookies) as client:
                return await client.get(f"/takehome/{page}", params=address)

        return complete(ask())


@pytest.fixture(autouse=True)
def maker(monkeypatch) -> Maker:
    """One that has kept nothing yet."""
    fresh = Maker()
    monkeypatch.setattr(doors, "FILES", fresh)
    return fresh


@pytest.fixture
def count(monkeypatch) -> list:
    """The views that a document was made of."""
    made = []
    monkeypatch.setattr(doors, "document", lambda view: made.append(view) or document(view))
    return made


@pytest.fixture(scope="module")
def ann() -> Browser:
    return Browser()


@pytest.fixture(scope="module")
def run(ann):
    """A run of an autoencoder and a VAE that has ended."""
    waiting = store().create(ann.owner, [recipe(kind, 2, 1_000) for kind in ("ae", "vae")])
    serve()
    return store().get(waiting.id)


@pytest.fixture(scope="module")
def private(ann, mnist):
    """The same on images that a visitor brought."""
    pixels, labels = mnist.train.images[:300, 0].numpy(), mnist.train.labels[:300].numpy()
    images = store().keep_images(ann.owner, "my digits", pixels, labels, mnist.classes)
    waiting = store().create(ann.owner, [recipe(kind, 2, 1_000, dataset=images.dataset) for kind in ("ae", "vae")])
    serve()
    return store().get(waiting.id)


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"train"}))
def test_a_page_is_given_as_one_file_to_keep(page):
    answer = Browser(cookie=False).get(page)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["content-disposition"].endswith('vae-2-latents.html"')
    assert answer.content == document(view_of(page, {}, None))


def test_the_file_is_of_what_the_address_says():
    address = {"model": "mnist-vae-2d", "z1": "1", "z2": "-0.5", "explore_layers": "decoded"}
    answer = Browser().get("explore", **address, _at="order", size="large")  # orders to a browser are no part of it
    assert answer.content == document(view_of("explore", address, None))
    assert answer.content != document(view_of("explore", {}, None))


def test_the_draw_of_epsilon_on_home_is_no_draw_from_the_prior():
    assert Browser().get("home", digit="3", draw="5").content == document(view_of("home", {"digit": "3"}, None))


@pytest.mark.parametrize(
    ("page", "address", "status", "said"),
    [
        ("kl", {}, 404, "There is nothing to take home from the page"),
        ("explore", {"model": "none"}, 404, "There is no model 'none'"),
        ("explore", {"model": "../vae"}, 404, "There is no model"),
        ("explore", {"z1": "nan"}, 404, "The address says z1 = 'nan'."),
        ("interpolate", {"steps": "1000000"}, 404, "The address says steps = '1000000'."),
        ("train", {}, 404, "There is no such run"),
        ("train", {"run": "A" * 22}, 404, "There is no such run"),
        ("explore", {"z1": "1" * 9_000}, 414, "This address is too long."),
    ],
)
def test_what_cannot_be_given_is_a_sentence(page, address, status, said):
    answer = Browser().get(page, **address)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert answer.text.startswith(said)
    assert "content-disposition" not in answer.headers


def test_a_store_that_cannot_be_reached_is_a_sentence(monkeypatch):
    def away():
        raise StoreError("The database cannot be reached.")

    monkeypatch.setattr("explorer.takehome.models.store", away)
    answer = Browser().get("train", run="A" * 22)
    assert (answer.status_code, answer.text) == (503, "The database cannot be reached.")


def test_a_run_is_given_to_whoever_has_its_link(run):
    for browser in (Browser(), Browser(cookie=False)):
        answer = browser.get("train", run=run.id)
        assert answer.status_code == 200
        assert run.id not in answer.text  # who has the file cannot open the run with it
        assert browser.get("explore", model=f"{run.id}.vae").status_code == 200


def test_a_run_that_has_ended_offers_its_file_on_train(run):
    said = [block.value for block in visit("train", run=run.id).html]
    (found,) = [each for each in said if 'href="takehome/train"' in each]
    assert " data-follows" in found


def test_a_private_run_is_given_to_its_owner_alone_and_nothing_of_it_is_kept_for_others(ann, private):
    mine = ann.get("train", run=private.id)
    assert mine.status_code == 200
    assert mine.headers["cache-control"] == "no-store"
    for stranger in (Browser(), Browser(cookie=False)):
        for page, address in (
            ("train", {"run": private.id}),
            ("explore", {"model": f"{private.id}.vae"}),
            ("compare", {"ae": "mnist-ae-2d", "vae": f"{private.id}.vae"}),
        ):
            answer = stranger.get(page, **address)
            assert (answer.status_code, answer.text) == (403, PRIVATE_IMAGES)


def test_equal_views_are_made_once_whoever_asks_and_however_the_address_says_it(count):
    first = Browser().get("explore", z1="1", z2="0")
    assert Browser().get("explore", z1="1").content == first.content
    assert Browser().get("explore", z1="1.0", model="mnist-vae-2d").content == first.content
    assert len(count) == 1
    Browser().get("explore", z1="1.5")
    assert len(count) == 2


def test_whoever_is_over_the_limit_is_told_so_and_the_next_one_is_served(monkeypatch, maker):
    monkeypatch.setattr(making, "AT_ONCE", 1)
    monkeypatch.setattr(making, "WAITING", 1)
    begun, go_on = threading.Event(), threading.Event()

    def work() -> bytes:
        begun.set()
        assert go_on.wait(30)
        return b"made"

    async def crowd() -> list:
        first, second = asyncio.ensure_future(maker.do(work)), asyncio.ensure_future(maker.do(work))
        await asyncio.to_thread(begun.wait, 30)
        with pytest.raises(Refused) as refused:
            await maker.do(work)
        assert refused.value.status == 503
        go_on.set()  # the loop has answered all the while
        return [await first, await second, await maker.do(work)]

    assert complete(crowd()) == [b"made"] * 3


def test_nobody_waits_for_ever_and_leaving_off_makes_room(monkeypatch, maker):
    monkeypatch.setattr(making, "SECONDS", 0.05)
    monkeypatch.setattr(making, "WAITING", 0)
    go_on = threading.Event()

    async def wait() -> None:
        with pytest.raises(Refused, match="not ready within a minute"):
            await maker.do(lambda: go_on.wait(30))

    complete(wait())
    go_on.set()
    assert complete(maker.do(lambda: b"made")) == b"made"


def test_a_file_that_is_too_large_is_refused_and_what_is_kept_stays_within_its_room(monkeypatch, maker):
    monkeypatch.setattr(making, "LARGEST", 10)
    monkeypatch.setattr(making, "ROOM", 20)
    with pytest.raises(Refused) as refused:
        maker.kept("large", lambda: bytes(11))
    assert refused.value.status == 413
    for key in "abc":
        assert maker.kept(key, lambda: bytes(10)) == bytes(10)
    assert maker.kept("c", lambda: b"anew") == bytes(10)
    assert maker.kept("a", lambda: b"anew") == b"anew"  # it was made longest ago, and had gone
