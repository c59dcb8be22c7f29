"""What would go wrong in playing a plan is said before it is played, in the words of the pages themselves."""

from urllib.parse import parse_qsl

import pytest
from app_driver import sentences, visit

from explorer.plans import checking
from explorer.plans.checking import troubles
from explorer.plans.course.tasks import TASKS
from explorer.plans.grammar import parse
from explorer.plans.plan import Plan, Step, Vote


def why(open: str, **more: object) -> list[str]:
    """What is said of a plan of one step."""
    return [trouble.why for trouble in troubles(Plan("A plan", 1, "", (Step("A step", 1, open, **more),)))]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("lk?kl_mu=1", "There is no page “lk”"),
        ("classroomm", "Did you mean “classroom”?"),
        ("kl?kl_colour=red", "The page What the KL does knows nothing called “kl_colour”"),
        ("kl?kl_m=0", "Did you mean “kl_mu”?"),
        ("kl?kl_mu=9", "does not take kl_mu=9. It must be a number from -3 to 3"),
        ("kl?kl_mu=nan", "does not take kl_mu=nan"),
        ("kl?_at=x", "knows nothing called “_at”"),
        ("kl?_stage=45.1", "knows nothing called “_stage”"),
        ("kl?projector=1", "knows nothing called “projector”"),
        ("kl?kl_revealed=1", "Leave “kl_revealed=1” out, or write “cover: no”"),
        ("compare?compare_revealed=1", "knows nothing called “compare_revealed”"),
        ("train?rate=0.02", "does not take rate=0.02. It must be one of"),
        ("train?run=nobodys", "There is no such run"),
        ("explore?model=mnist-vae-2d&z3=0", "The page Explore knows nothing called “z3”"),
        ("compare?ae=x", "There is no such autoencoder"),
        ("inside?inside_unit=conv.9.1", "does not take inside_unit=conv.9.1"),
        (f"kl?{'&'.join(f'a{i}=' for i in range(101))}", "more than 100 parts"),
    ],
)
def test_an_address_that_its_page_does_not_take_is_named(address, said):
    assert len([sentence for sentence in why(address) if said in sentence]) == 1, why(address)


def test_a_value_is_checked_among_those_before_it():
    """With another model there are other coordinates, and another number of them."""
    assert why("explore?model=mnist-vae-20d&z20=0") == []
    assert why("fails?fails_z=1,2,3,4") == []
    assert "It must be 4 numbers" in why("fails?fails_z=1,2")[0]


def test_nothing_is_left_of_a_look_at_another_plan():
    assert why("explore?model=mnist-vae-20d&z20=0") == []
    assert "knows nothing called “z20”" in why("explore?z20=0")[0]


@pytest.mark.parametrize("address", ["kl?kl_mu=9&kl_parts=mean", "train?rate=0.02&latents=99"])
def test_a_page_says_the_same_when_it_is_opened(address):
    path, _, query = address.partition("?")
    opened = [sentence.replace("\\", "").replace("\u2060", "") for sentence in sentences(visit(path, **dict(parse_qsl(query))))]
    refused = [trouble.values for trouble in troubles(Plan("A plan", 1, "", (Step("A step", 1, address),)))]
    assert len(opened) == len(refused) >= 1
    for values in refused:
        assert f"The link says {values['name']} = '{values['value']}'. {values['why']}" in opened


def test_a_vote_needs_the_question_on_its_page():
    assert why("kl", vote=Vote("prediction")) == why("kl", vote=Vote("check")) == why("explore", vote=Vote("own", "Why?")) == []
    assert "The page Home has no check" in why("home", vote=Vote("check"))[0]
    assert "The page Explore has no prediction" in why("explore", vote=Vote("prediction"))[0]


def test_a_place_to_light_is_one_that_the_page_has():
    assert [why("kl", light=place) for place in checking.places_of("kl") or checking.EVERY_PAGE].count([]) >= 5
    assert "has no place “curtain” to light. It has question, " in why("kl", light="curtain")[0]


def test_a_design_task_is_one_of_the_course():
    assert [why("home", task=task) for task in TASKS].count([]) == len(TASKS) >= 3
    assert why("home", task="other") == [f"There is no design task “other”. There are {', '.join(TASKS)}."]


def test_minutes_that_do_not_add_up_are_told_with_both_sums():
    plan = parse("# A plan\n% first\nminutes: 5\n## a\nminutes: 2\nopen: kl\n## b\nminutes: 4\nopen: kl?kl_mu=x\n")
    assert [str(trouble)[:60] for trouble in troubles(plan)] == [
        "Line 3: The steps take 6 minutes together, and the plan says",
        "Line 9: The page does not take kl_mu=x. It must be a number ",
    ]
    assert "the plan says 5" in troubles(plan)[0].why
