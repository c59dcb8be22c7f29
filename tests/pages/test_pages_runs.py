"""The page Runs: a browser's own runs listed, filtered, compared, renamed, deleted; those of others only by their link."""

import base64
import re
from html import escape

import numpy as np
import pytest
from app_driver import PAIR, as_read, begin, choose, figures, go, markup, run, sentences, start, stored, train, visit
from hostile_words import HOSTILE, one_line

from explorer.runs.store import rule, store
from explorer.training import curves
from explorer.training.runs.address import EDITED
from explorer.training.runs.summary import POINTS, curve, summary
from vae import checkpoints


@pytest.fixture(scope="module")
def visitor():
    """Somebody with three runs: a pair, a VAE of eight latents, an autoencoder."""
    app = visit("train")
    made = [train(app, models=models, latents=latents) for models, latents in (("pair", 2), ("vae", 8), ("ae", 2))]
    return app, made


def listed(app) -> list[str]:
    """Titles in the list, from top to bottom."""
    return [re.sub("<[^>]*>", "", title) for title in re.findall(r"<div><b>(.*?)</b><small>", markup(app))]


def figure(app) -> dict:
    (found,) = figures(app).values()
    return found


def numbers(values) -> list[float]:
    """What Plotly draws: a list, or the bytes of an array."""
    return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist() if isinstance(values, dict) else values


def test_runs_are_listed_newest_first_with_their_losses(visitor):
    app, made = visitor
    go(app, "runs")
    assert sentences(app) == []
    assert listed(app) == [each.title for each in reversed(made)]
    last = store().records(made[0].id)[-1].records[1].validation
    assert f"{last.reconstruction:.1f} + KL {last.kl:.1f} = {last.reconstruction + last.kl:.1f} nats" in markup(app)
    said = as_read(" ".join(caption.value for caption in app.caption))
    assert rule() in said


def test_the_filter_lets_through_what_has_all_its_words(visitor):
    app, made = visitor
    go(app, "runs")
    for words, expected in (("vae 8 finished", [1]), ("ae", [2, 1, 0]), ("failed", [])):
        choose(app, "runs_filter", words)
        assert listed(app) == [made[i].title for i in expected]
    choose(app, "runs_filter", "")


def test_ticked_runs_are_compared_and_in_the_address(visitor):
    app, made = visitor
    go(app, "runs")
    for each in made[:2]:
        app.checkbox(key=f"chosen-{each.id}").check()
        run(app)
    assert app.query_params == {"compare": f"{made[0].id},{made[1].id}"}
    points = figure(app)["data"][-1]
    for i, (each, which) in enumerate(((made[0], 1), (made[1], 0))):
        last = store().records(each.id)[-1].records[which].validation
        assert numbers(points["x"])[i] == pytest.approx(last.kl)
        assert numbers(points["y"])[i] == pytest.approx(last.reconstruction)
    lines = [trace for trace in figure(app)["data"] if trace["mode"] == "lines+text"]
    for line in lines:  # of equal negative ELBO
        assert line["x"][0] + line["y"][0] == pytest.approx(line["x"][1] + line["y"][1])
    friend = visit("runs", compare=app.query_params["compare"])
    assert listed(friend) == [each.title for each in made[:2]]
    assert figure(friend)["data"][-1]["x"] == points["x"]
    assert not any(button.label == "Edit" for button in friend.button)
    for each in made[:2]:
        app.checkbox(key=f"chosen-{each.id}").uncheck()
        run(app)
    assert app.query_params == {}


def test_filter_curve_and_the_row_in_question_are_in_the_address(visitor):
    app, made = visitor
    go(app, "runs")
    choose(app, "runs_filter", "vae 8")
    choose(app, "runs_curve", "kl")
    app.button(key=f"edit-{made[1].id}").click()
    run(app)
    assert app.query_params == {"runs_filter": "vae 8", "runs_curve": "kl", "runs_edited": made[1].id}
    other = visit("runs", **app.query_params)
    assert sentences(other) == []
    assert (other.session_state["runs_filter"], other.session_state["runs_curve"]) == ("vae 8", "kl")
    for name, usual in (("runs_filter", ""), ("runs_curve", "elbo")):
        choose(app, name, usual)
    app.button(key=f"edit-{made[1].id}").click()
    run(app)
    assert app.query_params == {}


