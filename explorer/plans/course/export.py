"""What a student can hand in: a plan gone through alone, as a page that prints well and as Markdown.

Neither knows a name. The page has a field for one, which its browser puts on the page and into the file (explorer/plans/course/js/hand_in.js).
"""

import html
import os
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from explorer.browser.assets import base, code_of
from explorer.page import palette, words
from explorer.page.places import PLACES
from explorer.page.words import inline
from explorer.plans.course import tasks
from explorer.plans.course.progress import Asked, Record, Said, Try, asked, counted, said, tries
from explorer.plans.course.tasks import TASKS
from explorer.plans.plan import Plan, Step

HERE = Path(__file__).resolve().parent
AS_IT_IS = "/?&=,.:;@+-_~%#"  # signs of an address that end no link in Markdown
NAME = "\u2026\u2026\u2026\u2026"  # stands where a name goes, until the browser puts one there


Pictures = Mapping[int, str]  # where the pictures of steps are served, by the steps' numbers (explorer/plans/looks.py)


class Told(NamedTuple):
    """A step of the plan with what was answered there."""

    at: Asked
    said: tuple[Said, ...]

    @property
    def number(self) -> int:
        return self.at.number

    @property
    def step(self) -> Step:
        return self.at.step


def pages(name: str, plan: Plan, record: Record) -> list[Told]:
    """The steps of a plan that open a page of this app, with what was answered there; `name` is the plan's id."""
    return [Told(at, tuple(said(at, record))) for at in asked(name, plan) if at.step.path in PLACES]


def sentences(each: Said) -> list[str]:
    """What was answered to a question, what turned out, and how it was judged: Markdown of the page's own words, or a teacher's as they are."""
    of = _words()
    lines = [of.item("said", each.part, answer=each.answer.rstrip("."))]
    if each.found:
        lines.append(of.item("said", "right-is" if each.typed else "found", found=each.found.rstrip(".")))
    if each.met is not None:
        lines.append(of.item("said", "right" if each.met else "wrong"))
    return [*lines, *([each.why] if each.why else [])]


def outcomes(task: str, tried: Try) -> list[str]:
    """How the model of a try stands to each limit of the task."""
    of, lines = _words(), []
    for outcome in tasks.judge(task, tried.measured):
        how = "met" if outcome.met else "over" if outcome.over > 0 else "under"
        item = of.items("outcomes")[f"{outcome.limit.of}-{how}"]
        over = abs(outcome.over) * (100 if outcome.limit.of == "empty" else 1)  # a share differs by percentage points
        values = {"value": outcome.value, **({"by": over} if "{by" in item else {})}
        lines.append(of.item("outcomes", f"{outcome.limit.of}-{how}", **values))
    return lines


def way(task: str, tried: Try) -> str:
    """Which way to go from a try that misses; "" from one that does not."""
    missed = [outcome for outcome in tasks.judge(task, tried.measured) if not outcome.met]
    if not missed:
        return ""
    known = _words().items("ways")
    first = missed[-1]  # of a task with exact limits, what has to be right first stands last
    names = (
        f"{task}-{'-'.join(each.limit.of for each in missed)}",
        f"{task}-{first.limit.of}",
        f"{task}-{first.limit.of}-{'over' if first.over > 0 else 'under'}",
    )
    return next(known[name] for name in names if name in known)


def is_met(tried: Try) -> bool:
    """Whether the model of a try has all that its task asks for."""
    return tried.state == "done" and all(outcome.met for outcome in tasks.judge(tried.task, tried.measured))


def settings(tried: Try) -> str:
    """What was chosen, as it was measured: the weight of the KL at the end, and the number of latents."""
    return _words().item("tries", "settings", beta=tried.measured["beta"], latents=tried.measured["latents"])


def markdown(name: str, plan: Plan, record: Record, root: str, today: date, seen: Pictures = MappingProxyType({})) -> str:
    """The whole as Markdown; `root` is the address of the app, for links. What a teacher wrote is shown as it is, never as markup."""
    of, (done, every) = _words(), counted(name, plan, record)
    lines = [
        f"# {of.item('hand-in', 'title', plan=_as_text(plan.title))}",
        of.item("hand-in", "about", date=f"{today:%Y-%m-%d}"),
        f"{of.item('hand-in', 'by')}: {NAME}",
        of.item("hand-in", "progress", done=done, all=every),
    ]
    for told in pages(name, plan, record):
        lines.append(f"## {of.item('hand-in', 'page', number=told.number, title=_as_text(told.step.title))}")
        lines.append(f"[{_as_text(PLACES[told.step.path].title)}](<{root}/{quote(_address(told.step), safe=AS_IT_IS)}>)")
        if told.number in seen:
            lines.append(f"![]({root}/plans/{seen[told.number].partition('/plans/')[2]})")
        if told.step.ask and told.step.ask != told.step.title:
            lines.append(_as_text(told.step.ask))
        for each in told.said:
            question, said = " ".join(each.question.split()), " ".join(sentences(each))
            lines += [f"**{_as_text(question)}**", _as_text(said)] if each.typed else [f"**{question}**", said]
        if told.at.parts and not told.said:
            lines.append(of.item("hand-in", "open"))
    lines.append(f"## {of.item('hand-in', 'tasks')}")
    for task, tried in best(record):
        lines.append(f"**{_task(task, tried)}** {of.items('goals')[task]}")
        lines.append(" ".join([settings(tried) + ".", *outcomes(task, tried)]))
        lines.append(f"<{root}/train?run={tried.run}>")
    if not list(best(record)):
        lines.append(of.item("hand-in", "none"))
    return "\n\n".join(lines) + "\n"


