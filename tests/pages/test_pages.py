"""Every page draws without a traceback, and every control on it changes what it says it changes."""

import random
import re

import numpy as np
import pytest
from app_driver import PAIR, canvas, choose, figures, go, markup, press, run, seen, sentences, shown, visit

from explorer.models import trained
from explorer.page.pictures import grey
from explorer.page.places import PLACES
from vae import data
from vae.model import latent

WIDGETS = (
    "button",
    "slider",
    "select_slider",
    "selectbox",
    "number_input",
    "segmented_control",
    "download_button",
    "page_link",
)


@pytest.fixture(autouse=True)
def _seeded() -> None:
    random.seed(0)  # buttons that choose at random always choose the same here


@pytest.mark.parametrize("path", PLACES)
def test_a_page_draws_under_its_own_title_and_says_nothing_is_wrong(path):
    app = seen(path)
    assert app.title[0].value in (PLACES[path].title, "Latent Explorer")
    assert sentences(app) == []
    assert 'class="le-lead"' in markup(app)  # what to look for


def test_one_visitor_walks_through_all_pages_and_back():
    app = visit("home")
    for path in [*PLACES, *reversed(PLACES)]:
        assert sentences(go(app, path)) == []


@pytest.mark.parametrize("path", PLACES)
def test_every_control_has_a_label_and_every_picture_a_text_alternative(path):
    app = seen(path)
    labels = [widget.label if hasattr(widget, "label") else widget.proto.label for kind in WIDGETS for widget in app.get(kind)]
    assert labels
    assert all(labels)
    text = markup(app)
    assert text.count("<img") == text.count('alt="') - text.count('alt=""')
    assert all(figure["alt"] for figure in figures(app).values())


@pytest.mark.parametrize("name", ["mnist-ae-2d", "mnist-vae-2d", "mnist-ae-10d", "mnist-vae-10d"])
def test_explore_gives_the_canvas_the_model_and_the_position_of_the_link(name):
    told = canvas(visit("explore", model=name, z1="0.5", z2="-1.25"))
    rest = len(trained.shipped(name).order) - 2
    assert [model["name"] for model in told["models"]] == [name]
    assert told["position"] == [[0.5, -1.25] + [0.0] * rest]
    assert told["series"] is None


def test_explore_jumps_to_a_prior_draw_and_back_to_0():
    app = press(visit("explore"), "Prior draw")
    first = canvas(app)["position"]
    second = canvas(press(app, "Prior draw"))["position"]
    assert first != second != [[0.0, 0.0]]
    assert canvas(press(app, "Back to 0"))["position"] == [[0.0, 0.0]]


def test_explore_replays_the_training_of_a_model_that_ships_its_timeline():
    app = visit("explore")
    choose(app, "explore_view", "training")
    series = canvas(app)["series"]
    assert len(series["moments"]) == 24
    assert "0 images: reconstruction" in series["moments"][0]["caption"]
    assert len({moment["models"][0]["weights"] for moment in series["moments"]}) == 24
    choose(app, "model", "mnist-vae-10d")
    assert canvas(app)["series"] is None


def test_explore_walks_the_beta_ladder_with_what_each_rung_pays():
    app = visit("explore")
    choose(app, "explore_view", "ladder")
    moments = canvas(app)["series"]["moments"]
    assert [moment["label"] for moment in moments] == ["0.05", "0.25", "1", "2", "4", "8", "16"]
    kl = [float(re.search(r"KL ([\d.]+) nats", moment["caption"])[1]) for moment in moments]
    assert kl == sorted(kl, reverse=True)
    assert kl[0] > 10 > 2 > kl[-1]
    assert list(figures(app)) == ["rate-distortion"]


def test_a_position_stays_where_it_is_for_the_next_model_if_it_can():
    app = visit("explore", model="mnist-vae-2d", z1="1.5", z2="-0.5")
    choose(app, "model", "mnist-vae-10d")
    assert canvas(app)["position"] == [[1.5, -0.5] + [0.0] * 8]
    choose(app, "model", "mnist-ae-2d")
    assert canvas(app)["position"] == [[1.5, -0.5]]


def test_compare_draws_other_codes_for_another_seed_and_follows_another_image():
    app = visit("compare")
    before, place = shown(app), canvas(app)["position"]
    choose(app, "draw", 5)
    assert (shown(app) != before).any()
    draws = latent.sample_prior(12, 2, 5)
    for name, pictured in zip(PAIR.values(), (shown(app)[:12], shown(app)[12:]), strict=True):
        np.testing.assert_array_equal(pictured, grey(latent.decode(trained.shipped(name).model, draws)))
    choose(app, "digit", 4321)
    assert canvas(app)["position"] != place
    for name, position in zip(PAIR.values(), canvas(app)["position"], strict=True):
        assert position == pytest.approx(trained.shipped(name).posterior.mean[4321].tolist())
    assert "test image 4,321" in app.caption[0].value


def test_compare_puts_both_planes_on_equal_axes_when_asked():
    app = visit("compare")
    own = [model["bounds"] for model in canvas(app)["models"]]
    assert own[0] != own[1]
    choose(app, "compare_axes", "equal")
    equal = [model["bounds"] for model in canvas(app)["models"]]
    assert equal[0] == equal[1]
    for before, after in zip(own, equal, strict=True):
        assert all(a[0] <= b[0] and a[1] >= b[1] for b, a in zip(before, after, strict=True))


def test_interpolate_asks_the_canvas_for_the_way_of_the_link_and_its_controls():
    app = visit("interpolate", a="11", b="250", steps="7")
    for method in ("linear", "spherical"):
        choose(app, "method", method)
        assert canvas(app)["morph"] == {"ends": [11, 250], "steps": 7, "method": method}
    assert [model["name"] for model in canvas(app)["models"]] == list(PAIR.values())


def test_interpolate_picks_ends_by_class_by_example_and_at_random():
    app = visit("interpolate")
    labels = data.load("mnist").test.labels
    choose(app, "a_class", 8)
    assert labels[app.session_state["a"]] == 8
    members = (labels == 8).nonzero().flatten().tolist()
    choose(app, "a_example", 3)
    assert app.session_state["a"] == members[3]
    before = app.session_state["a"], app.session_state["b"]
    press(app, "Random pair")
    assert (app.session_state["a"], app.session_state["b"]) != before
    choose(app, "steps", 30)
    assert canvas(app)["morph"]["steps"] == 30


def test_train_offers_no_kl_weight_for_an_autoencoder():
    app = visit("train")
    assert not app.get_by_key("beta").disabled
    choose(app, "models", "ae")
    assert app.get_by_key("beta").disabled


def test_positions_and_choices_survive_a_walk_through_other_pages():
    app = visit("explore", model="mnist-ae-2d", z1="1.25")
    for path in ("compare", "interpolate", "train", "home", "explore"):
        go(app, path)
    assert app.selectbox(key="model").value == "mnist-ae-2d"
    assert canvas(app)["position"][0][0] == 1.25
    run(app)
    assert app.query_params.items() >= {"model": "mnist-ae-2d", "z1": "1.25", "z2": "0"}.items()
