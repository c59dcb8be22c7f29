"""The pattern of every page in the sections Understand, Use and Relatives, drawn once.

    lesson = Lesson("kl", "What pulls each code towards the origin?", "Look for ...")
    lesson.predict("Without the last part, where does the width go?", ("To 0", "To 1", "Nowhere"))
    ...the experiment...
    if lesson.reveal(answer, "Because ..."):
        ...pictures that belong to the reveal...
    lesson.maths("words", [r"latex"], function_that_computes_it)
    lesson.check("question", Choice("...", "why"), Choice("...", "why", right=True))
    lesson.end(paper, another, mu=1.5)

The reveal is locked until a prediction is made, and one click skips it. Predictions, answers and reveals are kept for the session,
each under the page's own name; a link that carries <path>_revealed=1 opens with the reveal, for a teacher.
"""

import html
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from explorer.lesson.papers import Paper
from explorer.page import places as pages
from explorer.page import state

STYLE = Path(__file__).with_name("page.css")


class Choice(NamedTuple):
    """One answer to a check question, and the sentence a student reads after choosing it."""

    text: str
    why: str
    right: bool = False


class Lesson:
    """One page's pattern: call its methods in the order in which they stand on the page. Keys start with the page's path."""

    def __init__(self, path: str, question: str, look: str):
        """Title, question, and the sentence that says what to look for (HTML, such as <b>, is allowed in both)."""
        self.path = path
        self._predicted, self._revealed = f"{path}_predicted", f"{path}_revealed"
        st.html(STYLE)
        st.title(pages.PLACES[path].title)
        st.html(f'<p class="le-lead"><b>{question}</b> {look}</p>')
        state.read_link(**{self._revealed: state.whole_number(0, 1)})
        state.usual(**{self._revealed: 0})

    @property
    def revealed(self) -> bool:
        return bool(st.session_state[self._revealed])

    def predict(self, question: str, options: tuple[str, ...]) -> str | None:
        """A prediction to choose; fixed once revealed. None as long as none is made."""
        return st.radio(
            f"**Predict.** {question}",
            options,
            index=None,
            key=self._predicted,
            horizontal=True,
            disabled=self.revealed,
            persist_state="session",
        )

    def reveal(self, answer: str, why: str) -> bool:
        """The experiment's answer beside the prediction, and why (Markdown). Gives whether it is open.

        answer  one of the options: what the experiment gave, not what was expected
        """
        predicted = st.session_state.get(self._predicted)
        toggle = f"{self.path}_reveal"  # one key and one place for both buttons, so that the keyboard's focus stays on them
        with st.container(horizontal=True, vertical_alignment="center"):
            if self.revealed:
                st.button("Predict again", key=toggle, on_click=self.forget, help="Closes this and clears the prediction")
                st.html(f'<div class="le-verdict" role="status">{self._verdict(predicted, answer)}</div>')
            else:
                st.button(
                    "Reveal", key=toggle, type="primary", disabled=predicted is None, on_click=_set, args=(self._revealed, 1)
                )
                if predicted is None:
                    st.button("Show without predicting", key=f"{self.path}_skip", on_click=_set, args=(self._revealed, 1))
                    st.caption("Make your prediction above, try it, then reveal.")
                else:
                    st.caption("Try it first, then compare with your prediction.")
        if self.revealed:
            st.markdown(why)
        return self.revealed

    def _verdict(self, predicted: str | None, answer: str) -> str:
        found = f"<b>{html.escape(answer)}</b>"
        if predicted is None:
            return f"What happens: {found}"
        said = f"You predicted: {html.escape(predicted)}."
        if predicted == answer:
            return f"{said} <b>That is what happens.</b>"
        return f"{said} What happens: {found}"

    def forget(self) -> None:
        """Close the reveal and clear the prediction."""
        st.session_state[self._revealed] = 0
        st.session_state[self._predicted] = None

    def maths(self, words: str, formulas: list[str], *code: Callable) -> None:
        """One click away: words (Markdown) and formulas (LaTeX), beside the real source of the functions that compute them."""
        with st.expander("The maths, and the code that computes it"):
            left, right = st.columns([2, 3], gap="medium")
            with left:
                st.markdown(words)
                for formula in formulas:
                    st.latex(formula)
            for function in code:
                where = f"{function.__module__.replace('.', '/')}.py"
                right.caption(where)
                right.code(inspect.getsource(function).rstrip(), language="python", wrap_lines=True)

    def check(self, question: str, *choices: Choice) -> None:
        """A question that shows whether the misconception is gone; any answer says why at once, and can be changed."""
        st.subheader("Check")
        texts = [choice.text for choice in choices]
        chosen = st.radio(question, texts, index=None, key=f"{self.path}_check", persist_state="session")
        if chosen is not None:
            choice = choices[texts.index(chosen)]
            word, kind = ("Right.", "le-right") if choice.right else ("Not quite.", "le-wrong")
            st.html(f'<div class="le-verdict {kind}" role="status"><b>{word}</b> {choice.why}</div>')

    def end(self, *papers: Paper, **link: Any) -> None:
        """The papers the page rests on, the way to the next page, and the address that opens this view again."""
        if papers:
            st.markdown("**Rests on**\n" + "".join(f"\n- {paper.markdown()}" for paper in papers))
        order = [place.path for place in pages.LESSONS]
        following = order[order.index(self.path) + 1 :]
        if following:
            pages.link(following[0], "Next")
        else:
            pages.link("train", "Now train a model of your own")
        state.write_link(**link, **({self._revealed: 1} if self.revealed else {}))


def _set(key: str, value: Any) -> None:
    st.session_state[key] = value
