"""The command line: train and evaluate agree, JSON on stdout, one line on stderr for every mistake."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import small_set
import torch

from vae import archives, checkpoints, data
from vae.__main__ import main
from vae.learning.recipes import recipe
from vae.model.spec import WIDTHS

ROOT = Path(__file__).resolve().parents[2]
SMALL = "--dataset digits --images 3000 --batch-size 64 --encoder 24 --decoder 24"
FIELDS = {
    "name",
    "dataset",
    "latent_dim",
    "images",
    "reconstruction",
    "reconstruction_error",
    "kl",
    "kl_error",
    "kl_per_dim",
    "negative_elbo",
    "negative_elbo_error",
    "active_units",
    "knn_accuracy",
    "pixels",
    "parameters",
    "importance_weighted",
    "knn_accuracy_error",
    "linear_probe",
    "linear_probe_error",
    "linear_probe_100",
    "linear_probe_100_error",
    "coverage",
    "mmd_squared",
    "mmd_squared_error",
    "empty_share",
    "out_of_reach_share",
}
BOUND = ("kl", "kl_error", "kl_per_dim", "negative_elbo", "negative_elbo_error", "active_units", "importance_weighted")


def call(capfd, command: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of `python -m vae <command>`, in this process."""
    try:
        status = main(shlex.split(command))
    except SystemExit as stop:
        status = stop.code
    return status, *capfd.readouterr()


