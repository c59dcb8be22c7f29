"""What members are called, where a class shows names: drawn from lists, or chosen and checked. A real name is never asked for.

A name is compared by what it looks like (`looks`), so that nobody passes for the teacher or for somebody else: the idea of Unicode's skeletons
(UTS 39, section 4), with the signs that letters of Greek, Cyrillic and digits are mostly mistaken for.
"""

import secrets
import unicodedata
from collections.abc import Collection

from explorer.page import words
from vae.errors import VaeError

SHORTEST, LONGEST = 2, 20
_UNSEEN = "\u115f\u1160\u3164\uffa0"  # letters that leave no trace on a screen
_LIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0457\u0458\u0455\u0501\u04bb\u0475\u0433"  # Cyrillic
    "\u03b1\u03b2\u03b5\u03b7\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03c9"  # Greek
    "0134578|\u0131\u0142",
    "abekmhopctyxiijsdhvr" + "abenikvoptuxw" + "oieastbiil",
)


class Unfit(VaeError):
    """A name that cannot be taken; the message says why."""


def drawn(taken: Collection[str]) -> str:
    """A name of the lists that nobody of `taken` has; with a number once all are taken."""
    lists = words.load("explorer/classroom").items("drawn-names")
    first, second = (lists[key].split(", ") for key in ("first", "second"))
    free = sorted({f"{one} {other}" for one in first for other in second} - set(taken))
    if free:
        return secrets.choice(free)
    name = f"{secrets.choice(first)} {secrets.choice(second)}"
    return next(each for number in range(2, len(taken) + 3) if (each := f"{name} {number}") not in taken)


def chosen(text: str, taken: Collection[str]) -> str:
    """A name as a member typed it, in Unicode's form NFKC; Unfit with a sentence if it cannot be taken.

    taken  the names of the others in the class
    """
    said = words.load("explorer/classroom").items("names")
    name = " ".join(part for part in unicodedata.normalize("NFKC", text).split(" ") if part)
    if not SHORTEST <= len(name) <= LONGEST:
        raise Unfit(words.fill(said["length"], {"shortest": SHORTEST, "longest": LONGEST}, "names"))
    if not all(sign == " " or _is_plain(sign) for sign in name):
        raise Unfit(said["signs"])
    if len({_script(sign) for sign in name if sign.isalpha()}) > 1:
        raise Unfit(said["scripts"])
    if any(each in looks(name) for each in said["teacher"].split(", ")):
        raise Unfit(said["reserved"])
    if looks(name) in {looks(other) for other in taken}:
        raise Unfit(said["taken"])
    return name


def looks(name: str) -> str:
    """What a name looks like at a glance: small Latin letters where it can be mistaken for them, without accents and spaces."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    shown = "".join(sign for sign in plain if unicodedata.combining(sign) == 0 and sign != " ").translate(_LIKE)
    return shown.replace("l", "i").replace("rn", "m").replace("vv", "w")


def _is_plain(sign: str) -> bool:
    return (sign.isalpha() or sign.isdecimal()) and sign not in _UNSEEN


def _script(letter: str) -> str:
    """A letter's script, as far as its name tells; those that Japanese mixes are one."""
    script = unicodedata.name(letter, "?").split()[0]
    return "CJK" if script in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"} else script
