"""A copied link opens the same view for another visitor; a link that makes no sense says so and does no harm."""

from functools import cache

import pytest
from app_driver import canvas, choose, go, markup, run, sentences, visit
from streamlit.testing.v1 import AppTest

from explorer.models import trained
from explorer.page import strokes

WHOLE = "It must be a whole number from {} to {}; the usual value is used instead."
VIEWS = {
    "home": {"digit": "17", "draw": "42"},
    "explore": {"model": "mnist-ae-2d", "z1": "1.25", "z2": "-0.5"},
    "compare": {"ae": "mnist-ae-10d", "vae": "mnist-vae-10d", "digit": "9999", "draw": "7"},
    "interpolate": {
        "ae": "mnist-ae-10d",
        "vae": "mnist-vae-10d",
        "a": "11",
        "b": "250",
        "method": "spherical",
        "steps": "7",
    },
}
PARAMETERS = [(path, name) for path, view in VIEWS.items() for name in view]


def page_text(app) -> str:
    """What a reader sees: the page's own words and pictures, and what the canvas is told."""
    told = [component.proto.json for component in app.get("bidi_component")]
    return "".join([markup(app), *(caption.value for caption in app.caption), *told])


@cache
def usual(path: str) -> tuple[str, dict[str, str]]:
    """What a visitor sees who comes without a link, and the address then."""
    app = visit(path, **({"home_machine": "1"} if path == "home" else {}))  # a link that says something of the machine opens it
    return page_text(app), app.query_params


@pytest.mark.parametrize("path", VIEWS)
def test_the_address_says_the_view_and_opens_it_for_another_visitor(path):
    first = visit(path, **VIEWS[path])
    assert sentences(first) == []
    assert first.query_params.items() >= VIEWS[path].items()
    second = visit(path, **first.query_params)
    assert page_text(second) == page_text(first)


@pytest.mark.parametrize(("path", "name"), PARAMETERS, ids=[f"{path}-{name}" for path, name in PARAMETERS])
def test_each_parameter_alone_reaches_the_session_and_changes_the_page(path, name):
    app = visit(path, **{name: VIEWS[path][name]})
    assert str(app.session_state[name]) == VIEWS[path][name]
    assert app.query_params[name] == VIEWS[path][name]
    assert page_text(app) != usual(path)[0]


@pytest.mark.parametrize(
    ("path", "name", "value", "sentence"),
    [
        ("home", "digit", "10000", WHOLE.format("0", "9,999")),
        ("home", "digit", "seven", WHOLE.format("0", "9,999")),
        ("home", "draw", "-1", WHOLE.format("0", "9,999")),
        ("explore", "model", "mnist-gan", "There is no such model; here is another."),
        ("explore", "model", "../../etc/passwd", "There is no such model; here is another."),
        ("explore", "z1", "left", "the usual value is used instead."),
        ("explore", "z2", "1e9", "the usual value is used instead."),
        ("explore", "z2", "nan", "the usual value is used instead."),
        ("compare", "ae", "mnist-vae-2d", "There is no such autoencoder; here is another."),
        ("compare", "vae", "<b>", "There is no such VAE; here is another."),
        ("compare", "digit", "1.5", WHOLE.format("0", "9,999")),
        ("compare", "draw", "", WHOLE.format("0", "9,999")),
        ("interpolate", "a", "99999", WHOLE.format("0", "9,999")),
        ("interpolate", "b", "x", WHOLE.format("0", "9,999")),
        ("interpolate", "method", "cubic", "There is no such way; here is another."),
        ("interpolate", "steps", "4", WHOLE.format("5", "30")),
        ("interpolate", "steps", "31", WHOLE.format("5", "30")),
    ],
)
def test_a_value_that_makes_no_sense_is_named_and_the_page_works(path, name, value, sentence):
    app = visit(path, **{name: value})
    (said,) = sentences(app)
    assert said.startswith(f"The link says {name} = {value!r}. ")
    assert said.endswith(sentence)
    assert (page_text(app), app.query_params) == usual(path)  # the address is put right
    assert sentences(run(app)) == []  # said once


@pytest.mark.parametrize("path", ["home", "explore", "compare", "interpolate", "train"])
def test_parameters_a_page_does_not_know_do_no_harm(path):
    app = visit(path, surprise="1", z99="0.5", digit_class="99", train_images="-5", own_models="x", job="y")
    assert sentences(app) == []


@pytest.mark.parametrize("name", ["mnist-ae-2d", "mnist-vae-2d", "mnist-ae-10d", "mnist-vae-10d"])
@pytest.mark.parametrize("end", [0, 1], ids=["low", "high"])
def test_a_link_to_a_sliders_end_opens_there(name, end):
    app = visit("explore", model=name)
    for key, bounds in zip(("z1", "z2"), trained.shipped(name).ranges, strict=False):
        app.session_state[key] = bounds[end]
    run(app)
    other = visit("explore", **app.query_params)
    assert sentences(other) == []
    assert canvas(other)["position"] == [pytest.approx(canvas(app)["position"][0])]


