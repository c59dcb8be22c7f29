"""Votes that come at the same time are written in one transaction: 300 within two seconds cost what a few dozen cost one by one."""

import asyncio
from collections.abc import Callable

from explorer.classroom.telling.beside import Beside
from explorer.runs.store import StoreError
from explorer.runs.store.classes import Classes, Vote

TOGETHER = 0.05  # seconds
FAILED = "The vote was not counted. Try again."


class Voting:
    """Votes that wait for their transaction."""

    def __init__(self, beside: Beside, voted: Callable[[set[str]], None]):
        """`voted` is told the ballots whose counts have changed."""
        self._beside, self._voted = beside, voted
        self._waiting: list[tuple[Vote, asyncio.Future[str]]] = []

    async def vote(self, vote: Vote) -> str:
        """Count a vote; a sentence where it is refused, or where the store cannot be written."""
        loop = asyncio.get_running_loop()
        said: asyncio.Future[str] = loop.create_future()
        self._waiting.append((vote, said))
        if len(self._waiting) == 1:
            loop.call_later(TOGETHER, lambda: self._beside.do(self._write()))
        return await said

    async def _write(self) -> None:
        together, self._waiting = self._waiting, []
        said = [FAILED] * len(together)
        try:
            said = await self._beside.ask(Classes.vote, [vote for vote, _ in together])
        except StoreError as error:
            said = [str(error)] * len(together)
        finally:
            for (_, answer), why in zip(together, said, strict=True):
                if not answer.done():
                    answer.set_result(why)
        self._voted({vote.ballot for vote, _ in together})
