"""Quoted code: read from the file that runs, once, and never by two threads at a time."""

import inspect
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from explorer.page import sources
from vae.learning import objectives
from vae.model import networks, posterior

QUOTED = (posterior.kl_parts, posterior.Posterior, networks.VAE, networks.GAN, objectives.objective)
THREADS = 30


@pytest.fixture(autouse=True)
def nothing_read_yet():
    sources._read.clear()


def test_a_quote_is_the_source_without_its_indentation():
    assert sources.source(posterior.kl_parts) == inspect.getsource(posterior.kl_parts).rstrip()
    assert sources.source(posterior.Posterior.sample).startswith("def sample(self")
    assert sources.file(posterior.kl_parts) == "vae/model/posterior.py"


def test_thirty_visitors_who_ask_at_once_wait_for_one_reading(monkeypatch):
    """`inspect` takes a file apart to find a class, which two threads must not do at a time on CPython 3.11."""
    read, at_work, gate = [], [], Barrier(THREADS)
    whole = inspect.getsource

    def slowly(quoted):
        at_work.append(quoted)
        time.sleep(0.002)
        assert len(at_work) == 1, "two threads read at the same time"
        at_work.pop()
        read.append(quoted)
        return whole(quoted)

    monkeypatch.setattr(inspect, "getsource", slowly)

    def visitor(_):
        gate.wait()
        return [sources.source(quoted) for quoted in QUOTED]

    with ThreadPoolExecutor(THREADS) as pool:
        seen = list(pool.map(visitor, range(THREADS)))
    assert all(texts == seen[0] for texts in seen)
    assert set(read) == set(QUOTED)
    assert len(read) == len(QUOTED)
