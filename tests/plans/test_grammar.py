"""A plan's text: what is written is read back, and whatever else somebody writes is refused in sentences that name its lines."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.page import words
from explorer.page.words import Option
from explorer.plans import grammar
from explorer.plans.grammar import decoded, parse, written
from explorer.plans.plan import Plan, Step, Vote
from explorer.plans.shipped import shipped
from explorer.plans.troubles import MOST_TOLD, PlanError, Trouble, told

TRY = settings(derandomize=True, database=None, deadline=None, max_examples=40)
NEVER = "\x00\x1b\x85\u2028\u202e"
WORDS = [
    *"ab0%#-:.[]*|&\"'/\\<>",
    "β",
    "“…”",
    "\u00a0é",
    "🙂",
    "- a: b",
    "## b",
    "do:",
    "vote:",
    "(right)",
    "prediction",
    "%%",
    "w" * 130,
]


def text(most: int) -> st.SearchStrategy[str]:
    """Words with single spaces between them, without markup."""
    return (
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=most)
        .map(" ".join)
        .filter(lambda said: not said.endswith("(right)") and len(said) <= 400)
    )


def maybe(most: int) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), text(most))


def answers(keys: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(text(2).filter(lambda said: len(said) <= 120), min_size=len(keys), max_size=len(keys))


@st.composite
def votes(draw) -> Vote:
    rounds, of = draw(st.sampled_from([1, 2])), draw(st.sampled_from(["prediction", "check", "own"]))
    if of != "own":
        return Vote(of, rounds=rounds)
    keys = draw(st.lists(st.sampled_from(["a", "B-2", "x_y.z", "0", "right", "k" * 64]), min_size=2, unique=True))
    right = draw(st.sampled_from([None, *keys]))
    options = tuple(Option(key, said, right=key == right) for key, said in zip(keys, draw(answers(keys)), strict=True))
    return Vote("own", draw(text(8).filter(lambda question: question not in grammar.OF_PAGE)), options, rounds)


TITLES = text(3).filter(lambda said: len(said) <= 120)
STEPS = st.builds(
    Step,
    TITLES,
    st.integers(1, 6_000),
    st.sampled_from(["home", "kl?kl_mu=1.5&kl_parts=mean,width", "other-page?a=%C3%A9&b=&c:d=(1)", "x?" + "y" * 300]),
    do=maybe(9),
    ask=maybe(4),
    expect=maybe(9),
    fits=maybe(2),
    light=st.sampled_from(["", "question", "other-place"]),
    cover=st.booleans(),
    together=st.sampled_from(["", "join", "drawings 4", "models beta", "models latents", "models budget"]),
    task=st.sampled_from(["", "bottleneck", "task-2"]),
    vote=st.one_of(st.none(), votes()),
)
PLANS = st.builds(Plan, TITLES, st.integers(1, 6_000), maybe(9), st.lists(STEPS, min_size=1, max_size=3).map(tuple))


@TRY
@given(PLANS)
def test_what_is_written_is_read_back(plan):
    assert parse(written(plan)) == plan


@TRY
@given(PLANS, st.randoms(use_true_random=False))
def test_ways_of_writing_the_same_plan_are_the_same_plan(plan, chance):
    """Comments, blank lines, spaces, line ends, other letters' case, continued lines and the order of fields say nothing."""
    head, *steps = written(plan).split("\n\n")
    sections = [_otherwise(section, chance) for section in [head, *steps]]
    end = chance.choice(["\n", "\r\n", "\r"])
    assert parse("\ufeff" * chance.randint(0, 1) + ("\n\n% a comment\n \t\n".join(sections)).replace("\n", end)) == plan


def _otherwise(section: str, chance: random.Random) -> str:
    heading, *lines = section.splitlines()
    fields: list[list[str]] = []
    for line in lines:
        if line.startswith((" ", "- ")):
            fields[-1].append(line if line.startswith("-") else chance.choice(["\t", "     "]) + line.strip(" "))
        else:
            name, _, said = line.partition(":")
            fields.append([f"{chance.choice([name, name.upper()])} :\t{said} "])
    chance.shuffle(fields)
    return "\n".join([heading, *(line for field in fields for line in field)])


@TRY
@given(st.text(st.one_of(st.characters(), st.sampled_from("#:-% \n\t\r" + NEVER)), max_size=400))
def test_any_text_is_a_plan_or_is_refused_with_its_lines(said):
    _plan_or_troubles(said)


