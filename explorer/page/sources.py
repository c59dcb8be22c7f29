"""The source code that pages quote, read once. To find a class, `inspect` parses its file, and two threads must not do that at a time
(CPython 3.11's `ast`).
"""

import inspect
import textwrap
from collections.abc import Callable
from threading import Lock
from typing import Any

_reading = Lock()
_read: dict[Callable[..., Any], str] = {}


def source(quoted: Callable[..., Any]) -> str:
    """The source of a function or class, with its outer indentation removed."""
    if quoted not in _read:
        with _reading:
            if quoted not in _read:  # if several visitors ask at once, one of them reads
                _read[quoted] = textwrap.dedent(inspect.getsource(quoted)).rstrip()
    return _read[quoted]


def file(quoted: Callable[..., Any]) -> str:
    """The file in which it stands, as a path below the project's folder."""
    return f"{quoted.__module__.replace('.', '/')}.py"
