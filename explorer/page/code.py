"""Code on a page, coloured here: a highlighter in the browser would be a third of what a lesson sends."""

import functools
import html
from typing import Any

import streamlit as st
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from explorer.page import words


def draw(text: str, language: str = "text", where: Any = st) -> None:
    """Draw code with a button that copies it (explorer/serving/copying.js); `language` is a name that Pygments knows."""
    said = words.load("explorer/page").items("code")
    copy, copied = (html.escape(said[name]) for name in ("copy", "copied"))
    button = f'<button type="button" class="le-copy" data-copied="{copied}">{copy}</button>'
    where.html(f'<div class="le-code"><pre><code>{coloured(text, language)}</code></pre>{button}</div>')


@functools.lru_cache(maxsize=512)
def coloured(text: str, language: str) -> str:
    """The text as HTML, with a class for each kind of word (Pygments' short names; explorer/serving/style.css has their colours)."""
    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    return str(highlight(text, lexer, HtmlFormatter(nowrap=True))).removesuffix("\n")  # which the formatter adds
