"""A public demo: what strangers must not do is refused by the server, each with its sentence, whatever a page shows."""

import secrets
from dataclasses import replace

import httpx
import pytest
from app_driver import markup, press, visit
from own_loop import complete
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from explorer import public
from explorer.bringing import routes
from explorer.bringing.closed import NoUploads
from explorer.classroom import doors
from explorer.page import owners
from explorer.plans import keeping
from explorer.plans.course import tasks
from explorer.plans.grammar import written
from explorer.plans.shipped import shipped
from explorer.runs import jobs
from explorer.runs.store import Denied, store
from explorer.runs.store.classes import classes
from explorer.runs.store.plans import Draft, plans
from explorer.runs.store.views import views
from explorer.training import form
from explorer.training.presets import PRESETS
from vae.model.networks import build

ANN, BOB = "a" * 32, "b" * 32
PLAN = written(next(iter(shipped().values())))
HOST = "http://app"


@pytest.fixture(autouse=True)
def _empty_store(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))


@pytest.fixture
def strangers(monkeypatch):
    """From now on the app is a public demo."""

    def begin():
        monkeypatch.setenv(public.SETTING, "1")

    return begin


@pytest.mark.parametrize(("said", "on"), [("", False), ("0", False), (" 0 ", False), ("1", True), ("yes", True)])
def test_the_setting_is_read_when_it_is_asked_for(monkeypatch, said, on):
    monkeypatch.setenv(public.SETTING, said)
    assert public.on() is on


def test_every_preset_and_every_run_that_pages_offer_by_a_button_fits(strangers):
    strangers()
    asked = [form.of_preset(preset).recipes() for preset in PRESETS] + [[tasks.chosen(beta=1.0, latents=8)]]
    for number, recipes in enumerate(asked):
        assert jobs.submit(f"{number:032x}", recipes).active


@pytest.mark.parametrize(
    "asked", [{"images": 3_000_000}, {"models": "vae", "encoder": "4096, 4096, 4096", "images": 300_000}], ids=["long", "large"]
)
def test_a_run_that_takes_too_long_is_refused_with_both_numbers(strangers, asked):
    recipes = replace(form.USUAL, **asked).recipes()
    jobs.submit(ANN, recipes)  # elsewhere it is trained
    strangers()
    with pytest.raises(
        Denied, match=r"may take about 60 seconds of one core, and this one would take \d[\d,]+\. Train on fewer"
    ):
        jobs.submit(BOB, recipes)
    assert store().runs(BOB) == []


def test_one_browser_waits_with_few_runs_and_all_together_with_so_many(strangers):
    strangers()
    recipes = replace(form.USUAL, images=30_000).recipes()
    first = [jobs.submit(ANN, recipes) for _ in range(public.UNFINISHED)]
    with pytest.raises(Denied, match="runs of one browser"):
        jobs.submit(ANN, recipes)
    store().want(first[0].id, ANN, "stop")  # makes room
    jobs.submit(ANN, recipes)
    for number in range(public.WAITING - public.UNFINISHED):
        jobs.submit(f"{number:032x}", recipes)
    with pytest.raises(Denied, match="Many visitors"):
        jobs.submit(BOB, recipes)


def test_a_run_that_was_stopped_is_taken_up_again_within_the_same_limits(strangers):
    recipes = replace(form.USUAL, images=30_000).recipes()
    long = jobs.submit(BOB, replace(form.USUAL, images=3_000_000).recipes())  # before strangers came
    store().want(long.id, BOB, "stop")
    strangers()
    stopped = jobs.submit(ANN, recipes)
    store().want(stopped.id, ANN, "stop")
    others = [jobs.submit(ANN, recipes) for _ in range(public.UNFINISHED)]
    with pytest.raises(Denied, match="runs of one browser"):
        jobs.resume(stopped.id, ANN)
    with pytest.raises(Denied, match="may take about 60 seconds"):
        jobs.resume(long.id, BOB)
    assert {run.id for run in store().queue()} == {run.id for run in others}
    store().want(others[0].id, ANN, "stop")  # makes room
    jobs.resume(stopped.id, ANN)
    assert stopped.id in {run.id for run in store().queue()}


