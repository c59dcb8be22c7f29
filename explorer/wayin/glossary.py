"""The glossary: all terms in the order of the alphabet, with formulas and links to the pages where they live."""

import streamlit as st

from explorer.page import places
from explorer.page.terms import Term, terms
from explorer.page.words import Words


def draw(words: Words) -> None:
    """Draw all terms in two columns; a link to glossary#<key> leads to each."""
    entries = sorted(terms().values(), key=lambda term: term.title.lower())
    half = -(-len(entries) // 2)
    for column, some in zip(st.columns(2, gap="large"), (entries[:half], entries[half:]), strict=True):
        for term in some:
            _entry(term, words, column)


def _entry(term: Term, words: Words, where: st.delta_generator.DeltaGenerator) -> None:
    links = ", ".join(f"[{places.PLACES[path].title}]({path if path != 'home' else './'})" for path in term.pages)
    where.header(term.title, anchor=term.key)
    where.markdown(f"{term.text}\n\n$$\n{term.formula}\n$$\n\n{words.say('lives', pages=links)}")
