"""Every page draws without a traceback, and every control on it changes what it says it changes."""

import random
import re

import pytest
from app_driver import PAIR, canvas, choose, figures, go, markup, run, seen, sentences, visit

from explorer.models import trained
from explorer.page.places import PLACES
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
    text = markup(app)
    fields = re.findall(r'<input (?!type="hidden")[^>]*>', text)  # of the page's own forms
    own = re.findall(r'<label><input [^>]*>([^<]+)</label>|<input (?!type="hidden")[^>]*aria-label="([^"]+)"', text)
    assert len(own) == len(fields)
    assert [*labels, *own]
    assert all(labels)
    assert text.count("<img") == text.count('alt="') - text.count('alt=""')
    assert all(figure["alt"] for figure in figures(app).values())


@pytest.mark.parametrize("name", ["mnist-ae-2d", "mnist-vae-2d", "mnist-ae-10d", "mnist-vae-10d"])
def test_explore_gives_the_canvas_the_model_and_the_position_of_the_link(name):
    told = canvas(visit("explore", model=name, z1="0.5", z2="-1.25"))
    rest = len(trained.shipped(name).order) - 2
    assert [model["name"] for model in told["models"]] == [name]
    assert told["position"] == [[0.5, -1.25] + [0.0] * rest]
    assert told["series"] is None


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


def test_compare_follows_the_image_of_the_link_and_offers_its_draws_and_axes():
    told = canvas(visit("compare", digit="4321", draw="5", compare_axes="equal"))
    for name, position in zip(PAIR.values(), told["position"], strict=True):
        assert position == pytest.approx(trained.shipped(name).posterior.mean[4321].tolist())
    assert (told["followed"], told["choices"]) == (4321, {"draw": 5, "axes": "equal"})
    assert told["controls"].keys() == {"follow", "axes", "draws"}


def test_interpolate_asks_the_canvas_for_the_way_of_the_link_and_its_controls():
    for method in ("linear", "spherical"):
        told = canvas(visit("interpolate", a="11", b="250", steps="7", method=method))
        assert told["morph"].items() >= {"ends": [11, 250], "steps": 7, "method": method}.items()
        assert list(told["morph"]["controls"]["options"]) == list(latent.INTERPOLATIONS)
    assert [model["name"] for model in told["models"]] == list(PAIR.values())


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
