"""The page on failures: riddles, gallery, and links to Train that open the settings they speak of."""

import json
import re
from dataclasses import replace

import pytest
from app_driver import canvas, choose, go, markup, press, run, sentences, start, visit

from explorer.page import places as pages
from explorer.training import form as training_form
from lessons.fails import diagnosis, models, screen
from lessons.fails.cases import CASES, RIDDLES
from lessons.fails.models import PAIRS, RUNS

NAMES = pages.PLACES["fails"].words.items("predict")


def plain(text: str) -> str:
    return re.sub(r"<[^>]+>", "", text)


def links(app, label: str) -> list[dict[str, str]]:
    """The parameters of the links to Train that begin with that word."""
    found = [link.proto for link in app.get("page_link") if link.proto.label.startswith(label)]
    assert all(proto.page.endswith("train") for proto in found)
    return [dict(part.split("=") for part in proto.query_string.split("&")) for proto in found]


@pytest.mark.parametrize("number", range(1, len(RIDDLES) + 1))
def test_each_riddle_names_the_failure_that_the_numbers_give(number):
    app = visit("fails", fails_run=str(number), fails_revealed="1")
    name = NAMES[RIDDLES[number - 1]]
    assert f"What happens: <b>{name}</b>" in markup(app)
    assert not sentences(app)


def test_another_run_is_another_riddle():
    app = visit("fails")
    choose(app, "fails_predicted", "Memorised")
    press(app, "Reveal")
    assert "What happens: <b>Over-regularised</b>" in markup(app)
    choose(app, "fails_run", 2)
    assert "What happens" not in markup(app)
    assert app.radio(key="fails_predicted").value is None


@pytest.mark.parametrize("key", CASES)
def test_the_gallery_shows_both_runs_and_the_way_to_train_with_the_change(key):
    app = visit("fails", fails_case=key, fails_digit="5", fails_revealed="1")
    assert not sentences(app)
    assert app.query_params == {"fails_run": "1", "fails_case": key, "fails_digit": "5", "fails_revealed": "1"}
    case, pair = CASES[key], PAIRS[key]
    told = canvas(app)
    assert [model["name"] for model in told["models"]] == list(pair)
    assert [model["label"].split(":")[0] for model in told["models"]] == [NAMES[key], "Mended"]
    position = [screen.exhibit(name).posterior.mean[5].tolist() for name in pair]
    assert told["position"] == position
    (mend,) = links(app, "Mend it")
    train_page = visit("train", **mend)
    assert not sentences(train_page)
    assert training_form.FormValues(**{name: train_page.session_state[name] for name in vars(case.mended)}) == case.mended
    for link in links(app, "See it fail"):
        failing = visit("train", **link)
        assert not sentences(failing)
        assert training_form.FormValues(**{name: failing.session_state[name] for name in vars(case.failed)}) == case.failed


def differences(one, other) -> set[str]:
    return {name for name, value in vars(one).items() if getattr(other, name) != value}


@pytest.mark.parametrize("key", CASES)
def test_what_train_is_asked_for_is_the_run_of_the_gallery(key):
    """Two failures and their mends are the very runs; on the ladder batches and rate differ, and Train's network for ten latents is larger."""
    case, pair = CASES[key], PAIRS[key]
    allowed = {
        "over": {"batch_size", "learning_rate"},
        "under": {"batch_size", "learning_rate"},
        "dead": {"encoder_widths", "decoder_widths", "weight_decay"},
    }.get(key, set())
    for choice, name in ((case.mended, pair.mended), (case.failed, pair.failed)):
        if choice is None:
            assert RUNS[name].training_images == models.FEW  # Train always uses all images
            continue
        ((spec, settings),) = choice.recipes()
        shipped = models.load(name).checkpoint
        assert differences(spec, shipped.model.spec) | differences(settings, shipped.settings) <= allowed


@pytest.mark.parametrize("key", CASES)
def test_the_change_is_the_one_between_the_two_runs(key):
    setting, before, after = CASES[key].change
    read = {
        "rate": lambda shipped: f"{shipped.checkpoint.settings.learning_rate:g}",
        "beta": lambda shipped: f"{shipped.checkpoint.settings.beta:g}",
        "latents": lambda shipped: str(shipped.checkpoint.model.spec.latent_dim),
        "images": lambda shipped: f"{RUNS[shipped.checkpoint.name].training_images or 55_000:,}",
    }[setting]
    assert [read(models.load(each)) for each in PAIRS[key]] == [before, after]


