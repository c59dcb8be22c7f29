"""Sets that were installed on the server, on every page that can work on any images: offered where they are here, said where not."""

import numpy as np
import pytest
import small_set
from app_driver import canvas, choose, go, markup, pictures, press, run, sentences, serve, stored, visit

from explorer.models import data_sets
from explorer.runs.store import store
from explorer.see import other_sets
from vae import archives, data

NAME, TITLE = "fashion-mnist", "Fashion-MNIST"
CLASSES = list(archives.FASHION.classes)


@pytest.fixture
def fashion(mnist, tmp_path, monkeypatch) -> archives.Archives:
    """Fashion-MNIST in small."""
    monkeypatch.delenv(data_sets.SETTING, raising=False)
    return small_set.install(archives.FASHION, mnist, tmp_path / "share", monkeypatch)


def remove(files: archives.Archives, monkeypatch) -> None:
    """Take its files away, and what was read of them."""
    for path in files.places()[-1].iterdir():
        path.unlink()
    monkeypatch.setattr(data, "_load", lambda name: data.LOADERS[name].read())


def labels(app) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.parametrize(
    ("setting", "offered"),
    [
        ("", ["mnist", "digits", "shapes", NAME]),
        ("all", ["mnist", "digits", "shapes", NAME]),
        (f" {NAME} ,", ["mnist", "digits", NAME]),
        ("shapes", ["mnist", "digits", "shapes"]),
        ("mnist", ["mnist", "digits"]),
    ],
)
def test_the_setting_says_which_sets_are_offered_beside_mnist_and_the_digits(fashion, monkeypatch, setting, offered):
    monkeypatch.setenv(data_sets.SETTING, setting)
    app = visit("train")
    titles = [data.LOADERS[name].title for name in offered]
    assert app.selectbox(key="data").options == titles
    assert data_sets.troubles() == []
    assert [label for label in labels(visit("explore")) if "Train on" in label] == [f"Train on {title}" for title in titles[1:]]
    assert (f"Try: {TITLE}" in labels(visit("images"))) == (NAME in offered)
    said = sentences(visit("train", data=NAME))
    assert said == (
        []
        if NAME in offered
        else [f"The link says data = '{NAME}'. This server does not offer {TITLE}; here is another data set."]
    )


def test_what_the_setting_names_and_is_not_there_is_said_in_the_log_and_offered_nowhere(fashion, monkeypatch):
    monkeypatch.setenv(data_sets.SETTING, f"{NAME},kmnist,imagenet")
    (fashion.places()[-1] / f"{fashion.files[2].name}.gz").write_bytes(b"<html>")
    unknown, damaged, missing = data_sets.troubles()
    assert unknown == f"{data_sets.SETTING} names 'imagenet'; there are mnist, digits, shapes, fashion-mnist, kmnist, all."
    assert damaged == data.trouble(NAME)
    assert f"{fashion.files[2].name}.gz is a web page" in damaged
    assert missing.startswith("The data set KMNIST is missing")
    for path in ("train", "explore", "compare", "interpolate", "images"):
        app = visit(path)
        assert sentences(app) == []
        assert not any(TITLE in label or "KMNIST" in label for label in labels(app))


def test_a_press_trains_a_pair_which_every_page_shows_with_the_names_of_its_classes(fashion, monkeypatch):
    monkeypatch.setattr(other_sets, "BUDGET", 6_000)
    app = press(visit("explore"), f"Train on {TITLE}")
    assert app.title[0].value == "Train"
    queued = app.query_params["run"]
    go(app, "compare")
    press(app, f"Train on {TITLE}")  # under way already
    assert app.query_params["run"] == queued
    serve()
    ended = stored(queued)
    assert (ended.state, ended.error) == ("done", "")
    assert [(spec.kind, spec.latent_dim, settings.dataset) for spec, settings in ended.recipes] == [
        ("ae", 2, NAME),
        ("vae", 2, NAME),
    ]
    names = [f"{ended.id}.{kind}" for kind in ("ae", "vae")]
    for path, shown in (("explore", names[1:]), ("compare", names), ("interpolate", names)):
        go(app, path)
        if path != "interpolate":  # it has the pair of the page before
            press(app, f"Show {TITLE}")
        assert sentences(app) == []
        told = canvas(app)
        assert [model["name"] for model in told["models"]] == shown
        assert told["classes"] == CLASSES
        assert told["words"]["pad"]["empty"] == "Draw a fashion item. Each model encodes it and draws it again."
        assert f", {TITLE} (yours" in told["models"][0]["label"]
        assert "Show MNIST" in labels(app)
    go(app, "compare")
    assert "the same fashion items" in markup(app)
    press(app, "Show MNIST")
    assert "the same digits" in markup(app)
    for path, key in (("kl", "kl_model"), ("shape", "shape_model")):
        choose(go(app, path), key, names[1])
        assert sentences(app) == []
        assert app.query_params[key] == names[1]
    told = canvas(app)
    assert len(told["vae"]["mean"]) == len(told["ae"]) == small_set.TEST
    go(app, "runs")
    assert any(f"images of {TITLE}" in block.value for block in app.html)
    go(app, "train")
    assert app.get_by_key("data").value == NAME

    go(app, "images")
    press(app, f"Try: {TITLE}")
    assert markup(app).count("not trained yet with 10 latent dimensions") == 2
    choose(app, "images_latents", 2)
    assert sentences(app) == []
    rows = markup(app).rpartition('class="im-rows"')[2]
    np.testing.assert_array_equal(np.stack(pictures(rows)[:8]), data.load(NAME).test.images[:8, 0].numpy())
    assert "not trained yet" not in rows
    assert "Delete" not in labels(app)
    assert any("as their makers divided them" in caption.value for caption in app.caption)

    remove(fashion, monkeypatch)
    for path in (
        "explore",
        "compare",
        "interpolate",
        "kl",
        "shape",
        "images",
        "train",
        "runs",
    ):  # the models are there, the images are gone
        assert not any(TITLE in label for label in labels(go(app, path)))
        assert [data.trouble(NAME)] * (path == "train") == sentences(app), path  # that page is still at the run
    (said,) = sentences(visit("explore", model=names[1]))
    assert said.startswith(f"The link says model = '{names[1]}'. The data set {TITLE} is missing: ")


def test_a_pair_is_trained_on_an_installed_set_from_the_page_on_images(fashion, monkeypatch):
    app = press(visit("images"), f"Try: {TITLE}")
    assert app.selectbox(key="images_set").options == [f"{TITLE}: 1,200 images, 10 classes"]
    app.get_by_key("images_budget").set_value(30_000)
    run(app)
    press(app, "Train AE + VAE on these")
    assert app.title[0].value == "Train"
    waiting = stored(app.query_params["run"])
    assert (waiting.recipes[0].settings.dataset, waiting.image_set) == (NAME, None)
    go(app, "images")
    assert any(link.proto.label.startswith("A run on these images goes on") for link in app.get("page_link"))
    store().delete(waiting.id, waiting.owner)
    assert sentences(visit("images", images_set=NAME)) == []
    remove(fashion, monkeypatch)
    (said,) = sentences(visit("images", images_set=NAME))
    assert "not there, or no longer" in said
