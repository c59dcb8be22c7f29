"""A checkpoint damaged while the app runs costs one sentence on the pages that need it, and nothing anywhere else."""

import json

import pytest
from app_driver import canvas, choose, go, sentences, train, use_copies, visit

from explorer.page.places import PLACES

NAME = "mnist-vae-2d"

OWN = (
    "train",
    "course",
    "plans",
    "views",
    "em",
    "gan",
    "nash",
    "denoise",
    "anomalies",
    "images",
    "conditional",
    "disentangle",
    "glossary",
    "classroom",
)  # pages that make models, bring their own, or need none


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    return use_copies(tmp_path, monkeypatch)


def cut(path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def remove(path) -> None:
    path.unlink()


def fill_with_noise(path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


def empty_json(path) -> None:
    path.write_text("{}")


DAMAGES = [
    pytest.param(cut, "spec.json", id="spec-cut"),
    pytest.param(empty_json, "spec.json", id="spec-empty"),
    pytest.param(cut, "model.safetensors", id="weights-cut"),
    pytest.param(remove, "model.safetensors", id="weights-gone"),
    pytest.param(fill_with_noise, "model.safetensors", id="weights-noise"),
    pytest.param(cut, "history.json", id="history-cut"),
    pytest.param(remove, "metrics.json", id="measures-gone"),
    pytest.param(empty_json, "metrics.json", id="measures-empty"),
]


@pytest.mark.parametrize(("damage", "file"), DAMAGES)
def test_the_page_that_shows_the_model_says_which_file_is_wrong(shipped, damage, file):
    assert sentences(visit("explore", model=NAME)) == []
    damage(shipped / NAME / file)
    said = sentences(visit("explore", model=NAME))
    assert len(said) == 1
    assert file in said[0]
    assert NAME in said[0]


@pytest.mark.parametrize("harm", ["it cannot be loaded", "what was measured cannot be read"])
def test_no_page_breaks_and_another_model_can_be_picked(shipped, harm):
    app = visit("home")
    if harm == "it cannot be loaded":
        remove(shipped / NAME / "model.safetensors")
    else:
        cut(shipped / NAME / "history.json")
        empty_json(shipped / NAME / "metrics.json")
    for path in PLACES:
        go(app, path)  # asserts that there is no traceback
    go(app, "explore")
    choose(app, "model", "mnist-ae-2d")
    assert sentences(app) == []
    assert len(canvas(app)["position"][0]) == 2


def test_the_menu_says_which_model_is_damaged(shipped):
    cut(shipped / NAME / "model.safetensors")
    assert f"{NAME} (damaged)" in visit("explore", model="mnist-ae-2d").selectbox(key="model").options


def test_pages_with_two_menus_leave_a_damaged_model_out_and_say_why_a_link_to_it_fails(shipped):
    cut(shipped / NAME / "model.safetensors")
    for path in ("compare", "interpolate"):
        app = visit(path, vae=NAME)
        assert sentences(app) == [f"The link says vae = {NAME!r}. There is no such VAE; here is another."]
        assert app.selectbox(key="vae").value == "mnist-vae-10d"


def test_training_works_while_a_shipped_model_is_damaged(shipped):
    cut(shipped / NAME / "model.safetensors")
    app = visit("home")
    assert train(app, models="vae").state == "done"
    go(app, "explore")
    assert any("yours: " in label for label in app.selectbox(key="model").options)


def test_with_no_checkpoint_at_all_pages_say_what_to_do(shipped):
    for file in shipped.glob("*/*"):
        file.unlink()
    for path in PLACES:
        app = visit(path, **({f"{path}_revealed": "1"} if "predict" in PLACES[path].words.blocks else {}))
        if path in OWN:
            assert sentences(app) == []
            continue
        assert any("make checkpoints" in said or "Pick one of the list" in said for said in sentences(app)), path


def test_a_file_put_back_is_used_again(shipped):
    path = shipped / NAME / "model.safetensors"
    whole = path.read_bytes()
    app = visit("home")
    cut(path)
    app.run()
    assert len(sentences(app)) == 1
    path.write_bytes(whole)
    app.run()
    assert sentences(app) == []


def test_weights_of_another_model_are_refused(shipped):
    other = shipped / "mnist-ae-2d" / "model.safetensors"
    (shipped / NAME / "model.safetensors").write_bytes(other.read_bytes())
    assert any("do not fit its spec.json" in said for said in sentences(visit("explore", model=NAME)))


def test_a_spec_from_the_future_is_named(shipped):
    path = shipped / NAME / "spec.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    assert any("its format is not 1" in said for said in sentences(visit("explore", model=NAME)))