def test_the_store_keeps_nothing_that_strangers_could_show_to_others(strangers):
    plan, view = plans().create(ANN, "Mine", PLAN), views().keep(ANN, "Mine", "kl")
    shown = views().change(view.id, ANN, published=True)
    run = store().create(ANN, form.USUAL.recipes())
    pair = form.USUAL.recipes()
    strangers()
    for refused, why in (
        (lambda: plans().create(ANN, "Another", PLAN), public.PLANS),
        (lambda: plans().change(plan.id, ANN, lambda text: Draft("Another", text)), public.PLANS),
        (lambda: views().keep(ANN, "Another", "kl"), public.VIEWS),
        (lambda: views().change(view.id, ANN, title="Another"), public.VIEWS),
        (lambda: views().change(view.id, ANN, published=True), public.VIEWS),
        (lambda: classes().open(ANN, str, {}), public.CLASSES),
        (lambda: store().keep_model(ANN, "Another", pair[0], build(pair[0].spec).state_dict()), public.FILES),
        (lambda: store().rename(run.id, ANN, "Another"), public.NAMES),
    ):
        with pytest.raises(Denied) as caught:
            refused()
        assert str(caught.value) == why
    assert [each.title for each in plans().of_owner(ANN)] == ["Mine"]
    assert views().of_owner(ANN) == [shown]
    assert classes().of_owner(ANN) == []
    assert store().models(ANN) == []
    # What takes something back is allowed.
    assert not views().change(view.id, ANN, published=False).published
    views().delete(view.id, ANN)
    plans().delete(plan.id, ANN)
    store().rename(run.id, ANN, "")


def ask(method: str, path: str, **more) -> httpx.Response:
    """What the doors answer to a browser on a page of this host."""
    taken = Route("/_stcore/upload_file/{rest:path}", lambda _: PlainTextResponse("taken"), methods=["PUT", "DELETE"])
    app = Starlette(routes=[*routes.routes(), *keeping.routes(), *doors.routes(), taken], middleware=[Middleware(NoUploads)])

    async def once() -> httpx.Response:
        cookies = {owners.COOKIE: secrets.token_urlsafe(16)}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST, cookies=cookies) as client:
            return await client.request(method, path, headers={"Origin": HOST}, **more)

    return complete(once())


def test_every_door_says_why_it_stays_shut(strangers):
    strangers()
    sent = ask("POST", "/brought/files", content=b"1,2,3")
    assert (sent.status_code, sent.json()) == (403, {"why": public.FILES})
    kept = ask("POST", "/views", json={"address": "kl", "title": "", "note": ""})
    assert (kept.status_code, kept.json()) == (403, {"why": public.VIEWS})
    opened = ask("POST", "/class", content="names=off")
    assert (opened.status_code, opened.text) == (403, public.CLASSES)
    other = ask("PUT", "/_stcore/upload_file/session/file", content=b"1,2,3")
    assert (other.status_code, other.text) == (403, public.FILES)
    assert ask("DELETE", "/_stcore/upload_file/session/file").text == "taken"


@pytest.mark.parametrize(
    ("page", "said", "gone"),
    [
        ("plans", public.PLANS, "Write a new plan"),
        ("views", public.VIEWS, ""),
        ("classroom", public.CLASSES, ""),
        ("images", public.FILES, ""),
        ("runs", "", ""),
    ],
)
def test_pages_say_it_in_place_of_what_would_be_refused(strangers, page, said, gone):
    usual = visit(page)
    assert "Public demo" not in markup(usual)
    assert not gone or gone in [button.label for button in usual.button]
    strangers()
    shown = visit(page)
    assert [info.value for info in shown.info if info.value.startswith("This is a public demo")] == ([said] if said else [])
    assert markup(shown).count("Public demo") == 2  # in the side bar, and at the end for who has none
    assert gone not in [button.label for button in shown.button]


def test_too_long_a_run_is_refused_where_it_was_asked_for(strangers):
    strangers()
    page = visit("train", images="3000000")
    press(page, "Start training")
    assert "may take about 60 seconds" in page.error[0].value
