"""A model trained on the page Train is its visitor's on every page, and nobody else's."""

import io
import json
import zipfile

import pytest
import safetensors.torch
import streamlit as st
import torch
from app_driver import canvas, choose, ended, go, own_label, press, run, sentences, shown, train, visit

from explorer import jobs, trained, training_form
from explorer.pages import PLACES
from vae import checkpoints, data


@pytest.fixture
def downloads(monkeypatch) -> dict[str, bytes]:
    """What download buttons offer, by file name."""
    offered: dict[str, bytes] = {}
    button = st.download_button

    def record(label, data, file_name, *args, **options):
        offered[file_name] = data
        return button(label, data, file_name, *args, **options)

    monkeypatch.setattr(st, "download_button", record)
    return offered


@pytest.mark.parametrize(("kind", "label"), [("vae", "VAE, 3 latents, digits"), ("ae", "AE, 3 latents, digits")])
def test_a_trained_model_can_be_picked_on_every_page(kind, label):
    app = visit("train")
    job = ended(train(app, kind=kind, latent_dim=3))
    assert job.state == "done"
    run(app)
    assert sentences(app) == []
    assert app.progress[0].value == 100
    assert app.progress[0].text.startswith("Finished: 30,000 of 30,000 images")
    assert shown(app).shape == (24, 8, 8)  # images, reconstructions, prior draws
    for path, key in (("explore", "model"), ("compare", kind), ("interpolate", kind)):
        go(app, path)
        assert own_label(app, key) == f"{label} (yours: run-1)"
    go(app, "explore")
    choose(app, "model", "run-1")
    assert sentences(app) == []
    assert canvas(app)["models"][0]["label"] == own_label(app)
    assert len(canvas(app)["position"][0]) == 3


def test_own_models_of_one_data_set_are_compared_and_walked_through():
    app = visit("train")
    for kind in ("ae", "vae"):
        ended(train(app, kind=kind))
        run(app)
    for path in ("compare", "interpolate"):
        go(app, path)
        choose(app, "ae", "run-1")
        assert sentences(app) == ["These two were trained on different data. Pick two models of one data set to compare them."]
        choose(app, "vae", "run-2")
        assert sentences(app) == []
        assert [model["name"] for model in canvas(app)["models"]] == ["run-1", "run-2"]
        choose(app, "ae", "mnist-ae-2d")
        choose(app, "vae", "mnist-vae-2d")


def test_a_run_goes_on_while_its_visitor_is_elsewhere_and_is_not_lost():
    app = visit("train")
    job = train(app, images=300_000)
    for path in PLACES:
        go(app, path)
    job.stop()
    ended(job)
    run(go(app, "explore"))  # the model is there before the visitor returns to the page Train
    assert own_label(app) == "VAE, 2 latents, digits (yours: run-1)"
    go(app, "train")
    assert app.progress[0].text.startswith(("Stopped: ", "Finished: "))
    assert [button.disabled for button in app.button] == [False, True]


def test_while_a_run_goes_on_it_can_be_stopped_but_nothing_else_be_changed():
    app = visit("train")
    job = train(app, images=3_000_000)
    assert job.active
    assert {button.label: button.disabled for button in app.button} == {"Start training": True, "Stop": False}
    assert app.get_by_key("train_latent_dim").disabled
    press(app, "Stop")
    assert ended(job).state == "stopped"
    run(app)
    assert not app.get_by_key("train_latent_dim").disabled
    go(app, "explore")
    assert own_label(app)


def test_two_visitors_never_see_each_others_models():
    ada, ben = visit("train"), visit("train")
    runs = [train(ada), train(ben, kind="ae")]
    for app, job in zip((ada, ben), runs, strict=True):
        ended(job)
        go(app, "explore")
    assert own_label(ada).startswith("VAE")
    assert own_label(ben).startswith("AE")
    stranger = visit("explore", model="run-1")
    assert sentences(stranger) == ["The link says model = 'run-1'. There is no such model; here is another."]
    assert not any("yours" in option for option in stranger.selectbox(key="model").options)


def test_the_same_form_gives_two_visitors_the_same_model():
    first, second = (ended(train(visit("train"), seed=7)).checkpoint.model for _ in range(2))
    for name, weight in first.state_dict().items():
        assert torch.equal(weight, second.state_dict()[name])


def test_a_diverging_run_says_so_and_keeps_its_last_good_weights(downloads):
    app = visit("train")
    assert ended(train(app, rate=1.0)).state == "failed"
    run(app)
    (said,) = sentences(app)
    assert said.startswith("The loss is no longer finite")
    assert said.endswith("Try a smaller learning rate.")
    assert app.progress[0].text.startswith("Failed: ")
    weights = safetensors.torch.load(zipfile.ZipFile(io.BytesIO(downloads["run-1.zip"])).read("run-1/model.safetensors"))
    assert all(torch.isfinite(weight).all() for weight in weights.values())
    go(app, "explore")
    choose(app, "model", "run-1")
    assert sentences(app) == []


def test_the_next_run_after_a_failed_one_is_a_model_of_its_own():
    app = visit("train")
    ended(train(app, rate=1.0))
    run(app)
    assert ended(train(app, rate=1e-3)).state == "done"
    run(app)
    assert sentences(app) == []
    assert list(app.session_state[trained.OWN]) == ["run-1", "run-2"]


def test_data_that_cannot_be_had_offline_cost_one_sentence(no_network, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "PROJECT_DATA", tmp_path)
    app = visit("train")
    app.get_by_key("train_dataset").set_value("kmnist")
    press(app, "Start training")
    (said,) = sentences(app)
    assert said.startswith("The data set kmnist is missing or damaged and could not be downloaded. Put these four files into ")
    assert trained.JOB not in app.session_state
    assert ended(train(app)).state == "done"


def test_a_downloaded_model_is_the_model_trained_here(downloads, tmp_path):
    app = visit("train")
    job = ended(train(app))
    run(app)
    with zipfile.ZipFile(io.BytesIO(downloads["run-1.zip"])) as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path)
    folder = tmp_path / "run-1"
    assert sorted(file.name for file in folder.iterdir()) == ["history.json", "model.safetensors", "spec.json"]
    loaded = checkpoints.load(folder)
    assert (loaded.model.spec, loaded.settings) == (job.checkpoint.model.spec, job.recipe.settings)
    for name, weight in job.checkpoint.model.state_dict().items():  # float16 on disk
        torch.testing.assert_close(loaded.model.state_dict()[name], weight, rtol=1e-3, atol=1e-4)
    assert len(json.loads((folder / "history.json").read_text())) == len(job.records)
    assert len(checkpoints.load_history(folder)) == jobs.RECORDS + 1


def test_every_choice_of_the_form_reaches_the_run():
    app = visit("train")
    job = train(app, kind="vae", latent_dim=5, beta=4.0, images=30_000, rate=1e-3, seed=11)
    spec, settings = job.recipe
    assert (spec.kind, spec.latent_dim, spec.image_shape) == ("vae", 5, (1, 8, 8))
    assert (settings.beta, settings.images, settings.learning_rate) == (4.0, 30_000, 1e-3)
    assert (settings.dataset, settings.seed) == ("digits", 11)
    ended(job)


def test_every_data_set_of_the_core_can_be_chosen():
    assert list(training_form.TITLES) == list(data.LOADERS)
