"""The app opens every page once before visitors do, so that nobody waits for what a page imports, reads and computes the first time.

It begins when the port answers, and takes some seconds of a core. Its visitor has no browser: it connects to Streamlit's runtime as a
websocket does, listens for the end of each page, and notes what the page is made of. Nothing here knows a page, so a new one is rehearsed as
well. A page that covers an answer is opened with it, too, and one that computes much for some choices names them in its words: the fact `rehearse`
is a list of addresses' parameters. Last come the steps of the plans that ship, which a class waits for.
"""

import asyncio
import logging
import os

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionClient

from explorer.page import places
from explorer.plans import shipped
from explorer.serving import pieces

REHEARSE = "LATENT_EXPLORER_REHEARSE"  # environment variable: 0 leaves each page to its first visitor
FIRST = 1.0  # seconds after the start, when the port has begun to answer
PATIENCE = 60.0  # seconds for one page


class _Listener(SessionClient):
    """What stands where a browser would be. Streamlit calls it on the event loop."""

    def __init__(self, reader: pieces.Reader | None) -> None:
        self.reader = reader
        self.finished = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        if self.reader is not None:
            self.reader.read(msg)
        if msg.WhichOneof("type") == "script_finished":
            self.finished.set()


def wanted() -> bool:
    """Whether the app shall do by itself what its first visitors would wait for."""
    return os.environ.get(REHEARSE) != "0"


async def rehearse() -> list[str]:
    """Open every page, one after another; returns the paths of those that came to their end."""
    if not wanted():
        return []
    await asyncio.sleep(FIRST)
    opened = [place.path for place in places.PLACES.values() if await _opened(place)]
    for address in dict.fromkeys(step.open for plan in shipped.shipped().values() for step in plan.steps):
        path, _, query = address.partition("?")
        await _run(path, query)
    return opened


async def _opened(place: places.Place) -> bool:
    words = place.words
    revealed = f"{place.path}_revealed=1" if "predict" in words.blocks else ""
    more = [f"{revealed}&{query.strip()}" for query in words.facts.get("rehearse", "").split(",") if query.strip()]
    found = pieces.Reader("" if place.path == "home" else place.path)
    if not await _run(place.path, "", found):
        return False
    return all([await _run(place.path, query) for query in ([revealed] if revealed else []) + more])


async def _run(path: str, query: str, reader: pieces.Reader | None = None) -> bool:
    runtime, listener = Runtime.instance(), _Listener(reader)
    session = runtime.connect_session(listener, {})
    try:
        runtime.handle_backmsg(session, BackMsg(rerun_script=ClientState(page_name=path, query_string=query)))
        await asyncio.wait_for(listener.finished.wait(), PATIENCE)
    except TimeoutError:
        logging.getLogger("explorer").warning("The page %s was not ready after %g s.", path, PATIENCE)
        return False
    finally:
        runtime.close_session(session)
    return True
