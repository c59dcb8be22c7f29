"""The pattern of every page in the sections Understand, Use and Relatives.

    lesson = Lesson("kl", ADDRESS)
    with lesson.experiment():
        ...what one moves, and what answers...
    if lesson.reveal("home", kl=2.3):
        ...pictures that belong to the reveal...
    lesson.say("measured")
    lesson.maths(function_that_computes_it)
    lesson.check()
    lesson.end()

All words are in the lesson's words.md (explorer/page/words.py). The blocks lead, predict, observe, reveal, maths, check, recall and transfer
belong to the pattern, all others to the page. The reveal is locked until a prediction is made, and one click skips that. Predictions and answers outlive
a reload. A link with <path>_revealed=1 opens with the reveal, for teachers.

What would give the answer away stays covered until then. The fact `covered` of the words names such blocks, figures and tables: say,
caption, chart and html draw a cover in their place. What else belongs to the answer asks `lesson.shows` or `lesson.revealed`. A live part says the lines of
the block part-covered instead of its own as long as the answer is covered.

Asking what was seen makes an experiment stick, and one observation in five is wrong (Crouch et al. 2004; Miller et al. 2013). So a lesson
with the block observe asks it before the reveal, with the answers of the prediction. It ends with two more questions, recall and transfer
(explorer/lesson/questions.py).

A page that asks its prediction of several cases names the parameter that tells them apart, and its usual value, in the fact `case`, as How it
fails does with its runs: each case has an answer of its own.

In a class (explorer/classroom/pages.py) the prediction and the check can be put to the vote. A member's radio buttons are the vote then, and the
answer stays covered until the teacher reveals it.
"""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.classroom import pages as classroom
from explorer.lesson import questions
from explorer.lesson.papers import PAPERS
from explorer.page import code, places, remembered, sources, words
from explorer.page.address import Address
from explorer.page.page import Page
from explorer.page.parameters import Flag, Parameter


