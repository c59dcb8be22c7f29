"""The terms that pages explain where they stand: a dotted word, which a tap or the keyboard opens (explorer/wayin/js/lookup.js).

Their words are explorer/page/glossary/words.md: a block for each term, with the names it goes by, pages where it lives, two sentences and a
formula. A page marks each term where it says it first; without the browser's part a mark is a link to the glossary.
"""

import functools
import re
from dataclasses import dataclass

from explorer.page import words

ROOM = "explorer/page/glossary"
# What is not looked into for names: formulas, code, headings, links and slots.
_KEPT = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$|`[^`]*`|^#[^\n]*$|\[[^\]]*\]\([^)]*\)|\{[^{}]*\}", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Term:
    """A term: its key, the names it goes by (the first is its title), paths of pages where it lives, two sentences, and LaTeX."""

    key: str
    names: tuple[str, ...]
    pages: tuple[str, ...]
    text: str
    formula: str

    @property
    def title(self) -> str:
        first = self.names[0][0]
        return (first.upper() if first.isascii() else first) + self.names[0][1:]


@functools.cache
def terms() -> dict[str, Term]:
    """All terms by their keys, in the language of this server and the order of their file."""
    said = words.load(ROOM)
    return {key: _read(key, said) for key in said.blocks}


def _read(key: str, said: words.Words) -> Term:
    block, formulas = said.formulas(key)
    head, _, text = block.partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    names, pages = (tuple(part.strip() for part in facts[name].split(",")) for name in ("names", "pages"))
    return Term(key, names, pages, " ".join(text.split()), formulas[0])


@functools.cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern for all names, the longest first, and the key of each name."""
    keys = {name.lower(): key for key, term in terms().items() for name in term.names}
    longest = sorted(keys, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])", re.IGNORECASE), keys


@functools.lru_cache(maxsize=4_000)
def marked(text: str, known: frozenset[str] = frozenset()) -> tuple[str, frozenset[str]]:
    """Markdown in which each term's first name leads to the glossary, but for the terms `known`; and the keys of those marked here."""
    pattern, keys = _names()
    found: set[str] = set()

    def mark(name: re.Match[str]) -> str:
        key = keys[name[0].lower()]
        if key in known or key in found:
            return name[0]
        found.add(key)
        return f"[{name[0]}](glossary#{key})"

    pieces, end = [], 0
    for kept in _KEPT.finditer(text):
        pieces += [pattern.sub(mark, text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*pieces, pattern.sub(mark, text[end:])]), frozenset(found)


class Marks:
    """What a page has marked, and in which block: a part of it that runs again marks the same."""

    def __init__(self) -> None:
        self._blocks: dict[str, str] = {}  # key of a term -> the block that says it first

    def mark(self, block: str, text: str) -> str:
        """The text of a block with its marks."""
        text, found = marked(text, frozenset(key for key, first in self._blocks.items() if first != block))
        self._blocks.update(dict.fromkeys(found, block))
        return text
