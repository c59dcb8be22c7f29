"""A run on the page Train: started, watched, ordered about, taken home, shared, and seen on every page."""

import csv
import io
import re
import shlex
import zipfile

import pytest
import safetensors.torch
import streamlit as st
import torch
from app_driver import (
    begin,
    canvas,
    choose,
    code,
    go,
    own_label,
    press,
    run,
    sentences,
    serve,
    shown,
    start,
    train,
    visit,
)

from explorer.page.places import PLACES
from explorer.runs.store import StoreError, store
from explorer.training import curves
from explorer.training import form as training_form
from explorer.training import watch as run_watch
from vae import __main__ as command_line
from vae import checkpoints


@pytest.fixture
def downloads(monkeypatch) -> dict:
    """What download buttons offer: label -> the function that makes the bytes."""
    offered: dict = {}
    button = st.download_button

    def record(label, data, *args, **options):
        offered[label] = data
        return button(label, b"", *args, **options)

    monkeypatch.setattr(st, "download_button", record)
    return offered


def progress(app) -> str:
    """What the page says of how the run stands."""
    return app.get("progress")[0].text


def buttons(app) -> set[str]:
    return {button.label for button in app.button if not button.disabled}


def test_a_pair_waits_is_trained_and_can_then_be_picked_on_every_page():
    app = visit("train")
    waiting = start(app, latents=3)
    assert progress(app).startswith(("Starting", "Waiting: number 1 of 1 in the queue"))
    assert app.query_params == {"run": waiting.id}
    serve()
    run(app)
    assert sentences(app) == []
    assert progress(app).startswith("Finished: 30,000 of 30,000 images")
    assert shown(app).shape == (8 * 5, 8, 8)  # test images, two reconstructions, two rows of prior draws
    told = canvas(app)
    assert [model["label"] for model in told["models"]] == ["AE", "VAE"]
    assert len(told["run"]["moments"]) == len(store().snapshots(waiting.id))
    for path, key, kind in (("explore", "model", "vae"), ("compare", "ae", "ae"), ("interpolate", "vae", "vae")):
        go(app, path)
        labels = [label for label in app.selectbox(key=key).options if "yours" in label]
        assert any(label.startswith(f"{kind.upper()}, 3 latents, digits (yours: ") for label in labels)
    go(app, "explore")
    choose(app, "model", f"{waiting.id}.vae")
    assert sentences(app) == []
    assert len(canvas(app)["position"][0]) == 3


@pytest.mark.parametrize(("models", "title"), [("cvae", "conditional VAE"), ("vamp", "VAE with a VampPrior")])
def test_a_relative_is_trained_and_replayed_and_the_pages_that_cannot_show_it_leave_it_out(models, title):
    app = visit("train")
    made = train(app, models=models)
    assert made.state == "done"
    assert made.title.startswith(f"{title}, 2 latents")
    run(app)
    assert sentences(app) == []
    assert shown(app).shape == (8 * 3, 8, 8)
    assert any("not in their menus" in caption.value for caption in app.caption)
    (before,) = (model["weights"] for model in canvas(app)["models"])
    if models == "cvae":
        choose(app, "train_class", 7)
        assert canvas(app)["models"][0]["weights"] != before
    assert training_form.of_run(made.recipes).models == models
    go(app, "explore")
    assert not any("yours" in label for label in app.selectbox(key="model").options)


def test_how_one_looks_at_a_run_and_what_the_form_says_meanwhile_are_in_the_address():
    app = visit("train")
    made = train(app, models="vae")
    run(app)
    moment = store().snapshots(made.id)[1]
    looks = {"train_moment": str(moment), "train_z": "0.5,-1", "train_layers": "points,decoded", "beta": "4"}
    other = visit("train", run=made.id, **looks)
    assert sentences(other) == []
    assert other.query_params == {"run": made.id, **looks}
    told = canvas(other)
    assert (told["run"]["at"], told["position"], told["look"]["layers"]) == (moment, [[0.5, -1.0]], ["points", "decoded"])
    assert other.get_by_key("beta").value == 4
    again = train(other, models="vae", seed=5)  # another run begins at its own newest moment
    run(other)
    assert other.query_params == {"run": again.id, "train_layers": "points,decoded"}


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_a_model_can_be_trained_alone(kind):
    app = visit("train")
    made = train(app, models=kind)
    assert made.state == "done"
    run(app)
    assert sentences(app) == []
    assert shown(app).shape == (8 * 3, 8, 8)
    go(app, "explore")
    assert own_label(app).startswith(kind.upper())