def page(name: str, plan: Plan, record: Record, root: str, today: date, seen: Pictures = MappingProxyType({})) -> str:
    """The whole as a page of its own; printed, a run has its address beside it."""
    of, (done, every) = _words(), counted(name, plan, record)
    body = "".join(_section(told, seen.get(told.number, "")) for told in pages(name, plan, record))
    tried = (
        "".join(_tried(task, each, root) for task, each in best(record)) or f"<p>{html.escape(of.item('hand-in', 'none'))}</p>"
    )
    slots = {
        "language": os.environ.get(words.LANGUAGE, "") or "en",
        "title": html.escape(of.item("hand-in", "title", plan=plan.title)),
        "about": html.escape(of.item("hand-in", "about", date=f"{today:%Y-%m-%d}")),
        "progress": html.escape(of.item("hand-in", "progress", done=done, all=every)),
        "pages": body,
        "tasks": f"<h2>{html.escape(of.item('hand-in', 'tasks'))}</h2>{tried}",
        "style": palette.alone() + (HERE / "hand_in.css").read_text(encoding="utf-8"),
        "code": f"{code_of('explorer/plans/course/js/hand_in.js')}begin()",
        "file": f"{base()}/course/{html.escape(name)}.md",
        "course": f"{base()}/course?course_plan={html.escape(name)}",
        **{f"say-{key}": html.escape(text) for key, text in of.items("hand-in").items()},
    }
    template = (HERE / "hand_in.html").read_text(encoding="utf-8")
    return re.sub(r"\{([a-z-]+)\}", lambda slot: slots[slot[1]], template)


def best(record: Record) -> Iterator[tuple[str, Try]]:
    """Of each task that was tried to the end: the newest try that meets it, otherwise the newest."""
    for task in TASKS:
        ended = [each for each in tries(record, task) if each.state == "done"]
        if ended:
            yield task, next((each for each in reversed(ended) if is_met(each)), ended[-1])


def _section(told: Told, picture: str) -> str:
    heading = html.escape(_words().item("hand-in", "page", number=told.number, title=told.step.title))
    link = f'<p><a href="{base()}/{html.escape(_address(told.step))}">{html.escape(PLACES[told.step.path].title)}</a></p>'
    ask = f"<p>{html.escape(told.step.ask)}</p>" if told.step.ask and told.step.ask != told.step.title else ""
    said = "".join(
        f"<dt>{shown(each, each.question)}</dt><dd>{shown(each, ' '.join(sentences(each)))}</dd>" for each in told.said
    )
    open_yet = f"<p>{html.escape(_words().items('hand-in')['open'])}</p>" if told.at.parts else ""
    rest = f"<dl>{said}</dl>" if said else open_yet
    look = f'<img src="{html.escape(picture)}" alt="" width="480" height="270">' if picture else ""
    return f"<section>{look}<h2>{heading}</h2>{link}{ask}{rest}</section>"


def shown(each: Said, text: str) -> str:
    """Words of an answer as HTML: a page's own may mark something up, a teacher's are shown as they are."""
    return html.escape(text) if each.typed else inline(text)


def _tried(task: str, tried: Try, root: str) -> str:
    said = inline(" ".join([settings(tried) + ".", *outcomes(task, tried)]))
    begun = _words().item("hand-in", "run", date=f"{tried.at:%Y-%m-%d %H:%M}")
    run = f'<a class="run" href="{html.escape(root)}/train?run={tried.run}">{html.escape(begun)}</a>'
    return f"<dl><dt>{html.escape(_task(task, tried))} {inline(_words().items('goals')[task])}</dt><dd>{said} {run}</dd></dl>"


def _task(task: str, tried: Try) -> str:
    of = _words()
    state = of.item("tries", "met" if is_met(tried) else "missed")
    return of.item("hand-in", "task", title=of.items("task-titles")[task], state=state)


def _address(step: Step) -> str:
    """The address of a step below the app's root; Home's path is empty."""
    path, mark, query = step.open.partition("?")
    return f"{'' if path == 'home' else path}{mark}{query}"


def _as_text(text: str) -> str:
    """What somebody typed as Markdown that shows it as it is; a sign that marks nothing up stays as it is."""
    return re.sub(r"([\\`*_\[\]<>$|~&#])", r"\\\1", " ".join(text.split()))


def _words() -> words.Words:
    return words.load("explorer/plans/course")
