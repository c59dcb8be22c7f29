"""Python's side of the game on Home: what was seen in all darts, what the page claims of it, and what the address carries."""

import re

import pytest
import streamlit as st
import torch
from app_driver import go, markup, parts, press, run, sentences, visit
from test_machine import machine_of

from explorer.home import game
from explorer.home.address import ADDRESS
from explorer.page import words
from lessons.shared import classifier, darts
from vae import checkpoints
from vae.checkpoints import SHIPPED
from vae.errors import CheckpointError

WORDS = words.load("explorer/home")


@pytest.fixture(scope="module")
def judge() -> classifier.Classifier:
    return classifier.load(classifier.JUDGE)[0]


# ---- what was seen


@pytest.mark.parametrize("name", darts.MODELS)
def test_what_ships_is_what_the_judge_sees(judge, name):
    """A few pictures that the judge is nearly sure of may fall on the other side on another processor."""
    count = 1_000
    model = checkpoints.load(SHIPPED / name).model
    again, shipped = darts.judged(model, judge, darts.thrown(2, count)), darts.load()[name][:count]
    assert sum(a != b for a, b in zip(again, shipped, strict=True)) <= 3
    digits = {(a, b) for a, b in zip(again, shipped, strict=True) if a != b}
    assert all(darts.NONE in pair for pair in digits)


def test_the_games_cover_all_darts():
    assert game.GAMES * game.DARTS == darts.DARTS


def test_an_average_of_two_digits_is_none_to_the_judge_though_the_classifier_is_sure(judge, mnist):
    images, labels = mnist.test.pixels(slice(2_000)), mnist.test.labels[:2_000]
    other = torch.roll(torch.arange(2_000), 1)
    half = ((images + images[other]) / 2)[labels != labels[other]]
    sure = {
        name: float((classifier.probabilities(model, half).max(1).values >= darts.SURE).float().mean())
        for name, model in {"judge": judge, "classifier": classifier.load()[0]}.items()
    }
    assert sure["judge"] < 0.15
    assert sure["classifier"] > 0.5


def test_a_mixture_holds_the_shares_of_its_classes():
    images = torch.rand(64, 1, 4, 4)
    labels = torch.arange(64) % 10
    found, shares = classifier.mixed(images, labels, torch.Generator().manual_seed(1))
    torch.testing.assert_close(shares.sum(1), torch.ones(64))
    assert bool((shares.gather(1, labels[:, None]) >= 0.5).all())
    generator = torch.Generator().manual_seed(1)  # the law, on images that are their own class
    one_hot = torch.eye(10)[labels][:, None, None]
    same, again = classifier.mixed(one_hot, labels, generator)
    torch.testing.assert_close(same[:, 0, 0], again)
    assert not torch.equal(found, images)


def test_a_summary_counts_digits_and_full_games():
    full, empty = "0123456789" * 10, "-" * 99 + "7"
    seen = game.summary(full + empty + full)
    assert (seen.darts, seen.full) == (300, 2)
    assert seen.counts == {digit: 21 if digit == "7" else 20 for digit in game.CLASSES}
    assert seen.missing == []
    assert seen.recognised == 201 / 300
    seen = game.summary("2" * 60 + "9" * 40)
    assert (seen.missing, seen.rarest, seen.full) == (list("01345678"), "9", 0)


@pytest.mark.parametrize("damage", ["[]", "{", '{"mnist-ae-2d": "0", "mnist-vae-2d": "1"}'])
def test_a_damaged_file_says_what_to_do(tmp_path, monkeypatch, damage):
    shelf = darts.Shelf("shared", "darts", tmp_path)
    shelf.folder.mkdir(parents=True)
    (shelf.folder / "darts.json").write_text(damage)
    monkeypatch.setattr(darts, "SHELF", shelf)
    with pytest.raises(CheckpointError, match="python -m lessons darts"):
        darts.load()


# ---- what the page claims


def test_the_page_says_the_shares_of_all_darts():
    text = " ".join(block.value for block in visit("home", home_revealed="1").markdown)
    for name, whose in zip(darts.MODELS, ("the autoencoder", "the VAE"), strict=True):
        letters = darts.load()[name]
        counts = {digit: letters.count(digit) for digit in game.CLASSES}
        (said,) = re.findall(rf"In 10,000 darts {whose} drew \*\*(.+?)\*\*,.*? a (\d), in ([\d.]+)%", text)
        missing = [digit for digit in game.CLASSES if not counts[digit]]
        assert re.findall(r"\d", said[0]) == missing
        assert (said[0] == "all ten digits") == (not missing)
        assert counts[said[1]] == min(count for count in counts.values() if count)
        assert float(said[2]) == pytest.approx(counts[said[1]] / 100, abs=0.005)


def test_the_vaes_slots_fill_and_some_of_the_autoencoders_stay_empty_in_every_game():
    seen = {name: game.summary(letters) for name, letters in darts.load().items()}
    assert seen["mnist-ae-2d"].missing
    assert seen["mnist-ae-2d"].full == 0
    assert seen["mnist-vae-2d"].missing == []
    assert seen["mnist-vae-2d"].full > 0.9 * game.GAMES


def test_the_answer_is_whose_slots_were_filled_in_most_games():
    found = {kind: game.summary(darts.load()[name]) for kind, name in zip(("ae", "vae"), darts.MODELS, strict=True)}
    assert game.filled(found) == "vae"
    full, none = game.summary("0123456789" * darts.DARTS), game.summary("7" * 10 * darts.DARTS)
    assert [game.filled({"ae": a, "vae": b}) for a, b in ((full, full), (full, none), (none, none))] == [
        "both",
        "ae",
        "neither",
    ]
    assert game.filled({}) in {option.key for option in WORDS.options("predict")}


def test_the_planes_show_no_codes_before_the_reveal():
    app = visit("home")
    assert not parts(app)[0]["codes"]
    assert parts(press(app, "Show without predicting"))[0]["codes"]


# ---- the address


def test_a_link_opens_its_game_with_its_darts_and_its_hand():
    link = {"game": "7", "dart": "31", "home_place": "0.5,-1.25"}
    app = visit("home", **link)
    assert sentences(app) == []
    (told,) = parts(app)
    assert (told["game"], told["dart"], told["place"]) == (7, 31, [0.5, -1.25])
    assert app.query_params == {**link, "home_machine": "0"}
    (back,) = parts(go(go(app, "explore"), "home"))
    assert (back["game"], back["dart"], back["place"]) == (7, 31, [0.5, -1.25])


@pytest.mark.parametrize(
    ("name", "value"), [("game", "0"), ("game", "101"), ("dart", "-1"), ("dart", "x"), ("home_place", "1")]
)
def test_a_link_that_makes_no_sense_says_so(name, value):
    app = visit("home", **{name: value})
    (said,) = sentences(app)
    assert said.startswith(f"The link says {name} = {value!r}. ")
    assert app.query_params.items() >= {"game": "1", "dart": "0"}.items()


def test_the_game_and_the_machine_hear_only_what_is_theirs(monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    ADDRESS.hear({"game": 3, "dart": 1_000, "place": [1.0, 2.0], "count": 4})
    assert st.session_state == {"game": 3, "home_place": (1.0, 2.0)}


def test_what_the_fold_shows_is_in_the_address():
    app = visit("home")
    app.session_state["home_machine"] = True
    assert machine_of(run(app))["draw"] == 0
    app.session_state["home_machine"] = False
    run(app)
    assert app.query_params == {"game": "1", "dart": "0", "home_machine": "0"}
    assert "le-lead" in markup(app)
