"""A lesson in a class: its prediction and its check are votes, and the answer stays covered until the teacher reveals it."""

import html
import json
import re

import pytest
from app_driver import markup
from in_class import Browser, joined, opened

from explorer.classroom import guard, hub
from explorer.page import places, words
from explorer.runs.store.class_votes import SHUT, Vote
from explorer.runs.store.classes import classes, member_id

SAID = words.load("explorer/classroom").items("lesson")
TOPIC = "kl_predicted"


def button(app, label):
    return next((b for b in app.button if b.label == label), None)


def captions(app) -> list[str]:
    return [caption.value for caption in app.caption]


def announced(app) -> dict[str, dict]:
    """What the teacher's bar finds on the page, by topic."""
    found = {}
    for block in app.html:
        if facts := dict(re.findall(r'data-class-(\w+)="(.*?)"', block.value)):
            facts = {name: html.unescape(text) for name, text in facts.items()}
            found[facts["topic"]] = {**facts, "options": json.loads(facts["options"])}
    return found


@pytest.fixture
def lesson():
    """A class, its teacher on the lesson's page, and a member there."""
    teacher = Browser()
    found = opened(teacher)
    member = joined(found)
    yield teacher, member, found
    classes().delete(found.id)


def put(found, teacher, topic=TOPIC):
    """Open the vote with what the teacher's own page announces, as the bar does."""
    said = announced(teacher.app)[topic]
    word = {"k": "steer", "id": "a" * 10, "b": {"what": "ballot", "do": "open", **said}}
    body = guard.read(json.dumps(word), "teacher").body
    classes().put(found.id, *(body[name] for name in ("topic", "question", "options", "right")))
    return hub.seen(found.id).state()["ballot"]


def test_a_vote_in_two_rounds_until_the_class_sees_the_answer(lesson):
    teacher, member, found = lesson
    teacher.visit("kl")
    app = member.visit("kl")
    first, second = app.radio(key=TOPIC).options[:2]
    options = {option.text: option.key for option in places.PLACES["kl"].words.options("predict")}
    ballot = put(found, teacher)

    app = member.again()
    assert SAID["open"] in captions(app)
    app = member.choose(TOPIC, first)
    assert SAID["kept"] in captions(app)
    assert classes().counts(ballot["id"], 1) == {options[first]: 1}
    member.choose(TOPIC, second)  # a change of mind is still one vote
    assert classes().counts(ballot["id"], 1) == {options[second]: 1}
    assert button(app, "Reveal").disabled
    assert button(app, "Show without predicting") is None
    assert SAID["locked"] in captions(app)

    classes().step(found.id, "shut")
    app = member.again()
    assert app.radio(key=TOPIC).disabled
    assert app.radio(key=TOPIC).value == options[second]
    classes().step(found.id, "again")
    app = member.again()
    assert not app.radio(key=TOPIC).disabled
    assert app.radio(key=TOPIC).value is None  # who keeps an opinion says so again
    assert SAID["again"] in captions(app)
    member.choose(TOPIC, first)
    assert classes().counts(ballot["id"], 1) == {options[second]: 1}
    assert classes().counts(ballot["id"], 2) == {options[first]: 1}

    other = joined(found)  # votes in the second round alone
    other.visit("kl")
    right = announced(teacher.app)[TOPIC]["right"]
    text = next(text for text, key in options.items() if key == right)
    other.choose(TOPIC, text)
    classes().step(found.id, "reveal")
    app = member.again()
    assert not button(app, "Reveal").disabled
    app = member.press("Reveal")
    first_share, second_share = (
        sum(count for choice, count in classes().counts(ballot["id"], round_).items() if choice == right) / of
        for round_, of in ((1, 1), (2, 2))
    )
    assert SAID["said-twice"].format(first=first_share, second=second_share) in markup(app)
    assert SAID["said-twice"].format(first=first_share, second=second_share) in markup(teacher.visit("kl", kl_revealed="1"))


