"""The kinds of values that an address carries: how each is read from a text, which values are believed, and how they are written.

What comes from an address or a browser is a visitor's input, and the row checks it. Options, bounds and the usual value may be functions
without arguments, which are called on every run, if they depend on the rows before.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.page import strokes

SEPARATOR = ","


def now(value: Any) -> Any:
    """A declared value; if it is a function, what the function gives now."""
    return value() if callable(value) else value


@dataclass(frozen=True)
class Parameter:
    """One row. Each subclass is a kind of value: it says how to read a text and which values to believe.

    name    its name in the address and in the session, and its widget's key
    usual   the value at the start of a visit whose link does not give one, or a function; None if there is none
    told    the name under which a part in the browser reports it; "" if no part does
    widget  the Streamlit widget that changes it, such as "selectbox"; "" if a part or a button does
    of      the parameter that it belongs to, or several: when one changes, it starts from its usual value again; "" if it belongs to none
    shown   whether the page shows it now, or a function; what a page does not show stays out of the address
    """

    name: str
    usual: Any
    told: str = ""
    widget: str = ""
    of: str | tuple[str, ...] = ""
    shown: Any = True

    def read(self, text: str) -> Any:
        """Read the value from a text; ValueError with a sentence if it makes no sense."""
        raise NotImplementedError

    def believe(self, value: Any) -> Any:
        """Make a value usable that a browser reported, or that was kept from before a change of model; ValueError if that is impossible."""
        raise NotImplementedError

    def domain(self) -> str:
        """The allowed values, in words, for the list of all parameters."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The text that stands for a value in an address."""
        if isinstance(value, bool):
            return str(int(value))
        if isinstance(value, tuple | list):
            return SEPARATOR.join(map(self.write, value))
        return f"{value:.6g}" if isinstance(value, float) else str(value)

    def options(self) -> dict[str, Any]:
        """Arguments of its widget, besides label and key."""
        return {}

    def in_browser(self) -> dict[str, Any]:
        """What a part that writes the address itself needs to know of the row (explorer/browser/js/address.js)."""
        return {"name": self.name, "optional": self.usual is None}

    def rows(self) -> list["Parameter"]:
        """The parameters that this row declares: itself, unless it is a family."""
        return [self]