class Asking(Page):
    """A page that asks for a prediction and covers the answer until the reveal, as a lesson does and Home. Keys of widgets start with its path."""

    sheets = ("explorer/lesson/page.css",)

    def __init__(self, path: str, address: Address | None = None, **numbers: Any):
        """Draw title and lead, then read the address; `numbers` fill the slots of the lead."""
        self._predicted, self._observed, self._revealed = (f"{path}_{part}" for part in ("predicted", "observed", "revealed"))
        self._covering = False  # whether a cover was the last thing drawn
        self._asked: dict[str, Any] = {}  # the numbers in the prediction
        super().__init__(path, address, **numbers)
        self._of_another_case()

    def _of_another_case(self) -> None:
        """Put away what was answered where the page now asks of another case; its own answers come from what is remembered."""
        now, before = self.case, st.session_state.get(key := f"{self.path}_asked_of")
        st.session_state[key] = now
        if before not in (None, now):
            for question in (self._predicted, self._observed):
                st.session_state[question] = remembered.recall(question + now)

    @property
    def case(self) -> str:
        """What the answers of the prediction are kept under besides their question; "" on a page that asks only once."""
        name = self.words.facts.get("case", "").partition("=")[0]
        return f"_{self.at[name]}" if name else ""

    def _own_rows(self) -> tuple[Parameter, ...]:
        return (Flag(self._revealed, None),)  # closed, it stays out of the address

    @property
    def revealed(self) -> bool:
        return bool(self.at[self._revealed]) and not classroom.reveal_locked(self._predicted)

    @property
    def _covered(self) -> frozenset[str]:
        """The blocks, figures and tables that give the answer away; the last two questions always do."""
        named = self.words.facts.get("covered", "").split(",")
        return frozenset(name.strip() for name in (*named, *questions.LAST) if name.strip())

    def shows(self, name: str, where: Any = st) -> bool:
        """Whether that may be seen now; where not, a cover is drawn, one for all that stand beside each other."""
        if self.revealed or name not in self._covered:
            self._covering = False
            return True
        if not self._covering:
            locked = classroom.reveal_locked(self._predicted)
            opens = html.escape(classroom.said("locked")) if locked else "<b>Reveal</b> opens it."
            where.html(f'<p class="le-covered">Covered: it would give the answer. {opens}</p>')
        self._covering = True
        return False

    def say(self, block: str, where: Any = st, **values: Any) -> None:
        if self.shows(block, where):
            super().say(block, where, **values)

    def caption(self, block: str, where: Any = st, **values: Any) -> None:
        if self.shows(block, where):
            super().caption(block, where, **values)

    def chart(self, name: str, figure: go.Figure, where: Any = st, **values: Any) -> None:
        if self.shows(name, where):
            super().chart(name, figure, where, **values)

    def html(self, name: str, markup: str, where: Any = st) -> None:
        """Draw HTML that the page has made, such as a table with the words of the block of that name."""
        if self.shows(name, where):
            where.html(markup)

    def part(self) -> dict[str, str]:
        """The words of the live part: the block part, and until the reveal those lines of part-covered that give nothing away."""
        covered = {} if self.revealed or "part-covered" not in self.words.blocks else self.words.items("part-covered")
        return self.words.items("part") | covered

    @contextmanager
    def experiment(self, **numbers: Any) -> Iterator[None]:
        """The prediction (the block predict, whose slots `numbers` fill), and with it what one moves and what answers.

        A first screen shows all of it together. Where there is no room, on a low screen or on a phone, the question comes last
        (page.css). It is fixed once revealed.
        """
        with st.container(key="le-experiment"):
            self.predict(**numbers)
            yield

    def predict(self, **numbers: Any) -> None:
        """The prediction alone."""
        self._asked = numbers
        with st.container(key="le-question"):
            questions.ask(self.words, "predict", self._predicted, numbers, "**Predict.** ", fixed=self.revealed, case=self.case)

    def pickers(self) -> DeltaGenerator:
        """A row for controls that are not needed at first: on a low screen or a phone they stand below what they change."""
        return st.container(horizontal=True, vertical_alignment="bottom", key="le-pickers")

    def reveal(self, answer: str, **numbers: Any) -> bool:
        """Show the result of the experiment beside the prediction, and explain it (the block reveal). Returns whether it is open.

        answer  key of the answer in the block predict that the experiment gave, whatever was expected
        """
        with st.container(key="le-answer"):
            self._draw_reveal(answer)
            if self.revealed and (self._opened_here or st.session_state.get(self._predicted) is not None):
                self._note(answer)
            if self.revealed:
                st.markdown(self.text("reveal", **numbers))
        return self.revealed

    def _draw_reveal(self, answer: str) -> None:
        """What was seen, and the button that opens the answer; once it is open, how the prediction did."""
        predicted = st.session_state.get(self._predicted)
        if predicted is not None and "observe" in self.words.blocks:
            with st.container(key="le-observation"):
                questions.ask(self.words, "observe", self._observed, {}, "**Observe.** ", self.revealed, "predict", self.case)
        self._covering = False
        toggle = f"{self.path}_reveal"  # both buttons have the same key and place, so that the keyboard's focus stays there
        with st.container(horizontal=True, vertical_alignment="center"):
            if self.revealed:
                st.button("Predict again", key=toggle, on_click=self.forget, help="Closes this and clears the prediction")
                st.html(f'<div class="le-verdict" role="status">{self._verdict(predicted, answer)}</div>')
            elif classroom.reveal_locked(self._predicted):
                st.button("Reveal", key=toggle, type="primary", disabled=True)
                st.caption(classroom.said("locked"))
            else:
                show: dict[str, Any] = {"on_click": self._open}
                st.button("Reveal", key=toggle, type="primary", disabled=predicted is None, **show)
                if predicted is None:
                    st.button("Show without predicting", key=f"{self.path}_skip", **show)
                    st.caption("Make your prediction above, try it, then reveal.")
                else:
                    st.caption("Try it first, then compare with your prediction.")
        classroom.announce(self._predicted, self.words, "predict", answer, self._asked)

    def _open(self) -> None:
        """Open the reveal: the reader's own doing, which a link with the answer is not."""
        self.at.set(**{self._revealed: True})
        st.session_state[f"{self.path}_opened"] = self.case

    @property
    def _opened_here(self) -> bool:
        return bool(st.session_state.get(f"{self.path}_opened") == self.case)

    def _note(self, answer: str) -> None:
        """Keep the answer that the experiment gave when it was seen first; what is moved later changes no verdict."""
        kept = self._revealed + self.case
        if remembered.recall(kept) is None:
            remembered.keep(kept, answer)

    def _verdict(self, predicted: str | None, answer: str) -> str:
        options = {option.key: option for option in self.words.options("predict")}
        class_said = html.escape(classroom.said_so(self._predicted, answer))
        found = f"<b>{html.escape(options[answer].text)}</b>"
        if predicted not in options:
            return f"What happens: {found}. {class_said}".strip()
        said = f"You predicted: {html.escape(options[predicted].text)}."
        observed = st.session_state.get(self._observed)
        if observed in options:
            said += f" You saw: {html.escape(options[observed].text)}."
        if predicted == answer:
            said += " <b>That is what happens.</b>"
        else:
            said += f" What happens: {found}."
        return f"{said} {words.inline(options[predicted].why)} {class_said}".strip()

    def forget(self) -> None:
        """Close the reveal, and clear the prediction and what was seen."""
        self.at.set(**{self._revealed: None, self._predicted: None, self._observed: None})
        st.session_state.pop(f"{self.path}_opened", None)
        for question in (self._predicted, self._observed, self._revealed):
            remembered.keep(question + self.case, None)

    def cover(self) -> None:
        """Close the reveal, and leave what was answered."""
        self.at.set(**{self._revealed: None})

    def last_questions(self, folded: bool = False) -> None:
        """Ask to recall and to transfer what was seen, once it has been revealed; in a fold where the page would grow too long."""
        if self.shows(questions.LAST[0]):
            questions.last(self.path, self.words, folded)


