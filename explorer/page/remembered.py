"""What visitors answered, kept while the process lives, so that reloading a page loses no answer, and by a keeper that outlives it.

Answers are not in the address, because a copied link must not carry them. They belong to a browser, by the id in its cookie; of a browser
that keeps no cookie the keeper gets nothing, since nobody could ask for it again. What a keeper cannot do costs a page nothing but the record.
"""

import json
import math
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from typing import Any, Protocol

import streamlit as st

from explorer.page import owners
from vae.errors import VaeError

MOST = 20_000  # answers; the oldest are dropped first
AGAIN = 10.0  # seconds until a keeper that could not say what it has is asked once more
# session-state keys: the time from which the keeper may be asked for this visitor's answers, never once it has told them; what was answered here
_ASK_FROM, _SAID = "answers_ask_from", "answers_said"


class Keeper(Protocol):
    """Keeps the answers of all browsers (explorer/runs/answering.py). Neither of the two may keep a page waiting for long."""

    def read(self, owner: str) -> Mapping[str, str]:
        """The record of each question of this browser; VaeError where they cannot be had."""

    def write(self, owner: str, question: str, answer: str | None) -> None:
        """Keep a record, or forget it."""


_answers: OrderedDict[tuple[str, str], str] = OrderedDict()
_lock = Lock()
_keepers: list[Keeper] = []  # none, or one


def keep_with(keeper: Keeper) -> None:
    """Have a keeper from now on."""
    _keepers[:] = [keeper]


def keep(question: str, answer: str | None, numbers: Mapping[str, Any] | None = None, lasting: bool = True) -> None:
    """Keep this visitor's answer to a question; None forgets it.

    numbers  what filled the slots of the question, for whoever reads the record later
    lasting  whether the keeper gets it, too
    """
    owner = owners.owner()
    _put(owner, question, answer)
    st.session_state[_SAID] = {*st.session_state.get(_SAID, ()), question}
    if lasting and _keepers and owners.asks(st.context.cookies):
        _keepers[0].write(owner, question, None if answer is None else record(answer, numbers or {}))


def recall(question: str) -> str | None:
    """This visitor's answer to a question, or None. Once in a session the keeper tells all of them; what was answered in this session is newer."""
    owner = owners.owner()
    if _keepers and time.monotonic() >= st.session_state.get(_ASK_FROM, 0):
        st.session_state[_ASK_FROM] = time.monotonic() + AGAIN
        with suppress(VaeError):
            told = _keepers[0].read(owner) if owners.asks(st.context.cookies) else {}
            st.session_state[_ASK_FROM] = math.inf
            for known in told.keys() - st.session_state.get(_SAID, ()):
                _put(owner, known, answered(told[known])[0])
    return _answers.get((owner, question))


def forget(owner: str) -> None:
    """Forget all that this browser answered, here; the keeper is told by whoever asks for it."""
    with _lock:
        for key in [key for key in _answers if key[0] == owner]:
            del _answers[key]


def record(answer: str, numbers: Mapping[str, Any]) -> str:
    """An answer with the numbers that its question had, as a keeper gets it."""
    kept = {name: value if isinstance(value, str | int) else float(f"{value:.6g}") for name, value in numbers.items()}
    return f"{answer} {json.dumps(kept, separators=(',', ':'))}" if kept else answer


def answered(record: str) -> tuple[str, dict[str, Any]]:
    """The answer in a record, and the numbers that its question had."""
    answer, _, numbers = record.partition(" ")
    return answer, json.loads(numbers) if numbers else {}


def _put(owner: str, question: str, answer: str | None) -> None:
    with _lock:
        _answers.pop((owner, question), None)
        if answer is not None:
            _answers[owner, question] = answer
        while len(_answers) > MOST:
            _answers.popitem(last=False)
