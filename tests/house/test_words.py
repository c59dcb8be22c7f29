"""What pages say: every block is used, every control is named, every slot is filled, and no measured number is written by hand."""

import ast
import re
from urllib.parse import parse_qs

import pytest

from explorer.lesson import live
from explorer.lesson.papers import PAPERS
from explorer.page import places, words
from explorer.page.words import WordsError, fill, parse, slots
from explorer.plans.shipped import shipped

SAID = [place for place in places.PLACES.values() if place.words.blocks]  # pages whose words are in their file
ASKING = [place for place in SAID if "predict" in place.words.blocks]  # the lessons, and Home
ENDING = [place for place in SAID if "recall" in place.words.blocks]  # pages with two questions at their end
LAST = {"recall", "transfer"}  # the two questions at the end of a page
OF_THE_PATTERN = {"lead", "predict", "reveal", "maths", "check", *LAST}
OPTIONAL = {"observe", "part", "part-covered"}  # of the pattern, where a lesson has them
MEASURED = re.compile(r"\d+\.\d+|\d[\d,]* (?:nats?|dB|bytes?|%)")


@pytest.fixture(params=SAID, ids=lambda place: place.path)
def place(request):
    return request.param


def literals(place) -> set[str]:
    """Every string in the code of a page and its room; of a formatted string, what stands before the first value and `*`."""
    files = [words.ROOT / "pages" / f"{place.path}.py", *(words.ROOT / place.room).glob("*.py")]
    if place.section == "See":  # what its pages show, a file that is taken home shows, too
        files += [words.ROOT / "explorer" / file for file in ("canvas/controls.py", "models/measures.py")]
    found = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                found.add(f"{node.values[0].value}*")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_block_is_used(place):
    used = (
        literals(place)
        | (OF_THE_PATTERN | OPTIONAL if place.section in places.COURSE else set())
        | ({"predict", "reveal"} if place in ASKING else set())
        | {"lead", "controls", "alts", "stage", *LAST}
    )
    started = tuple(name[:-1] for name in used if name.endswith("*") and len(name) > 1)
    assert [name for name in place.words.blocks if name not in used and not name.startswith(started)] == []


def test_every_control_belongs_to_a_parameter_or_a_widget_of_the_page(place):
    known = {row.name for row in place.address.declared} | literals(place)
    if "controls" in place.words.blocks:
        assert [name for name in place.words.items("controls") if name not in known] == []


def test_no_measured_number_is_written_by_hand(place):
    """What is given rather than measured is listed in the file's line `given`."""
    given = [text.strip() for text in place.words.facts.get("given", "").split(";") if text.strip()]
    for name, block in place.words.blocks.items():
        prose = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$|\{[^{}]*\}", "", block, flags=re.DOTALL)
        for text in given:
            prose = prose.replace(text, "")
        assert MEASURED.findall(prose) == [], name


def test_what_a_live_part_says_is_in_its_words_and_all_of_it_is_used(place):
    if "part" not in place.words.blocks:
        pytest.skip("no part, or its words are not in the file yet")
    own = "".join(path.read_text(encoding="utf-8") for path in (words.ROOT / place.room).rglob("*.js"))
    shared = "".join(path.read_text(encoding="utf-8") for path in (words.ROOT / live.SHARED).glob("*.js"))
    known = place.words.items("part") | (
        place.words.items("game") if "game" in place.words.blocks else {}
    )  # Home has two parts
    assert set(re.findall(r"(?<!/)\bwords\.(\w+)\b(?![(.])", own)) - known.keys() == set()
    started = tuple(re.findall(r"words\[`(\w+)\$\{", own))
    assert [key for key in known if not key.startswith(started) and not re.search(rf"\b{key}\b", own + shared)] == []


def test_a_lesson_has_the_blocks_of_the_pattern_and_one_right_answer(place):
    if place.section not in places.COURSE:
        pytest.skip("no lesson")
    assert place.words.blocks.keys() >= OF_THE_PATTERN
    assert len(place.words.options("predict")) > 1
    assert [option.right for option in place.words.options("check")].count(True) == 1
    assert all(len(option.why) > 30 for option in place.words.options("check"))
    keys = place.words.facts["papers"].split(", ")
    assert [key for key in keys if key not in PAPERS] == []


@pytest.mark.parametrize("place", ENDING, ids=lambda each: each.path)
@pytest.mark.parametrize("block", sorted(LAST))
def test_the_last_questions_have_one_right_answer_that_no_length_betrays_and_a_reason_for_each(place, block):
    options = place.words.options(block)
    assert len({option.key for option in options}) == len(options) > 2
    assert [option.right for option in options].count(True) == 1
    assert all(30 < len(option.why) <= 170 for option in options)
    lengths = [len(option.text) for option in options]
    assert max(lengths) - min(lengths) <= 22
    assert slots(place.words.block(block)) == []  # it is asked again where nothing was measured, on My course