@TRY
@given(st.sampled_from(sorted(shipped())), st.randoms(use_true_random=False))
def test_a_damaged_plan_is_a_plan_or_is_refused_with_its_lines(name, chance):
    lines = written(shipped()[name]).splitlines()
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(lines))
        change = chance.choice(["cut", "drop", "twice", "swap", "sign", "indent", "join"])
        if change == "cut":
            lines[at] = lines[at][: chance.randint(0, len(lines[at]))]
        elif change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "twice":
            lines.insert(at, lines[at])
        elif change == "swap":
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "sign":
            lines[at] += chance.choice(["<b>", "\x00", "\u202e", ":", "#"])
        elif change == "indent":
            lines[at] = f"  {lines[at]}"
        else:
            lines[at : at + 2] = ["".join(lines[at : at + 2])]
    _plan_or_troubles("\n".join(lines))


def _plan_or_troubles(said: str) -> None:
    error = _refusal(said)
    if error is None:
        assert parse(written(parse(said))) == parse(said)
        return
    lines = re.split("\r\n|\r|\n", said)
    assert error.troubles
    assert all(1 <= trouble.line <= len(lines) and trouble.why.endswith((".", "?", "”.")) for trouble in error.troubles)
    assert len(error.troubles) <= MOST_TOLD
    assert str(error).splitlines() == [f"Line {trouble.line}: {trouble.why}" for trouble in error.troubles]


def _refusal(said: str) -> PlanError | None:
    try:
        parse(said)
    except PlanError as error:
        return error
    return None


GOOD = """# A plan
minutes: 3
about: What it is about

## A step
minutes: 3
open: kl?kl_mu=1
vote: Which?
- a: One (right)
- b: Another
"""