class Lesson(Asking):
    """A page that follows the whole pattern. Call its methods in the order in which things stand on it."""

    def maths(self, *quoted: Callable[..., Any]) -> None:
        """Show, after a click, the block maths with its formulas, beside the source of the functions that compute them."""
        if not self.shows("maths"):
            return
        with st.expander("The maths, and the code that computes it"):
            left, right = st.columns([2, 3], gap="medium")
            text, formulas = self.words.formulas("maths")
            left.markdown(text)
            for formula in formulas:
                left.latex(formula)
            for function in quoted:
                right.caption(sources.file(function))
                code.draw(sources.source(function), "python", right)

    def check(self, **numbers: Any) -> None:
        """Ask the question of the block check. Any answer shows at once why it is right or wrong, and can be changed."""
        if not self.shows("check"):
            return
        with st.container(key="le-check"):
            st.header("Check")
            questions.judge(self.words, "check", f"{self.path}_check", numbers)

    def end(self, **link: str) -> None:
        """Ask the last two questions, list the papers that the page rests on, link to the next page, and put this view into the address."""
        self.last_questions()
        keys = [key.strip() for key in self.words.facts.get("papers", "").split(",") if key.strip()]
        if keys:
            st.markdown("**Rests on**\n" + "".join(f"\n- {PAPERS[key].markdown()}" for key in keys))
        order = [place.path for place in places.LESSONS]
        following = order[order.index(self.path) + 1 :]
        if following:
            places.link(following[0], "Next")
        else:
            places.link("train", "Now train a model of your own")
        super().end(**link)
