"""What is handed in: all that was answered, with links, in Markdown and as a page; what somebody typed stays text."""

import html
import re
from datetime import UTC, date, datetime

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.page import owners
from explorer.page.places import PLACES
from explorer.plans import looks
from explorer.plans.course import doors, export
from explorer.plans.course.progress import try_key
from explorer.plans.grammar import parse
from explorer.plans.plan import Plan, Step
from explorer.plans.shipped import shipped
from explorer.runs import answering
from explorer.runs.store.answers import Given, answers

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
RUN = "r" * 22
ANSWERS = {
    "home_predicted": "ae",
    "home_revealed": "vae",
    "kl_predicted": "home-zero",
    "kl_check": "everything",
    "kl_transfer": "little",
    "fails_predicted_2": "memorised",
    "fails_revealed_2": "memorised",
    try_key("bottleneck", RUN): 'done {"reconstruction":139.1,"kl":6.19,"used":2,"latents":2,"beta":1.0}',
}
RECORD = {question: Given(answer, AT) for question, answer in ANSWERS.items()}
HOSTILE = "<script>alert(1)</script> [a](javascript:alert(1)) *b* `c` $d$ | # e ![f](//evil.example/g)"


@pytest.fixture
def client(monkeypatch):
    """A browser whose record is the one above."""
    monkeypatch.setattr(answering, "given_by", lambda owner: RECORD)
    return TestClient(Starlette(routes=doors.routes()), cookies={owners.COOKIE: "c" * 22})


def plain(page: str) -> str:
    """The text of a page."""
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)))


def test_both_have_every_answer_what_was_found_and_the_figures_of_tasks():
    plan = shipped()["45"]
    for text in (
        export.markdown("45", plan, RECORD, "http://host", TODAY),
        plain(export.page("45", plan, RECORD, "http://host", TODAY)),
    ):
        flat = " ".join(text.split())
        for said in (
            "Whose ten slots fill",
            "You predicted: The autoencoder’s. What happened: The VAE’s. Not quite.",
            "You predicted: It shrinks to a point at 0.",
            "You answered: Everything, in standard form. Not quite.",
            "You answered: Hardly anything, since all clouds overlap. Right.",
            "You predicted: Memorised. What happened: Memorised. Right.",
            "KL 6.19 nats, 1.19 too many. Reconstruction 139.1 nats, 1.1 too many.",
            "β = 1, 2 latents.",
            "2026-03-02",
        ):
            assert said in flat, said


def test_each_step_has_the_picture_that_its_reader_may_see(client):
    where = looks.of_shipped("45")
    page, text = client.get("/course/45/hand-in").text, client.get("/course/45.md").text
    assert len(where) == len(shipped()["45"].steps)
    for path in where.values():
        assert f'<img src="{path}" alt=""' in page
        assert f"![](http://testserver/plans/{path.partition('/plans/')[2]})" in text


def test_links_lead_to_the_steps_and_to_the_run():
    plan = shipped()["45"]
    text = export.markdown("45", plan, RECORD, "https://school.example/explorer", TODAY)
    assert f"<https://school.example/explorer/train?run={RUN}>" in text
    for step in plan.steps:
        assert f"https://school.example/explorer/{step.open.replace('home?', '?')}>" in text
    page = export.page("45", plan, RECORD, "http://host", TODAY)
    assert f'href="http://host/train?run={RUN}"' in page
    assert 'href="/kl?kl_mu=1.5&amp;' in page


def test_the_newest_try_that_meets_a_task_is_handed_in_otherwise_the_newest():
    met, missed = (f'done {{"reconstruction":134.8,"kl":{kl},"used":5,"latents":5,"beta":7.0}}' for kl in (4.6, 5.4))
    tries = {
        try_key("bottleneck", letter * 22): Given(answer, AT)
        for letter, answer in zip("abc", (missed, met, missed), strict=True)
    }
    tries[try_key("five", "d" * 22)] = Given("begun", AT)
    assert [(task, each.run) for task, each in export.best(tries)] == [("bottleneck", "b" * 22)]


def test_what_a_teacher_typed_is_text_and_no_markup():
    step = Step(HOSTILE[:100], 5, "kl")
    plan = Plan(HOSTILE[:60], 5, "", (step,))
    page = export.page("x" * 22, plan, RECORD, "http://host", TODAY)
    assert page.count("<script") == 1
    assert html.escape(HOSTILE[:60]) in page
    text = export.markdown("45", plan, RECORD, "http://host", TODAY)
    heading = next(line for line in text.splitlines() if line.startswith("## 1"))
    assert re.search(r"(?<!\\)[<\[*`$|]", heading.removeprefix("## 1.")) is None
    assert parse("# A\nminutes: 5\n\n## B\nminutes: 5\nopen: kl\n").title == "A"  # own plans come through the same grammar


def test_an_address_ends_no_link_of_the_file_and_a_title_keeps_its_signs():
    step = Step("Why, then? It's (not) 1.5!", 5, "kl?x=1>)![y](https://evil.example/p.png)<b>")
    text = export.markdown("x", Plan("A", 5, "", (step,)), {}, "http://host", TODAY)
    assert "kl?x=1%3E%29%21%5By%5D%28https://evil.example/p.png%29%3Cb%3E>)" in text
    assert "## 1. Why, then? It's (not) 1.5!\n" in text