def test_the_bars_vote_is_the_pages_and_a_vote_that_came_too_late_says_so(lesson):
    teacher, member, found = lesson
    teacher.visit("kl")
    ballot = put(found, teacher)
    app = member.visit("kl")
    key = ballot["options"][1]["key"]
    hub.vote(found.id, Vote(ballot["id"], 1, member_id(found.id, member.owner), key))
    app = member.again()
    assert app.radio(key=TOPIC).value == key
    classes().step(found.id, "shut")
    app = member.choose(TOPIC, app.radio(key=TOPIC).options[0])  # the page still shows an open vote
    assert SHUT in captions(app)
    assert app.radio(key=TOPIC).value == key
    assert classes().counts(ballot["id"], 1) == {key: 1}


def test_an_answer_counts_in_the_vote_that_is_on_when_it_is_given_also_where_the_page_has_not_heard_of_it(lesson):
    teacher, member, found = lesson
    teacher.visit("kl")
    app = member.visit("kl")  # drawn before there is any vote
    ballot = put(found, teacher)
    app = member.choose(TOPIC, app.radio(key=TOPIC).options[0])
    assert classes().counts(ballot["id"], 1) == {app.radio(key=TOPIC).value: 1}
    classes().step(found.id, "shut")
    classes().step(found.id, "again")
    member.choose(TOPIC, app.radio(key=TOPIC).options[1])
    assert sum(classes().counts(ballot["id"], 2).values()) == 1


def test_the_answer_is_covered_where_the_class_is_until_the_teachers_page_is_revealed(lesson):
    teacher, member, found = lesson
    elsewhere = member.visit("blur")
    assert button(elsewhere, "Show without predicting") is not None
    hub.post(found.id, "show", {"address": "kl?kl_mu=1.5"})
    app = member.visit("kl", kl_revealed="1")
    assert button(app, "Reveal").disabled
    assert SAID["locked"] in captions(app)
    assert button(member.visit("blur"), "Show without predicting") is not None
    assert button(teacher.visit("kl"), "Show without predicting") is not None
    hub.post(found.id, "show", {"address": "kl?kl_mu=1.5&kl_revealed=1"})
    assert button(member.visit("kl", kl_revealed="1"), "Predict again") is not None
    assert "<b>Reveal</b> opens it." in markup(member.visit("blur"))
    hub.post(found.id, "show", {"address": "blur"})
    assert f"it would give the answer. {SAID['locked']}" in markup(member.again())
    assert "<b>Reveal</b> opens it." not in markup(member.app)


def test_a_check_that_is_voted_on_says_who_is_right_when_the_class_sees_it(lesson):
    teacher, member, found = lesson
    teacher.visit("kl", kl_revealed="1")
    hub.post(found.id, "show", {"address": "kl?kl_revealed=1"})
    put(found, teacher, "kl_check")
    app = member.visit("kl", kl_revealed="1")
    right = next(option for option in places.PLACES["kl"].words.options("check") if option.right)
    app = member.choose("kl_check", right.text)
    assert "le-right" not in markup(app)
    classes().step(found.id, "reveal")
    app = member.again()
    assert "le-right" in markup(app)
    assert SAID["said-once"].format(share=1) in markup(app)


def test_only_the_teachers_page_tells_what_is_right(lesson):
    teacher, member, _ = lesson
    assert announced(member.visit("kl")) == {}
    assert announced(Browser().visit("kl")) == {}
    told = announced(teacher.visit("kl"))[TOPIC]
    options = {option.key: option.text for option in places.PLACES["kl"].words.options("predict")}
    assert {option["key"]: option["text"] for option in told["options"]} == options
    assert told["right"] in options


ASKING = [path for path, place in places.PLACES.items() if "predict" in place.words.blocks]


@pytest.mark.parametrize("path", ASKING)
def test_every_lesson_can_be_put_to_the_vote(path, lesson):
    """What its page announces is let through, with its numbers, and has no Markdown, which phones do not know."""
    teacher, _, found = lesson
    told = announced(teacher.visit(path, **{f"{path}_revealed": "1"}))
    asked = {
        "predicted": "predict",
        "check": "check",
        "recall": "recall",
        "transfer": "recall",
    }  # and which block says that it is
    assert set(told) == {f"{path}_{part}" for part, block in asked.items() if block in places.PLACES[path].words.blocks}
    for topic in told:
        ballot = put(found, teacher, topic)
        texts = [ballot["question"], *(option["text"] for option in ballot["options"])]
        assert [text for text in texts if set(text) & set("*`{}$")] == []
        assert told[topic]["right"] in {option["key"] for option in ballot["options"]}
