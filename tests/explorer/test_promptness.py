"""Connections of a socket that was bound as Streamlit binds its own send at once; full garbage collections are rare and pass over the start."""

import gc
import socket
from collections import deque

import pytest

from explorer.serving.promptness import collect_rarely, send_at_once


@pytest.fixture
def collector():
    """The garbage collector, as it was again afterwards."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def full_collections(moves: int) -> int:
    """How many full collections come while so many moves leave a cycle each, which lives for 1,000 moves."""
    gc.collect()
    before = gc.get_stats()[2]["collections"]
    visitors: deque[list] = deque(maxlen=1_000)
    for _ in range(moves):
        litter: list = []
        litter.append(litter)
        visitors.append(litter)
    return gc.get_stats()[2]["collections"] - before


def test_full_collections_are_rare_and_pass_over_what_was_there(collector):
    gc.set_threshold(100, 5, 5)
    loaded = [[] for _ in range(1_000)]
    gc.collect()
    gc.freeze()
    usual = full_collections(40_000)
    gc.unfreeze()
    gc.set_threshold(100, 5, 5)
    collect_rarely()
    assert gc.get_freeze_count() > len(loaded)
    assert 0 < full_collections(40_000) <= usual / 2


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
