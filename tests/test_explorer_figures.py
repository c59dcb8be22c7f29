"""Figures show the numbers they are given, in their units."""

import numpy as np

from explorer import figures, palette

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
