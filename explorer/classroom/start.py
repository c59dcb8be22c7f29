"""`make class`: the app for a room. It says in the terminal where students go, as an address and as a QR code."""

import contextlib
import http.client
import os
import socket
import sys
import threading
import time

import click
from streamlit.web import cli

from explorer.browser.assets import base
from explorer.classroom import address, qr
from explorer.page import words
from vae.errors import VaeError

PATIENCE = 120.0  # seconds until the app must answer
PAUSE = 0.25
LAST = 6.0  # seconds for who is about to speak when the app ends


def start(port: int) -> None:
    """Serve the app to every network of this machine until Ctrl-C; VaeError with a sentence if the port is taken."""
    if _taken(port):
        raise VaeError(words.load("explorer/classroom").item("room", "taken", port=str(port), other=str(port + 99)))
    ended = threading.Event()
    speaker = threading.Thread(target=_announce, args=(port, ended), daemon=True)
    speaker.start()
    app = str(words.ROOT / "app.py")
    try:
        with contextlib.suppress(click.Abort):  # Ctrl-C
            cli.main(["run", app, f"--server.port={port}", "--logger.hideWelcomeMessage=true"], standalone_mode=False)
    finally:
        ended.set()
        speaker.join(LAST)


def announcement(port: int) -> str:
    """What stands in the terminal: where the teacher goes, where students go, and what to do when nobody gets there."""
    said = words.load("explorer/classroom").items("room")
    lines = ["", said["teacher"], f"    http://localhost{'' if port == 80 else f':{port}'}{base()}/classroom", ""]
    ways = [qr.joining(at) for at in address.of_this_machine(port)]
    if ways:
        lines += [said["students"], f"    {ways[0]}", "", _shown(qr.terminal(ways[0]))]
        lines += [said["others"], *(f"    {way}" for way in ways[1:]), ""] if len(ways) > 1 else []
        lines += [said["unreached"], *(f"  - {said[name]}" for name in ("same", "firewall", "apart", "container"))]
    else:
        lines += [said["alone"]]
    return "\n".join([*lines, "", said["end"], ""])


def _shown(signs: str) -> str:
    """A QR code for terminals that have its signs, nothing for the others."""
    try:
        signs.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ""
    return signs


def _taken(port: int) -> bool:
    with socket.socket() as own:
        if os.name == "posix":  # a port that was let go a moment ago is free; on Windows the option would share one in use
            own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind(("", port))
        except OSError:
            return True
    return False


def _announce(port: int, ended: threading.Event) -> None:
    """Wait until the app answers, then say where it is; nothing where it has ended before."""
    until = time.monotonic() + PATIENCE
    while not _answers(port) and time.monotonic() < until:
        if ended.wait(PAUSE):
            return
    print(announcement(port), flush=True)


def _answers(port: int) -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(asked):
        try:
            asked.request("GET", "/")
            return asked.getresponse().status > 0
        except (OSError, http.client.HTTPException):  # nobody there yet, or somebody who speaks otherwise
            return False