def test_the_numbers_of_the_words_are_those_of_the_symptoms():
    found = models.symptoms()
    app = visit("fails", fails_case="dead", fails_revealed="1")
    text = plain("".join(block.value for block in app.markdown))
    failed = found[PAIRS["dead"].failed]
    assert f"Of 64 latents {failed.active_units} are active" in text
    table = plain(markup(app))
    for pair in PAIRS.values():
        assert f"{found[pair.failed].training:,.1f}" in table
        assert f"{found[pair.failed].active_units} of {found[pair.failed].latents}" in table
    vae = found[models.SAME_IMAGES]
    app = visit("fails", fails_case="memorised", fails_revealed="1")
    text = "".join(block.value for block in app.markdown)
    assert f"A VAE on the same 256 images ends no better: {vae.training:.0f} nats on them, {vae.validation:.0f}" in text


def words_of(key: str, part: str) -> str:
    return screen.said(pages.PLACES["fails"].words, key, part, models.symptoms())


def test_what_the_curves_are_said_to_show_is_in_the_histories():
    histories = {key: models.load(pair.failed).history for key, pair in PAIRS.items()}
    assert f"end after {histories['diverged'][-1].images_seen:,} of 100,000 images" in words_of("diverged", "reading")
    assert "seen 1,172 times each by a network of 362,418 weights" in words_of("memorised", "cause")
    last = {key: history[-1] for key, history in histories.items()}
    for key, beta in (("over", 16), ("under", 0.05)):
        losses = last[key].validation
        assert (losses.total - losses.reconstruction) / losses.kl == pytest.approx(beta, rel=1e-3)
    memorised = histories["memorised"]
    middle, end = memorised[len(memorised) // 2], memorised[-1]
    assert end.validation.total > middle.validation.total
    assert end.training.total < middle.training.total
    assert last["dead"].validation.total < last["dead"].training.total * 1.03
    found = models.symptoms()
    dead, fewer = (found[name].negative_elbo for name in PAIRS["dead"])
    assert fewer < dead < 1.02 * fewer  # the bound with fewer latents is as good, that with many hardly worse
    jumps = [
        b.training.total / a.training.total for a, b in zip(histories["diverged"][1:], histories["diverged"][2:], strict=False)
    ]
    assert max(jumps) > 100
    assert min(jumps) < 1 / 100


def test_the_collapsed_decoder_is_said_to_be_silent_as_it_is():
    app = visit("fails", fails_revealed="1")
    silent, units = diagnosis.silent_units(models.load("fails-collapsed").checkpoint.model)
    assert any(f"{silent} of its {units} units give the same output wherever z is" in text.value for text in app.markdown)


def test_a_click_that_mends_shows_the_form_even_where_a_run_was_shown_before():
    app = visit("home")
    old = start(app)
    assert app.session_state["run"] == old.id
    go(app, "fails")
    for name, value in training_form.link(CASES["collapsed"].mended).items():
        app.query_params[name] = value
    go(app, "train")
    assert not sentences(app)
    assert not app.session_state["run"]
    assert (app.session_state["models"], app.session_state["seed"], app.session_state["rate"]) == ("vae", 3, 0.01)
    press(app, "Start training")
    assert app.session_state["run"] not in ("", old.id)  # and the next rerun keeps it
    assert run(app).query_params["run"] == app.session_state["run"]


@pytest.mark.parametrize(("name", "value"), [("fails_run", "7"), ("fails_case", "overfit"), ("fails_digit", "-1")])
def test_a_link_that_makes_no_sense_says_so(name, value):
    (said,) = sentences(visit("fails", **{name: value}))
    assert said.startswith(f"The link says {name} = {value!r}. ")


def test_files_that_are_missing_cost_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "SHELF", replace(models.SHELF, root=tmp_path))
    (said,) = sentences(visit("fails"))
    assert "python -m lessons fails" in said


def test_the_page_is_in_its_section():
    assert pages.PLACES["fails"].section == "Understand"
    assert json.dumps(sorted(CASES)) == json.dumps(sorted(RIDDLES)) == json.dumps(sorted(PAIRS))


def test_a_place_on_the_planes_is_in_the_address_and_another_digit_leaves_it():
    app = visit("fails", fails_revealed="1", fails_case="over", fails_z="0.5,-1,0.5,-1", fails_layers="points,decoded")
    assert not sentences(app)
    assert app.query_params["fails_layers"] == "points,decoded"
    told = canvas(app)
    assert told["look"]["layers"] == ["points", "decoded"]
    assert (told["position"], told["digit"]) == ([[0.5, -1], [0.5, -1]], None)
    choose(app, "fails_digit_class", 3)
    assert "fails_z" not in app.query_params
    assert canvas(app)["digit"] == app.session_state["fails_digit"]
    (said,) = sentences(visit("fails", fails_case="dead", fails_z="0.5,-1,0.5,-1"))
    assert said.startswith("The link says fails_z = ")
