"""The source code that pages quote, read once: `inspect` takes a file apart to find a class, which two threads must not do at a time
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
    """The source of a function or class, without indentation around it."""
    if quoted not in _read:
        with _reading:
            if quoted not in _read:  # of several visitors who come first, one reads
                _read[quoted] = textwrap.dedent(inspect.getsource(quoted)).rstrip()
    return _read[quoted]


def file(quoted: Callable[..., Any]) -> str:
    """The file in which it stands, as a path below the project's folder."""
    return f"{quoted.__module__.replace('.', '/')}.py"