def test_while_it_is_trained_its_owner_can_pause_step_change_and_stop_it():
    app = visit("train")
    made = start(app)
    begin(made, moments=3)
    run(app)
    assert progress(app).startswith("Training: ")
    assert {"Pause", "Stop"} <= buttons(app)
    assert "Step" not in buttons(app)
    assert canvas(app)["run"]["live"]
    press(app, "Pause")
    assert store().orders(made.id).wanted == "pause"
    store().beat(made.id, paused=True)
    run(app)
    assert progress(app).startswith("Paused: ")
    press(app, "Step")
    assert store().orders(made.id).steps == 1
    app.get_by_key(f"change_beta_{made.id}").set_value(4.0)
    run(app)
    orders = store().orders(made.id)
    assert (orders.beta, orders.learning_rate) == (4.0, None)  # what was not touched stays
    press(app, "Resume")
    assert store().orders(made.id).wanted == "run"
    press(app, "Stop")
    assert store().orders(made.id).wanted == "stop"
    store().finish(made.id, "stopped")
    run(app)
    assert {"Resume"} <= buttons(app)
    assert not {"Pause", "Stop", "Step"} & buttons(app)
    press(app, "Resume")
    serve()
    run(app)
    assert progress(app).startswith("Finished: ")


def test_a_change_is_marked_on_the_curves_and_a_single_step_told_term_by_term():
    app = visit("train")
    made = start(app)
    begin(made, moments=3, note="beta = 4", step=True)
    store().want(made.id, made.owner, "pause")
    store().beat(made.id, paused=True)
    run(app)
    page = "".join(block.value for block in app.html)
    moment = next(moment for moment in store().records(made.id) if moment.note)
    assert f"β = 4 from {moment.records[0].images_seen:,} images on" in page
    step = moment.steps[1]
    moved = step.batch.after.reconstruction - step.batch.before.reconstruction
    assert f"{step.batch.after.reconstruction:.1f} <b>({moved:+.2f})</b>".replace("-", "−") in page
    store().finish(made.id, "stopped")


def test_whoever_has_the_link_sees_the_run_and_cannot_change_it():
    ada = visit("train")
    made = start(ada)
    begin(made, moments=3)
    ben = visit("train", run=made.id)
    assert sentences(ben) == []
    assert progress(ben).startswith("Training: ")
    assert any("Somebody else" in block.value for block in ben.html)
    assert not {"Pause", "Step", "Stop", "Resume"} & buttons(ben)
    with pytest.raises(StoreError, match="Only the browser that started this run can stop"):
        store().want(made.id, "0" * 32, "stop")
    store().finish(made.id, "stopped")
    run(ben)
    assert "Resume" not in buttons(ben)
    go(ben, "explore")  # the models can be picked by whoever opened the run
    assert any("shared" in label for label in ben.selectbox(key="model").options)
    cleo = visit("explore", model=f"{made.id}.vae")  # or follows a link to one of them
    assert sentences(cleo) == []
    assert cleo.selectbox(key="model").value == f"{made.id}.vae"
    stranger = visit("explore")
    assert not any("shared" in label or "yours" in label for label in stranger.selectbox(key="model").options)


def test_a_page_change_and_a_new_tab_lead_back_to_the_run_that_goes_on():
    app = visit("train")
    made = start(app)
    begin(made, moments=2)
    for path in PLACES:
        go(app, path)
    go(app, "train")
    assert app.query_params == {"run": made.id}
    again = visit("train")
    again.session_state["owner"] = app.session_state["owner"]  # the same browser's new tab
    del again.session_state["run"]
    again.query_params.clear()
    run(again)
    assert again.query_params == {"run": made.id}
    wished = visit("train", latents="7")  # a link that asks for settings is not answered with a run
    assert "run" not in wished.query_params
    press(app, "Show the presets")
    assert "run" not in app.query_params
    store().finish(made.id, "stopped")


@pytest.mark.parametrize("link", ["nonsense", "A" * 22])
def test_a_link_to_no_run_costs_one_sentence(link):
    app = visit("train", run=link)
    (said,) = sentences(app)
    assert "It is not the name of a run" in said or "There is no such run" in said
    assert "Start training" in buttons(app)


