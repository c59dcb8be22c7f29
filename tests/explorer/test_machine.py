"""Python's side of Home's machine: the code it quotes, the digits it sends, drawings, and what it believes of the browser."""

import ast
import gzip
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit as st
import torch
from app_driver import PAIR, go, parts, run, sentences, visit
from torch.distributions import Normal, kl_divergence

from explorer.browser.bodies import Body
from explorer.browser.joined import ROOT
from explorer.home import album, machine, quotes
from explorer.home.address import ADDRESS
from explorer.models import trained
from explorer.page import mounting, strokes, words
from vae import data
from vae.learning import objectives
from vae.model import latent
from vae.model.networks import Autoencoder
from vae.model.posterior import kl_parts

QUOTED = [(kind, node) for kind, nodes in quotes.NODES.items() for node in nodes]


@pytest.fixture(scope="module")
def models() -> list[trained.Trained]:
    return [trained.shipped(name) for name in PAIR.values()]


def parse(body: Body) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and one-byte arrays of a body."""
    content = gzip.decompress(body.compressed)
    length = int.from_bytes(content[:4], "little")
    header, rest, arrays = json.loads(content[4 : 4 + length]), content[4 + length :], {}
    for item in header["arrays"]:
        assert item["type"] == "uint8"
        size = int(np.prod(item["shape"]))
        arrays[item["name"]], rest = np.frombuffer(rest[:size], np.uint8).reshape(item["shape"]), rest[size:]
    return header, arrays


# ---- the quoted code


@pytest.mark.parametrize(("kind", "node"), QUOTED, ids=["-".join(pair) for pair in QUOTED])
def test_a_quoted_line_stands_in_its_file_under_its_number(kind, node):
    quote = quotes.of_nodes(kind)[node]
    line = (quotes.ROOT / quote["file"]).read_text(encoding="utf-8").splitlines()[quote["number"] - 1]
    assert line.strip() == quote["code"]


def computed_at(file: str, number: int, act: Callable[[], Any]) -> list[Any]:
    """What the expression of one line of one file gives, each time that line runs while `act` does."""
    path, seen = str(quotes.ROOT / file), []
    tree = ast.parse((quotes.ROOT / file).read_text(encoding="utf-8"))
    (statement,) = (s for s in ast.walk(tree) if isinstance(s, (ast.Return, ast.Assign)) and s.lineno == number)
    assert statement.value is not None
    expression = compile(ast.Expression(statement.value), path, "eval")

    def trace(frame, event, _):
        if frame.f_code.co_filename != path:
            return None
        if event == "line" and frame.f_lineno == number:
            sys.settrace(None)
            seen.append(eval(expression, frame.f_globals, frame.f_locals))
            sys.settrace(trace)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return seen


@pytest.mark.parametrize(("kind", "node"), QUOTED, ids=["-".join(pair) for pair in QUOTED])
def test_a_quoted_line_is_the_one_that_computes_the_node(kind, node, models):
    """The line is run where it stands, in a whole pass of the model, and gives what the node shows by another way."""
    model: Autoencoder = models[list(PAIR).index(kind)].model
    split, noise = data.load("mnist").test, torch.tensor([[0.7, -1.2]])
    image = split.images[3:4].double() / 255

    def whole_pass() -> None:
        pixels = split.pixels(slice(3, 4))
        objectives.objective(model, pixels, noise)
        model.expected_image(model(pixels, noise)[0])
        if node == "noise":  # without a given epsilon it is drawn; the seed makes it known
            torch.manual_seed(5)
            model.encode(pixels).sample()

    quote = quotes.of_nodes(kind)[node]
    with torch.no_grad():
        results = computed_at(quote["file"], quote["number"], whole_pass)
        features = model.trunk(image.float())
        mean = torch.nn.functional.linear(features, model.mean_head.weight, model.mean_head.bias)
        std = torch.zeros_like(mean)
        if kind == "vae":
            std = (
                torch.nn.functional.linear(features, model.log_variance_head.weight, model.log_variance_head.bias).exp().sqrt()
            )
        z = mean + std * noise
        logits = model.decoder(z)
        output = 1 / (1 + (-logits.double()).exp())
        nll = -(image * output.log() + (1 - image) * (1 - output).log()).sum()
        kl = kl_divergence(Normal(mean, std), Normal(0.0, 1.0)).sum() if kind == "vae" else torch.zeros(())
        torch.manual_seed(5)
        oracle: dict[str, torch.Tensor] = {
            "input": image,
            "encoder": features if kind == "vae" else mean,
            "mean": mean,
            "log_variance": 2 * std.log(),
            "std": std,
            "noise": torch.randn(1, 2),
            "z": z,
            "decoder": logits,
            "output": output,
            "reconstruction": nll,
            "kl": kl,
            "loss": nll + kl,
        }
    assert results
    part: dict[str, Callable[[Any], torch.Tensor]] = {
        "encoder": lambda result: result if kind == "vae" else result.mean,
        "mean": lambda result: result.mean,
        "log_variance": lambda result: result.log_variance,
        "reconstruction": lambda result: result.sum(),
        "kl": lambda result: result.sum(),
        "loss": lambda result: result.loss,
    }
    result = part.get(node, lambda whole: whole)(results[-1])
    torch.testing.assert_close(result.double(), oracle[node].double(), rtol=1e-4, atol=1e-5)


def test_a_fragment_that_is_not_there_or_stands_twice_is_refused():
    with pytest.raises(LookupError, match="0 lines"):
        quotes.quote(kl_parts, "no such code")
    with pytest.raises(LookupError, match="must be one"):
        quotes.quote(kl_parts, "posterior")


def test_every_node_that_the_browser_draws_has_a_quote():
    source = "".join((ROOT / "explorer/home/js" / name).read_text() for name in ("lane.js", "input.js"))
    drawn_nodes = {part.split('"')[1] for part in source.split("id: ")[1:]}
    assert drawn_nodes == set(quotes.NODES["vae"])
    assert set(quotes.NODES["ae"]) == drawn_nodes - {"log_variance", "std", "noise", "kl"}


# ---- the digits


def test_the_album_holds_whole_digits_with_the_posteriors_that_the_models_give(models):
    header, arrays = parse(album.album(*models))
    test = data.load("mnist").test
    assert np.bincount(arrays["labels"]).tolist() == [album.EXAMPLES] * 10
    for i in (0, 57, 199):
        index = header["indices"][i]
        assert arrays["labels"][i] == test.labels[index]
        np.testing.assert_array_equal(arrays["pixels"][i], test.images[index].numpy().ravel())
        for model, posteriors in zip(models, header["posteriors"], strict=True):
            posterior = model.model.encode(test.pixels(slice(index, index + 1)))
            assert posteriors[i]["mean"] == pytest.approx(posterior.mean[0].tolist(), rel=1e-4, abs=1e-4)
            if posterior.log_variance is None:
                assert posteriors[i]["logVariance"] is None
            else:
                assert posteriors[i]["logVariance"] == pytest.approx(posterior.log_variance[0].tolist(), rel=1e-4, abs=1e-4)


def test_the_album_costs_less_than_a_tenth_of_what_a_first_visit_may_fetch(models):
    assert len(album.album(*models).compressed) < 60_000


def test_a_drawing_is_encoded_as_it_is_sent_back(models):
    drawing = (((0.1, 0.2), (0.5, 0.9)),)
    told = machine.answer(drawing, models)
    image = torch.from_numpy(strokes.image(drawing)).float()[None, None]
    assert told["pixels"] == (255 * image).round().flatten().tolist()
    for model, posterior in zip(models, told["posteriors"], strict=True):
        expected = latent.encode(model.model, image)
        assert posterior["mean"] == pytest.approx(expected.mean[0].tolist(), rel=1e-4, abs=1e-4)
        if expected.log_variance is None:
            assert posterior["logVariance"] is None
        else:
            assert posterior["logVariance"] == pytest.approx(expected.log_variance[0].tolist(), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("report", "kept"),
    [
        ({}, {}),
        ({"digit": 9_999, "draw": 9_999}, {"digit": 9_999, "draw": 9_999}),
        ({"digit": 10_000, "draw": 10_000}, {}),
        ({"digit": -1, "draw": 1.5}, {}),
        ({"digit": True, "draw": "7"}, {}),
        ({"digit": None, "draw": 7, "drawn": True}, {"digit": None, "draw": 7, "home_drawn": True}),
        ({"drawn": False}, {"home_drawn": None}),
        ({"epsilon": [0.5, -40.25], "z": [1, 2]}, {"home_epsilon": (0.5, -40.25), "home_z": (1.0, 2.0)}),
        ({"epsilon": [], "z": [1, float("nan")]}, {"home_epsilon": ()}),
        ({"drawing": [[[0.5, 0.5]]]}, {strokes.DRAWING: (((0.5, 0.5),),)}),
        ({"drawing": None}, {strokes.DRAWING: ()}),
        ({"drawing": "all"}, {}),
    ],
)
def test_a_report_is_believed_only_where_it_makes_sense(report, kept, monkeypatch):
    before = {"digit": 4, "draw": 2}
    monkeypatch.setattr(st, "session_state", dict(before))
    ADDRESS.hear(report)
    assert st.session_state == {**before, **kept}


# ---- the page


def machine_of(app) -> dict:
    """What the page tells the machine, which stands below the game."""
    _, found = parts(app)
    return found


def test_the_machine_is_folded_away_until_it_is_asked_for():
    app = visit("home")
    assert len(parts(app)) == 1
    assert "digit" not in app.query_params
    app.session_state["home_machine"] = True
    assert machine_of(run(app))["draw"] == 0
    assert app.query_params.items() >= {"home_machine": "1", "draw": "0"}.items()
    assert len(parts(visit("home", digit="17"))) == 2  # a link that says something of it
    assert mounting.mounted("") == ["explorer/home/js/game.js"]  # and nobody's browser fetches it before


def test_the_digit_that_comes_first_is_the_one_whose_draws_differ_most(models):
    """By a loop over the images and torch's own distributions; nobody has chosen it by hand."""
    vae, test = models[1], data.load("mnist").test
    wide = sorted(range(len(test)), key=lambda i: -float(vae.posterior.std[i].mean()))[: album.WIDE]
    noise = [latent.sample_prior(1, 2, seed) for seed in range(album.DRAWS)]

    def change(i: int) -> float:
        posterior = latent.encode(vae.model, test.pixels(slice(i, i + 1)))
        pictures = np.concatenate([latent.decode(vae.model, posterior.sample(each)).numpy() for each in noise])
        return float(pictures.std(0).sum())

    first = max(wide, key=change)
    assert machine_of(visit("home", home_machine="1"))["digit"]["index"] == first == album.widest(*models)
    several = sorted(map(change, range(0, len(test), 200)))
    assert change(first) > 4 * several[len(several) // 2]  # than with a usual digit


def test_home_sends_the_digit_and_the_draw_of_the_link_with_both_models():
    told = machine_of(visit("home", digit="17", draw="42"))
    test = data.load("mnist").test
    assert [model["name"] for model in told["models"]] == list(PAIR.values())
    assert told["digit"]["index"] == 17
    assert told["digit"]["label"] == int(test.labels[17])
    assert told["digit"]["pixels"] == test.images[17].flatten().tolist()
    for name, posterior in zip(PAIR.values(), told["digit"]["posteriors"], strict=True):
        encoded = latent.encode(trained.shipped(name).model, test.pixels(slice(17, 18)))
        assert posterior["mean"] == pytest.approx(encoded.mean[0].tolist(), rel=1e-4, abs=1e-4)
    assert told["draw"] == 42
    assert told["models"][1]["layers"] == {"encoder": [784, 192, 96, 4], "decoder": [2, 128, 128, 192, 784]}
    assert told["drawing"] is None
    assert (told["epsilon"], told["z"]) == ([], [])


def test_home_remembers_its_digit_and_its_draw_on_the_way_through_another_page():
    app = visit("home", digit="17", draw="42")
    told = machine_of(go(go(app, "explore"), "home"))
    assert (told["digit"]["index"], told["draw"]) == (17, 42)


def test_a_drawing_of_the_session_goes_through_the_machine_only_when_asked():
    app = visit("home", home_machine="1")
    app.session_state[strokes.DRAWING] = (((0.2, 0.3), (0.4, 0.5)),)
    told = machine_of(run(app))
    assert not told["drawn"]
    assert told["drawing"]["strokes"] == [[[0.2, 0.3], [0.4, 0.5]]]
    app.session_state["home_drawn"] = True
    assert machine_of(run(app))["drawn"]
    assert sentences(app) == []


def test_a_link_carries_what_was_drawn_and_what_was_moved_by_hand():
    drawing = (((0.2, 0.3), (0.4, 0.5)),)
    link = {"digit": "17", "draw": "42", "home_epsilon": "0.5,-40.25", "home_z": "-1.5,2"}
    link |= {strokes.DRAWING: strokes.to_text(drawing), "home_drawn": "1"}
    app = visit("home", **link)
    assert sentences(app) == []
    told = machine_of(app)
    assert (told["epsilon"], told["z"], told["drawn"]) == ([0.5, -40.25], [-1.5, 2], True)
    assert told["drawing"]["strokes"] == [[[0.2, 0.3], [0.4, 0.5]]]
    assert app.query_params == {"game": "1", "dart": "0", "home_machine": "1", **link}


@pytest.mark.parametrize(
    ("name", "value"), [("home_epsilon", "1"), ("home_z", "1,x"), ("home_drawn", "yes"), (strokes.DRAWING, "!")]
)
def test_a_link_that_makes_no_sense_says_so(name, value):
    app = visit("home", **{name: value})
    (said,) = sentences(app)
    assert said.startswith(f"The link says {name} = {value!r}. ")
    assert app.query_params == {"game": "1", "dart": "0", "home_machine": "1", "draw": "0"}


def test_every_node_has_its_words_for_the_models_that_have_it():
    said = {option.key: option.why for option in words.load("explorer/home").options("nodes")}
    assert all(said.values())
    kept = {f"{node}-{kind}" if f"{node}-{kind}" in said else node for kind in quotes.NODES for node in quotes.NODES[kind]}
    assert kept == said.keys()
