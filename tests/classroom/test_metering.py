"""Who may move now: a few at a time, in their order, everybody in the end."""

import random

import pytest

from explorer.classroom.telling.metering import AT_ONCE, PATIENCE, Meter


@pytest.mark.parametrize("seed", range(20))
def test_everybody_goes_once_in_order_and_never_too_many_at_a_time(seed):
    dice, meter, now = random.Random(seed), Meter(), 0.0
    everybody = [f"student {i}" for i in range(30)]
    meter.lead(7, everybody)
    went: list[str] = []
    moving: dict[str, float] = {}
    while len(went) < len(everybody):
        going = meter.next(now)
        moving = {who: since for who, since in moving.items() if now - since < PATIENCE} | dict.fromkeys(going, now)
        assert len(moving) <= AT_ONCE
        went += going
        if moving and dice.random() < 0.6:
            who = dice.choice(sorted(moving))
            del moving[who]
            meter.arrived(who)
        elif meter.due() is not None:
            now = max(now, meter.due() - dice.choice((0.0, 0.25)))
    assert went == everybody
    assert meter.next(now + 10) == []
    assert meter.due() is None


def test_the_next_goes_when_one_has_arrived_or_after_a_second():
    meter = Meter()
    meter.lead(1, "abcdef")
    assert meter.next(0) == ["a", "b"]
    assert meter.next(PATIENCE / 2) == []
    meter.arrived("b")
    assert meter.next(PATIENCE / 2) == ["c"]
    assert meter.due() == PATIENCE
    assert meter.next(PATIENCE) == ["d"]
    meter.arrived("nobody")
    meter.leave("c")
    assert meter.next(PATIENCE) == ["e"]


def test_who_has_left_is_not_waited_for_and_a_new_page_replaces_the_one_before():
    meter = Meter()
    meter.lead(1, "abcd")
    meter.next(0)
    meter.leave("c")
    meter.lead(2, "abcd")
    meter.add("z")
    meter.leave("b")
    meter.arrived("a")
    assert meter.next(0) == ["a", "c"]
    meter.arrived("a")
    meter.arrived("c")
    assert meter.next(0) == ["d", "z"]
    assert meter.n == 2