def test_the_answer_to_a_vote_of_the_plan_is_kept_told_and_handed_in(client, monkeypatch):
    kept = {}
    monkeypatch.setattr(answering, "write", lambda owner, question, answer: kept.update({question: Given(answer, AT)}))
    monkeypatch.setattr(answering, "given_by", lambda owner: kept)
    origin = {"origin": "http://testserver"}
    assert client.get("/course/45.json").json()["votes"][2] == {"answer": "", "right": "", "waits": False}
    assert client.post("/course/45/3", json={"answer": "vae"}, headers=origin).status_code == 200
    assert client.get("/course/45.json").json()["votes"][2] == {"answer": "vae", "right": "ae", "waits": False}
    assert client.get("/course/45.json").json()["steps"][2]["predicted"] is True
    for text in (client.get("/course/45.md").text, plain(client.get("/course/45/hand-in").text)):
        assert "You predicted: The VAE's. The right answer: The autoencoder's. Not quite." in text
        assert "which digits will be missing in each row?" in text
    for path, sent, how, status in (
        ("45/3", {"answer": "x"}, origin, 400),
        ("45/3", ["vae"], origin, 400),
        ("45/3", {"answer": ["vae"]}, origin, 400),
        ("45/1", {"answer": "vae"}, origin, 400),
        ("45/0", {"answer": "vae"}, origin, 400),
        ("45/99", {"answer": "vae"}, origin, 400),
        ("nothing/1", {"answer": "vae"}, origin, 404),
        ("45/3", {"answer": "both"}, {"origin": "http://evil.example"}, 403),
    ):
        answer = client.post(f"/course/{path}", json=sent, headers=how)
        assert answer.status_code == status, path
        assert answer.json()["why"]
    nested = client.post("/course/45/3", content="[" * 1_000, headers=origin)
    assert nested.status_code == 400
    assert kept.keys() == {"plan_45_3"}


def test_a_name_goes_into_the_file_as_it_is_and_marks_nothing_up(javascript):
    text = f"# A\n\nName: {export.NAME}\n\n{export.NAME}"
    names = ("Ann Teal", "*Ann* <b>", " $& $1 \\ [x](y)\n# z ")
    found = javascript("explorer/plans/course/js/hand_in.js", *(["named", text, name] for name in names))
    assert [each.split("\n\n")[1] for each in found] == [
        "Name: Ann Teal",
        "Name: \\*Ann\\* \\<b\\>",
        "Name: \\$\\& \\$1 \\\\ \\[x\\]\\(y\\) \\# z",
    ]
    assert all(each.endswith(export.NAME) for each in found)


def test_the_doors_tell_a_browser_its_own_record_and_nothing_is_kept_of_it(client):
    marks = client.get("/course/45.json")
    assert marks.headers["cache-control"] == "no-store"
    assert marks.json()["steps"][3] == {
        "predicted": True,
        "observed": False,
        "revealed": False,
        "check": True,
        "recall": False,
        "transfer": True,
    }
    assert len(marks.json()["steps"]) == len(shipped()["45"].steps)
    page = client.get("/course/45/hand-in")
    assert page.status_code == 200
    assert "You predicted: It shrinks to a point at 0" in page.text
    file = client.get("/course/45.md")
    assert file.headers["content-disposition"] == 'attachment; filename="course-45.md"'
    assert "http://testserver/train?run=" in file.text
    assert "https://testserver/train?run=" in client.get("/course/45.md", headers={"x-forwarded-proto": "https"}).text
    stranger = TestClient(Starlette(routes=doors.routes()))
    assert not any(any(step.values()) for step in stranger.get("/course/45.json").json()["steps"])


@pytest.mark.parametrize("path", ["nothing.json", "nothing.md", "nothing/hand-in", "..%2f45.json", "<b>.json"])
def test_an_unknown_plan_is_a_sentence(client, path):
    answer = client.get(f"/course/{path}")
    assert answer.status_code == 404


def test_a_record_that_cannot_be_read_is_a_sentence(client, monkeypatch):
    from explorer.runs.store import StoreError

    def away(owner):
        raise StoreError("It is away.")

    monkeypatch.setattr(answering, "given_by", away)
    answer = client.get("/course/45.json")
    assert answer.status_code == 503
    assert answer.json()["why"] == PLACES["course"].words.items("trouble")["away"]
    assert client.get("/course/45/hand-in").status_code == client.get("/course/45.md").status_code == 503


def test_what_was_answered_is_read_from_the_store(monkeypatch):
    owner = owners.asks({owners.COOKIE: "d" * 22})
    answers().keep(owner, "kl_check", "nothing")
    try:
        real = TestClient(Starlette(routes=doors.routes()), cookies={owners.COOKIE: "d" * 22})
        assert real.get("/course/45.json").json()["steps"][3]["check"] is True
    finally:
        answers().delete(owner)
