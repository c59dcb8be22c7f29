"""The page on GANs: a run of one is a run like any other, no other page stumbles over it, and what is said was measured."""

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
import streamlit as st
from app_driver import choose, go, markup, press, run, sentences, serve, stored, visit

from explorer.runs.store import Gone, StoreError, store
from lessons.gan import form, models, screen
from vae.learning.recipes import recipe
from vae.learning.records import GameLosses

BUDGET = 30_000


def start(app, **settings):
    """Queue a short run with those values of the form."""
    for name, value in {"gan_images": BUDGET, "gan_latents": 2, **settings}.items():
        app.get_by_key(name).set_value(value)
    press(app, "Train this GAN")
    return stored(app.session_state["gan_run"])


def said(app) -> str:
    return re.sub(r"<[^>]+>", "", markup(app))


@pytest.fixture(scope="module")
def trained():
    """A visitor with a short run that has ended."""
    app = visit("gan")
    waiting = start(app)
    serve()
    return run(app), stored(waiting.id)


def test_the_form_reaches_the_run_and_the_link(trained):
    app, ended = trained
    ((spec, settings),) = ended.recipes
    assert (spec.kind, spec.latent_dim, settings.images, settings.gradient_penalty) == ("gan", 2, BUDGET, 3.0)
    assert ended.state == "done"
    assert ended.title == "GAN, 2 latents"
    assert app.query_params["gan_run"] == ended.id


def test_the_run_has_records_snapshots_and_both_players_weights(trained):
    _, ended = trained
    moments = store().records(ended.id)
    assert all(isinstance(moment.records[0].validation, GameLosses) for moment in moments)
    assert moments[-1].records[0].images_seen >= BUDGET
    shots = store().snapshots(ended.id)
    assert 2 <= len(shots) <= 24
    assert store().snapshot(ended.id, shots[-1])[0].samples.shape == (64, 1, 28, 28)
    (weights,) = store().weights(ended.id)
    assert {name.split(".")[0] for name in weights} == {"trunk", "score_head", "decoder"}


def test_the_page_shows_its_pictures_and_measures_them(trained):
    app, ended = trained
    assert sentences(app) == []
    quality = screen.quality_of(ended.id, ended.attempt, ended.images_seen, ended)
    assert f"{quality.covered} of 10 classes" in said(app)
    assert f"test digits {quality.frechet:.1f}" in said(app)
    assert markup(app).count('alt="generated picture') >= 64


def test_no_other_page_offers_it_and_the_list_of_runs_opens_it_here(trained):
    app, ended = trained
    for path, key in (("explore", "model"), ("compare", "vae"), ("interpolate", "vae")):
        go(app, path)
        assert sentences(app) == []
        assert not any("yours" in option for option in app.selectbox(key=key).options)
    go(app, "train")
    assert "run" not in app.query_params
    go(app, "runs")
    assert "GAN, 2 latents" in said(app)
    (box,) = (box for box in app.checkbox if "GAN" in box.label)
    assert box.disabled
    (opening,) = (link.proto for link in app.get("page_link") if link.proto.label == "Open")
    assert f"gan_run={ended.id}" in opening.query_string


def test_train_sends_a_link_to_it_to_its_own_page_and_back(trained):
    _, ended = trained
    app = visit("train", run=ended.id)
    assert [info.value for info in app.info] == ["This run trains a GAN, which has a page of its own."]
    made = store().create("ada", [recipe("vae", 2, 1_000)])
    app = visit("gan", gan_run=made.id)
    assert [info.value for info in app.info] == ["This run trains no GAN."]
    store().delete(made.id, "ada")


def test_whoever_has_the_link_sees_it_and_cannot_change_it(trained):
    _, ended = trained
    ben = visit("gan", gan_run=ended.id)
    assert "Somebody else\u2019s run" in said(ben)
    with pytest.raises(StoreError, match="Only the browser that started this run can delete"):
        store().delete(ended.id, "0" * 32)


def test_its_weights_and_history_can_be_taken_home(trained, monkeypatch):
    _, ended = trained
    offered = {}
    button = st.download_button
    monkeypatch.setattr(
        st, "download_button", lambda label, data, *a, **k: (offered.update({label: data}), button(label, b"", *a, **k))[1]
    )
    visit("gan", gan_run=ended.id)
    packed = zipfile.ZipFile(io.BytesIO(offered["Weights"]()))
    named = {name.split("/")[-1]: packed.read(name) for name in packed.namelist()}
    assert json.loads(named["spec.json"])["model"]["kind"] == "gan"
    assert len(json.loads(named["history.json"])) == len(store().records(ended.id))


def test_while_it_waits_it_can_be_stopped_and_deleted():
    app = visit("gan")
    made = start(app, gan_penalty=0.0, gan_seed=4)
    assert made.recipes[0].settings.gradient_penalty == 0
    press(app, "Stop")
    assert store().orders(made.id).wanted == "stop"
    serve()
    assert stored(made.id).state == "stopped"
    store().delete(made.id, made.owner)
    with pytest.raises(Gone):
        store().snapshot(made.id, 0)
    assert any("There is no such run" in sentence for sentence in sentences(run(app)))


def test_a_preset_fills_the_form_and_a_wrong_value_is_named():
    app = press(visit("gan"), "No penalty")
    assert app.session_state["gan_penalty"] == 0
    assert app.query_params["gan_penalty"] == "0"
    (sentence,) = sentences(visit("gan", gan_speed="2"))
    assert sentence.startswith("The link says gan_speed = '2'. There is no such speed")
    assert all(preset.recipes() for preset in form.PRESETS.values())


def test_the_reveal_and_the_table_say_what_was_measured():
    app = visit("gan")
    assert "collapsed" not in said(app)
    choose(app, "gan_predicted", app.radio(key="gan_predicted").options[0])
    press(app, "Reveal")
    measures = models.load().measures
    collapsed = measures["collapsed"][0]
    assert any(f"**{collapsed.covered} of 10 classes** are left" in block.value for block in app.markdown)
    middle, spread = screen.over_seeds(measures["gan"], "frechet")
    assert f"{middle:.1f} \u00b1 {spread:.1f}" in said(app)
    assert "What happens: Only a few of the digits" in said(app)


def test_other_noise_is_shared_by_both():
    app = visit("gan", gan_noise="5")
    before = markup(app)
    press(app, "Other noise")
    assert app.query_params["gan_noise"] == "6"
    assert markup(app) != before


def test_missing_measures_cost_a_sentence_and_training_goes_on(monkeypatch, tmp_path):
    screen.shipped.clear()
    monkeypatch.setattr(models, "SHELF", replace(models.SHELF, root=tmp_path))
    app = visit("gan")
    (sentence,) = sentences(app)
    assert "python -m lessons gan" in sentence
    assert any(button.label == "Train this GAN" for button in app.button)
