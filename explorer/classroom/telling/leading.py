"""Leading a class to where its teacher is: whoever shows full pages waits for their turn (metering.py), the others go at once."""

import asyncio

from explorer.classroom.telling.live import Live, Subscriber


def show(live: Live, n: int) -> None:
    """Lead everybody to event `n`."""
    live.meter.lead(n, [each for each in live.subscribers if each.metered and not each.away])
    for each in live.subscribers:
        if each.follows and not each.metered:
            each.may_follow = n
    let_go(live)


def come(live: Live, who: Subscriber) -> None:
    """Let somebody follow to where the class is, in their turn."""
    shown = live.room.state()["show"]
    if shown is None or not who.follows:
        return
    if who.metered:
        live.meter.n = shown["n"]
        live.meter.add(who)
        let_go(live)
    else:
        who.may_follow = shown["n"]


def arrived(live: Live, who: Subscriber) -> None:
    """Somebody has followed: the next may."""
    live.meter.arrived(who)
    let_go(live)


def away(live: Live, who: Subscriber, away: bool) -> None:
    """Somebody looks elsewhere, so nobody waits for them; or is back."""
    who.away = away
    live.meter.leave(who)
    if not away:
        come(live, who)
    let_go(live)


def left(live: Live, who: Subscriber) -> None:
    """Somebody's connection has ended."""
    live.meter.leave(who)
    let_go(live)


def let_go(live: Live) -> None:
    """Tell those whose turn it is, and look again when the next one's is."""
    loop = asyncio.get_running_loop()
    for who in live.meter.next(loop.time()):
        who.may_follow = live.meter.n
        who.woken.set()
    if live.next_turn is not None:
        live.next_turn.cancel()
    due = live.meter.due()
    live.next_turn = None if due is None else loop.call_at(due, let_go, live)
