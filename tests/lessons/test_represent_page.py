"""The page on representations: a live draw, what ships beside it, and how a link opens it."""

import pytest
from app_driver import choose, markup, press, sentences, visit

from lessons.represent import few_labels as represent
from lessons.represent import screen as represent_facts
from lessons.represent import tsne as tsne_maps
from vae import data
from vae.probes import Labelled


def test_a_live_draw_is_what_the_classifier_gives_on_these_labels():
    trial = represent_facts.trial(10, 30, 5)
    assert trial.labels == sorted(trial.labels)
    dataset = data.load("mnist")
    coder = represent_facts.coder("ae", 10)
    chosen = represent.subset(dataset.train.labels[: represent_facts.POOL].numpy(), 30, 5)
    train = Labelled(
        coder.encode(dataset.train.pixels(slice(represent_facts.POOL))).numpy()[chosen], dataset.train.labels[chosen].numpy()
    )
    tested = slice(represent_facts.TESTED)
    test = Labelled(coder.encode(dataset.test.pixels(tested)).numpy(), dataset.test.labels[tested].numpy())
    for classifier, found in trial.accuracies["ae"].items():
        assert found == pytest.approx(represent.accuracy(classifier, train, test), abs=0.003)


def test_the_order_that_the_page_tells_is_that_of_the_measures():
    assert represent_facts.best("probe", 10, 100) == "ae"
    few = {kind: scores[100] for kind, scores in represent_facts.shipped("probe", 10).items()}
    assert few["ae"].mean - few["vae"].mean > 4 * represent_facts.typical_error("probe", 10, 100)
    assert represent_facts.between("ae", 10) > represent_facts.between("vae", 10) > represent_facts.between("pixels", 10)


def test_a_link_opens_a_draw_and_a_map():
    link = {"rep_latents": "20", "rep_count": "100", "rep_draw": "7", "rep_classifier": "knn", "rep_map": "noise"}
    link |= {"rep_perplexity": "5"}
    app = visit("represent", **link)
    assert sentences(app) == []
    assert app.query_params == link
    trial = represent_facts.trial(20, 100, 7)
    for kind in represent_facts.KINDS:
        assert f"<b>{trial.accuracies[kind]['knn']:.1%}</b>" in markup(app)
    assert any(f"{tsne_maps.load('noise', 5, 1).trustworthiness:.3f}" in caption.value for caption in app.caption)
    before = app.session_state["rep_draw"]
    press(app, "Draw others")
    assert app.session_state["rep_draw"] != before
    choose(app, "rep_map", "vae")
    assert any("rank correlation" in caption.value for caption in app.caption)


@pytest.mark.parametrize(("name", "value"), [("rep_count", "5"), ("rep_map", "ica"), ("rep_draw", "1000")])
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("represent", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")
