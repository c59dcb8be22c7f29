"""What the address of a page carries. Each parameter is one declared row, and the row reads, checks, keeps and writes it.

    ADDRESS = Address(
        Number("kl_mu", 1.5, told="mu", low=-3.0, high=3.0),
        SomeOf("kl_parts", PARTS, told="on", allowed=PARTS),
        OneOf("kl_model", TRACED[0], widget="segmented_control", allowed=TRACED),
    )

A value lives in st.session_state under its parameter's name, which is also its widget's key. So it survives a change of page, and a copied
link opens the same view. The kinds of rows are in explorer/page/parameters.py.
"""

from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st

from explorer.page import state
from explorer.page.parameters import Parameter, SomeOf, now

Refuse = Callable[[str, str, str], None]  # told a parameter's name, what the link says, and why that is no use


class Address:
    """The parameters of one page, in the order in which they are read and written."""

    def __init__(self, *rows: Parameter):
        self.declared = rows

    def rows(self) -> Iterator[Parameter]:
        """Every parameter now. A row is computed after the rows before it have been read."""
        for row in self.declared:
            yield from row.rows()

    def read(self, said_by: Callable[[str], str | None] = state.said_by_link, refuse: Refuse = state.refuse_link) -> None:
        """On arrival take the values of the link; on every run give each parameter a usable value.

        A value in a link that makes no sense is named in a sentence and left out. After arrival the address only follows the session,
        since it lags behind a hand that moves. Whoever looks at a link without opening it says what it says, and hears what is refused.
        """
        for row in self.rows():
            said = said_by(row.name)
            if said is not None:
                try:
                    st.session_state[row.name] = row.read(said)
                    self._belongs(row)
                except ValueError as error:
                    refuse(row.name, said, str(error))
            self._settle(row)

    @staticmethod
    def _belongs(row: Parameter) -> bool:
        """Whether the parameter that this one belongs to is unchanged since the last look."""
        if not row.of:
            return True
        owners = (row.of,) if isinstance(row.of, str) else row.of
        owner, key = [st.session_state.get(name) for name in owners], f"{row.name}_of"
        before, st.session_state[key] = st.session_state.get(key, owner), owner
        return before == owner

    def _settle(self, row: Parameter) -> None:
        usual = now(row.usual)
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
        shown = [row for row in self.rows() if now(row.shown)]
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
        return now(row.usual) if value is None else value

    def values(self) -> dict[str, str]:
        """The texts that the address has for this view, one for each parameter that has a value."""
        texts = {}
        for row in self.rows():
            value = st.session_state.get(row.name) if now(row.shown) else None
            if value is not None and value != "" and (value != () or isinstance(row, SomeOf)):
                texts[row.name] = row.write(value)
        return texts

    def write(self, **more: str) -> None:
        """Put this view into the address bar, and nothing else."""
        state.write_link(**self.values(), **more)
