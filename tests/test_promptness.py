"""Connections of a socket that was bound as Streamlit binds its own send at once."""

import socket

from explorer.promptness import send_at_once


def accepted(listening: socket.socket) -> bool:
    """Whether a connection that comes in now sends without waiting for more."""
    with socket.create_connection(listening.getsockname()):
        inside, _ = listening.accept()
        with inside:
            return bool(inside.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_accepted_connections_inherit_it():
    with socket.socket() as listening, socket.socket() as idle:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert not accepted(listening)
        assert send_at_once() >= 1
        assert accepted(listening)
        assert not idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
