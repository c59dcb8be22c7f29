"""Names in a class: drawn ones are harmless and fit, chosen ones are plain, unlike the teacher, and nobody else's."""

import itertools
import unicodedata

import pytest

from explorer.classroom import nicknames
from explorer.classroom.nicknames import LONGEST, Unfit, chosen, drawn, looks
from explorer.page import words

LISTS = {key: text.split(", ") for key, text in words.load("explorer/classroom").items("drawn-names").items()}
# Animals that people are insulted with, and colours of skin: a pair such as "Brown Cow" must not come up.
UNKIND = {
    "ape",
    "ass",
    "bat",
    "bitch",
    "boar",
    "bug",
    "cock",
    "cow",
    "crab",
    "dog",
    "donkey",
    "goat",
    "goose",
    "hog",
    "leech",
    "lemur",
    "louse",
}
UNKIND |= {
    "mole",
    "monkey",
    "mule",
    "ox",
    "parrot",
    "pig",
    "rat",
    "seal",
    "sheep",
    "shrew",
    "skunk",
    "sloth",
    "slug",
    "snake",
    "toad",
    "tit",
}
UNKIND |= {"turkey", "viper", "vulture", "walrus", "wasp", "weasel", "whale", "worm"}
UNKIND |= {
    "black",
    "brown",
    "white",
    "yellow",
    "red",
    "pink",
    "pale",
    "dark",
    "ivory",
    "dumb",
    "fat",
    "lazy",
    "slow",
    "mad",
    "ugly",
}


def test_every_pair_of_the_lists_is_harmless_and_a_name_that_could_be_chosen():
    assert {word.lower() for word in itertools.chain(*LISTS.values())} & UNKIND == set()
    pairs = [f"{one} {other}" for one, other in itertools.product(*LISTS.values())]
    assert len({looks(pair) for pair in pairs}) == len(pairs) > 2_000
    assert max(map(len, pairs)) <= LONGEST
    assert chosen(max(pairs, key=len), ()) in pairs


def test_a_drawn_name_is_nobody_elses_even_when_all_are_taken(monkeypatch):
    monkeypatch.setattr(nicknames.words, "load", lambda room: _Few())
    taken = []
    for _ in range(9):
        taken.append(drawn(taken))
    assert len(set(taken)) == 9
    assert {"Teal Otter", "Teal Wren", "Jade Otter", "Jade Wren"} == set(taken[:4])


class _Few:
    def items(self, block):
        assert block == "drawn-names"
        return {"first": "Teal, Jade", "second": "Otter, Wren"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Mia", "Mia"),
        ("  Zoe\u0308   2 ", "Zo\u00eb 2"),  # composed, and without the spaces that nobody sees
        ("\uff2d\uff49\uff41", "Mia"),  # wide letters
        ("\u0410\u043d\u043d\u0430", "\u0410\u043d\u043d\u0430"),
        ("\u3055\u304f\u3089\u82b1", "\u3055\u304f\u3089\u82b1"),
        ("\u0645\u0631\u064a\u0645", "\u0645\u0631\u064a\u0645"),
        ("x" * 20, "x" * 20),
    ],
)
def test_letters_digits_and_spaces_of_any_alphabet_make_a_name(typed, name):
    assert chosen(typed, ()) == name
    assert unicodedata.is_normalized("NFKC", name)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("A", "length"),
        ("", "length"),
        ("x" * 21, "length"),
        ("\ufdfa\ufdfa", "length"),  # two signs that NFKC turns into 36
        ("<b>Mia</b>", "signs"),
        ("Mia\u202e", "signs"),  # turns what follows round
        ("Mi\u200ba", "signs"),
        ("Z\u0351\u0343a\u0332lgo", "signs"),
        ("Mia\nTom", "signs"),
        ("=1+1", "signs"),
        ("\u3164\u3164", "signs"),  # letters that nobody sees
        ("\U0001f600\U0001f600", "signs"),
        ("M\u0456a", "scripts"),  # a Cyrillic i
        ("Teacher", "reserved"),
        ("the TEACHER 2", "reserved"),
        ("T e a c h e r", "reserved"),
        ("T3ach3r", "reserved"),
        ("T\u00e9\u00e0cher", "reserved"),
        ("\u0442\u0435\u0430\u0441\u04bb\u0435\u0433", "reserved"),  # Cyrillic all through
        ("Prof3ss0r", "reserved"),
        ("tom", "taken"),
        ("T0m", "taken"),
        ("T o rn", "taken"),
        ("T\u00f2m", "taken"),
    ],
)
def test_what_cannot_be_a_name_says_why(typed, why):
    with pytest.raises(Unfit) as refused:
        chosen(typed, ["Tom"])
    said = words.load("explorer/classroom").items("names")[why]
    assert str(refused.value) == said.format(shortest=2, longest=20)
