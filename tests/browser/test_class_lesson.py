"""The lesson of 45 minutes as the document plans it, held in four real browsers and with members beside who vote, sleep, come back and draw."""

from benchmarks import held

MEMBERS = 6


def test_the_plan_of_the_document_has_every_page_in_order():
    steps = held.plan(held.PLAN.read_text(encoding="utf-8"))
    assert [step.minute for step in steps] == sorted({step.minute for step in steps})
    assert [step.address.partition("?")[0] for step in steps][:3] == ["home", "compare", "kl"]
    assert steps[-1].minute >= 36


def test_the_lesson_is_held_from_the_first_minute_to_the_last(browser, server):
    lines = list(held.hold(browser, server, MEMBERS))
    assert sum("voted twice and revealed" in line for line in lines) >= 4
    assert lines[-1] == f"{MEMBERS} models trained"
