"""The minute of a real browser, which benchmarks/load.py lets visitors repeat, is of this version of the pages."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from benchmarks.load import Crowd, _asked
from benchmarks.minute import FILE, HANDS
from benchmarks.session import Session

RECORD = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", HANDS)
def test_what_a_browser_sent_is_heard_and_answered(server, page):
    async def repeat() -> None:
        session = Session(server, page)
        await session.open()
        try:
            for asked in RECORD[page]["sent"]:
                await session.ask({name: value for name, value in asked.items() if name != "at"})
        finally:
            await session.close()

    with ThreadPoolExecutor(1) as apart:  # this thread has Playwright's own loop
        apart.submit(asyncio.run, repeat()).result()


def test_a_visitor_who_begins_in_the_middle_of_the_minute_finds_the_page_as_it_stands_there(server):
    crowd = Crowd(SimpleNamespace(address=server), {"explore": RECORD["explore"]})

    async def come(visitor: int) -> None:
        session = Session(server, "explore")
        try:
            await crowd._come(visitor, session)
            later = [asked for asked in RECORD["explore"]["sent"] if asked["at"] >= crowd._moment(visitor, session)]
            for asked in later[:1]:
                await session.ask(_asked(asked))
        finally:
            await session.close()

    with ThreadPoolExecutor(1) as apart:
        for visitor in (1, 2, 3):  # at 0.62, 0.24 and 0.85 of the minute
            apart.submit(asyncio.run, come(visitor)).result()


@pytest.mark.parametrize("page", HANDS)
def test_few_moves_reach_python(page):
    assert RECORD[page]["moves"] == 30
    assert RECORD[page]["reruns"] == len(RECORD[page]["sent"]) <= 8
