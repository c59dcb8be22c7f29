"""Checkpoints: what is saved comes back, what is damaged is named, and a failure in the middle loses nothing."""

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch

from vae import checkpoints
from vae.checkpoints import Checkpoint
from vae.errors import CheckpointError
from vae.learning.records import Losses, Record
from vae.learning.settings import TrainingSettings
from vae.measuring.metrics import Measures
from vae.measuring.probes import NO_PROBES
from vae.model.networks import build
from vae.model.spec import ModelSpec

SPEC = ModelSpec(encoder_widths=(16,), decoder_widths=(16,), image_shape=(1, 8, 8))
SETTINGS = TrainingSettings(dataset="digits", images=1_000, beta=2.0, seed=3)
LOSSES = Losses(40.5, 1.25, (1.0, 0.25), 43.0)
HISTORY = [Record(images, images / 1197, 1e-3, 1.0, 0.5, LOSSES, LOSSES) for images in (0, 500, 1_000)]


def contents(model=None, measures=None) -> dict[str, bytes]:
    return checkpoints.files(Checkpoint("mine", model or build(SPEC, 1), SETTINGS, "make it so"), HISTORY, measures)


@pytest.fixture
def saved(tmp_path) -> Path:
    folder = tmp_path / "mine"
    checkpoints.save(folder, contents())
    return folder


def assert_is_the_first_model(folder: Path) -> None:
    found, expected = checkpoints.load(folder).model.state_dict(), build(SPEC, 1).state_dict()
    assert all(torch.equal(found[name], expected[name].half().float()) for name in expected)


def test_a_model_comes_back_with_weights_rounded_to_float16(model, tmp_path):
    checkpoints.save(tmp_path / "one", contents(model))
    back = checkpoints.load(tmp_path / "one").model
    assert back.spec == model.spec
    assert not back.training
    for name, weights in model.state_dict().items():
        found = back.state_dict()[name]
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, weights, rtol=2**-11, atol=2**-25)  # half a unit in float16's last place


def test_weights_too_large_for_float16_come_back_exactly(tmp_path):
    model = build(SPEC, 1)
    with torch.no_grad():
        model.mean_head.weight[0, 0] = 123_456.789
    checkpoints.save(tmp_path / "one", contents(model))
    assert torch.equal(checkpoints.load(tmp_path / "one").model.mean_head.weight, model.mean_head.weight)


def test_what_is_known_of_a_model_comes_back_with_it(saved):
    found = checkpoints.load(saved)
    assert (found.name, found.settings, found.command) == ("mine", SETTINGS, "make it so")
    assert checkpoints.load_history(saved) == HISTORY


def test_every_file_but_the_weights_is_plain_json(saved):
    assert sorted(path.name for path in saved.iterdir()) == ["history.json", "model.safetensors", "spec.json"]
    spec = json.loads((saved / "spec.json").read_text())
    assert spec["model"] == SPEC.to_json()
    assert spec["training"] == SETTINGS.to_json()
    assert json.loads(contents(measures=NO_PROBES)["metrics.json"]) == vars(NO_PROBES)


@pytest.mark.parametrize("name", checkpoints.names())
def test_measures_that_ship_are_read_and_written_the_same(name):
    folder = checkpoints.SHIPPED / name
    assert checkpoints.to_json(checkpoints.load_measures(folder, Measures).to_json()) == (folder / "metrics.json").read_bytes()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda found: found.pop("knn_accuracy"), "needs knn_accuracy too"),
        (lambda found: found.update(charm=1.0), "has no field charm"),
        (lambda found: found["importance_weighted"].pop("samples"), "samples"),
    ],
)
def test_measures_of_another_version_are_a_sentence_with_the_command(saved, edit, words):
    found = json.loads((checkpoints.SHIPPED / "mnist-vae-2d" / "metrics.json").read_text())
    edit(found)
    (saved / "metrics.json").write_text(json.dumps(found))
    with pytest.raises(CheckpointError, match=rf"metrics.json of the checkpoint mine .*{words}.*python -m vae measure .*mine"):
        checkpoints.load_measures(saved, Measures)