@dataclass(frozen=True)
class Number(Parameter):
    """A number from `low` to `high`."""

    low: Any = -math.inf
    high: Any = math.inf
    step: float | None = None

    def read(self, text: str) -> float:
        try:
            return self.believe(float(text))
        except ValueError:
            raise ValueError(f"It must be a number {self.domain()}; the usual value is used instead.") from None

    def believe(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not now(self.low) <= value <= now(self.high):
            raise ValueError(f"It must be a number {self.domain()}.")
        return float(value)

    def domain(self) -> str:
        return f"from {now(self.low):.3g} to {now(self.high):.3g}"

    def options(self) -> dict[str, Any]:
        step = {} if self.step is None else {"step": self.step}
        return {"min_value": float(now(self.low)), "max_value": float(now(self.high)), **step}


@dataclass(frozen=True)
class Whole(Parameter):
    """A whole number from `low` to `high`."""

    low: Any = 0
    high: Any = 1

    def read(self, text: str) -> int:
        try:
            return self.believe(int(text))
        except ValueError:
            raise ValueError(f"It must be a whole number {self.domain()}; the usual value is used instead.") from None

    def believe(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not now(self.low) <= value <= now(self.high):
            raise ValueError(f"It must be a whole number {self.domain()}.")
        return value

    def domain(self) -> str:
        return f"from {now(self.low):,} to {now(self.high):,}"

    def options(self) -> dict[str, Any]:
        return {"min_value": now(self.low), "max_value": now(self.high)}


@dataclass(frozen=True)
class Flag(Parameter):
    """Yes or no; 1 or 0 in the address, where no is left out if there is no usual value."""

    def read(self, text: str) -> bool | None:
        if text not in ("0", "1"):
            raise ValueError("It must be 0 or 1; the usual value is used instead.")
        return self.believe(text == "1")

    def believe(self, value: Any) -> bool | None:
        return bool(value) or (None if self.usual is None else False)

    def domain(self) -> str:
        return "0 or 1"


@dataclass(frozen=True)
class Nearest(Parameter):
    """One of some numbers. A link may give any number between the least and the greatest, and gets the nearest."""

    allowed: Any = ()

    def read(self, text: str) -> Any:
        low, high = min(now(self.allowed)), max(now(self.allowed))
        try:
            value = float(text) if any(isinstance(number, float) for number in now(self.allowed)) else int(text)
            if low <= value <= high:
                return self.believe(value)
        except ValueError:
            pass
        kind = "a number" if isinstance(low, float) else "a whole number"
        raise ValueError(f"It must be {kind} from {low:,} to {high:,}; the usual value is used instead.")

    def believe(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"It must be {self.domain()}.")
        return min(now(self.allowed), key=lambda number: abs(number - value))

    def domain(self) -> str:
        return "one of " + ", ".join(f"{number:g}" for number in now(self.allowed))

    def options(self) -> dict[str, Any]:
        return {"options": list(now(self.allowed))}


@dataclass(frozen=True)
class OneOf(Parameter):
    """One of some names. `what` says what they name, for the sentence about a link with a wrong name."""

    allowed: Any = ()
    what: str = "choice"

    def read(self, text: str) -> Any:
        named = {text: name for name in now(self.allowed) for text in (str(name), self.write(name))}
        if text not in named:
            raise ValueError(f"There is no such {self.what}; here is {'another' if named else 'none'}.")
        return named[text]

    def believe(self, value: Any) -> Any:
        if value not in list(now(self.allowed)):
            raise ValueError(f"There is no such {self.what}.")
        return value

    def domain(self) -> str:
        return "one of " + ", ".join(map(str, now(self.allowed)))

    def options(self) -> dict[str, Any]:
        return {"options": list(now(self.allowed))}


@dataclass(frozen=True)
class SomeOf(Parameter):
    """Any of some names, or none, separated by commas; they are put in their own order."""

    allowed: Any = ()
    what: str = "part"

    def read(self, text: str) -> tuple[str, ...]:
        wanted = [name for name in text.split(SEPARATOR) if name]
        if not set(wanted) <= set(now(self.allowed)):
            raise ValueError(f"There is no such {self.what}; choose from {', '.join(now(self.allowed))}.")
        return self.believe(wanted)

    def believe(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"It must be some of {', '.join(now(self.allowed))}.")
        return tuple(name for name in now(self.allowed) if name in value)

    def domain(self) -> str:
        return "some of " + ", ".join(now(self.allowed))

    def in_browser(self) -> dict[str, Any]:
        return {**super().in_browser(), "allowed": list(now(self.allowed))}


@dataclass(frozen=True)
class Numbers(Parameter):
    """A fixed `count` of numbers from `low` to `high`, separated by commas; () if there are none yet."""

    count: Any = 1
    low: Any = -math.inf
    high: Any = math.inf

    def read(self, text: str) -> tuple[float, ...]:
        parts = text.split(SEPARATOR)
        if len(parts) != now(self.count):
            raise ValueError(f"It must be {now(self.count)} numbers, separated by commas; the usual values are used instead.")
        one = Number(self.name, None, low=self.low, high=self.high)
        return tuple(one.read(part) for part in parts)

    def believe(self, value: Any) -> tuple[float, ...]:
        if not isinstance(value, list | tuple) or len(value) not in (0, now(self.count)):
            raise ValueError(f"It must be {self.domain()}.")
        one = Number(self.name, None, low=self.low, high=self.high)
        return tuple(one.believe(number) for number in value)

    def domain(self) -> str:
        return f"{now(self.count)} numbers from {now(self.low):.3g} to {now(self.high):.3g}"


@dataclass(frozen=True)
class Text(Parameter):
    """A text that matches `form`, such as the id of a run; `what` says what it names."""

    form: str = ".*"
    what: str = "name"

    def read(self, text: str) -> str:
        return self.believe(text)

    def believe(self, value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.form, value):
            raise ValueError(f"There is no such {self.what}.")
        return value

    def domain(self) -> str:
        return f"a {self.what}"


@dataclass(frozen=True)
class Strokes(Parameter):
    """A drawing: strokes of points in thousandths of the pad (explorer/page/strokes.py); () and None are an empty pad."""

    def read(self, text: str) -> strokes.Strokes:
        try:
            return strokes.from_text(text)
        except ValueError:
            raise ValueError("The drawing in it is damaged; the pad stays empty.") from None

    def believe(self, value: Any) -> strokes.Strokes:
        return strokes.believe(value)

    def write(self, value: Any) -> str:
        return strokes.to_text(value)

    def domain(self) -> str:
        return f"a drawing of up to {strokes.MOST} points, four characters each (base64url)"


@dataclass(frozen=True)
class Family(Parameter):
    """Parameters whose number depends on what is shown, such as one for each latent dimension. `usual` and `told` are not used.

    members  gives the rows now
    says     describes them, for the list of all parameters
    """

    members: Callable[[], Sequence[Parameter]] = tuple
    says: str = ""

    def rows(self) -> list[Parameter]:
        return list(self.members())

    def domain(self) -> str:
        return self.says