def test_a_position_for_more_dimensions_than_the_model_has_is_left_out_of_the_address():
    app = visit("explore", model="mnist-vae-2d", z1="1", z7="2")
    assert app.query_params == {"model": "mnist-vae-2d", "z1": "1", "z2": "0", "explore_view": "model"}


def test_a_link_counts_again_when_the_visitor_comes_back_by_one():
    app = visit("explore", z1="1.5")
    app.session_state["z1"] = -2.0
    go(run(app), "home")
    app.query_params["z1"] = "0.75"
    assert canvas(go(app, "explore"))["position"][0][0] == 0.75


LOOKS = [
    ("explore", {"model": "mnist-vae-10d", "explore_layers": "digits,distance", "explore_plane": "3,1"}, {}),
    ("explore", {"explore_view": "training", "explore_moment": "7", "explore_layers": ""}, {"at": 7}),
    ("explore", {"explore_view": "ladder", "explore_beta": "4"}, {"at": 4}),
    ("compare", {"ae": "mnist-ae-10d", "vae": "mnist-vae-10d", "compare_axes": "equal", "compare_plane": "principal"}, {}),
    ("compare", {"drawing": strokes.to_text((((0.2, 0.2), (0.8, 0.21), (0.45, 0.9)),))}, {}),
    ("compare", {"compare_sight": "0.125,0,2,0,-0.25,1"}, {}),
    ("explore", {"explore_sight": "0.125,0,2"}, {}),
    ("compare", {"compare_z": "1,2,-0.5,0.25"}, {"position": [[1, 2], [-0.5, 0.25]], "digit": None}),
    (
        "interpolate",
        {"interpolate_layers": "points,decoded", "vae": "mnist-vae-10d", "ae": "mnist-ae-10d", "interpolate_plane": "2,1"},
        {},
    ),
]


@pytest.mark.parametrize(("path", "view", "shown"), LOOKS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_canvas_shows_is_in_the_address_and_opens_again(path, view, shown):
    app = visit(path, **view)
    assert sentences(app) == []
    assert app.query_params.items() >= view.items()
    told = canvas(app)
    series = told["series"] or {}
    assert {**told, **series}.items() >= shown.items()
    if f"{path}_layers" in view:
        assert told["look"]["layers"] == [name for name in view[f"{path}_layers"].split(",") if name]
    assert told["look"]["plane"] == view.get(f"{path}_plane")
    sight = view.get(f"{path}_sight")
    assert told["look"]["sight"] == (None if sight is None else [float(number) for number in sight.split(",")])
    assert page_text(visit(path, **app.query_params)) == page_text(app)


def test_a_test_image_that_was_pointed_at_is_in_the_address_while_one_stays_at_its_code():
    subject = trained.shipped("mnist-vae-2d")
    z1, z2 = subject.posterior.mean[5].tolist()
    app = visit("explore", z1=f"{z1:.4f}", z2=f"{z2:.4f}", explore_digit="5")
    assert sentences(app) == []
    assert canvas(app)["digit"] == 5
    (said,) = sentences(visit("explore", z1="0", z2="0", explore_digit="5"))
    assert said.endswith("is not the code of that test image.")


def test_a_browser_knows_codes_in_steps_and_the_address_as_they_are():
    app = AppTest.from_function(picked_in_the_browser, default_timeout=60).run()
    assert not app.exception
    z1, z2 = trained.shipped("mnist-vae-2d").posterior.mean[5].tolist()
    assert app.query_params.items() >= {"z1": f"{z1:.6g}", "z2": f"{z2:.6g}", "explore_digit": "5"}.items()


def picked_in_the_browser() -> None:
    from explorer.canvas.canvas import CanvasState
    from explorer.models import trained
    from explorer.see.explore import address

    address.ADDRESS.read()
    code = [value + 0.004 for value in trained.shipped("mnist-vae-2d").posterior.mean[5].tolist()]
    address.ADDRESS.hear(address.told(CanvasState([code], digit=5, layers=("points",))))
    address.ADDRESS.write()


@pytest.mark.parametrize(
    ("path", "view", "said"),
    [
        ("explore", {"explore_plane": "1,2"}, "There is no such plane"),  # a plane is all there is
        ("explore", {"model": "mnist-vae-10d", "explore_plane": "1,11"}, "There is no such plane"),
        ("explore", {"explore_layers": "points,ink"}, "There is no such layer"),
        ("explore", {"model": "mnist-vae-10d", "explore_view": "training"}, "There is no such view"),
        ("compare", {"compare_z": "1,2,3"}, "It must be 4 numbers"),
        ("compare", {"compare_z": "1,2,nan,3"}, "It must be a number"),
        ("interpolate", {"interpolate_plane": "principal"}, "There is no such plane"),
        ("interpolate", {"interpolate_sight": "0,0,2"}, "It must be 6 numbers"),
    ],
)
def test_what_a_canvas_cannot_show_is_named(path, view, said):
    (sentence,) = sentences(visit(path, **view))
    assert said in sentence


def test_another_model_shows_its_whole_plane():
    app = visit("compare", compare_sight="0.125,0,2,0,0,1")
    app = choose(app, "ae", "mnist-ae-10d")
    assert canvas(app)["look"]["sight"] is None
    assert "compare_sight" not in app.query_params
