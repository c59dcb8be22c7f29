"""Buttons that ask the server itself, outside Streamlit: plain forms (explorer/classroom/doors.py), so that they work as they do on a phone."""

import html
from collections.abc import Mapping


def form(
    to: str, button: str, fields: Mapping[str, str] | None = None, kind: str = "", inside: str = "", method: str = "post"
) -> str:
    """A form as HTML that sends `fields` to a path of this server, with one button. `inside` is HTML that stands before the button."""
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in (fields or {}).items()
    )
    return (
        f'<form class="le-class-form" method="{method}" action="./{html.escape(to)}">{hidden}{inside}'
        f'<button type="submit" class="{kind}">{html.escape(button)}</button></form>'
    )


def sure(button: str, warning: str, inside: str) -> str:
    """A button as HTML that opens what it would do, and with it the form that does it."""
    return f'<details class="le-class-sure"><summary>{html.escape(button)}</summary><p>{html.escape(warning)}</p>{inside}</details>'
