"""What of a plan is done, read from the answers: each step has what is its own, in the words of the pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from explorer.page import remembered
from explorer.page.places import PLACES
from explorer.page.words import Option
from explorer.plans.course import export
from explorer.plans.course.progress import PARTS, Asked, asked, counted, first_open, marks, said, told, tries, try_key, vote_key
from explorer.plans.plan import Plan, Step, Vote
from explorer.plans.shipped import shipped
from explorer.runs.store.answers import Given

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def record(**answers: str) -> dict[str, Given]:
    return {question: Given(answer, NOON + timedelta(minutes=n)) for n, (question, answer) in enumerate(answers.items())}


def plan(*addresses: str) -> Plan:
    return Plan("Alone", 5 * len(addresses), "", tuple(Step(f"Step {address}", 5, address) for address in addresses))


def steps_of(*addresses: str) -> tuple[Asked, ...]:
    return asked("p", plan(*addresses))


def parts_of(address: str) -> tuple[str, ...]:
    return tuple(steps_of(address)[0].parts)


def test_a_step_has_the_parts_that_its_page_asks():
    parts = {path: parts_of(path) for path in ("kl", "home", "compare", "denoise", "runs", "glossary", "nowhere")}
    assert parts["kl"] == ("predicted", "observed", "revealed", "check", "recall", "transfer")
    assert parts["home"] == ("predicted", "revealed", "recall", "transfer")
    assert parts["compare"] == ("recall", "transfer")
    assert parts["runs"] == parts["glossary"] == parts["nowhere"] == ()
    assert "observed" in parts["denoise"]


def test_each_case_of_a_page_has_marks_of_its_own_and_what_the_page_asks_once_is_its_last_steps():
    steps = steps_of("fails?fails_run=1", "fails?fails_run=2&fails_digit=0", "fails?fails_run=3")
    kept = record(fails_predicted_1="over", fails_revealed_1="over", fails_predicted_2="dead", fails_check="anew")
    assert [{part for part, yes in marks(at, kept).items() if yes} for at in steps] == [
        {"predicted", "revealed"},
        {"predicted"},
        {"check"},
    ]
    assert [at.parts.keys() & {"check", "recall", "transfer"} for at in steps] == [
        set(),
        set(),
        {"check", "recall", "transfer"},
    ]


def test_progress_counts_what_two_steps_share_once_and_a_step_can_be_finished():
    twice = plan("home?game=1", "home?home_machine=1", "compare")
    kept = record(home_predicted="vae", home_recall="far", compare_recall="kl")
    assert counted("p", twice, kept) == (3, 6)
    done = record(home_predicted="vae", home_revealed="vae", home_recall="far", home_transfer="x")
    assert first_open("p", twice, done) == 3
    assert first_open("p", plan("compare"), record(compare_recall="kl", compare_transfer="share")) == 1


def test_what_a_step_puts_to_the_vote_is_its_own_question():
    """Steps 3 and 10 of the shipped lesson: a vote of the plan's, and the check after three cases."""
    steps = asked("45", shipped()["45"])
    assert steps[2].parts == {"predicted": "plan_45_3", "recall": "compare_recall", "transfer": "compare_transfer"}
    assert list(steps[8].parts) == ["predicted", "revealed"]
    assert next(iter(steps[9].parts)) == "check"
    every = [key for at in steps for key in at.parts.values()]
    assert len(every) == len(set(every))


def test_a_step_that_opens_revealed_is_asked_no_prediction():
    (em,) = [at for at in asked("90", shipped()["90"]) if at.step.path == "em"]
    assert set(em.parts) <= {"check", "recall", "transfer"}


def test_which_answer_to_an_own_vote_is_right_is_told_after_it_and_after_the_pages_reveal():
    vote = Vote("own", "Which *one*?", (Option("a", "This <b>"), Option("b", "That", right=True)))
    of = {path: asked("p", Plan("A", 5, "", (Step("S", 5, path, vote=vote),)))[0] for path in ("kl", "runs")}
    key = vote_key("p", 1)
    assert told(of["runs"], {}) == told(of["runs"], record(**{key: "gone"})) == ("", "", False)
    assert told(of["runs"], record(**{key: "a"})) == ("a", "b", False)
    assert told(of["kl"], record(**{key: "a"})) == ("a", "", True)
    kept = record(**{key: "a", "kl_revealed": "home-zero"})
    assert told(of["kl"], kept) == ("a", "b", False)
    (said_,) = said(of["kl"], kept)
    assert (said_.question, said_.answer, said_.found, said_.met) == ("Which *one*?", "This <b>", "That", False)
    assert marks(of["runs"], record(**{key: "a"})) == {"predicted": True}


