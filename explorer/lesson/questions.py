"""The questions of a page, each with answers to choose from: drawn, kept, voted on in a class, and judged.

ask    a question whose answer the page gives later, as a prediction
judge  one whose answer is in the words: what was chosen is right or wrong, and why
last   the two at the end of a page, one to recall what was seen and one to transfer it to a new case
"""

import html
from contextlib import nullcontext
from typing import Any

import streamlit as st

from explorer.classroom import pages as classroom
from explorer.page import remembered, words
from explorer.page.words import Option, Words

LAST = ("recall", "transfer")
HEADING = "Two more questions"
IN_A_LINE = ("predict", "observe")  # blocks whose answers are short enough to stand beside each other


def ask(
    of: Words,
    block: str,
    key: str,
    numbers: dict[str, Any],
    before: str = "",
    fixed: bool = False,
    answers: str = "",
    case: str = "",
) -> str | None:
    """Draw radio buttons for the answers of a block, and return the key of the chosen one. The choice outlives a reload.

    While the class votes on it, the choice is this member's vote, as the class has it.

    answers  the block whose answers they are, where it is not the question's own; its slots stay out of `numbers`
    case     what the answer is kept under besides the key, where the page asks the same of several cases
    """
    options = {option.key: option.text for option in of.options(answers or block, **({} if answers else numbers))}
    voting = classroom.voting(key)
    if voting is not None:
        st.session_state[key] = voting.choice
    elif key not in st.session_state and (known := remembered.recall(key + case)) in options:
        st.session_state[key] = known
    chosen = st.radio(
        before + of.question(block, **numbers),
        options,
        index=None,
        key=key,
        format_func=lambda name: options.get(name, name),
        horizontal=block in IN_A_LINE,
        disabled=fixed or (voting is not None and not voting.open),
        on_change=_answered,
        args=(key, case, numbers),
        persist_state="session",
    )
    if voting is not None:
        st.caption(voting.said)
    return chosen


def judge(of: Words, block: str, key: str, numbers: dict[str, Any]) -> None:
    """Ask the question of a block. Any answer shows at once why it is right or wrong, and can be changed."""
    chosen = ask(of, block, key, numbers)
    options = {option.key: option for option in of.options(block, **numbers)}
    right = next(option.key for option in options.values() if option.right)
    classroom.announce(key, of, block, right, numbers)
    if chosen is not None and not classroom.reveal_locked(key):
        st.html(_judged(options[chosen], classroom.said_so(key, right)))


def last(path: str, of: Words, folded: bool = False) -> None:
    """The two questions at the end of a page, under one heading."""
    if not folded:
        st.header(HEADING)
    with st.container(key="le-last"), st.expander(HEADING) if folded else nullcontext():
        for block in LAST:
            judge(of, block, f"{path}_{block}", {})


def _answered(key: str, case: str, numbers: dict[str, Any]) -> None:
    """Keep an answer, which is a vote if the class votes on the question. A vote is the class's alone: it goes with the class."""
    voted = classroom.ballot(key) is not None
    classroom.vote(key, st.session_state[key])
    remembered.keep(key + case, st.session_state[key], numbers, lasting=not voted)


def _judged(option: Option, class_said: str) -> str:
    word, kind = ("Right.", "le-right") if option.right else ("Not quite.", "le-wrong")
    said = f"<b>{word}</b> {words.inline(option.why)} {html.escape(class_said)}"
    return f'<div class="le-verdict {kind}" role="status">{said.strip()}</div>'
