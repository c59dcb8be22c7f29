"""The words of a page, kept as Markdown beside its code, so that they are written, searched and translated without Python.

A file `words.md` begins with facts (section, order, papers). The title follows, then a line on what the page is for, then named blocks:

    section: Understand
    order: 10
    papers: VAE, ELBO_SURGERY

    # What the KL does

    One latent, the three parts of its KL, and where each pulls

    ## lead
    ...Markdown, with slots such as {kl:.2f} nats, filled by the page; a formula between dollar signs has none...

    ## check
    The question

    - all: Everything
      The reason, shown after choosing it
    - none: Nothing (right)
      Another reason

A translation is a second file, such as `words.de.md`; blocks that it lacks are shown in English. The environment variable
LATENT_EXPLORER_LANGUAGE sets the language.
"""

import functools
import html
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = "LATENT_EXPLORER_LANGUAGE"
RIGHT = " (right)"  # marks the right answer of a check, at its end
MINUS = "\u2212"
_FORMULA = re.compile(r"(\$\$.*?\$\$|\$[^$\n]*?\$)", re.DOTALL)
_SLOT = re.compile(r"\{([a-z_][a-z_0-9]*)(?::([^{}]*))?\}")
_BLOCK = re.compile(r"^## (.+)$", re.MULTILINE)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"  # takes no room; between two signs it keeps what is put in their place on the screen from knowing them
_PLACED = re.compile(r":(?=\S)|@|www(?=\.)|[<>=~-](?=[<>=~-])", re.IGNORECASE)  # icons, emoji, addresses, arrows
_ITEM = re.compile(r"^- ([\w.-]+): (.*(?:\n(?!- |\n).*)*)$", re.MULTILINE)


class WordsError(Exception):
    """A mistake in a file of words, or in a page that uses it; never a visitor's."""


class Option(NamedTuple):
    """One answer to a question: its key, its text on the screen, why it is right or wrong (may be ""), and whether it is right."""

    key: str
    text: str
    why: str = ""
    right: bool = False


@dataclass(frozen=True)
class Words:
    """All words of one page: facts about it, its title, what it is for, and its blocks by name."""

    place: str  # the file, named in errors
    facts: Mapping[str, str]
    title: str
    purpose: str
    blocks: Mapping[str, str] = field(repr=False)

    def say(self, name: str, /, **values: Any) -> str:
        """A block (Markdown) with its slots filled; WordsError if a slot has no value, or a value has no slot."""
        return self.filled(name, self.block(name), values)

    def filled(self, name: str, block: str, values: Mapping[str, Any]) -> str:
        """What `say` gives for the block of that name, once it has been changed to `block`."""
        return fill(block, values, f"{self.place}, block {name}")

    def question(self, name: str, /, **values: Any) -> str:
        """The text before the answers of a block; `values` fill the slots of the whole block."""
        return _ITEM.split(self.say(name, **values), maxsplit=1)[0].strip()

    def items(self, name: str) -> dict[str, str]:
        """The lines `- key: text` of a block, in order."""
        return {key: text.partition("\n")[0].strip() for key, text in _items(self.block(name))}

    def item(self, name: str, key: str, /, **values: Any) -> str:
        """One of those lines, with its slots filled."""
        return fill(self.items(name)[key], values, f"{self.place}, block {name}, {key}")

    def options(self, name: str, /, **values: Any) -> tuple[Option, ...]:
        """The answers of a block, in order. The text indented below an answer is its reason. Without values, slots stay as they are."""
        found = []
        for key, text in _items(self.say(name, **values) if values else self.block(name)):
            first, _, why = text.partition("\n")
            right = first.endswith(RIGHT)
            found.append(Option(key, first.removesuffix(RIGHT).strip(), " ".join(why.split()), right))
        return tuple(found)

    def formulas(self, name: str) -> tuple[str, list[str]]:
        """A block's text, and the formulas (LaTeX) between double dollar signs in it."""
        block = self.block(name)
        parts = re.split(r"\$\$(.*?)\$\$", block, flags=re.DOTALL)
        return "\n\n".join(text.strip() for text in parts[::2] if text.strip()), [formula.strip() for formula in parts[1::2]]

    def label(self, parameter: str) -> str:
        """The label of the control of a parameter."""
        return self._control(parameter)[0]

    def help(self, parameter: str) -> str | None:
        """The help behind its question mark; None if there is none."""
        return self._control(parameter)[1] or None

    def _control(self, parameter: str) -> tuple[str, str]:
        options = {option.key: (option.text, option.why) for option in self.options("controls")}
        if parameter not in options:
            raise WordsError(f"{self.place}: the block controls has no line for {parameter}.")
        return options[parameter]

    def block(self, name: str) -> str:
        """A block as it is written, with its slots; WordsError if there is none of that name."""
        if name not in self.blocks:
            raise WordsError(f"{self.place} has no block {name}.")
        return self.blocks[name]


