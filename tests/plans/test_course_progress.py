"""What of a plan is done, read from the answers: each page's once, each case its own, in the words of the pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from explorer.page import remembered
from explorer.page.places import PLACES
from explorer.plans.course import export
from explorer.plans.course.progress import counted, first_open, marks, parts_of, said, tries, try_key
from explorer.plans.plan import Plan, Step
from explorer.plans.shipped import shipped
from explorer.runs.store.answers import Given

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def record(**answers: str) -> dict[str, Given]:
    return {question: Given(answer, NOON + timedelta(minutes=n)) for n, (question, answer) in enumerate(answers.items())}


def plan(*addresses: str) -> Plan:
    return Plan("Alone", 5 * len(addresses), "", tuple(Step(f"Step {address}", 5, address) for address in addresses))


def test_a_step_has_the_parts_that_its_page_asks():
    parts = {path: parts_of(Step("", 5, path)) for path in ("kl", "home", "compare", "denoise", "runs", "glossary", "nowhere")}
    assert parts["kl"] == ("predicted", "observed", "revealed", "check", "recall", "transfer")
    assert parts["home"] == ("predicted", "revealed", "recall", "transfer")
    assert parts["compare"] == ("recall", "transfer")
    assert parts["runs"] == parts["glossary"] == parts["nowhere"] == ()
    assert "observed" in parts["denoise"]


def test_each_case_of_a_page_has_marks_of_its_own_and_its_check_counts_for_all():
    steps = plan("fails?fails_run=1", "fails?fails_run=2&fails_digit=0", "fails").steps
    kept = record(fails_predicted_1="over", fails_revealed_1="over", fails_predicted_2="dead", fails_check="anew")
    done = [{part for part, yes in marks(step, kept).items() if yes} for step in steps]
    assert done == [{"predicted", "revealed", "check"}, {"predicted", "check"}, {"predicted", "revealed", "check"}]


def test_progress_counts_a_page_that_is_opened_twice_once():
    twice = plan("home?game=1", "home?home_machine=1", "compare")
    kept = record(home_predicted="vae", home_recall="far", compare_recall="kl")
    assert counted(twice, kept) == (3, 6)
    assert (first_open(twice, kept), first_open(plan("compare"), record(compare_recall="kl", compare_transfer="share"))) == (
        1,
        1,
    )
    assert first_open(plan("compare", "home"), record(compare_recall="kl", compare_transfer="share")) == 2


def test_a_prediction_is_judged_by_what_the_page_found_once_that_was_seen():
    (step,) = plan("kl").steps
    (before,) = said(step, record(kl_predicted="home-zero"))
    assert (before.answer, before.found, before.met) == ("It shrinks to a point at 0", "", None)
    (right,) = said(step, record(kl_predicted="home-zero", kl_revealed="home-zero"))
    (wrong,) = said(step, record(kl_predicted="stays-zero", kl_revealed="home-zero"))
    assert (right.met, wrong.met) == (True, False)
    assert wrong.found == right.answer
    assert wrong.why.startswith("μ²/2 is still on")


@pytest.mark.parametrize("name", ["45", "90", "project"])
def test_every_question_of_a_shipped_plan_is_told_in_the_words_of_its_page_and_judged_as_it_says(name):
    """Every answer to every question, against the page's own words."""
    for step in shipped()[name].steps:
        if step.path not in PLACES:
            continue
        words = PLACES[step.path].words
        for block in ("check", "recall", "transfer"):
            if block not in parts_of(step):
                continue
            numbers = dict.fromkeys(re.findall(r"\{(\w+)", words.block(block)), 3)
            for option in words.options(block, **numbers):
                kept = record(**{f"{step.path}_{block}": remembered.record(option.key, numbers)})
                (told,) = said(step, kept)
                assert (told.question, told.answer, told.met, told.why) == (
                    words.question(block, **numbers),
                    option.text,
                    option.right,
                    option.why,
                )
                assert "{" not in told.question + told.answer + told.why


def test_numbers_that_no_longer_fit_are_dots_and_an_answer_that_is_gone_is_left_out():
    (step,) = plan("conditional").steps
    (told,) = said(step, record(conditional_check="class"))
    assert "\u2026 nats lower" in told.question
    assert said(step, record(conditional_check="gone")) == []


def test_tries_of_a_task_are_told_apart_from_answers_and_from_those_of_others():
    first, second = "a" * 22, "b" * 22
    kept = record(kl_check="nothing", **{try_key("five", first): "begun", try_key("reach", second): 'done {"kl":4.5,"used":5}'})
    assert [(each.task, each.run, each.state, each.measured) for each in tries(kept)] == [
        ("five", first, "begun", {}),
        ("reach", second, "done", {"kl": 4.5, "used": 5}),
    ]
    assert [each.run for each in tries(kept, "reach")] == [second]


def test_an_answer_stands_at_the_first_step_that_has_it():
    told = export.pages(plan("home?game=1", "home?home_machine=1", "fails", "fails?fails_run=2"), record(home_recall="far"))
    assert [(each.number, len(each.said), each.again) for each in told] == [
        (1, 1, False),
        (2, 0, True),
        (3, 0, False),
        (4, 0, False),
    ]
