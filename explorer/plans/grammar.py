"""The text of a plan: `parse` reads it, `written` writes it, and parse(written(plan)) == plan.

    # From the autoencoder to the VAE
    minutes: 45
    about: Can a network that compresses digits also invent them?

    ## Whose slots fill?
    minutes: 3
    open: home?game=1
    ask: Whose ten slots fill?
    vote: prediction

docs/plans.md describes every field. What is wrong is said in sentences, all at once, each with its line. A text is a stranger's: it is
refused before it is read where it is too long, and nothing in it is ever shown but as text.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from explorer.page.words import RIGHT, Option
from explorer.plans.plan import Lines, Plan, Step, Vote
from explorer.plans.troubles import PlanError, Trouble

MOST_BYTES = 64_000
MOST_STEPS = 60
LONGEST_TITLE, LONGEST = 120, 2_000  # characters of a title, and of what a field says
LONGEST_QUESTION, LONGEST_ANSWER, MOST_ANSWERS = 400, 120, 8  # of a vote, as a class takes it (explorer/classroom/guard.py)
MOST_MINUTES = 6_000  # a hundred hours
WIDTH = 110  # of a line that is written

OF_PLAN = ("minutes", "about")
OF_STEP = (
    "minutes",
    "open",
    "do",
    "ask",
    "expect",
    "fits",
    "vote",
    "rounds",
    "cover",
    "light",
    "together",
    "task",
)  # in the order in which they are written
OF_PAGE = ("prediction", "check")  # what a vote can be on, besides a question of the plan's own
ANSWER = "-"  # the name of an answer's line

_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")  # signs that no text needs
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_HEADING = re.compile(r"(#+)[ \t]*(.*)")
_FIELD = re.compile(r"([A-Za-z]+)[ \t]*:(.*)")
_ANSWER = re.compile(r"-[ \t]+([\w.-]{1,64}):(.*)", re.ASCII)
ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\?[^\s\\#]*)?")
_PASTED = re.compile(r"https?://[^/\s]+/(\S*)")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_TOGETHER = re.compile(r"drawings [0-9]|models (beta|latents|budget)|join")


def parse(text: str) -> Plan:
    """Read a plan; PlanError where the text is none."""
    if len(text) > MOST_BYTES or len(text.encode(errors="replace")) > MOST_BYTES:
        raise PlanError([Trouble(1, "large", {"most": MOST_BYTES // 1000})])
    return _Reading(text).plan()


def decoded(contents: bytes) -> str:
    """The text of a file that is a plan; PlanError where it is too large or no text in UTF-8."""
    if len(contents) > MOST_BYTES:
        raise PlanError([Trouble(1, "large", {"most": MOST_BYTES // 1000})])
    try:
        return contents.decode()
    except UnicodeDecodeError as error:
        raise PlanError([Trouble(contents[: error.start].count(b"\n") + 1, "signs")]) from None


def written(plan: Plan) -> str:
    """The text of a plan, as `parse` reads it."""
    lines = [f"# {plan.title}", f"minutes: {plan.minutes}", *_wrapped("about", plan.about)]
    for step in plan.steps:
        lines += ["", f"## {step.title}"]
        for name in OF_STEP:
            lines += _field(name, step)
    return "\n".join(lines) + "\n"


def _field(name: str, step: Step) -> list[str]:
    """The lines of a field; none where it is as it would be without them."""
    if name == "vote":
        return _vote(step.vote) if step.vote else []
    if name == "rounds":
        return [f"rounds: {step.vote.rounds}"] if step.vote and step.vote.rounds > 1 else []
    if name == "cover":
        return [] if step.cover else ["cover: no"]
    value = getattr(step, name)
    return [f"open: {value}"] if name == "open" else _wrapped(name, str(value))


def _vote(vote: Vote) -> list[str]:
    if vote.of != "own":
        return [f"vote: {vote.of}"]
    answers = [f"{ANSWER} {option.key}: {option.text}{RIGHT if option.right else ''}" for option in vote.options]
    return [f"vote: {vote.question}", *answers]


def _wrapped(name: str, value: str) -> list[str]:
    said = f"{name}: {value}"
    return textwrap.wrap(said, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) if value else []


@dataclass
class _Said:
    """What a heading or a field says, and from which line on."""

    line: int
    text: str


@dataclass
class _Section:
    """The plan's head or a step, as it is read: heading, fields and answers."""

    heading: _Said
    fields: dict[str, _Said] = field(default_factory=dict)
    answers: list[tuple[str, _Said]] = field(default_factory=list)

    @property
    def lines(self) -> Lines:
        return {"": self.heading.line, **{name: said.line for name, said in self.fields.items()}}


