"""The minute of a real browser, which benchmarks/load.py lets visitors repeat, is of this version of the pages."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

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


@pytest.mark.parametrize("page", HANDS)
def test_few_moves_reach_python(page):
    assert RECORD[page]["moves"] == 30
    assert RECORD[page]["reruns"] == len(RECORD[page]["sent"]) <= 8
