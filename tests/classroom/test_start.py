"""What `make class` says in the terminal, and that it serves the whole network."""

import http.server
import re
import socket
import sys
import threading
from pathlib import Path

import click
import pytest
from test_qr import read, shown

from explorer.classroom import address, start
from explorer.page import words
from vae.errors import VaeError

ROOT = Path(__file__).resolve().parents[2]
SAID = words.load("explorer/classroom").items("room")


def code_of(text: str) -> list[str]:
    """What the QR code in a terminal's text says."""
    signs = [line for line in text.splitlines() if len(line) > 20 and set(line) <= set("\u2588\u2580\u2584 ")]
    return read(shown("\n".join(signs)))


def test_it_says_where_to_go_and_what_to_do_when_nobody_gets_there(monkeypatch):
    monkeypatch.setattr(address, "of_this_machine", lambda port: [f"http://10.0.0.9:{port}", f"http://192.168.1.7:{port}"])
    monkeypatch.setattr(sys, "stdout", _Terminal("utf-8"))
    said = start.announcement(8600)
    assert code_of(said) == ["http://10.0.0.9:8600/join"]
    assert re.findall(r"http://\S+", said) == [
        "http://localhost:8600/classroom",
        "http://10.0.0.9:8600/join",
        "http://192.168.1.7:8600/join",
    ]
    assert all(SAID[name] in said for name in ("apart", "firewall", "same", "end"))


class _Terminal:
    def __init__(self, encoding):
        self.encoding = encoding


def test_a_terminal_without_the_signs_gets_the_address_alone(monkeypatch):
    monkeypatch.setattr(address, "of_this_machine", lambda port: [f"http://10.0.0.9:{port}"])
    monkeypatch.setattr(sys, "stdout", _Terminal("cp1252"))
    start.announcement(8600).encode("cp1252")


def test_a_machine_without_a_network_says_so(monkeypatch):
    monkeypatch.setattr(address, "of_this_machine", lambda port: [])
    assert SAID["alone"] in start.announcement(8600)


def test_a_port_that_is_taken_is_a_sentence():
    with socket.socket() as other:
        other.bind(("", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(VaeError, match=f"Port {port} is taken.*make class PORT={port + 99}"):
            start.start(port)


def test_it_speaks_once_the_app_answers_and_ends_quietly(monkeypatch, capfd):
    """Where Streamlit would serve the app, something else answers after a while; then Ctrl-C."""
    monkeypatch.setattr(address, "of_this_machine", lambda port: [f"http://10.0.0.9:{port}"])
    monkeypatch.setattr(start, "PAUSE", 0.01)
    spoken = threading.Event()
    announce = start.announcement
    monkeypatch.setattr(start, "announcement", lambda port: spoken.set() or announce(port))

    def serve(arguments, standalone_mode):
        assert arguments[:2] == ["run", str(words.ROOT / "app.py")]
        (port,) = (int(text.partition("=")[2]) for text in arguments if text.startswith("--server.port="))
        assert not spoken.wait(0.1)
        with http.server.HTTPServer(("", port), http.server.BaseHTTPRequestHandler) as server:
            server.timeout = 5
            server.handle_request()
        assert spoken.wait(5)
        raise click.Abort

    monkeypatch.setattr(start.cli, "main", serve)
    with socket.socket() as free:
        free.bind(("", 0))
        port = free.getsockname()[1]
    start.start(port)
    said = capfd.readouterr().out  # whoever speaks has spoken when it returns
    assert f"http://10.0.0.9:{port}/join" in said
    assert SAID["end"] in said