def test_the_same_form_gives_two_visitors_the_same_model():
    first, second = (store().weights(train(visit("train"), seed=7).id) for _ in range(2))
    for mine, yours in zip(first, second, strict=True):
        for name, weight in mine.items():
            assert torch.equal(weight, yours[name])


def test_a_diverging_run_says_so_and_keeps_its_last_good_weights(downloads):
    app = visit("train")
    made = train(app, rate=1.0)
    assert made.state == "failed"
    run(app)
    (said,) = sentences(app)
    assert said.startswith("The loss is no longer finite")
    assert progress(app).startswith("Failed")
    packed = zipfile.ZipFile(io.BytesIO(downloads["Weights"]()))
    for name in packed.namelist():
        if name.endswith(".safetensors"):
            assert all(torch.isfinite(weight).all() for weight in safetensors.torch.load(packed.read(name)).values())


def test_the_commands_of_the_page_train_the_same_weights_again(downloads, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    app = visit("train")
    made = train(app, latents=3, seed=5)
    run(app)
    written = next(block for block in code(app) if "python -m vae train" in block)
    archive = zipfile.ZipFile(io.BytesIO(downloads["Weights"]()))
    lines = written.splitlines()
    assert len(lines) == len(made.recipes) == 2
    for line in lines:
        words = shlex.split(line)
        assert words[:3] == ["python", "-m", "vae"]
        assert command_line.main(words[3:]) == 0
        folder = tmp_path / words[words.index("--out") + 1]
        (name,) = (name for name in archive.namelist() if name.endswith(f"/{folder.name}/model.safetensors"))
        assert (folder / "model.safetensors").read_bytes() == archive.read(name)


def test_the_zip_holds_checkpoints_and_the_table_every_record(downloads, tmp_path):
    app = visit("train")
    made = train(app)
    run(app)
    zipfile.ZipFile(io.BytesIO(downloads["Weights"]())).extractall(tmp_path)
    found = [checkpoints.load(path.parent) for path in sorted(tmp_path.rglob("spec.json"))]
    assert [(checkpoint.model.spec, checkpoint.settings) for checkpoint in found] == list(made.recipes)
    rows = list(csv.DictReader(io.StringIO(downloads["History"]().decode())))
    moments = store().records(made.id)
    assert len(rows) == 2 * len(moments)
    last = moments[-1].records[1].validation
    assert float(rows[-1]["validation_kl_nats"]) == last.kl
    per_dimension = [float(rows[-1][f"validation_kl_z{d + 1}_nats"]) for d in range(2)]
    assert sum(per_dimension) == pytest.approx(last.kl, rel=1e-5)


def test_a_store_that_cannot_be_reached_costs_a_sentence_here_and_nothing_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    for path in ("train", "runs"):
        (said,) = sentences(visit(path))
        assert "cannot be reached" in said
    for path in ("home", "explore", "compare", "interpolate"):
        assert sentences(visit(path)) == []


def test_the_kl_per_dimension_adds_up_and_names_those_that_carry_most():
    made = train(visit("train"), latents=8, models="vae")
    moments = store().records(made.id)
    frame = curves.kl_per_dimension(made.recipes, moments)
    lines = frame[frame.name.isna()]
    for moment in moments:
        (record,) = moment.records
        drawn = lines[lines.images == record.images_seen].nats.sum()
        assert drawn == pytest.approx(record.validation.kl, rel=1e-4, abs=1e-4)
    per_dim = moments[-1].records[0].validation.kl_per_dim
    best = max(range(8), key=per_dim.__getitem__)
    assert frame.name.dropna().iloc[0] == f"z{best + 1}"
    assert re.fullmatch(r"z\d", frame.name.dropna().iloc[-1])


def test_a_store_that_fails_for_a_moment_leaves_what_was_shown(monkeypatch):
    app = visit("train")
    made = start(app)
    begin(made, moments=3)
    run(app)
    before = app.session_state["run_seen"]

    def fail(self, run_id):
        raise StoreError("The run store is busy.")

    monkeypatch.setattr(type(store()), "get", fail)
    assert run_watch.look_again(before) == (before, "The run store is busy. What is shown is from before.")
    monkeypatch.undo()
    store().finish(made.id, "stopped")
