"""What a link says reaches the session checked, and what the session writes is read back as the same view."""

import math
import re

import pytest
from app_driver import as_read, sentences
from hostile_words import HOSTILE, one_line
from streamlit.testing.v1 import AppTest

from explorer.page.parameters import Number, OneOf
from explorer.page.state import LEADS
from explorer.page.words import plain


def page() -> None:
    """A page with one parameter of each kind, which shows what it read and writes it back."""
    import streamlit as st

    from explorer.page import state
    from explorer.page.address import Address
    from explorer.page.parameters import Number, OneOf, Whole

    state.arrive("page")
    at = Address(
        OneOf("model", "a", allowed=("a", "b"), what="model"),
        Whole("digit", 7, high=9_999),
        Number("z1", 0.0, low=-3.25, high=123.45),
    )
    at.read()
    st.text(f"{at['model']} {at['digit']} {at['z1']}")
    at.write()


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_without_a_link_the_usual_values_are_used_and_written():
    app = opened()
    assert app.text[0].value == "a 7 0.0"
    assert app.query_params == {"model": "a", "digit": "7", "z1": "0"}


@pytest.mark.parametrize(
    "link",
    [
        {"model": "b", "digit": "9999", "z1": "-3.25"},
        {"model": "a", "digit": "0", "z1": "123.45"},
        {"model": "b", "digit": "12", "z1": "0.07"},
    ],
    ids=lambda link: link["z1"],
)
def test_a_link_is_read_and_written_back_as_it_was(link):
    app = opened(**link)
    assert app.text[0].value == " ".join(link.values())
    assert app.query_params == link
    assert not app.warning


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ({"model": "c"}, "There is no such model; here is another."),
        ({"digit": "10000"}, "It must be a whole number from 0 to 9,999; the usual value is used instead."),
        ({"digit": "-1"}, "It must be a whole number from 0 to 9,999; the usual value is used instead."),
        ({"digit": "seven"}, "It must be a whole number from 0 to 9,999; the usual value is used instead."),
        ({"digit": "7.5"}, "It must be a whole number from 0 to 9,999; the usual value is used instead."),
        ({"digit": ""}, "It must be a whole number from 0 to 9,999; the usual value is used instead."),
        ({"z1": "-3.26"}, "It must be a number from -3.25 to 123; the usual value is used instead."),
        ({"z1": "nan"}, "It must be a number from -3.25 to 123; the usual value is used instead."),
        ({"z1": "inf"}, "It must be a number from -3.25 to 123; the usual value is used instead."),
        ({"z1": "1,5"}, "It must be a number from -3.25 to 123; the usual value is used instead."),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_named_and_the_usual_value_used(link, sentence):
    app = opened(**link)
    ((name, text),) = link.items()
    assert sentences(app) == [f"The link says {name} = {text!r}. {sentence}"]
    assert app.text[0].value == "a 7 0.0"
    assert app.query_params == {"model": "a", "digit": "7", "z1": "0"}


def test_a_very_long_value_is_cut_in_the_sentence():
    app = opened(model="x" * 5_000)
    assert "x" * 60 in app.warning[0].value
    assert "x" * 61 not in app.warning[0].value


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_link_says_is_shown_as_it_was_written(text):
    (raw,) = (warning.value for warning in opened(model=text).warning)
    shown = one_line(text[:60])
    assert as_read(raw) == f"The link says model = '{shown}'. There is no such model; here is another."
    said = raw.removeprefix("The link says model = '").removesuffix("'. There is no such model; here is another.")
    assert re.findall(r"(?<!\\)(?:\\\\)*[!-/:-@\[\]^-`{-~]", said) == []  # no sign of Markdown without its backslash
    assert plain(shown) == said


def test_words_without_signs_stay_as_they_are():
    assert plain("My second run \u03b2 4") == "My second run \u03b2 4"


def test_parameters_nobody_declared_are_dropped_from_the_address():
    assert opened(model="b", surprise="1").query_params == {"model": "b", "digit": "7", "z1": "0"}


def test_the_session_outweighs_the_address_it_wrote_itself():
    app = opened(digit="12")
    app.session_state["digit"] = 13  # a widget moved; the address still says 12 when the script begins
    app.run()
    assert app.text[0].value == "a 13 0.0"
    assert app.query_params["digit"] == "13"


def test_an_address_that_lags_behind_does_not_undo_what_the_visitor_did():
    app = opened(digit="12")
    app.session_state["digit"] = 13
    app.run()
    app.session_state["digit"] = 14  # sent before the browser heard of 13, and so together with the old address
    app.query_params["digit"] = "12"
    app.run()
    assert app.text[0].value == "a 14 0.0"
    assert app.query_params["digit"] == "14"


@pytest.mark.parametrize("value", [-4.03, 4.17, -123.46, 1234.56, 0.3, 0.1 + 0.2, -0.01])
def test_a_position_of_two_decimals_is_the_same_through_a_link(value):
    row = Number("z", 0.0, low=round(value - 1, 2), high=round(value, 2))
    assert row.read(row.write(value)) == pytest.approx(value, abs=1e-9)


def test_one_of_none_says_that_there_is_none():
    with pytest.raises(ValueError, match="There is no such VAE; here is none"):
        OneOf("vae", None, allowed=(), what="VAE").read("mnist-vae-2d")


def test_readers_take_their_bounds_and_nothing_beyond():
    read = Number("z", 0.0, low=-1.5, high=2.5).read
    assert (read("-1.5"), read("2.5"), read("1e0")) == (-1.5, 2.5, 1.0)
    for text in (repr(math.nextafter(-1.5, -2)), repr(math.nextafter(2.5, 3))):
        with pytest.raises(ValueError, match="must be a number"):
            read(text)


def led(app: AppTest, order: str, **link: str) -> AppTest:
    """The same visitor is led to a link."""
    app.query_params.clear()
    for name, value in {**link, LEADS: order}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_who_is_led_sees_what_the_link_says_and_the_usual_values_of_what_it_leaves_out():
    app = led(opened(model="b", digit="9", z1="5"), "3.1", model="b", digit="4")
    assert app.text[0].value == "b 4 0.0"
    assert app.query_params == {"model": "b", "digit": "4", "z1": "0"}  # the order has been followed


def test_an_order_is_followed_once_and_the_next_one_again():
    app = led(opened(), "3.1", digit="4")
    app.session_state["digit"] = 8  # before the browser heard that the order is done
    assert led(app, "3.1", digit="4").text[0].value == "a 8 0.0"
    assert led(app, "3.2", digit="4").text[0].value == "a 4 0.0"
    app.query_params["digit"] = "6"  # no order: the session outweighs the address
    app.run()
    assert app.text[0].value == "a 4 0.0"


def stopped() -> None:
    """The small page, which stops before it has read all of its link while `stop` is set, as a run does that the next one overtakes."""
    import streamlit as st

    from explorer.page import state
    from explorer.page.address import Address
    from explorer.page.parameters import Flag, Whole

    state.arrive("page")
    first, then = Address(Whole("digit", 7, high=99)), Address(Flag("open", None))
    first.read()
    if st.session_state.get("stop"):
        st.stop()
    then.read()
    st.text(f"{first['digit']} {then['open']}")
    Address(*first.declared, *then.declared).write()


def test_a_link_that_says_all_is_read_to_its_end_by_the_run_that_follows():
    app = AppTest.from_function(stopped)
    app.query_params["open"] = "1"
    app.run()
    app.session_state["stop"] = True
    led(app, "1", digit="3")
    app.session_state["stop"] = False
    app.run()
    assert app.text[0].value == "3 None"
    assert app.query_params == {"digit": "3"}