@pytest.mark.parametrize("name", [text[:60] for text in HOSTILE])
def test_a_name_of_a_run_is_shown_as_it_was_written(visitor, name):
    app, made = visitor
    store().rename(made[0].id, made[0].owner, name)
    go(app, "runs")
    assert sentences(app) == []
    shown = stored(made[0].id).name
    (box,) = (box for box in app.checkbox if box.key == f"chosen-{made[0].id}")
    assert as_read(box.label) == one_line(f"Compare {shown}")
    assert escape(shown) in markup(app)
    store().rename(made[0].id, made[0].owner, "")


def test_a_run_is_renamed_and_deleted_after_a_second_word(visitor):
    app, _ = visitor
    made = start(app)
    begin(made, moments=2)
    store().finish(made.id, "stopped")
    go(app, "runs")
    app.button(key=f"edit-{made.id}").click()
    run(app)
    choose(app, f"name-{made.id}", "  my  first <b>run</b> ")
    assert stored(made.id).name == "my first <b>run</b>"
    assert "my first &lt;b&gt;run&lt;/b&gt;" in markup(app)
    app.button(key=f"delete-{made.id}").click()
    run(app)
    assert store().get(made.id) is None
    assert made.id not in markup(app)
    assert app.session_state[EDITED] == ""
    (said,) = sentences(visit("train", run=made.id))
    assert said == "There is no such run, or no longer: it may have been deleted."


def test_others_do_not_see_ones_runs(visitor):
    _, made = visitor
    stranger = visit("runs")
    assert sentences(stranger) == []
    assert not any(each.id in markup(stranger) for each in made)
    assert any("Nothing is trained in this browser yet" in block.value for block in stranger.markdown)


def test_before_the_first_run_the_shipped_ladder_stands_there():
    points = figure(visit("runs"))["data"][-1]
    history = checkpoints.load_history(checkpoints.SHIPPED / "mnist-vae-2d-beta-1")
    assert any(x == pytest.approx(history[-1].validation.kl) for x in numbers(points["x"]))


@pytest.mark.parametrize("compare", ["x", "A" * 22])
def test_a_link_to_runs_that_are_no_more_does_no_harm(compare):
    app = visit("runs", compare=compare)
    assert len(sentences(app)) == (1 if len(compare) < 22 else 0)


def test_a_curve_among_others_has_few_points_and_ends_with_the_newest_record():
    records = checkpoints.load_history(checkpoints.SHIPPED / PAIR["vae"])
    long = curve("vae", records * 9)
    assert len(long.points) <= POINTS + 1
    assert long.points[-1].images == records[-1].images_seen
    last = records[-1].validation
    assert long.points[-1].elbo == last.reconstruction + last.kl
    assert curve("ae", checkpoints.load_history(checkpoints.SHIPPED / PAIR["ae"])).points[-1].elbo is None


def test_a_small_curve_falls_where_its_values_fall(visitor):
    _, made = visitor
    picture = curves.spark([[3.0, 2.0, 1.0]], ["#000000"], "falling")
    encoded = re.search(r"base64,([^\"]+)", picture)
    assert encoded
    points = re.search(r'points="([^"]+)"', base64.b64decode(encoded[1]).decode())
    assert points
    heights = [float(point.split(",")[1]) for point in points[1].split()]
    assert heights == sorted(heights)  # downwards on the screen
    assert len(summary(made[0])) == 2


def test_the_editor_leads_to_the_models(visitor):
    app, made = visitor
    go(app, "runs")
    app.button(key=f"edit-{made[0].id}").click()
    run(app)
    queries = {link.proto.query_string for link in app.get("page_link")}
    assert f"model={made[0].id}.vae" in queries
    assert f"ae={made[0].id}.ae&vae={made[0].id}.vae" in queries
    assert f"run={made[0].id}" in queries
    assert any(f'href="takehome/train?run={made[0].id}"' in block.value for block in app.html)