@pytest.mark.parametrize(
    ("before", "after", "line", "part"),
    [
        ("# A plan\n", "\n", 1, "title is missing"),
        ("# A plan", f"# {'a' * 121}", 1, "121 characters. Write at most 120"),
        ("## A step", "##", 5, "title is missing"),
        ("## A step", "### A step", 5, "each step begins with “## title”"),
        ("about: What", "# Another", 3, "A plan begins with one line"),
        (
            "minutes: 3\nabout",
            "minutes: three\nabout",
            2,
            "“three” is no number of minutes. Write a whole number from 1 to 6,000",
        ),
        ("minutes: 3\nabout", "minutes: 0\nabout", 2, "no number of minutes"),
        ("minutes: 3\nabout", "minutes: ²\nabout", 2, "no number of minutes"),
        ("minutes: 3\nabout", f"minutes: {'9' * 1_900}\nabout", 2, "no number of minutes"),
        ("minutes: 3\nopen", "open", 5, "minutes are missing"),
        ("open: kl?kl_mu=1\n", "", 5, "address is missing"),
        ("open: kl", "opn: kl", 7, "Write “open”"),
        ("open: kl", "colour: kl", 7, "There is no field “colour”. Here one may write minutes, open,"),
        ("about: What", "open: kl", 3, "belongs to a step"),
        ("open: kl?kl_mu=1", "open: kl\nopen: kl", 8, "the first is on line 7"),
        ("open: kl?kl_mu=1", "open kl", 7, "neither a heading nor a field"),
        ("open: kl?kl_mu=1", "open: http://localhost:8501/kl?kl_mu=1", 7, "Write “open: kl?kl_mu=1”"),
        ("open: kl?kl_mu=1", "open: https://example.org//kl", 7, "no address of this app"),
        ("open: kl?kl_mu=1", "open: //example.org/kl", 7, "no address of this app"),
        ("open: kl?kl_mu=1", "open: javascript:alert(1)", 7, "no address of this app"),
        ("open: kl?kl_mu=1", "open: kl?a=\\\\example.org", 7, "no address of this app"),
        ("open: kl?kl_mu=1", "open: ../kl", 7, "no address of this app"),
        ("open: kl?kl_mu=1", "open: kl?a=1#b", 7, "no address of this app"),
        ("open: kl?kl_mu=1", "open: kl?a=\tb", 7, "no address of this app"),
        ("about: What", "about: <script>", 3, "looks like HTML"),
        ("about: What", "about: a </b", 3, "looks like HTML"),
        ("about: What", "about: \x00", 3, "a sign here that no text has"),
        ("about: What", "about: \u202e", 3, "a sign here that no text has"),
        ("about: What", f"about: {'a' * 2_001}", 3, "Write at most 2,000"),
        ("## A step", "  ## A step", 5, "Delete the spaces before it"),
        ("## A step", "## A step\n  goes on", 6, "Delete the spaces before it"),
        ("vote: Which?\n", "", 8, "right below the line “vote: your question”"),
        ("- b: Another\n", "", 8, "needs 2 to 8 answers, and this one has 1"),
        ("- b: Another", "\n".join(f"- {key}: x" for key in "bcdefghi"), 8, "and this one has 9"),
        ("- b: Another", "- b: Another (right)", 10, "Two answers are marked as right"),
        ("- b: Another", "- a: Another", 10, "have the key “a”"),
        ("- b: Another", "- b:", 10, "Write 1 to 120"),
        ("- b: Another", f"- b: {'a' * 121}", 10, "has 121 characters"),
        ("vote: Which?", f"vote: {'a' * 401}", 8, "401 characters. Write at most 400"),
        ("vote: Which?", "vote: check", 9, "The page has its own answers to its check"),
        ("vote: Which?", "rounds: 3\nvote: Which?", 8, "Write 1, or 2"),
        ("vote: Which?\n- a: One (right)\n- b: Another", "rounds: 2", 8, "rounds, but no vote"),
        ("vote: Which?", "cover: maybe\nvote: Which?", 8, "neither yes nor no"),
        ("vote: Which?", "light: the figure\nvote: Which?", 8, "no place of a page"),
        ("vote: Which?", "together: drawings 14\nvote: Which?", 8, "Write “drawings 4”"),
        ("vote: Which?", "task: Bottle neck\nvote: Which?", 8, "no name of a task"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(before, after, line, part):
    assert before in GOOD
    with pytest.raises(PlanError) as refused:
        parse(GOOD.replace(before, after, 1))
    assert [trouble for trouble in refused.value.troubles if trouble.line == line and part in trouble.why]


def test_the_plan_in_which_something_is_broken_is_a_plan():
    plan = parse(GOOD)
    assert (plan.title, plan.minutes, plan.steps[0].vote.right) == ("A plan", 3, "a")
    assert plan.steps[0].lines == {"": 5, "minutes": 6, "open": 7, "vote": 8}


def test_a_field_may_go_on_and_answers_may_be_indented():
    plan = parse(
        GOOD.replace("about: What it is about", "about: What it\n% no part of it\n   is  about").replace("\n- ", "\n   - ")
    )
    assert plan == parse(GOOD)


def test_several_troubles_are_told_at_once_and_very_many_are_counted():
    with pytest.raises(PlanError) as refused:
        parse("minutes: x\n## \nlight: A B")
    assert [trouble.line for trouble in refused.value.troubles] == [1, 1, 2, 2, 2, 3]
    with pytest.raises(PlanError) as refused:
        parse("what\n" * 12_000)
    assert len(refused.value.troubles) == MOST_TOLD
    assert re.search(r"1\d{4} more things are wrong", refused.value.troubles[-1].why)


HOSTILE = {
    "large": "# a\n" + "x" * grammar.MOST_BYTES,
    "lines": "\n" * 5_000_000,
    "steps": "# a\nminutes: 1\n" + "## b\nminutes: 1\nopen: kl\n" * 2_500,
    "wide": "# a\nabout: " + "β" * 31_000 + "\n",
    "one field": "do: " * 15_000,
    "colons": ":" * 63_000,
    "spaces": " " * 63_000 + "x",
    "marks": "#" * 63_000,
    "answers": "vote: a\n" + "- a: b\n" * 9_000,
    "surrogates": "\ud800" * 60_000,
    "nothing": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused(name):
    """What grew with the square of its length would take minutes."""
    with pytest.raises(PlanError) as refused:
        parse(HOSTILE[name])
    assert len(str(refused.value)) < 20_000


def test_a_plan_has_sixty_steps_at_most():
    steps = "## b\nminutes: 1\nopen: kl\n"
    assert len(parse("# a\nminutes: 1\n" + steps * 60).steps) == 60
    with pytest.raises(PlanError, match=r"Line 183: The plan has 61 steps"):
        parse("# a\nminutes: 1\n" + steps * 61)


def test_a_file_that_is_no_text_is_refused_with_its_line():
    assert decoded(GOOD.encode()) == GOOD
    for contents, line in ((GOOD.encode("utf-16"), 1), (b"# a\n\xff", 2), (b"\n" * 70_000, 1)):
        with pytest.raises(PlanError) as refused:
            decoded(contents)
        assert [trouble.line for trouble in refused.value.troubles] == [line]


def test_every_sentence_is_one_that_can_be_said():
    """Each of the block's sentences is used by a name in the code."""
    code = (words.ROOT / "explorer" / "plans").glob("*.py")
    said = "".join(path.read_text(encoding="utf-8") for path in code)
    fields = {"minutes", "open", "light", "cover", "together", "task"}  # said by the name of the field
    known = words.load("explorer/plans").items("troubles")
    assert [name for name in known if f'"{name}"' not in said and name not in fields] == []


def test_troubles_are_in_the_order_of_their_lines():
    assert told([Trouble(3, "b"), Trouble(1, "a")]) == [Trouble(1, "a"), Trouble(3, "b")]
