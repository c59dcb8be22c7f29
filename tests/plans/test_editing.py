"""Changes to a plan: each can be taken back, minutes that added up still do, and what comes out is a plan that its text says."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from explorer.plans import editing
from explorer.plans.grammar import PlanError, parse
from explorer.plans.plan import Step
from explorer.plans.shipped import shipped
from explorer.runs.store.views import View

PLANS = pytest.mark.parametrize("plan", shipped().values(), ids=shipped())
MORE = Step("One more", 7, "blur")


def view(title: str, address: str = "kl?kl_mu=1.5", note: str = "") -> View:
    return View("v" * 22, "ann", title, address, note, None, False, datetime.now(UTC))


@PLANS
def test_a_step_goes_where_it_is_put_and_back_and_the_others_keep_their_order(plan):
    count = len(plan.steps)
    for at, to in product(range(count), repeat=2):
        there = editing.moved(plan, at, to)
        assert there.steps[to] is plan.steps[at]
        others = [step for step in plan.steps if step is not plan.steps[at]]
        assert [step for step in there.steps if step is not plan.steps[at]] == others
        assert editing.moved(there, to, at) == plan
    assert editing.moved(plan, 0, count) is editing.moved(plan, 0, -1) is plan


@PLANS
def test_what_is_taken_out_and_put_back_is_the_same_plan_and_minutes_go_along_only_if_they_added_up(plan):
    for at, step in enumerate(plan.steps):
        less = editing.without(plan, at)
        assert less.minutes == editing.total(less) == plan.minutes - step.minutes
        assert editing.with_step(less, step, at) == plan
    assert editing.with_step(plan, MORE).minutes == plan.minutes + MORE.minutes
    wrong = replace(plan, minutes=plan.minutes + 1)
    assert editing.with_step(wrong, MORE).minutes == editing.without(wrong, 0).minutes == wrong.minutes


@PLANS
def test_a_draft_says_the_plan_and_a_vote_is_read_as_it_is_shown(plan):
    title, text = editing.draft(plan)
    assert (title, parse(text)) == (plan.title, plan)
    for step in plan.steps:
        rounds = step.vote.rounds if step.vote else 1
        assert editing.vote_of(editing.vote_text(step.vote), rounds) == step.vote


def test_a_vote_of_ones_own_is_read_line_by_line():
    vote = editing.vote_of("Which one?\n\n - a:  This  one (right)\n- b: That one\n", 2)
    assert (vote.of, vote.question, vote.right, vote.rounds) == ("own", "Which one?", "a", 2)
    assert [option.text for option in vote.options] == ["This one", "That one"]
    assert editing.vote_of(editing.vote_text(vote), 2) == vote
    for text in ("Which one?", "Which?\n- a: One", "check\n- a: One\n- b: Two", "x\ndo: y"):
        with pytest.raises(PlanError):
            editing.vote_of(text, 1)


@pytest.mark.parametrize(
    "title",
    ["", "# no heading", "% no comment", "- a: no answer", "minutes: 9", "<b>bold</b>", "two\nlines", "ends with (right)"],
)
def test_a_view_is_a_step_whatever_it_is_called(title):
    step = editing.step_of(view(title, note="First line\nsecond <i>line</i>"))
    plan = parse(editing.draft(editing.started("Mine", step)).text)
    assert plan.steps == (step,)
    assert (step.do, step.minutes, plan.minutes) == ("First line second < i>line< /i>", editing.MINUTES, editing.MINUTES)
    assert step.title == (" ".join(title.replace("<", "< ").split()) or "What the KL does")


def test_what_a_plan_cannot_say_is_no_draft():
    plan = next(iter(shipped().values()))
    for wrong in (
        editing.changed(plan, 0, open="https://evil.example/kl"),
        editing.changed(plan, 0, ask="x" * 2_001),
        editing.changed(plan, 0, do="a \x07 sign"),
        editing.changed(plan, 0, title=" \n "),
        editing.renamed(plan, minutes=0),
        replace(plan, steps=()),
    ):
        with pytest.raises(PlanError):
            editing.draft(wrong)
