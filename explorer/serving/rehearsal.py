"""The app opens every page once before visitors do, so that nobody waits for what a page imports, reads and computes the first time.

It begins when the port answers, and takes some seconds of a core. Its visitor has no browser: it connects to Streamlit's runtime as a
websocket does, and listens for the end of each page. Nothing here knows a page, so a new one is rehearsed as well.
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

REHEARSE = "LATENT_EXPLORER_REHEARSE"  # environment variable: 0 leaves each page to its first visitor
FIRST = 1.0  # seconds after the start, when the port has begun to answer
PATIENCE = 60.0  # seconds for one page


class _Listener(SessionClient):
    """What stands where a browser would be. Streamlit calls it on the event loop."""

    def __init__(self) -> None:
        self.finished = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        if msg.WhichOneof("type") == "script_finished":
            self.finished.set()


async def rehearse() -> list[str]:
    """Open every page once, one after another; returns the paths of those that came to their end."""
    if os.environ.get(REHEARSE) == "0":
        return []
    await asyncio.sleep(FIRST)
    return [place.path for place in places.PLACES.values() if await _opened(place.path)]


async def _opened(path: str) -> bool:
    runtime, listener = Runtime.instance(), _Listener()
    session = runtime.connect_session(listener, {})
    try:
        whole = f"{path}_revealed=1"  # what a lesson covers as well
        runtime.handle_backmsg(session, BackMsg(rerun_script=ClientState(page_name=path, query_string=whole)))
        await asyncio.wait_for(listener.finished.wait(), PATIENCE)
    except TimeoutError:
        logging.getLogger("explorer").warning("The page %s was not ready after %g s.", path, PATIENCE)
        return False
    finally:
        runtime.close_session(session)
    return True
