"""A browser tab without a browser: one session of a running app, over Streamlit's own websocket protocol.

The document is fetched first, as a browser does, for its cookies; then messages are protocol buffers of the installed Streamlit.
A rerun takes from sending a widget's new value to the message that says the script has finished.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 120  # seconds for one rerun before it counts as an error


class PageError(RuntimeError):
    """The page showed an error, or ended without finishing."""


class Session:
    """One visitor on one page, opened by its path, with a link's parameters or without ("train?latents=3").

    widgets   the page's elements that have a label, by that label
    progress  what stands at its last progress bar
    """

    def __init__(self, address: str, page: str):
        self.address, (self.page, _, self._link) = address.rstrip("/"), page.partition("?")
        self.widgets: dict[str, Message] = {}
        self.progress = ""
        self.bytes_received = 0
        self._values: dict[str, WidgetState] = {}
        self._known: set[str] = set()  # ids of all elements that have one
        self._parts: dict[str, str] = {}  # widget's id -> the part of the page that runs when it is moved, where it is in one
        self._script = ""
        self._socket: ClientConnection

    async def open(self) -> float:
        """Fetch the document, connect and wait for the first full run of the page; seconds."""
        began = time.perf_counter()
        async with httpx.AsyncClient(follow_redirects=True) as browser:
            asked = f"{self.address}/{self.page}?{self._link}"
            document = await browser.get(asked, headers={"Accept": "text/html"}, timeout=PATIENCE)
            document.raise_for_status()
            cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        self._socket = await connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            origin=self.address,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies} if cookies else {},
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )
        await self._run()
        return time.perf_counter() - began

    async def move(self, label: str, **value) -> float:
        """Give the widget with that label a value, such as `double_array_value=DoubleArray(data=[7])`; seconds of the rerun."""
        identity = self.widgets[label].id
        state = WidgetState(id=identity, **value)
        began = time.perf_counter()
        await self._run(state)
        if state.WhichOneof("value") != "trigger_value":  # a press is over when it was heard
            self._values[identity] = state
        return time.perf_counter() - began

    async def ask(self, asked: Mapping[str, Any]) -> float:
        """Ask for what a browser has asked for, as benchmarks/minute.py records it; seconds of the rerun."""
        message = BackMsg(rerun_script=ParseDict(asked, ClientState()))
        message.rerun_script.page_script_hash = self._script
        strange = {state.id for state in message.rerun_script.widget_states.widgets} - self._known
        if strange:
            raise PageError(
                f"{self.page} has no {strange.pop()}. The record is of another version: python -m benchmarks.minute"
            )
        began = time.perf_counter()
        await self._send(message)
        return time.perf_counter() - began

    async def turn(self, address: str) -> float:
        """Turn to a page of the app by its address, such as "kl?kl_mu=1"; seconds until it is drawn."""
        self.page, _, self._link = address.partition("?")
        self._script, self._values = "", {}
        began = time.perf_counter()
        await self._run()
        return time.perf_counter() - began

    async def look_again(self) -> None:
        """Run the whole page once more."""
        await self._run()

    async def close(self) -> None:
        await self._socket.close()

    async def _run(self, changed: WidgetState | None = None) -> None:
        part = self._parts.get(changed.id, "") if changed else ""
        page = "" if self._script else self.page
        state = ClientState(page_script_hash=self._script, page_name=page, fragment_id=part, query_string=self._link)
        message = BackMsg(rerun_script=state)
        values = {**self._values, **({changed.id: changed} if changed else {})}
        message.rerun_script.widget_states.widgets.extend(values.values())
        await self._send(message)

    async def _send(self, message: BackMsg) -> None:
        """Send it, and listen until its run has finished."""
        await self._socket.send(message.SerializeToString())
        while True:
            data = await asyncio.wait_for(self._socket.recv(), PATIENCE)
            self.bytes_received += len(data)
            if self._hear(ForwardMsg.FromString(data)):
                return

    def _hear(self, message: ForwardMsg) -> bool:
        """Take in one message; whether the script has finished."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._script = message.new_session.page_script_hash
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._see(message.delta.new_element, message.delta.fragment_id)
        elif kind == "script_finished":
            if message.script_finished not in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
                ForwardMsg.FINISHED_EARLY_FOR_RERUN,
            ):
                raise PageError(f"{self.page} did not finish: {message.script_finished}")
            return message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _see(self, element: Message, part_of_page: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception" or (kind == "alert" and element.alert.format == element.alert.ERROR):
            raise PageError(f"{self.page} shows an error: {element.alert.body or element.exception.message}")
        part = getattr(element, kind)
        if kind == "progress":
            self.progress = part.text
        names = {field.name for field in part.DESCRIPTOR.fields}
        if "id" in names:
            self._known.add(part.id)
        if {"id", "label"} <= names and part.id:
            self.widgets[part.label] = part
            self._parts[part.id] = part_of_page