def test_a_prediction_is_judged_by_what_the_page_found_once_that_was_seen():
    (step,) = steps_of("kl")
    (before,) = said(step, record(kl_predicted="home-zero"))
    assert (before.answer, before.found, before.met) == ("It shrinks to a point at 0", "", None)
    (right,) = said(step, record(kl_predicted="home-zero", kl_revealed="home-zero"))
    (wrong,) = said(step, record(kl_predicted="stays-zero", kl_revealed="home-zero"))
    assert (right.met, wrong.met) == (True, False)
    assert wrong.found == right.answer
    assert wrong.why.startswith("μ²/2 is still on")


@pytest.mark.parametrize("path", [path for path in PLACES if parts_of(path)])
def test_every_question_of_a_page_is_told_in_its_words_and_judged_as_it_says(path):
    """Every answer to every question, against the page's own words."""
    (at,) = steps_of(path)
    words = PLACES[path].words
    for block in ("check", "recall", "transfer"):
        if block not in at.parts:
            continue
        numbers = dict.fromkeys(re.findall(r"\{(\w+)", words.block(block)), 3)
        for option in words.options(block, **numbers):
            kept = record(**{f"{path}_{block}": remembered.record(option.key, numbers)})
            (each,) = said(at, kept)
            assert (each.question, each.answer, each.met, each.why) == (
                words.question(block, **numbers),
                option.text,
                option.right,
                option.why,
            )
            assert "{" not in each.question + each.answer + each.why


def test_what_pages_ask_that_no_shipped_plan_opens_counts_in_a_plan_that_does_and_in_no_other():
    asks = {
        "interpolate": 2,
        "arithmetic": 5,
        "gan": 5,
        "nash": 6,
        "priors": 5,
        "disentangle": 5,
    }  # a lesson 5, 6 where it asks what was seen
    own, ships = plan(*asks), shipped()["45"]
    kept = {}
    for at in asked("p", own):
        words = PLACES[at.step.path].words
        for part, key in at.parts.items():
            kept |= record(**{key: words.options("predict" if part == "observed" else PARTS[part])[0].key})
    assert len(kept) == 28
    assert [len(at.parts) for at in asked("p", own)] == list(asks.values())
    assert (counted("p", own, {}), counted("p", own, kept)) == ((0, 28), (28, 28))
    assert first_open("p", own, {key: kept[key] for key in kept if key != "nash_transfer"}) == 4
    told_ = [each for page in export.pages("p", own, kept) for each in page.said]
    assert len(told_) == 28 - 5  # what was revealed is told with the prediction
    for text in (each(f"p{len(asks)}", own, kept, "http://host", NOON.date()) for each in (export.markdown, export.page)):
        assert "28 of 28 done." in text
    assert counted("45", ships, kept) == (0, counted("45", ships, {})[1])
    assert export.markdown("45", ships, kept, "", NOON.date()) == export.markdown("45", ships, {}, "", NOON.date())


def test_numbers_that_no_longer_fit_are_dots_and_an_answer_that_is_gone_is_left_out():
    (step,) = steps_of("conditional")
    (each,) = said(step, record(conditional_check="class"))
    assert "\u2026 nats lower" in each.question
    assert said(step, record(conditional_check="gone")) == []


def test_tries_of_a_task_are_told_apart_from_answers_and_from_those_of_others():
    first, second = "a" * 22, "b" * 22
    kept = record(kl_check="nothing", **{try_key("five", first): "begun", try_key("reach", second): 'done {"kl":4.5,"used":5}'})
    assert [(each.task, each.run, each.state, each.measured) for each in tries(kept)] == [
        ("five", first, "begun", {}),
        ("reach", second, "done", {"kl": 4.5, "used": 5}),
    ]
    assert [each.run for each in tries(kept, "reach")] == [second]


def test_an_answer_stands_at_the_one_step_that_asks_for_it():
    lesson = plan("home?game=1", "home?home_machine=1", "fails", "fails?fails_run=2")
    pages = export.pages("p", lesson, record(home_predicted="ae", home_recall="far"))
    assert [(each.number, [said_.part for said_ in each.said]) for each in pages] == [
        (1, ["predicted"]),
        (2, ["recall"]),
        (3, []),
        (4, []),
    ]
