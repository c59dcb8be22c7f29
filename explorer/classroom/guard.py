"""What a word from a browser may hold. Nothing that a browser says goes further than here unless it is checked.

A word is {"k": kind, "id": made by who sends it, "b": body}. Text in it is only ever shown as text.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from explorer.page.places import PLACES

LARGEST, LARGEST_DRAWING = 8_000, 64_000  # characters of a word
LONGEST_ADDRESS = 2_000
MOST_STROKES, MOST_POINTS = 40, 600
LEAST, MOST = -0.5, 1.5  # coordinates of a point, on a pad from 0 to 1
MOST_OPTIONS, LONGEST_TEXT, LONGEST_QUESTION = 8, 120, 400
HOME = "home"  # the page whose path is empty
STAGES = ("page", "join", "ballot", "map", "chart")
PLANNED = ({"id", "stage", "step", "began"}, {"stage", "step"}, {"stage", "began"}, {"stage", "wish"})
WISHES = ("reveal", "vote", "discuss", "blank")
MOST_STEPS = 60  # of a plan
DIGITS = range(10)
SLOW = (
    "draw",
    "undraw",
    "nick",
)  # words of members that write something for each of them, unlike votes, which are written together

UNKNOWN = "This class does not know the word. Reload the page."
NOT_YOURS = "Only the teacher can do this."
NOT_MEMBERS = "Only members of the class can do this."
MALFORMED = "What the page sent makes no sense here. Reload the page."
NO_PAGE = "There is no such page."
TOO_LONG = "This address is too long to be followed."
NO_QUESTION = f"A vote needs a question of 1 to {LONGEST_QUESTION} characters."
NO_OPTIONS = f"A vote needs 2 to {MOST_OPTIONS} different answers of 1 to {LONGEST_TEXT} characters."
NO_DRAWING = f"A drawing is 1 to {MOST_STROKES} strokes with {MOST_POINTS} points at most. Draw it again."

_ID = re.compile(r"[A-Za-z0-9_-]{8,22}")
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NAME = re.compile(r"[a-z0-9-]{1,64}")
_PLAN = re.compile(r"[A-Za-z0-9_-]{1,22}")

Body = dict[str, Any]


class Refused(Exception):
    """A word that is not obeyed; the message is a sentence for who sent it. `word` is its id, where it could be read."""

    def __init__(self, why: str, word: str = ""):
        super().__init__(why)
        self.word = word


class Said(NamedTuple):
    """A word that was checked."""

    kind: str
    id: str  # "" where no answer is expected
    body: Body


def read(text: str, role: str) -> Said:
    """Check a word of somebody in that role. Refused where it is none, or not theirs to say."""
    try:
        word = json.loads(text)
        kind, number, body = word["k"], word.get("id", ""), word.get("b", {})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused(MALFORMED) from None
    if not (isinstance(number, str) and (number == "" or _ID.fullmatch(number))):
        raise Refused(MALFORMED)
    rule = WORDS.get(kind) if isinstance(kind, str) else None
    if rule is None:
        raise Refused(UNKNOWN, number)
    whose, check = rule
    if role not in whose:
        raise Refused(NOT_YOURS if whose == ("teacher",) else NOT_MEMBERS, number)
    if len(text) > (LARGEST_DRAWING if kind == "draw" else LARGEST):
        raise Refused(MALFORMED, number)
    try:
        return Said(kind, number, check(body))
    except Refused as refusal:
        raise Refused(str(refusal), number) from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise Refused(MALFORMED, number) from None


def address(said: Any) -> str:
    """The address of a page of this app below its root, "kl?kl_mu=1.5", written anew; Refused where it is another."""
    if not isinstance(said, str) or len(said) > 2 * LONGEST_ADDRESS:
        raise Refused(TOO_LONG)
    path, _, query = said.partition("#")[0].partition("?")
    path = path.strip("/")
    path = "" if path == HOME else path
    if path and path not in PLACES:
        raise Refused(NO_PAGE)
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200)
    written = f"{path}?{urlencode(pairs)}" if pairs else path
    if len(written) > LONGEST_ADDRESS:
        raise Refused(TOO_LONG)
    return written


def strokes(said: Any) -> list[list[list[float]]]:
    """Strokes of points on a pad from 0 to 1, rounded to thousandths; Refused where they are no drawing."""
    try:
        drawn = [[[_coordinate(x), _coordinate(y)] for x, y in stroke] for stroke in said]
    except (TypeError, ValueError):
        raise Refused(NO_DRAWING) from None
    if not (0 < len(drawn) <= MOST_STROKES and all(drawn) and sum(map(len, drawn)) <= MOST_POINTS):
        raise Refused(NO_DRAWING)
    return drawn


def _coordinate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not LEAST <= value <= MOST:
        raise ValueError
    return round(value, 3)


def _show(body: Body) -> Body:
    return {"address": address(body["address"])}


def _pointer(body: Body) -> Body:
    models, codes = body.get("models", []), body.get("codes", [])
    if len(models) != len(codes) or len(models) > 8:
        raise ValueError
    return {"models": [_text(name, 80) for name in models], "codes": [[_finite(z) for z in code[:32]] for code in codes]}


def _steer(body: Body) -> Body:
    what = body["what"]
    return {"what": what, **STEERS[what](body)}


def _settings(body: Body) -> Body:
    locked = [path for path in body.get("locked", ()) if path in PLACES]
    allowed: dict[str, Callable[[Any], Any]] = {
        "names": lambda value: _one_of(value, ("off", "drawn", "chosen")),
        "approve": _yes,
        "pace": lambda value: _one_of(value, ("free", "upto", "only")),
        "locked": lambda _: sorted(set(locked)),
    }
    return {name: check(body[name]) for name, check in allowed.items() if name in body}


def _follow(body: Body) -> Body:
    return {name: _yes(body[name]) for name in ("on", "pointer") if name in body}


def _ballot(body: Body) -> Body:
    do = _one_of(body["do"], ("open", "shut", "show", "discuss", "again", "reveal", "close"))
    if do == "discuss":
        return {"do": do, "seconds": min(max(_finite(body.get("seconds", 60)), 5.0), 900.0)}
    if do != "open":
        return {"do": do}
    question = _line(body["question"])
    if not 0 < len(question) <= LONGEST_QUESTION:
        raise Refused(NO_QUESTION)
    options = [{"key": _key(each["key"]), "text": _line(each["text"])} for each in body["options"]]
    keys, texts = ({option[part] for option in options} for part in ("key", "text"))
    if not (2 <= len(options) <= MOST_OPTIONS and len(keys) == len(texts) == len(options)):
        raise Refused(NO_OPTIONS)
    if not all(0 < len(text) <= LONGEST_TEXT for text in texts):
        raise Refused(NO_OPTIONS)
    right = body.get("right") or ""
    if right:
        _one_of(right, keys)
    topic = body.get("topic") or ""
    return {"do": do, "topic": _key(topic) if topic else "", "question": question, "options": options, "right": right}


def _plan(body: Body) -> Body:
    """Where a stage is; or one thing that a stage is asked, by its name; nothing at all where no stage plays any more."""
    if body.keys() == {"what"}:
        return {}
    checks: dict[str, Callable[[Any], Any]] = {
        "id": lambda value: _matching(_PLAN, value),
        "stage": lambda value: _matching(_PLAN, value),
        "step": lambda value: _one_of(value, range(MOST_STEPS)),
        "began": _number,
        "wish": lambda value: _one_of(value, WISHES),
    }
    plan = {name: check(body[name]) for name, check in checks.items() if name in body}
    if plan.keys() not in PLANNED:
        raise Refused(MALFORMED)
    return plan


def _map(body: Body) -> Body:
    checks: dict[str, Callable[[Any], Any]] = {
        "on": _yes,
        "accepts": _yes,
        "approve": _yes,
        "label": lambda value: None if value is None else _one_of(value, DIGITS),
        "models": lambda names: [_model(name) for name in names][:2],
    }
    return {name: check(body[name]) for name, check in checks.items() if name in body}


def _chart(body: Body) -> Body:
    checks: dict[str, Callable[[Any], Any]] = {
        "on": _yes,
        "question": lambda value: _one_of(value, ("beta", "latents", "budget")),
        "offers": lambda values: [_finite(value) for value in values][:12],
        "budget": lambda value: int(_finite(value)),
    }
    return {name: check(body[name]) for name, check in checks.items() if name in body}


# What a teacher steers -> what may be said of it.
STEERS: dict[str, Callable[[Body], Body]] = {
    "settings": _settings,
    "follow": _follow,
    "stage": lambda body: {"stage": _one_of(body["stage"], STAGES)},
    "plan": _plan,
    "ballot": _ballot,
    "map": _map,
    "chart": _chart,
    "drawing": lambda body: {"id": _word_id(body["id"]), "shown": _yes(body["shown"])},
    "drawing-gone": lambda body: {"id": _word_id(body["id"])},
    "member": lambda body: {"no": _number(body["no"]), "name": _text(body["name"], 80)},
    "member-gone": lambda body: {"no": _number(body["no"])},
    "end": lambda body: {},
}

TEACHER, MEMBER, EITHER = ("teacher",), ("member",), ("teacher", "member")

# Kind -> who may say it, and the check of its body.
WORDS: dict[str, tuple[tuple[str, ...], Callable[[Body], Body]]] = {
    "show": (TEACHER, _show),
    "pointer": (TEACHER, _pointer),
    "steer": (TEACHER, _steer),
    "vote": (
        MEMBER,
        lambda body: {
            "ballot": _word_id(body["ballot"]),
            "round": _one_of(body["round"], (1, 2)),
            "choice": _key(body["choice"]),
        },
    ),
    "draw": (
        MEMBER,
        lambda body: {
            "drawing": _word_id(body["drawing"]),
            "strokes": strokes(body["strokes"]),
            "label": None if body.get("label") is None else _one_of(body["label"], DIGITS),
        },
    ),
    "undraw": (MEMBER, lambda body: {"drawing": _word_id(body["drawing"])}),
    "nick": (MEMBER, lambda body: {"name": _text(body["name"], 80)}),
    "run": (MEMBER, lambda body: {"value": _finite(body["value"])}),
    "arrived": (EITHER, lambda body: {"n": _number(body["n"])}),
    "away": (EITHER, lambda body: {"away": _yes(body["away"])}),
}


def _one_of(value: Any, allowed: Any) -> Any:
    if isinstance(value, bool) or value not in allowed:
        raise ValueError
    return value


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise ValueError
    return value


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return value


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError
    return value


def _line(value: Any) -> str:
    """A text as one line without signs that cannot be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in _text(value, LARGEST)).split())


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value


def _word_id(value: Any) -> str:
    return _matching(_ID, value)


def _key(value: Any) -> str:
    return _matching(_KEY, value)


def _model(value: Any) -> str:
    return _matching(_NAME, value)
