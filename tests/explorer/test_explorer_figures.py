"""Figures show the numbers they are given, in their units."""

import numpy as np
import pytest

from explorer.page import figures, palette
from lessons.reduction import figures as reduction_figures

NAMES, RATES, DISTORTIONS = ["one", "two", "three"], [13.6, 7.0, 1.5], [129.3, 131.5, 174.8]


def test_a_model_stands_at_its_rate_and_distortion_with_their_sum_to_read():
    models = figures.rate_distortion(NAMES, RATES, DISTORTIONS, emphasis="two").data[-1]
    assert list(models.text) == NAMES
    np.testing.assert_allclose(models.x, RATES)
    np.testing.assert_allclose(models.y, DISTORTIONS)
    np.testing.assert_allclose(models.customdata, np.add(RATES, DISTORTIONS))
    assert list(models.marker.color) == [palette.VAE, palette.MARK, palette.VAE]


def test_along_a_line_rate_and_distortion_add_up_to_what_it_says():
    *lines, _ = figures.rate_distortion(NAMES, RATES, DISTORTIONS).data
    totals = [float(line.text[1].removesuffix(" nats")) for line in lines]
    for line, total in zip(lines, totals, strict=True):
        np.testing.assert_allclose(np.add(line.x, line.y), total)
    assert totals == sorted(totals)
    assert totals[0] <= min(np.add(RATES, DISTORTIONS)) + 1
    assert totals[-1] >= max(np.add(RATES, DISTORTIONS)) - 1


def test_both_axes_carry_their_unit():
    layout = figures.rate_distortion(NAMES, RATES, DISTORTIONS).layout
    assert all("nats per image" in axis.title.text for axis in (layout.xaxis, layout.yaxis))


@pytest.mark.parametrize("beta", [0.01, 1.0, 784.0])
def test_the_note_on_a_scripts_beta_stands_at_its_line_on_the_logarithmic_axis(beta):
    layout = reduction_figures.beta_line({0.1: 9.0, 10.0: 1.0}, beta, []).layout
    (line,), (note,) = layout.shapes, layout.annotations
    assert line.x0 == line.x1 == beta
    assert 10**note.x == pytest.approx(beta)  # where a note on a logarithmic axis stands is its logarithm
    assert layout.xaxis.range[0] < note.x < layout.xaxis.range[1]
