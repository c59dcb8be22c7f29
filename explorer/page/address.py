"""What the address of a page carries. Each parameter is one declared row, and the row reads, checks, keeps and writes it.

    ADDRESS = Address(
        Number("kl_mu", 1.5, told="mu", low=-3.0, high=3.0),
        SomeOf("kl_parts", PARTS, told="on", allowed=PARTS),
        OneOf("kl_model", TRACED[0], widget="segmented_control", allowed=TRACED),
    )

A value lives in st.session_state under its parameter's name, which is also its widget's key. So it survives a change of page, and a copied
link opens the same view. What comes from an address or a browser is a visitor's input, and the row checks it. Options, bounds and the usual
value may be functions without arguments, which are called on every run, if they depend on the rows before.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.page import state, strokes

SEPARATOR = ","


def _now(value: Any) -> Any:
    """A declared value; if it is a function, what the function gives now."""
    return value() if callable(value) else value


@dataclass(frozen=True)
class Parameter:
    """One row. Each subclass is a kind of value: it says how to read a text and which values to believe.

    name    its name in the address and in the session, and its widget's key
    usual   the value at the start of a visit whose link does not give one, or a function; None if there is none
    told    the name under which a part in the browser reports it; "" if no part does
    widget  the Streamlit widget that changes it, such as "selectbox"; "" if a part or a button does
    of      the parameter that it belongs to: when that one changes, it starts from its usual value again; "" if it belongs to none
    shown   whether the page shows it now, or a function; what a page does not show stays out of the address
    """

    name: str
    usual: Any
    told: str = ""
    widget: str = ""
    of: str = ""
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
        if isinstance(value, bool) or not isinstance(value, int | float) or not _now(self.low) <= value <= _now(self.high):
            raise ValueError(f"It must be a number {self.domain()}.")
        return float(value)

    def domain(self) -> str:
        return f"from {_now(self.low):.3g} to {_now(self.high):.3g}"

    def options(self) -> dict[str, Any]:
        step = {} if self.step is None else {"step": self.step}
        return {"min_value": float(_now(self.low)), "max_value": float(_now(self.high)), **step}


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
        if isinstance(value, bool) or not isinstance(value, int) or not _now(self.low) <= value <= _now(self.high):
            raise ValueError(f"It must be a whole number {self.domain()}.")
        return value

    def domain(self) -> str:
        return f"from {_now(self.low):,} to {_now(self.high):,}"

    def options(self) -> dict[str, Any]:
        return {"min_value": _now(self.low), "max_value": _now(self.high)}


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
        low, high = min(_now(self.allowed)), max(_now(self.allowed))
        try:
            value = float(text) if any(isinstance(number, float) for number in _now(self.allowed)) else int(text)
            if low <= value <= high:
                return self.believe(value)
        except ValueError:
            pass
        kind = "a number" if isinstance(low, float) else "a whole number"
        raise ValueError(f"It must be {kind} from {low:,} to {high:,}; the usual value is used instead.")

    def believe(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"It must be {self.domain()}.")
        return min(_now(self.allowed), key=lambda number: abs(number - value))

    def domain(self) -> str:
        return "one of " + ", ".join(f"{number:g}" for number in _now(self.allowed))

    def options(self) -> dict[str, Any]:
        return {"options": list(_now(self.allowed))}


@dataclass(frozen=True)
class OneOf(Parameter):
    """One of some names. `what` says what they name, for the sentence about a link with a wrong name."""

    allowed: Any = ()
    what: str = "choice"

    def read(self, text: str) -> Any:
        named = {text: name for name in _now(self.allowed) for text in (str(name), self.write(name))}
        if text not in named:
            raise ValueError(f"There is no such {self.what}; here is {'another' if named else 'none'}.")
        return named[text]

    def believe(self, value: Any) -> Any:
        if value not in list(_now(self.allowed)):
            raise ValueError(f"There is no such {self.what}.")
        return value

    def domain(self) -> str:
        return "one of " + ", ".join(map(str, _now(self.allowed)))

    def options(self) -> dict[str, Any]:
        return {"options": list(_now(self.allowed))}


@dataclass(frozen=True)
class SomeOf(Parameter):
    """Any of some names, or none, separated by commas; they are put in their own order."""

    allowed: Any = ()
    what: str = "part"

    def read(self, text: str) -> tuple[str, ...]:
        wanted = [name for name in text.split(SEPARATOR) if name]
        if not set(wanted) <= set(_now(self.allowed)):
            raise ValueError(f"There is no such {self.what}; choose from {', '.join(_now(self.allowed))}.")
        return self.believe(wanted)

    def believe(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"It must be some of {', '.join(_now(self.allowed))}.")
        return tuple(name for name in _now(self.allowed) if name in value)

    def domain(self) -> str:
        return "some of " + ", ".join(_now(self.allowed))

    def in_browser(self) -> dict[str, Any]:
        return {**super().in_browser(), "allowed": list(_now(self.allowed))}


@dataclass(frozen=True)
class Numbers(Parameter):
    """A fixed `count` of numbers from `low` to `high`, separated by commas; () if there are none yet."""

    count: Any = 1
    low: Any = -math.inf
    high: Any = math.inf

    def read(self, text: str) -> tuple[float, ...]:
        parts = text.split(SEPARATOR)
        if len(parts) != _now(self.count):
            raise ValueError(f"It must be {_now(self.count)} numbers, separated by commas; the usual values are used instead.")
        one = Number(self.name, None, low=self.low, high=self.high)
        return tuple(one.read(part) for part in parts)

    def believe(self, value: Any) -> tuple[float, ...]:
        if not isinstance(value, list | tuple) or len(value) not in (0, _now(self.count)):
            raise ValueError(f"It must be {self.domain()}.")
        one = Number(self.name, None, low=self.low, high=self.high)
        return tuple(one.believe(number) for number in value)

    def domain(self) -> str:
        return f"{_now(self.count)} numbers from {_now(self.low):.3g} to {_now(self.high):.3g}"


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


class Address:
    """The parameters of one page, in the order in which they are read and written."""

    def __init__(self, *rows: Parameter):
        self.declared = rows

    def rows(self) -> Iterator[Parameter]:
        """Every parameter now. A row is computed after the rows before it have been read."""
        for row in self.declared:
            yield from row.rows()

    def read(self) -> None:
        """On arrival take the values of the link; on every run give each parameter a usable value.

        A value in a link that makes no sense is named in a sentence and left out. After arrival the address only follows the session,
        since it lags behind a hand that moves.
        """
        for row in self.rows():
            said = state.said_by_link(row.name)
            if said is not None:
                try:
                    st.session_state[row.name] = row.read(said)
                    self._belongs(row)
                except ValueError as error:
                    state.refuse_link(row.name, said, str(error))
            self._settle(row)

    @staticmethod
    def _belongs(row: Parameter) -> bool:
        """Whether the parameter that this one belongs to is unchanged since the last look."""
        if not row.of:
            return True
        owner, key = st.session_state.get(row.of), f"{row.name}_of"
        before, st.session_state[key] = st.session_state.get(key, owner), owner
        return before == owner

    def _settle(self, row: Parameter) -> None:
        usual = _now(row.usual)
        if not self._belongs(row):
            st.session_state[row.name] = usual
        if st.session_state.get(row.name) is None:
            if usual is not None:
                st.session_state[row.name] = usual
            return
        kept = st.session_state[row.name]
        if kept == usual:
            return
        try:
            usable = row.believe(kept)
        except ValueError:  # it is out of range since the model has changed
            usable = usual
        if usable != kept:
            st.session_state[row.name] = usable

    def __getitem__(self, name: str) -> Any:
        """The value of a parameter now."""
        return st.session_state.get(name)

    def set(self, **values: Any) -> None:
        """Give parameters new values, for a button's callback."""
        st.session_state.update(values)

    def told(self, *names: str) -> dict[str, Any]:
        """The values that a part in the browser starts from, by the names under which it reports them: all of them, or these `names`."""
        return {
            row.told: st.session_state.get(row.name) for row in self.rows() if row.told and (not names or row.told in names)
        }

    def in_browser(self) -> dict[str, Any]:
        """What a part needs to write the address itself (explorer/browser/js/address.js).

        `rows` are those that it reports, by the names under which it does; `order` are the names of all that the page shows now.
        """
        shown = [row for row in self.rows() if _now(row.shown)]
        return {"rows": {row.told: row.in_browser() for row in shown if row.told}, "order": [row.name for row in shown]}

    def hear(self, report: dict[str, Any]) -> None:
        """Keep what a part in the browser reports, as far as it makes sense. The report is a visitor's input.

        None removes a value, if the parameter may have none.
        """
        for row in self.rows():
            if row.told and row.told in report:
                said = report[row.told]
                try:
                    st.session_state[row.name] = None if said is None and row.usual is None else row.believe(said)
                except ValueError:
                    continue

    def draw(self, name: str, label: str, help: str | None = None, where: Any = st, **more: Any) -> Any:
        """Draw the widget of a parameter, and return the value."""
        row = next(row for row in self.rows() if row.name == name)
        wanted = {"required": True} if row.widget in ("segmented_control", "pills") else {}
        widget = getattr(where, row.widget)
        value = widget(label, key=name, help=help, **{**row.options(), **wanted, "persist_state": "session", **more})
        return _now(row.usual) if value is None else value

    def values(self) -> dict[str, str]:
        """The texts that the address has for this view, one for each parameter that has a value."""
        texts = {}
        for row in self.rows():
            value = st.session_state.get(row.name) if _now(row.shown) else None
            if value is not None and value != "" and (value != () or isinstance(row, SomeOf)):
                texts[row.name] = row.write(value)
        return texts

    def write(self, **more: str) -> None:
        """Put this view into the address bar, and nothing else."""
        state.write_link(**self.values(), **more)