def test_who_looks_for_the_right_answer_by_its_length_or_place_finds_it_no_more_often_than_by_chance():
    asked = [each.words.options(block) for each in ENDING for block in LAST]
    chance = sum(1 / len(options) for options in asked)
    for guess in (lambda at, options: -at, lambda at, options: at, lambda at, options: len(options[at].text)):
        hits = sum(options[max(range(len(options)), key=lambda at: guess(at, options))].right for options in asked)
        assert hits <= chance + len(asked) ** 0.5  # two standard deviations, at most


def test_every_page_to_look_at_and_every_lesson_and_what_a_shipped_plan_opens_ends_with_two_questions():
    shown = {place.path for place in SAID if place.section in ("See", *places.COURSE)}
    opened = {step.path for plan in shipped().values() for step in plan.steps}
    assert [path for path in sorted(shown | opened) if not places.PLACES[path].words.blocks.keys() >= LAST] == []


def test_every_answer_to_a_prediction_has_a_reason_of_a_line(place):
    if place not in ASKING:
        pytest.skip("it asks for no prediction")
    reasons = {option.key: option.why for option in place.words.options("predict")}
    assert [key for key, why in reasons.items() if not 20 <= len(why) <= 170] == []
    assert len(set(reasons.values())) == len(reasons)


def test_what_is_covered_is_there_and_a_live_part_has_other_words_for_lines_of_its_own(place):
    known = place.words.blocks.keys() | (place.words.items("alts") if "alts" in place.words.blocks else {}).keys()
    controls = place.words.items("controls") if "controls" in place.words.blocks else {}
    names = [name.strip() for name in place.words.facts.get("covered", "").split(",") if name.strip()]
    assert [name for name in names if name not in known | controls.keys()] == []
    if "part-covered" in place.words.blocks:
        instead, own = place.words.items("part-covered"), place.words.items("part")
        assert instead.keys() <= own.keys()
        assert [key for key in instead if instead[key] == own[key]] == []


def test_what_the_app_rehearses_are_parameters_of_the_page(place):
    known = {row.name for row in place.address.declared}
    queries = [query.strip() for query in place.words.facts.get("rehearse", "").split(",") if query.strip()]
    assert {name for query in queries for name in parse_qs(query, strict_parsing=True)} <= known


def test_what_was_seen_is_asked_where_an_experiment_shows_it():
    asked = {place.path: place.words.blocks["observe"] for place in SAID if "observe" in place.words.blocks}
    assert len(asked) >= 5
    assert all(question.endswith("?") and "\n- " not in question for question in asked.values())


def test_every_paper_is_named_by_a_page():
    named = {key for place in places.PLACES.values() for key in place.words.facts.get("papers", "").split(", ")}
    assert PAPERS.keys() - named == set()


@pytest.mark.parametrize("field", ["title", "address"])
def test_no_paper_is_written_down_twice(field):
    """Whatever capitals, dashes and endings it is spelt with; an address of arXiv is its number."""
    seen = [re.sub(r"[\W_]+", " ", getattr(paper, field).lower()).strip() for paper in PAPERS.values()]
    numbers = [re.sub(r"^https? (?:www )?arxiv org (?:abs|pdf|html) (\d+ \d+).*", r"\1", each) for each in seen]
    assert [each for each in numbers if numbers.count(each) > 1] == []


def test_slots_are_filled_outside_formulas_and_minus_is_a_minus():
    assert fill(r"$\frac{a}{b}$ is {kl:.2f} nats of {who}", {"kl": -2.345, "who": "a-b"}, "") == (
        r"$\frac{a}{b}$ is " + words.MINUS + "2.35 nats of a-b"
    )


@pytest.mark.parametrize(("values", "said"), [({}, "nothing fills the slot kl"), ({"kl": 1, "elbo": 2}, "no slot elbo")])
def test_a_slot_without_a_value_and_a_value_without_a_slot_are_errors(values, said):
    with pytest.raises(WordsError, match=said):
        fill("{kl:.1f} nats", values, "here")


TEXT = """section: See
order: 3

# Title

What it is for

## ask
Which?

- one: The first
  Not this
  one.
- two: The second (right)
  Yes.

## maths
Words.

$$a^2$$

$$b$$
"""


def test_a_file_is_read_as_it_says():
    said = parse(TEXT, "here")
    assert (said.facts, said.title, said.purpose) == ({"section": "See", "order": "3"}, "Title", "What it is for")
    assert said.question("ask") == "Which?"
    assert said.options("ask") == (("one", "The first", "Not this one.", False), ("two", "The second", "Yes.", True))
    assert said.formulas("maths") == ("Words.", ["a^2", "b"])


def test_a_translation_says_what_it_has_and_english_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "ROOT", tmp_path)
    (tmp_path / "words.md").write_text(TEXT)
    (tmp_path / "words.de.md").write_text("# Titel\n\n## maths\nWorte.\n")
    assert words.load(".", "fr").title == "Title"
    said = words.load(".", "de")
    assert (said.title, said.purpose, said.say("maths"), said.question("ask")) == (
        "Titel",
        "What it is for",
        "Worte.",
        "Which?",
    )
