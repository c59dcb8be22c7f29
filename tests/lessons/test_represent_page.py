"""The page on representations: a live draw, what ships beside it, and how a link opens it."""

import pytest
from app_driver import choose, markup, press, sentences, visit

from lessons.represent import few_labels, screen, tsne
from lessons.shared.screen import coder
from vae import data
from vae.measuring.probes import Labelled


def test_a_live_draw_is_what_the_classifier_gives_on_these_labels():
    trial = screen.trial(10, 30, 5)
    assert trial.labels == sorted(trial.labels)
    dataset = data.load("mnist")
    ae = coder("ae", 10)
    chosen = few_labels.subset(dataset.train.labels[: screen.POOL].numpy(), 30, 5)
    train = Labelled(ae.encode(dataset.train.pixels(slice(screen.POOL))).numpy()[chosen], dataset.train.labels[chosen].numpy())
    tested = slice(screen.TESTED)
    test = Labelled(ae.encode(dataset.test.pixels(tested)).numpy(), dataset.test.labels[tested].numpy())
    for classifier, found in trial.accuracies["ae"].items():
        assert found == pytest.approx(few_labels.accuracy(classifier, train, test), abs=0.003)


def test_the_order_that_the_page_tells_is_that_of_the_measures():
    assert screen.best("probe", 10, 100) == "ae"
    few = {kind: scores[100] for kind, scores in screen.shipped("probe", 10).items()}
    assert few["ae"].mean - few["vae"].mean > 4 * screen.typical_error("probe", 10, 100)
    assert screen.between("ae", 10) > screen.between("vae", 10) > screen.between("pixels", 10)


def test_a_link_opens_a_draw_and_a_map():
    link = {"rep_latents": "20", "rep_count": "100", "rep_draw": "7", "rep_classifier": "knn", "rep_map": "noise"}
    link |= {"rep_perplexity": "5"}
    app = visit("represent", **link)
    assert sentences(app) == []
    assert app.query_params == link
    trial = screen.trial(20, 100, 7)
    for kind in screen.FEATURES:
        assert f"<b>{trial.accuracies[kind]['knn']:.1%}</b>" in markup(app)
    assert any(f"{tsne.load('noise', 5, 1).trustworthiness:.3f}" in caption.value for caption in app.caption)
    before = app.session_state["rep_draw"]
    press(app, "Draw others")
    assert app.session_state["rep_draw"] != before
    choose(app, "rep_map", "vae")
    assert any("rank correlation" in caption.value for caption in app.caption)


@pytest.mark.parametrize(("name", "value"), [("rep_count", "5"), ("rep_map", "ica"), ("rep_draw", "1000")])
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("represent", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")