@pytest.mark.parametrize("prior", [{}, {"prior": "flow", "prior_size": 2}])
def test_a_model_begins_with_the_weights_of_a_checkpoint_and_with_a_prior_of_its_own(saved, prior):
    spec = replace(SPEC, **prior)
    fresh = build(spec, 7)
    checkpoints.begin_with(fresh, saved)
    expected = {**build(spec, 7).state_dict(), **checkpoints.load(saved).model.state_dict()}
    assert all(torch.equal(weight, expected[name]) for name, weight in fresh.state_dict().items())


@pytest.mark.parametrize("change", [{"encoder_widths": (17,)}, {"latent_dim": 3}, {"kind": "ae"}, {"decoder_widths": (16, 16)}])
def test_weights_that_do_not_fit_a_model_are_refused_and_it_stays_as_it_was(saved, change):
    fresh = build(replace(SPEC, **change), 7)
    with pytest.raises(
        CheckpointError, match="The weights of the checkpoint mine do not fit the model that is to begin with them"
    ):
        checkpoints.begin_with(fresh, saved)
    expected = build(replace(SPEC, **change), 7).state_dict()
    assert all(torch.equal(weight, expected[name]) for name, weight in fresh.state_dict().items())


def test_a_zip_unpacks_to_a_checkpoint(tmp_path):
    with zipfile.ZipFile(io.BytesIO(checkpoints.archive("mine", contents()))) as packed:
        packed.extractall(tmp_path)
    assert_is_the_first_model(tmp_path / "mine")


def test_checkpoints_are_listed_by_name_without_hidden_or_foreign_folders(tmp_path):
    for name in ("b", "a", ".hidden"):
        checkpoints.save(tmp_path / name, contents())
    (tmp_path / "notes").mkdir()
    assert checkpoints.names(tmp_path) == ["a", "b"]


def edit_spec(**changes):
    def edit(folder: Path) -> None:
        spec = json.loads((folder / "spec.json").read_text())
        (folder / "spec.json").write_text(json.dumps({**spec, **changes}))

    return edit


def edit_weights(change):
    def edit(folder: Path) -> None:
        weights = safetensors.torch.load_file(folder / "model.safetensors")
        (folder / "model.safetensors").write_bytes(safetensors.torch.save(change(weights)))

    return edit


def overwrite(name: str, content: bytes):
    return lambda folder: (folder / name).write_bytes(content)


def cut(name: str, keep: int):
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:keep])


def with_not_a_number(weights):
    weights["mean_head.bias"][0] = float("nan")
    return weights


DAMAGE = {
    "no spec": (lambda folder: (folder / "spec.json").unlink(), "spec.json"),
    "no weights": (lambda folder: (folder / "model.safetensors").unlink(), "model.safetensors"),
    "a folder in place of the spec": (lambda f: ((f / "spec.json").unlink(), (f / "spec.json").mkdir()), "spec.json"),
    "spec cut short": (cut("spec.json", 40), "spec.json"),
    "spec in another encoding": (overwrite("spec.json", b"\xff\xfe\x00{"), "spec.json"),
    "spec is a list": (overwrite("spec.json", b"[]"), "format"),
    "another format": (edit_spec(format=2), "format"),
    "no model": (edit_spec(model=None), "ModelSpec"),
    "unknown model field": (edit_spec(model={**SPEC.to_json(), "depth": 9}), "depth"),
    "impossible model": (edit_spec(model={**SPEC.to_json(), "latent_dim": 0}), "latent_dim"),
    "width that is a word": (edit_spec(model={**SPEC.to_json(), "encoder_widths": ["wide"]}), "encoder_widths"),
    "unknown training field": (edit_spec(training={**SETTINGS.to_json(), "luck": 1}), "luck"),
    "impossible training": (edit_spec(training={**SETTINGS.to_json(), "images": -1}), "images"),
    "weights empty": (overwrite("model.safetensors", b""), "model.safetensors"),
    "weights cut in their header": (cut("model.safetensors", 30), "model.safetensors"),
    "weights cut in their numbers": (cut("model.safetensors", -100), "model.safetensors"),
    "foreign weights file": (overwrite("model.safetensors", b"PK\x03\x04" * 500), "model.safetensors"),
    "weights of another size": (edit_spec(model={**SPEC.to_json(), "latent_dim": 3}), "do not fit"),
    "weights of another kind": (edit_spec(model={**SPEC.to_json(), "kind": "ae"}), "do not fit"),
    "a weight missing": (edit_weights(lambda w: {k: v for k, v in w.items() if k != "mean_head.bias"}), "do not fit"),
    "a weight too many": (edit_weights(lambda w: {**w, "extra": torch.zeros(1)}), "do not fit"),
    "a weight that is not a number": (edit_weights(with_not_a_number), "not numbers"),
}


