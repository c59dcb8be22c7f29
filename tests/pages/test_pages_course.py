"""My course, and the two questions at the end of pages: what is answered is kept, shown in words, and deleted when asked."""

import re

import pytest
from app_driver import choose, markup, press, run, sentences, serve, stored, unmarked, visit

from explorer.lesson.questions import HEADING, LAST
from explorer.page import owners, places, remembered
from explorer.plans.course import tasks
from explorer.plans.course.progress import tries
from explorer.plans.course.settling import settled
from explorer.runs import answering
from explorer.runs.store.answers import answers

ANN = "ann"


@pytest.fixture
def ann(monkeypatch):
    """A browser that keeps cookies."""
    monkeypatch.setattr(owners, "owner", lambda: ANN)
    monkeypatch.setattr(owners, "asks", lambda cookies: ANN)
    yield
    answers().delete(ANN)
    remembered.forget(ANN)


def restart() -> None:
    """Another process would remember nothing."""
    remembered._answers.clear()


def predict(app, path: str, key: str):
    return choose(app, f"{path}_predicted", key)


@pytest.mark.parametrize("path", ["home", "kl", "explore", "compare", "interpolate", "train"])
def test_a_page_ends_with_two_questions_that_are_judged_and_come_after_the_reveal(path):
    asks = "predict" in places.PLACES[path].words.blocks
    app = visit(path)
    keys = [f"{path}_{block}" for block in LAST]
    if asks:
        assert not {radio.key for radio in app.radio} & set(keys)
        app = visit(path, **{f"{path}_revealed": "1"})
    assert keys == [radio.key for radio in app.radio if radio.key in keys]
    assert HEADING in [*(header.value for header in app.header), *(fold.label for fold in app.expander)]
    for block, key in zip(LAST, keys, strict=True):
        for option in places.PLACES[path].words.options(block)[:2]:
            choose(app, key, option.key)
            assert ("le-right" if option.right else "le-wrong") in markup(app)
            assert option.why.split("*")[0].split("’")[0][:40] in unmarked(markup(app))


def test_what_was_answered_is_there_after_a_restart_and_my_course_says_what_was_found(ann):
    app = visit("kl")
    predict(app, "kl", "stays-zero")
    press(app, "Reveal")
    choose(app, "kl_recall", "moment")
    restart()
    again = visit("kl")
    assert (again.session_state["kl_predicted"], again.session_state["kl_check"]) == ("stays-zero", None)
    course = markup(visit("course"))
    assert "You predicted: It shrinks where it stands. What happened: It shrinks to a point at 0. Not quite." in course
    assert "You answered: All codes together spread about as the prior does. Right." in course
    assert re.search(r'href="/alone\?plan=45&amp;step=1"[^>]*>Go on with step 1<', course)
    assert 'href="/course/45/hand-in"' in course


def test_each_run_of_how_it_fails_has_a_prediction_of_its_own(ann):
    app = visit("fails", fails_run="1")
    predict(app, "fails", "over")
    press(app, "Reveal")
    choose(app, "fails_run", 2)
    assert app.session_state["fails_predicted"] is None
    assert "fails_revealed" not in app.query_params
    predict(app, "fails", "dead")
    choose(app, "fails_run", 1)
    assert app.session_state["fails_predicted"] == "over"
    restart()
    assert visit("fails", fails_run="2").session_state["fails_predicted"] == "dead"
    kept = answering.read(ANN)
    assert (kept["fails_predicted_1"], kept["fails_revealed_1"], kept["fails_predicted_2"]) == ("over", "over", "dead")
    assert "fails_revealed_2" not in kept


def test_a_link_with_the_answer_is_no_reveal_of_the_readers_and_the_first_answer_seen_stays(ann):
    visit("kl", kl_revealed="1")
    assert "kl_revealed" not in answering.read(ANN)
    app = visit("kl")
    press(app, "Show without predicting")
    first = answering.read(ANN)["kl_revealed"]
    visit("kl", kl_revealed="1", kl_parts="mean", kl_mu="-2")
    assert answering.read(ANN)["kl_revealed"] == first == "home-zero"


def test_a_task_that_gives_the_number_of_latents_begins_with_it(ann):
    fields = {task: visit("course", task=task).get_by_key(f"course_latents_{task}").value for task in ("five", "bottleneck")}
    assert fields == {"five": 10, "bottleneck": 2}


def test_all_answers_are_deleted_after_a_question_and_the_pages_ask_anew(ann):
    app = visit("kl")
    predict(app, "kl", "stays-zero")
    app = visit("course")
    press(app, "Delete my answers")
    assert answering.read(ANN) != {}
    press(app, "Yes, delete them")
    assert answering.read(ANN) == {}
    assert [message.value for message in app.success] == ["One answer is deleted. Your runs are on the page Runs."]
    assert visit("kl").session_state["kl_predicted"] is None


def test_a_try_trains_says_how_it_misses_and_then_that_it_meets(ann, monkeypatch):
    monkeypatch.setattr(tasks, "IMAGES", 1_000)
    app = visit("course", task="bottleneck")
    app.get_by_key("course_beta_bottleneck").set_value(0.5)
    press(app, "Train it")
    assert "Waiting for a worker" in markup(app)
    serve()
    (ended,) = tries(settled(ANN, answering.given_by(ANN)))  # as the file to hand in does, with no page open
    (recorded,) = tries(answering.given_by(ANN))
    assert (recorded.state, recorded.measured) == (ended.state, ended.measured) == ("done", ended.measured)
    said = markup(run(app))
    assert re.search(
        r"<b>Missed\.</b> KL [\d.]+ nats, [\d.]+ below the limit\. Reconstruction [\d.]+ nats, [\d.]+ too many\. <i>Lower β",
        said,
    )
    monkeypatch.setitem(tasks.TASKS, "bottleneck", (tasks.Limit("kl", 5), tasks.Limit("reconstruction", 1e3)))
    assert "<b>Met.</b> KL" in markup(run(app))
    (tried,) = tries(answering.given_by(ANN))
    assert stored(tried.run).owner == ANN
    assert tried.measured["beta"] == 0.5
    assert "A narrow bottleneck</b> <small>Met</small>" in markup(visit("course"))


def test_without_cookies_or_a_store_my_course_says_so_and_works(monkeypatch):
    assert "keeps no cookies" in " ".join(message.value for message in visit("course").info)
    monkeypatch.setattr(owners, "asks", lambda cookies: ANN)

    def away(owner):
        from explorer.runs.store import StoreError

        raise StoreError("It is away.")

    monkeypatch.setattr(answering, "given_by", away)
    app = visit("course")
    assert ["cannot be read" in sentence for sentence in sentences(app)] == [True]
    assert "From the autoencoder to the VAE" in markup(app)
