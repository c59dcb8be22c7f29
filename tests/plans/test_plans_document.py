"""docs/plans.md: its example plays, it names every field, and what it says that the checks say, they say."""

import re

import pytest

from explorer.__main__ import main
from explorer.page.words import ROOT
from explorer.plans import checking, grammar
from explorer.plans.checking import troubles
from explorer.plans.course.tasks import TASKS
from explorer.plans.grammar import parse

TEXT = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
EXAMPLE, SENTENCES = re.findall(r"^```\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
BROKEN = EXAMPLE.replace("minutes: 12", "minutes: 10").replace("kl_mu=1.5", "kl_mu=15")
BROKEN = re.sub(r"vote: Which.*", "vote: check\n", BROKEN, flags=re.DOTALL)


def test_the_example_can_be_played():
    plan = parse(EXAMPLE)
    assert troubles(plan) == []
    assert f"a whole plan of {'twelve' if plan.minutes == 12 else plan.minutes} minutes" in TEXT
    assert [step.vote.of for step in plan.steps] == ["prediction", "own"]


def test_every_field_is_described_and_no_other():
    described = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    assert sorted(described) == sorted(grammar.OF_STEP)
    (lit,) = re.findall(r"^\| `light` \|.*", TEXT, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", lit)) - {"light"} == set(checking.EVERY_PAGE)
    (tasks,) = re.findall(r"^\| `task` \|.*", TEXT, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", tasks)) - {"task"} == set(TASKS)
    for limit in (f"up to {grammar.MOST_STEPS} steps", f"{grammar.MOST_BYTES // 1000} kB", f"{grammar.LONGEST:,} characters"):
        assert limit in TEXT
    assert f"a title up to {grammar.LONGEST_TITLE}" in TEXT
    assert f"There are 2 to {grammar.MOST_ANSWERS} answers" in TEXT


def test_what_is_wrong_is_said_as_the_document_says(tmp_path, capsys):
    assert "\n".join(map(str, troubles(parse(BROKEN)))) + "\n" == SENTENCES
    file = tmp_path / "kl.md"
    file.write_text(BROKEN, encoding="utf-8")
    assert main(["plan", str(file)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.removeprefix("python -m explorer: ").removeprefix(f"{file}: ") for line in said.err.splitlines()] == (
        SENTENCES.splitlines()
    )


def test_a_plan_with_nothing_wrong_is_printed_with_its_minutes(tmp_path, capsys):
    file = tmp_path / "kl.md"
    file.write_text(EXAMPLE, encoding="utf-8")
    assert main(["plan", str(file)]) == 0
    first, *steps = capsys.readouterr().out.splitlines()
    assert first == "What does the KL hold together?: 12 minutes, 2 steps"
    assert [step.split()[0] for step in steps] == ["0", "7"]


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (None, "The file cannot be read"),
        (b"\xff\xfe", "Line 1: There is a sign here"),
        (b"x" * 10**6, "Line 1: This is larger"),
    ],
)
def test_a_file_that_is_no_plan_is_named(contents, said, tmp_path, capsys):
    file = tmp_path / "plan.md"
    if contents is not None:
        file.write_bytes(contents)
    assert main(["plan", str(file)]) == 1
    assert f"{file}: {said}" in capsys.readouterr().err
