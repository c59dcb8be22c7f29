"""The page Find anomalies: what its live part is told, its links, drawings, and what it says where files are missing."""

import json
import re

import numpy as np
import pytest
from app_driver import choose, markup, press, sentences, visit
from sklearn.metrics import roc_curve

from explorer.page import strokes
from lessons.anomalies import models, screen
from lessons.anomalies.images import FASHION, SHIPPED_KINDS
from lessons.anomalies.models import NORMALS, SCORES, VALIDATION
from lessons.shared.shipping import Shelf


def part(app) -> dict:
    """What the part with the threshold is told."""
    (told,) = (each for each in (json.loads(e.proto.json) for e in app.get("bidi_component")) if "thresholds" in each)
    return told


@pytest.mark.parametrize("score", SCORES)
def test_thresholds_flag_their_share_of_the_validation_digits(score):
    values = screen.shipped().scores[VALIDATION][score]
    flagged = [(values >= threshold).mean() for threshold in screen.thresholds(score)]
    np.testing.assert_allclose(flagged, np.arange(screen.STEPS) / 100, atol=0.002)
    assert flagged[0] == 0
    assert flagged[-1] == 1


@pytest.mark.parametrize(("kind", "score"), [("held-out", "ae-error"), ("strokes", "elbo"), ("noise", "pca-distance")])
def test_the_part_is_told_the_scores_their_curve_and_the_worst_mistakes(kind, score):
    told = screen.live_facts(kind, score, 5)
    normal, strange = (screen.scores(each)[score] for each in (NORMALS, kind))
    np.testing.assert_allclose(told["strange"], np.sort(strange), rtol=1e-6)
    assert [face["score"] for face in told["misses"]] == pytest.approx(sorted(strange)[: screen.FACES])
    assert [face["score"] for face in told["alarms"]] == pytest.approx(sorted(normal)[: -screen.FACES - 1 : -1])
    truth = np.repeat([0, 1], [len(normal), len(strange)])
    alarms, recall, _ = roc_curve(truth, np.concatenate([normal, strange]).astype(float))
    np.testing.assert_allclose(told["roc"], np.stack([alarms, recall], 1), atol=1e-5)
    assert np.trapezoid(recall, alarms) == pytest.approx(told["area"])


def test_the_page_opens_as_its_link_says_and_says_so_again():
    link = {"anomalies_kind": "strokes", "anomalies_score": "iwae", "anomalies_at": "12"}
    app = visit("anomalies", **link)
    assert sentences(app) == []
    assert app.query_params == link
    told = part(app)
    assert (told["what"], told["at"]) == ("strokes iwae", 12)
    choose(app, "anomalies_kind", "noise")
    assert part(app)["what"] == "noise iwae"


@pytest.mark.parametrize(("name", "value"), [("anomalies_kind", "cats"), ("anomalies_score", "x"), ("anomalies_at", "101")])
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("anomalies", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")


def test_the_prediction_is_compared_with_what_was_measured():
    app = visit("anomalies")
    choose(app, "anomalies_predicted", "improbable")
    press(app, "Reveal")
    text = re.sub(r"<[^>]+>", " ", markup(app))
    assert "What happens:  The VAE finds them more probable than digits" in text
    assert any(f"**{screen.areas('strokes')['elbo']['auroc'][0]:.2f}**" in each.value for each in app.markdown)


def test_the_table_has_every_area():
    text = markup(visit("anomalies", anomalies_revealed="1"))
    for kind in SHIPPED_KINDS:
        for name in SCORES:
            assert f"{screen.areas(kind)[name]['auroc'][0]:.3f}" in text
        assert f"<small>{screen.effective(kind):.1f} effective</small>" in text


def test_a_drawing_gets_every_score_and_is_given_back_by_each_way():
    app = visit("anomalies")
    assert "le-bars" not in markup(app)
    filled = (tuple((x, y / 20) for y in range(21) for x in (0.0, 1.0)),)
    app.session_state[strokes.DRAWING] = filled
    app.run()
    text = markup(app)
    assert app.query_params[strokes.DRAWING] == strokes.to_text(filled)
    judged = screen.judge(strokes.image(filled))
    for name, value in judged.scores.items():
        assert f"<td>{value:.1f}</td>" in text, name
    assert judged.stranger_than["vae-error"] > 0.95  # a filled square


def test_fashion_is_left_out_in_a_sentence_where_its_files_are_not(monkeypatch):
    monkeypatch.setattr(screen, "fashion_is_here", lambda: False)
    app = visit("anomalies", anomalies_revealed="1")
    assert FASHION not in screen.kinds()
    assert any("its files are not on this machine" in each.value for each in app.caption)


def test_without_its_files_the_page_says_how_to_make_them(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "SHELF", Shelf("anomalies", "anomalies", tmp_path))
    (said,) = sentences(visit("anomalies"))
    assert "python -m lessons anomalies" in said