@pytest.mark.parametrize(("damage", "word"), DAMAGE.values(), ids=DAMAGE.keys())
def test_every_damage_gives_one_sentence_that_names_checkpoint_and_fault(saved, damage, word):
    damage(saved)
    with pytest.raises(CheckpointError) as refusal:
        checkpoints.load(saved)
    message = str(refusal.value)
    assert "mine" in message
    assert word in message
    assert re.fullmatch(r"[^\n]+\.", message)


@pytest.mark.parametrize("content", [b"", b"null", b"3", b"{}x", b'{"a": 1}', b'[{"images_seen": 0}]', b'["word"]', b"[[]]"])
def test_a_damaged_history_is_named(saved, content):
    (saved / "history.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"^history\.json of the checkpoint mine"):
        checkpoints.load_history(saved)


def test_saving_replaces_the_checkpoint_that_stood_there(saved):
    checkpoints.save(saved, contents(build(replace(SPEC, latent_dim=5), 7)))
    assert checkpoints.load(saved).model.spec.latent_dim == 5
    assert [path.name for path in saved.parent.iterdir()] == ["mine"]


def test_saving_fills_an_empty_folder_and_makes_the_folders_above(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "new" / "deep" / "mine"):
        checkpoints.save(folder, contents())
        assert_is_the_first_model(folder)


@pytest.mark.parametrize(("fails", "calls_that_work"), [("write_bytes", 0), ("write_bytes", 2), ("rename", 0), ("rename", 1)])
def test_a_failure_in_the_middle_of_saving_leaves_the_old_checkpoint_and_nothing_else(
    saved, monkeypatch, fails, calls_that_work
):
    works, calls = getattr(Path, fails), []

    def fail_once(self, target):
        calls.append(target)
        if len(calls) == calls_that_work + 1:
            raise OSError("no space left on device")
        return works(self, target)

    monkeypatch.setattr(Path, fails, fail_once)
    with pytest.raises(OSError, match="no space"):
        checkpoints.save(saved, contents(build(SPEC, 99)))
    monkeypatch.undo()
    assert_is_the_first_model(saved)
    assert [path.name for path in saved.parent.iterdir()] == ["mine"]


def test_a_failure_at_the_first_saving_leaves_nothing(tmp_path):
    with pytest.raises(TypeError):
        checkpoints.save(tmp_path / "mine", {**contents(), "metrics.json": "text where bytes belong"})
    assert list(tmp_path.iterdir()) == []


def test_saving_never_deletes_what_is_not_a_checkpoint(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_bytes(b"sun")
    (tmp_path / "thesis.txt").write_text("years of work")
    for name in ("photos", "thesis.txt"):
        with pytest.raises(CheckpointError, match=name):
            checkpoints.save(tmp_path / name, contents())
    assert (tmp_path / "photos" / "holiday.jpg").read_bytes() == b"sun"
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_numbers_that_json_does_not_know_are_refused_before_anything_is_written():
    with pytest.raises(ValueError, match="JSON"):
        contents(measures=replace(NO_PROBES, knn_accuracy=float("nan")))
