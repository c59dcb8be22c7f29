"""The plane of rate and distortion: everything is in sight, and a dotted line holds models of one ELBO."""

import numpy as np
import pytest

LAYOUT = "explorer/classroom/js/together/chart_layout.js"


@pytest.mark.parametrize("count", [0, 1, 30])
def test_every_model_is_in_sight(javascript, count) -> None:
    drawn = np.random.default_rng(count)
    models = [
        {"rate": float(rate), "distortion": float(distortion)}
        for rate, distortion in drawn.uniform([0, 90], [30, 250], (count, 2))
    ]
    (span,) = javascript(LAYOUT, ["spans", models])
    (left, right), (low, high) = span["x"], span["y"]
    assert left < 0 < right
    assert low < high
    assert all(left < model["rate"] < right and low < model["distortion"] < high for model in models)


@pytest.mark.parametrize(("x", "y"), [([-1, 15], [120, 180]), ([0, 300], [60, 90]), ([0, 1], [0, 1])])
def test_along_a_dotted_line_rate_and_distortion_add_up_to_one_elbo(javascript, x, y) -> None:
    (lines,) = javascript(LAYOUT, ["equals", x, y])
    assert 2 <= len(lines) <= 12
    for line in lines:
        for rate, distortion in (line["from"], line["to"]):
            assert rate + distortion == pytest.approx(-line["elbo"])
            assert x[0] - 1e-9 <= rate <= x[1] + 1e-9
            assert y[0] - 1e-9 <= distortion <= y[1] + 1e-9
        for rate, distortion in (line["from"], line["to"]):  # it ends at the frame
            assert min(abs(rate - x[0]), abs(rate - x[1]), abs(distortion - y[0]), abs(distortion - y[1])) < 1e-9