def shell(command: str, **environment: str) -> subprocess.CompletedProcess:
    """The same in a process of its own, as a user has it."""
    return subprocess.run(
        [sys.executable, "-m", "vae", *shlex.split(command)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_train_prints_and_writes_what_evaluate_finds_again(tmp_path, capfd, kind):
    folder = tmp_path / f"my-{kind}"
    status, printed, _ = call(capfd, f"train --out {folder} --model {kind} --latent-dim 3 {SMALL}")
    assert status == 0
    trained = json.loads(printed)
    assert trained.keys() >= FIELDS
    assert (trained["name"], trained["dataset"], trained["latent_dim"], trained["images"]) == (folder.name, "digits", 3, 400)
    assert {name for name in BOUND if trained[name] is None} == (set(BOUND) if kind == "ae" else set())
    assert json.loads((folder / "metrics.json").read_text()) == {k: v for k, v in trained.items() if k != "name"}

    status, printed, _ = call(capfd, f"evaluate {folder}")
    assert status == 0
    assert json.loads(printed) == trained


def test_measure_writes_the_measures_again_and_nothing_else(tmp_path, capfd):
    folder = tmp_path / "mine"
    assert call(capfd, f"train --out {folder} {SMALL}")[0] == 0
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    measured = {
        **json.loads(whole["metrics.json"]),
        "coverage": 2.0,
        "charm": 1.0,
        "training_core_seconds": 7.5,
    }  # another version's
    (folder / "metrics.json").write_text(json.dumps(measured))
    status, printed, _ = call(capfd, f"measure {folder}")
    assert status == 0
    found = json.loads(printed)
    assert found.pop("training_core_seconds") == 7.5  # which no measurement gives again
    assert found == {"name": "mine", **json.loads(whole["metrics.json"])}
    (folder / "metrics.json").unlink()
    assert call(capfd, f"measure {folder}")[0] == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole


def test_measures_of_a_lesson_are_left_to_it(tmp_path, capfd):
    shutil.copytree(ROOT / "lessons" / "conditional" / "shipped" / "plain-vae", tmp_path / "plain-vae")
    status, _, problem = call(capfd, f"measure {tmp_path / 'plain-vae'}")
    assert (status, "python -m lessons" in problem) == (1, True)


def test_a_checkpoint_tells_the_command_that_made_it_and_its_history(tmp_path, capfd):
    command = f"train --out {tmp_path / 'one'} {SMALL} --beta 2.0 --seed 5 --learning-rate 0.01 --corruption salt-pepper"
    command += " --corruption-level 0.25"
    assert call(capfd, command)[0] == 0
    found = checkpoints.load(tmp_path / "one")
    assert call(capfd, found.command.removeprefix("python -m vae ").replace("one", "two"))[0] == 0  # it makes the model again
    again = checkpoints.load(tmp_path / "two")
    assert "--encoder 24 --decoder 24" in found.command
    for name, weight in found.model.state_dict().items():
        assert torch.equal(weight, again.model.state_dict()[name])
    assert (found.settings.corruption, found.settings.corruption_level) == ("salt-pepper", 0.25)
    assert (found.settings.beta, found.settings.seed, found.settings.learning_rate) == (2.0, 5, 0.01)
    history = checkpoints.load_history(tmp_path / "one")
    assert [history[0].images_seen, history[-1].images_seen] == [0, 3_008]
    assert history[-1].validation.total < history[0].validation.total


def test_training_again_with_one_seed_gives_the_same_numbers_in_another_process(tmp_path, capfd):
    _, here, _ = call(capfd, f"train --out {tmp_path / 'one'} {SMALL}")
    there = shell(f"train --out {tmp_path / 'there' / 'one'} {SMALL}")
    assert there.returncode == 0
    assert json.loads(there.stdout) == json.loads(here)


@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_widths_and_batch_follow_the_architecture_and_fit_the_usual_images(tmp_path, capfd, monkeypatch, architecture):
    folder = tmp_path / "usual"
    monkeypatch.setattr("vae.__main__.train", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    assert call(capfd, f"train --out {folder} --architecture {architecture}")[0] == 130  # made for MNIST, and begun
    monkeypatch.undo()
    assert call(capfd, f"train --out {folder} --dataset digits --images 64 --architecture {architecture}")[0] == 0
    checkpoint, usual = checkpoints.load(folder), recipe("vae", 2, architecture=architecture)
    assert (checkpoint.model.spec.encoder_widths, checkpoint.model.spec.decoder_widths) == WIDTHS[architecture]
    assert checkpoint.model.spec.dense_width == usual.spec.dense_width
    assert checkpoint.settings.batch_size == usual.settings.batch_size


def test_layers_are_checked_against_the_images_of_the_data_set(tmp_path, capfd):
    """Three halvings fit 8 x 8 images, though not MNIST's 28 x 28; four do not."""
    convolutional = f"train --out {tmp_path / 'conv'} --dataset digits --images 64 --architecture conv --decoder 4,4,4"
    assert call(capfd, f"{convolutional} --encoder 4,4,4")[0] == 0
    status, _, problem = call(capfd, f"{convolutional} --encoder 4,4,4,4")
    assert status == 2
    assert "8 x 8" in problem


BAD = {
    "no command": ("", "COMMAND"),
    "unknown command": ("paint", "paint"),
    "no folder": ("train", "--out"),
    "no checkpoint": ("evaluate", "DIR"),
    "nothing to measure": ("measure", "--all"),
    "all and one": ("measure --all mnist-ae-2d", "--all"),
    "unknown option": ("train --out x --speed 3", "--speed"),
    "unknown model": ("train --out x --model gan", "gan"),
    "unknown data set": ("train --out x --dataset imagenet", "imagenet"),
    "a word for a number": ("train --out x --images many", "--images"),
    "widths that are words": ("train --out x --encoder wide,narrow", "wide,narrow"),
    "no images": ("train --out x --dataset digits --images 0", "images is 0"),
    "too many latents": ("train --out x --dataset digits --latent-dim 65", "latent_dim is 65"),
    "negative beta": ("train --out x --dataset digits --beta -1", "beta is -1"),
    "unknown noise": ("train --out x --corruption fog", "fog"),
    "noise above its range": ("train --out x --dataset digits --corruption masking --corruption-level 1.5", "level is 1.5"),
    "a level of no noise": ("train --out x --dataset digits --corruption-level 0.5", "corruption 'none'"),
    "beta of an autoencoder": ("train --out x --model ae --beta 2", "beta is 2.0; an autoencoder has no KL"),
    "importance weights of an autoencoder": ("train --out x --model ae --importance-samples 5", "importance_samples is 5"),
    "infinite rate": ("train --out x --dataset digits --learning-rate inf", "learning_rate is inf"),
    "size of a prior that has none": (
        "train --out x --dataset digits --prior-size 5",
        "prior_size is 5; a 'normal' prior has none",
    ),
    "a prior without its size": ("train --out x --dataset digits --prior vamp", "prior_size of a 'vamp' prior is 0"),
    "width of no Gaussian": ("train --out x --dataset digits --observation-std 0.5", "a bernoulli likelihood has none"),
    "width in words": ("train --out x --observation-std wide", "neither a number nor the word learned"),
    "noise without a level": (
        "train --out x --dataset digits --corruption gaussian",
        "corruption_level 0, which adds no noise",
    ),
    "classes that the data have not": ("train --out x --dataset digits --classes 5", "digits has 10"),
    "width of nothing": ("train --out x --dataset digits --encoder 0", "encoder_widths"),
    "layers that do not halve": ("train --out x --dataset digits --architecture conv --encoder 4,4,4,4", "encoder_widths"),
}


@pytest.mark.parametrize(("command", "word"), BAD.values(), ids=BAD.keys())
def test_bad_arguments_exit_with_2_and_one_line(tmp_path, monkeypatch, capfd, command, word):
    monkeypatch.chdir(tmp_path)
    status, printed, problem = call(capfd, command)
    assert (status, printed) == (2, "")
    assert re.fullmatch(r"python -m vae[^\n]* error: [^\n]+\n", problem)
    assert word in problem
    assert list(tmp_path.iterdir()) == []


def test_a_device_that_is_not_there_is_said_before_anything_is_written(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    status, printed, problem = call(capfd, f"train --out {tmp_path / 'one'} {SMALL} --device cuda")
    assert (status, printed) == (2, "")
    assert re.fullmatch(r"python -m vae: error: torch [^\n]* finds no cuda device on this machine\. [^\n]+\n", problem)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        "measure mnist-ae-3d",
        "measure thesis.txt",
        "evaluate no/such/folder",
        "evaluate thesis.txt",
        "train --out thesis.txt --dataset digits",
    ],
)
def test_a_failure_exits_with_1_and_one_line(tmp_path, monkeypatch, capfd, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thesis.txt").write_text("years of work")
    status, printed, problem = call(capfd, command)
    assert (status, printed) == (1, "")
    assert re.fullmatch(r"python -m vae: [^\n]+\n", problem)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_folder_that_is_no_checkpoint_is_refused_before_any_training(tmp_path, capfd):
    (tmp_path / "photo.jpg").write_bytes(b"sun")
    status, _, problem = call(capfd, f"train --out {tmp_path} --images 1000000000")
    assert status == 1
    assert "not a checkpoint" in problem
    assert (tmp_path / "photo.jpg").exists()


def test_a_divergent_run_says_so_and_writes_nothing(tmp_path, capfd):
    command = f"train --out {tmp_path / 'one'} {SMALL} --likelihood gaussian --observation-std 0.01 --learning-rate 10"
    status, printed, problem = call(capfd, command)
    assert (status, printed) == (1, "")
    assert "smaller learning rate" in problem.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_in_a_real_shell_shows_no_traceback():
    done = shell("evaluate no/such/folder")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_help_explains_every_option_with_its_default_as_one_would_type_it(capfd):
    status, text, _ = call(capfd, "train --help")
    assert status == 0
    words = re.sub(r"\s+", " ", text)
    for name in re.findall(r"\n  (--[a-z-]+)", text):
        explained = re.search(rf" {name} .*? \(default: ([^()]+)\)", words)
        assert explained or name == "--out", name
    assert "(default: mlp: 192,96; conv: 16,32)" in words
    assert "(default: mlp: 0; conv: 256)" in words
    assert "None" not in words


def test_help_names_both_commands(capfd):
    status, text, _ = call(capfd, "--help")
    assert status == 0
    assert re.search(
        r"\n +train +train a model and write a checkpoint\n +evaluate +measure a checkpoint on the test set\n", text
    )


@pytest.fixture
def fashion(mnist, tmp_path, monkeypatch):
    """Fashion-MNIST in small, where a package of the system would put it."""
    return small_set.install(archives.FASHION, mnist, tmp_path / "share", monkeypatch)


def test_data_lists_what_is_here_what_is_missing_and_what_is_damaged(fashion, capfd, monkeypatch, tmp_path):
    monkeypatch.setitem(data.LOADERS, "kmnist", data.of_archives(replace(archives.KMNIST, folder="nowhere")))
    status, printed, _ = call(capfd, "data")
    lines = dict(line.split(maxsplit=1) for line in printed.splitlines())
    assert (status, list(lines)) == (0, list(data.LOADERS))
    assert [name for name, said in lines.items() if said == "here"] == ["mnist", "digits", "shapes", "fashion-mnist"]
    assert lines["kmnist"].startswith("The data set KMNIST is missing: train-images-idx3-ubyte.gz, ")
    assert str(archives.PROJECT_DATA / "nowhere" / "raw") in lines["kmnist"]
    assert call(capfd, "data fashion-mnist digits")[0] == 0
    file = tmp_path / "share" / "t10k-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-100])
    status, printed, _ = call(capfd, "data fashion-mnist")
    assert status == 1
    assert f"is damaged: {file} was cut short" in printed


def test_a_set_is_trained_on_by_its_name_once_its_files_are_here(fashion, capfd, tmp_path):
    small = "--images 2000 --encoder 16 --decoder 16 --batch-size 64"
    status, printed, _ = call(capfd, f"train --out {tmp_path / 'model'} --dataset fashion-mnist {small}")
    assert (status, json.loads(printed)["dataset"], json.loads(printed)["images"]) == (0, "fashion-mnist", small_set.TEST)


@pytest.mark.parametrize(
    ("command", "said"), [("data cifar", "no data set 'cifar'"), ("data --download", "name the data sets")]
)
def test_data_refuses_what_makes_no_sense_in_a_line(capfd, command, said):
    status, printed, complaint = call(capfd, command)
    assert (status, printed) == (2, "")
    assert re.fullmatch(rf"[^\n]*{said}[^\n]*\n", complaint)
