"""The ways into a plan: its JSON, and the redirects that begin to play it."""

import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from own_loop import complete
from starlette.applications import Starlette

from explorer.page.places import PLACES
from explorer.page.words import ROOT
from explorer.plans import doors
from explorer.plans.asked import filled
from explorer.plans.grammar import written
from explorer.plans.plan import Plan, Step, Vote
from explorer.plans.shipped import shipped
from explorer.runs.store import StoreError
from explorer.runs.store.plans import plans

ROUTES = httpx.ASGITransport(Starlette(routes=doors.routes()))


def get(path: str, **parameters: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=ROUTES, base_url="http://app") as client:
            return await client.get(path, params=parameters or None)

    return complete(ask())


@pytest.mark.parametrize("name", shipped())
def test_a_plan_is_given_as_its_file_says(name):
    plan, said = shipped()[name], get(f"/plans/{name}.json").json()
    assert (said["id"], said["title"], said["minutes"], said["own"]) == (name, plan.title, plan.minutes, False)
    assert [(step["title"], step["open"], step["ask"]) for step in said["steps"]] == [
        (step.title, step.open, step.ask) for step in plan.steps
    ]
    ends = [step["from"] + step["minutes"] for step in said["steps"]]
    assert [step["from"] for step in said["steps"]] == [0, *ends[:-1]]
    assert ends[-1] == plan.minutes
    for step, given in zip(plan.steps, said["steps"], strict=True):
        assert (given["vote"] is None) == (step.vote is None)
        if step.vote is not None:
            assert given["vote"]["rounds"] == step.vote.rounds


def test_a_plan_that_is_not_there_is_refused_with_a_sentence():
    answer = get("/plans/none.json")
    assert answer.status_code == 404
    assert answer.json() == {"why": "There is no such plan here, or no longer."}


@pytest.mark.parametrize("mode", doors.MODES)
def test_playing_leads_to_the_step_with_an_order_and_all_that_its_address_says(mode):
    for number, step in enumerate(shipped()["45"].steps, 1):
        parts = urlsplit(get(f"/{mode}?plan=45&step={number}").headers["location"])
        path, _, query = step.open.partition("?")
        assert parts.path == ("/" if path == "home" else f"/{path}")
        assert parse_qs(parts.query) == {**parse_qs(query), f"_{mode}": [f"45.{number}"]}


@pytest.mark.parametrize(
    ("said", "number"),
    [("", 1), ("0", 1), ("-3", 1), ("two", 1), ("²", 1), ("9" * 5_000, 1), ("999", len(shipped()["45"].steps))],
)
def test_a_step_that_the_plan_does_not_have_is_its_nearest(said, number):
    where = get("/stage", plan="45", step=said).headers["location"]
    assert parse_qs(urlsplit(where).query)["_stage"] == [f"45.{number}"]


@pytest.mark.parametrize("mode", doors.MODES)
def test_a_plan_can_be_played_without_the_class_that_one_is_in(mode):
    where = get(f"/{mode}", plan="45", step="2", apart="1").headers["location"]
    assert parse_qs(urlsplit(where).query)[f"_{mode}"] == ["45.2.apart"]


@pytest.mark.parametrize("name", ["", "none", "../45", "<script>"])
def test_a_plan_that_is_not_there_is_a_page_with_a_way_on(name):
    answer = get("/stage", plan=name)
    assert answer.status_code == 404
    assert "There is no such plan here" in answer.text
    assert 'href="/plans"' in answer.text
    assert "<script>" not in answer.text
    assert "{" not in answer.text.split("</style>")[1]


def test_an_own_plan_plays_for_whoever_has_its_id_and_gives_browsers_no_orders():
    plan = replace(shipped()["45"], steps=(Step("A step", 45, "kl?_stage=90.3&kl_mu=1&projector=1&_at=x"),))
    name = plans().create("ann", plan.title, written(plan)).id
    said = get(f"/plans/{name}.json").json()
    assert (said["own"], said["title"], [step["title"] for step in said["steps"]]) == (True, plan.title, ["A step"])
    where = urlsplit(get("/stage", plan=name).headers["location"])
    assert parse_qs(where.query) == {"kl_mu": ["1"], "_stage": [f"{name}.1"]}
    assert get(f"/plans/{'x' * 22}.json").status_code == 404


def test_a_store_that_cannot_be_asked_is_said(monkeypatch):
    def fails(_):
        raise StoreError("The run store is busy.")

    monkeypatch.setattr(doors, "find", fails)
    answer = get("/plans/45.json")
    assert (answer.status_code, answer.json()) == (503, {"why": "The run store is busy."})
    page = get("/alone", plan="45")
    assert page.status_code == 503
    assert "The run store is busy." in page.text


def test_the_orders_are_those_of_the_browsers_code():
    code = (ROOT / "explorer" / "classroom" / "js" / "place.js").read_text(encoding="utf-8")
    (said,) = re.findall(r"^const ORDERS = (\[.*\]);$", code, re.MULTILINE)
    assert tuple(json.loads(said)) == doors.ORDERS


def test_a_vote_has_the_question_of_the_plan_or_of_the_page_as_text():
    steps = [
        (step, given["vote"])
        for step, given in zip(shipped()["45"].steps, get("/plans/45.json", **{"for": "stage"}).json()["steps"], strict=True)
    ]
    for step, given in steps:
        if step.vote is None:
            continue
        question, options = step.vote.question, step.vote.options
        if step.vote.of != "own":
            said, block = PLACES[step.path].words, {"prediction": "predict", "check": "check"}[step.vote.of]
            question, options = said.question(block).replace("*", "").replace("`", ""), said.options(block)
        assert given["question"] == question
        assert [option["key"] for option in given["options"]] == [option.key for option in options]
        assert given["right"] == next((option.key for option in options if option.right), "")
    assert {given["of"] for _, given in steps if given} == {"prediction", "check", "own"}


@pytest.mark.parametrize("name", shipped())
def test_who_goes_alone_is_told_neither_the_right_answers_nor_what_the_teacher_expects(name):
    whole, alone = (get(f"/plans/{name}.json", **asked).json() for asked in ({"for": "stage"}, {}))
    assert any(step["expect"] for step in whole["steps"])
    assert any(step["vote"] and step["vote"]["right"] for step in whole["steps"])
    for step, given in zip(whole["steps"], alone["steps"], strict=True):
        vote = step["vote"] and {part: value for part, value in step["vote"].items() if part != "right"}
        assert given == {part: step[part] for part in doors.ALONE} | {"vote": vote}
    assert {part: value for part, value in alone.items() if part != "steps"} == {
        part: value for part, value in whole.items() if part != "steps"
    }


def test_a_number_that_its_page_measures_is_left_out_of_a_question_and_its_right_answer_is_known_all_the_same():
    vote = filled(Plan("A plan", 1, "", (Step("A step", 1, "denoise", vote=Vote("prediction")),))).steps[0].vote
    assert "σ = …" in vote.question
    assert "{" not in vote.question
    checks = [step.vote for plan in shipped().values() for step in filled(plan).steps if step.vote and step.vote.of == "check"]
    assert checks
    assert all(vote.right and "{" not in vote.question for vote in checks)
