"""The lesson of 45 minutes as its plan has it: its first pages, and what is made together, held in four real browsers with members beside.

`python -m benchmarks.held` holds all of it.
"""

from benchmarks import held

MEMBERS = 4
MINUTES = 5  # of the plan: a page whose question is put to the vote twice, and one that is only shown


def test_the_plan_is_held_page_by_page_in_its_order():
    steps = held.plan()
    assert [step.minute for step in steps] == sorted({step.minute for step in steps})
    assert [step.address.partition("?")[0] for step in steps][:3] == ["home", "compare", "kl"]
    assert steps[-1].minute >= 36


def test_the_lesson_is_held_and_everybody_votes_draws_and_trains(browser, server):
    lines = list(held.hold(browser, server, MEMBERS, minutes=MINUTES))
    assert sum("voted twice and revealed" in line for line in lines) >= 1
    assert lines[-1] == f"{MEMBERS} models trained"
