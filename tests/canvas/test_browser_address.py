"""The address as the browser writes it, under Node, against the one that Python writes for the same report."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

TOLD, ADDRESS = "explorer/canvas/js/told.js", "explorer/browser/js/address.js"
LOOK = {"layers": ["prior", "points"], "plane": None, "sight": None, "moment": None, "ends": None, "choices": {}}
REPORTS = {
    "explore?": [
        {**LOOK, "position": [[0.8057, -0.745]], "digit": None},
        {**LOOK, "position": [[0, -3]], "digit": None, "layers": []},
        {**LOOK, "position": [[0, -3]], "digit": None, "sight": [-0.0625, 0.111, 60]},
    ],
    "explore?explore_view=training": [{**LOOK, "position": [[1.25, 0.5]], "digit": None, "moment": 7}],
    "explore?explore_view=ladder": [{**LOOK, "position": [[1.25, 0.5]], "digit": None, "moment": k} for k in (0, 2, 6)],
    "explore?model=mnist-vae-10d": [{**LOOK, "position": [[0.1234] * 10], "digit": None, "plane": "3,1"}],
    "compare?": [
        {**LOOK, "position": [[126.72, 51.4156], [0.00012, -2]], "digit": None, "choices": {"draw": 42, "axes": "equal"}},
        {**LOOK, "position": [[1, 2], [3, 4]], "digit": 4321, "choices": {"draw": 0, "axes": "own"}},
        {**LOOK, "position": [[1, 2], [3, 4]], "digit": None, "sight": [0.125, -0.5, 2, 0, 0, 1], "choices": {"axes": "own"}},
    ],
    "interpolate?": [
        {
            **LOOK,
            "position": [[1, 2], [3, 4]],
            "digit": None,
            "ends": [11, 9999],
            "choices": {"steps": 30, "method": "spherical"},
        }
    ],
}


def heard() -> None:
    """A page without its widgets: it reads a link, hears reports, and says what it tells the browser and what it then writes."""
    import importlib
    import json

    import streamlit as st

    from explorer.canvas.canvas import read_report

    path, reports = st.session_state["asked"]
    address = importlib.import_module(f"explorer.see.{path}.address").ADDRESS
    address.read()
    told, written = address.in_browser(), [address.values()]
    for report in reports:
        dims = [len(place) for place in report["position"]]
        address.hear(read_report(report, dims, 10_000).told())
        written.append(address.values())
    st.code(json.dumps([told, written]))


@pytest.mark.parametrize("asked", REPORTS)
def test_browser_and_python_write_the_same_address(javascript, asked):
    path, _, link = asked.partition("?")
    app = AppTest.from_function(heard, default_timeout=60)
    if link:
        name, value = link.split("=")
        app.query_params[name] = value
    app.session_state["asked"] = path, REPORTS[asked]
    app.run()
    assert not app.exception
    address, (first, *written) = json.loads(app.code[0].value)
    search = "?" + "&".join(f"{name}={text}" for name, text in first.items())
    for report, expected in zip(REPORTS[asked], written, strict=True):
        (told,) = javascript(TOLD, ["toldOf", report])
        (search,) = javascript(ADDRESS, ["query", search, address, told])
        assert search == "?" + "&".join(f"{name}={text.replace(',', '%2C')}" for name, text in expected.items())


def test_what_the_page_does_not_know_stays_in_the_address(javascript):
    rows = {"draw": {"name": "draw", "optional": False}, "z": {"name": "at", "optional": True}}
    (found,) = javascript(
        ADDRESS, ["query", "?x=1&at=2&draw=3", {"rows": rows, "order": ["draw", "at"]}, {"draw": 4, "z": None}]
    )
    assert found == "?draw=4&x=1"


def test_numbers_are_written_as_python_writes_them(javascript):
    chance = np.random.default_rng(0)
    numbers = [
        *(chance.normal(size=300) * 10.0 ** chance.integers(-9, 12, 300)),
        0.0,
        1.0,
        -0.5,
        1e6,
        999_999.9,
        123_456.0,
        1e-4,
    ]
    found = javascript(ADDRESS, *(["general", float(number)] for number in numbers))
    assert found == [f"{number:.6g}" for number in numbers]
