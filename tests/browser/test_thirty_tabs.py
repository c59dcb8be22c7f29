"""A class opens one page at the same moment: everybody sees it, nobody sees that something went wrong."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.session import Session
from explorer.page.places import PLACES

TABS = {"home": 30}  # where a class begins
OTHERS = 8  # tabs on any other page: still four times as many as a small machine has cores


@pytest.mark.parametrize("path", PLACES)
def test_tabs_that_open_a_page_at_once_all_see_it(server, path):
    async def all_at_once() -> None:
        tabs = [Session(server, "" if path == "home" else path) for _ in range(TABS.get(path, OTHERS))]
        try:
            await asyncio.gather(*(tab.open() for tab in tabs))
        finally:
            await asyncio.gather(*(tab.close() for tab in tabs))

    with ThreadPoolExecutor(1) as apart:  # this thread has Playwright's own loop
        apart.submit(asyncio.run, all_at_once()).result()
