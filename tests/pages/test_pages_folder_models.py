"""Models of the folder that the server's setting names: on every page that lets one choose, and what cannot be used only in the log."""

import os
import shutil
from dataclasses import replace

import pytest
from app_driver import canvas, choose, go, sentences, visit

from explorer.models import folder_models
from vae import checkpoints
from vae.checkpoints import Checkpoint
from vae.learning.recipes import recipe
from vae.measuring import metrics
from vae.model.networks import build

MINE, PLAIN = "folder:my-vae", "folder:my-ae"


def write(folder, name: str, kind: str = "vae", **changes):
    spec, settings = recipe(kind, 2, 1_000)
    model = build(replace(spec, encoder_widths=(16,), decoder_widths=(16,), **changes), seed=3).eval()
    checkpoints.save(folder / name, checkpoints.files(Checkpoint(name, model, settings), []))
    return model


def logged(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "explorer"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a VAE and an autoencoder of MNIST."""
    place = tmp_path / "models"
    write(place, "my-vae")
    write(place, "my-ae", "ae")
    for name in ("my-vae", "my-ae"):
        shutil.copy(checkpoints.SHIPPED / "mnist-vae-2d" / "metrics.json", place / name)  # measuring takes ten seconds
    monkeypatch.setenv(folder_models.SETTING, str(place))
    return place


@pytest.mark.parametrize(
    ("path", "key"),
    [("explore", "model"), ("compare", "vae"), ("interpolate", "vae"), ("kl", "kl_model"), ("shape", "shape_model")],
)
def test_every_page_that_lets_one_choose_a_model_offers_them_and_opens_their_link(folder, path, key):
    assert "VAE, 2 latents (my-vae)" in visit(path).selectbox(key=key).options
    app = visit(path, **{key: MINE})
    assert (sentences(app), app.session_state[key]) == ([], MINE)


def test_a_pair_of_the_folder_stands_side_by_side_and_is_moved_through(folder):
    app = visit("compare", ae=PLAIN, vae=MINE)
    assert [model["name"] for model in canvas(app)["models"]] == [PLAIN, MINE]
    go(app, "explore")
    choose(app, "model", MINE)
    assert canvas(app)["models"][0]["label"] == "VAE, 2 latents (my-vae)"
    assert sentences(app) == []


def test_what_cannot_be_used_is_said_in_the_log_once_and_leaves_the_others(folder, caplog):
    write(folder, "vamp", prior="vamp", prior_size=5)
    write(folder, "small", image_shape=(1, 8, 8))
    write(folder, "a name")
    shutil.copytree(folder / "my-vae", folder / "damaged")
    (folder / "damaged" / "model.safetensors").write_bytes(b"\x80\x04cos\nsystem\n")  # a pickle
    (folder / "notes").mkdir()
    found = folder_models.look()
    assert list(found) == [PLAIN, MINE]
    said = sorted(logged(caplog))
    assert len(said) == 4
    assert said[0].startswith(
        "The model a name of LATENT_EXPLORER_MODELS is not offered. The name 'a name' does not fit into a link."
    )
    assert "model.safetensors of the checkpoint damaged is damaged" in said[1]
    assert said[1].endswith("Put the file back from a copy that you kept, or train the model again.")
    assert "It takes images of 1 × 8 × 8, but those of mnist are 1 × 28 × 28" in said[2]
    assert "It is a VAE with a VampPrior" in said[3]
    folder_models.look()
    assert len(logged(caplog)) == 4


def test_a_model_that_is_trained_again_or_taken_away_is_noticed(folder):
    before = folder_models.look()[MINE]
    assert folder_models.look()[MINE] is before
    stamp = (folder / "my-vae" / "spec.json").stat().st_mtime_ns + 10**9
    write(folder, "my-vae", latent_dim=3)
    os.utime(folder / "my-vae" / "spec.json", ns=(stamp, stamp))
    assert folder_models.look()[MINE].spec.latent_dim == 3
    shutil.rmtree(folder / "my-vae")
    assert list(folder_models.look()) == [PLAIN]
    assert sentences(visit("explore", model=MINE)) == [
        f"The link says model = '{MINE}'. There is no such model; here is another."
    ]


def test_a_setting_that_names_no_folder_is_said(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv(folder_models.SETTING, str(tmp_path / "nowhere"))
    assert folder_models.look() == {}
    assert logged(caplog) == [
        f"LATENT_EXPLORER_MODELS names '{tmp_path / 'nowhere'}', which is no folder. Name the folder that holds the checkpoints."
    ]


def test_names_from_links_never_leave_the_folder(folder):
    for name in ("folder:../my-vae", "folder:", f"folder:{folder}/my-vae"):
        assert folder_models.find(name) is None


def test_measures_that_train_wrote_are_shown_and_those_of_another_version_are_said(folder, caplog):
    assert folder_models.look()[MINE].measured == checkpoints.load_measures(
        checkpoints.SHIPPED / "mnist-vae-2d", metrics.Measures
    )
    (folder / "my-vae" / "metrics.json").write_bytes(b'{"loss": 3}')
    os.utime(folder / "my-vae" / "metrics.json", ns=(1, 1))
    assert list(folder_models.look()) == [PLAIN]
    assert "Measure the model again: `python -m vae measure" in logged(caplog)[0]