@functools.lru_cache(maxsize=2_000)
def _items(block: str) -> tuple[tuple[str, str], ...]:
    """Keys and texts of the lines `- key: text` of a block; pages ask for them on every run."""
    return tuple(_ITEM.findall(block))


def fill(text: str, values: Mapping[str, Any], where: str) -> str:
    """Fill the slots `{name:format}` of a text, except in formulas. A negative number gets a true minus sign."""
    used = set()

    def put(slot: re.Match[str]) -> str:
        name, form = slot[1], slot[2] or ""
        if name not in values:
            raise WordsError(f"{where}: nothing fills the slot {name}.")
        used.add(name)
        value = values[name]
        return value if isinstance(value, str) else format(value, form).replace("-", MINUS)

    parts = _FORMULA.split(text)
    filled = "".join(part if i % 2 else _SLOT.sub(put, part) for i, part in enumerate(parts))
    if values.keys() - used:
        raise WordsError(f"{where} has no slot {', '.join(sorted(values.keys() - used))}.")
    return filled


def slots(text: str) -> list[str]:
    """The names of the slots in a text."""
    return [slot[1] for i, part in enumerate(_FORMULA.split(text)) if not i % 2 for slot in _SLOT.finditer(part)]


def parse(text: str, place: str) -> Words:
    """Read the contents of a file of words; `place` names it in errors."""
    head, *rest = _BLOCK.split(text)
    facts_text, _, opening = head.partition("\n# ") if not head.startswith("# ") else ("", "", head[2:])
    facts = dict(line.split(": ", 1) for line in facts_text.splitlines() if ": " in line)
    title, _, purpose = opening.partition("\n")
    blocks = {name.strip(): block.strip() for name, block in zip(rest[::2], rest[1::2], strict=True)}
    if len(blocks) != len(rest) // 2:
        raise WordsError(f"{place} has two blocks of one name.")
    return Words(place, facts, title.strip(), " ".join(purpose.split()), blocks)


def load(room: str, language: str | None = None) -> Words:
    """The words of a room (a folder such as "lessons/kl"), in a language if there is a translation."""
    return _load(room, os.environ.get(LANGUAGE, "") if language is None else language)


@functools.cache
def _load(room: str, language: str) -> Words:
    whole = _read(f"{room}/words.md")
    translated = ROOT / room / f"words.{language}.md"
    if not re.fullmatch(r"[a-z]{2,3}", language) or not translated.exists():
        return whole
    other = _read(f"{room}/words.{language}.md")
    return Words(
        other.place,
        whole.facts,
        other.title or whole.title,
        other.purpose or whole.purpose,
        {**whole.blocks, **other.blocks},
    )


def _read(place: str) -> Words:
    return parse((ROOT / place).read_text(encoding="utf-8"), place)


def plain(text: str) -> str:
    """A visitor's own words as Markdown that shows them as they are, whatever they say: one line, no markup, no formula, no link.

    Signs get a backslash. Streamlit still puts icons, emoji, links and arrows into finished text; a joiner that nobody sees prevents it.
    """
    seen = "".join(sign if sign.isprintable() or sign == "\u200d" else " " for sign in text)
    return _PUNCTUATION.sub(r"\\\1", _PLACED.sub(lambda sign: sign[0] + _JOINER, " ".join(seen.split())))


def inline(text: str) -> str:
    """Turn Markdown's **strong** and *emphasis* and links to other pages into HTML, and nothing else."""
    escaped = re.sub(r"\[([^\]]+)\]\(([\w#-]+)\)", r'<a href="\2">\1</a>', html.escape(text, quote=False))
    return re.sub(r"\*(.+?)\*", r"<i>\1</i>", re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escaped))