class _Reading:
    """One reading of a text. Trouble is noted, and the reading goes on as well as it can."""

    def __init__(self, text: str):
        self.lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.troubles: list[Trouble] = []

    def trouble(self, line: int, sentence: str, **values: Any) -> None:
        self.troubles.append(Trouble(line, sentence, values))

    def plan(self) -> Plan:
        head, *steps = self._sections()
        if not steps:
            self.trouble(len(self.lines), "steps")
        if len(steps) > MOST_STEPS:
            self.trouble(steps[MOST_STEPS].heading.line, "many", most=MOST_STEPS, count=len(steps))
        plan = Plan(
            self._title(head), self._minutes(head), self._text(head, "about"), tuple(map(self._step, steps)), head.lines
        )
        if self.troubles:
            raise PlanError(self.troubles)
        return plan

    def _sections(self) -> list[_Section]:
        """The plan's head, then its steps."""
        head = _Section(_Said(1, ""))
        sections, before = [head], ""  # the name of the field before
        for line, text in self._whole_lines():
            if heading := _HEADING.fullmatch(text):
                marks, title = heading.groups()
                before = ""
                if marks == "##":
                    sections.append(_Section(_Said(line, title)))
                elif marks == "#" and not head.heading.text and not head.fields and len(sections) == 1:
                    head.heading = _Said(line, title)
                else:
                    self.trouble(line, "heading", found=_short(text))
            elif answer := _ANSWER.fullmatch(text):
                if before == "vote":
                    sections[-1].answers.append((answer[1], _Said(line, answer[2].strip(" \t"))))
                else:
                    self.trouble(line, "answer-place", found=_short(text))
            elif named := _FIELD.fullmatch(text):
                before = self._note(sections[-1], line, named[1].lower(), named[2].strip(" \t"), len(sections) == 1)
            else:
                self.trouble(line, "unclear", found=_short(text))
        return sections

    def _note(self, section: _Section, line: int, name: str, text: str, is_head: bool) -> str:
        """Note what a field says, if it may be there. Returns its name."""
        known = OF_PLAN if is_head else OF_STEP
        near = get_close_matches(name, known, 1)
        if is_head and name in OF_STEP and name not in known:
            self.trouble(line, "field-step", name=name)
        elif name not in known and near:
            self.trouble(line, "field-near", name=_short(name), near=near[0])
        elif name not in known:
            self.trouble(line, "field", name=_short(name), known=", ".join(known))
        elif name in section.fields:
            self.trouble(line, "twice", name=name, first=str(section.fields[name].line))
        elif text:
            section.fields[name] = _Said(line, text)
        return name

    def _whole_lines(self) -> Iterator[tuple[int, str]]:
        """Lines that say something, each with the indented lines that go on with it, and its number. A blank line ends them."""
        at, whole, in_vote = 0, "", False
        for number, line in enumerate(self.lines, 1):
            if _NEVER.search(line):
                self.trouble(number, "signs")
                line = _NEVER.sub(" ", line)
            if _MARKUP.search(line):
                self.trouble(number, "markup")
            text = line.strip(" \t")
            if line.startswith("%"):
                continue
            if text and line[0] in " \t" and not (in_vote and _ANSWER.fullmatch(text)):
                if whole and not whole.startswith("#"):
                    whole = f"{whole} {text}"
                else:
                    self.trouble(number, "indented", found=_short(text))
                continue
            if whole:
                yield at, _one_line(whole)
            at, whole = number, text
            named = _FIELD.fullmatch(text)
            in_vote = bool(named and named[1].lower() == "vote") or (in_vote and bool(_ANSWER.fullmatch(text)))
        if whole:
            yield at, _one_line(whole)

    def _title(self, section: _Section) -> str:
        line, title = section.heading.line, section.heading.text
        if not title:
            self.trouble(line, "title")
        elif len(title) > LONGEST_TITLE:
            self.trouble(line, "title-long", most=LONGEST_TITLE, count=len(title))
        return title

    def _step(self, section: _Section) -> Step:
        return Step(
            self._title(section),
            self._minutes(section),
            self._address(section),
            do=self._text(section, "do"),
            ask=self._text(section, "ask"),
            expect=self._text(section, "expect"),
            fits=self._text(section, "fits"),
            light=self._one(section, "light", _NAME.fullmatch),
            cover=self._one(section, "cover", {"yes": True, "no": True}.get) != "no",
            together=self._one(section, "together", _TOGETHER.fullmatch),
            task=self._one(section, "task", _NAME.fullmatch),
            vote=self._vote(section),
            lines=section.lines,
        )

    def _text(self, section: _Section, name: str) -> str:
        said = section.fields.get(name)
        if said is None:
            return ""
        if len(said.text) > LONGEST:
            self.trouble(said.line, "long", name=name, most=LONGEST, count=len(said.text))
        return said.text

    def _one(self, section: _Section, name: str, fits: Callable[[str], Any]) -> str:
        """What a field says that has a form; "" where it is left out."""
        text = self._text(section, name)
        if text and not fits(text):
            self.trouble(section.fields[name].line, name, found=_short(text))
        return text

    def _address(self, section: _Section) -> str:
        """The address below the app's root; one that was pasted with its server is told what to leave out."""
        text = self._text(section, "open")
        if not text:
            self.trouble(section.heading.line, "open-missing")
        elif not ADDRESS.fullmatch(text):
            line, pasted = section.fields["open"].line, _PASTED.fullmatch(text)
            if pasted and ADDRESS.fullmatch(pasted[1]):
                self.trouble(line, "open-host", rest=_short(pasted[1], 200))
            else:
                self.trouble(line, "open", found=_short(text))
        return text

    def _minutes(self, section: _Section) -> int:
        said = section.fields.get("minutes")
        if said is None:
            self.trouble(section.heading.line, "minutes-missing")
        elif not re.fullmatch("[0-9]{1,6}", said.text) or not 1 <= int(said.text) <= MOST_MINUTES:
            self.trouble(said.line, "minutes", found=_short(said.text), most=MOST_MINUTES)
        else:
            return int(said.text)
        return 0

    def _vote(self, section: _Section) -> Vote | None:
        said, rounds = section.fields.get("vote"), section.fields.get("rounds")
        if said is None:
            if rounds is not None:
                self.trouble(rounds.line, "rounds-alone")
            return None
        number = 1
        if rounds is not None:
            if rounds.text in ("1", "2"):
                number = int(rounds.text)
            else:
                self.trouble(rounds.line, "rounds", found=_short(rounds.text))
        if said.text in OF_PAGE:
            if section.answers:
                self.trouble(section.answers[0][1].line, "answers-page", of=said.text)
            return Vote(said.text, rounds=number)
        if len(said.text) > LONGEST_QUESTION:
            self.trouble(said.line, "question-long", most=LONGEST_QUESTION, count=len(said.text))
        return Vote("own", said.text, self._options(section), number)

    def _options(self, section: _Section) -> tuple[Option, ...]:
        found: dict[str, Option] = {}
        right = ""
        for key, said in section.answers:
            text = said.text.removesuffix(RIGHT).rstrip(" \t")
            if not text or len(text) > LONGEST_ANSWER:
                self.trouble(said.line, "answer-long", most=LONGEST_ANSWER, count=len(text))
            if key in found:
                self.trouble(said.line, "answer-twice", key=_short(key))
            if right and said.text.endswith(RIGHT):
                self.trouble(said.line, "answers-right")
            right = right or (key if said.text.endswith(RIGHT) else "")
            found[key] = Option(key, text, right=key == right)
        if not 2 <= len(found) <= MOST_ANSWERS:
            self.trouble(section.fields["vote"].line, "answers", most=MOST_ANSWERS, count=len(found))
        return tuple(found.values())


def _one_line(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"
