"""The source code that pages quote, read once: `inspect` parses a file to find a class, and parsing is not safe in two threads at
a time (CPython 3.11's `ast`)."""

import functools
import inspect
import textwrap
from collections.abc import Callable
from threading import Lock
from typing import Any

_parsing = Lock()


@functools.cache
def source(quoted: Callable[..., Any]) -> str:
    """The source of a function or class, without indentation around it."""
    with _parsing:
        return textwrap.dedent(inspect.getsource(quoted)).rstrip()


def file(quoted: Callable[..., Any]) -> str:
    """The file in which it stands, as a path below the project's folder."""
    return f"{quoted.__module__.replace('.', '/')}.py"
