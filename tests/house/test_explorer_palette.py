"""The digits' colours stay apart for colour-blind readers, and every colour stands out on the light and on the dark page.

Colour blindness is simulated with the matrices of Machado, Oliveira and Fernandes (2009, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", severity 1.0), on linear RGB; distances are CIELAB's, where about 2.3 is the smallest
difference that is seen. Ten colours of such middle lightness cannot be much farther apart: a search over those with a chroma
of at most 60 ends at 18 for the closest pair.
"""

import re
import tomllib
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike

from explorer.page import palette

ROOT = Path(__file__).resolve().parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
PAGES = {name: THEME[name]["backgroundColor"] for name in ("light", "dark")}
VISION = {
    "usual": (30, np.eye(3)),
    "protanopia": (
        17,
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    ),
    "deuteranopia": (
        17,
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
    "tritanopia": (
        17,
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ),
}
SEEN = 2.3  # the smallest difference that is seen
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
IDEAS = (
    "AE",
    "VAE",
    "PCA",
    "RECONSTRUCTION",
    "KL",
    "TOTAL",
    "MU",
    "SIGMA",
    "EPSILON",
    "Z",
    "MARK",
    "PRIOR",
    "FILTER",
    "GAN",
    "DISCRIMINATOR",
)


def linear_rgb(colour: str) -> np.ndarray:
    """#RRGGBB -> linear RGB (3,) in [0, 1] (IEC 61966-2-1)."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Linear RGB (3,) -> CIELAB (3,), white point D65."""
    ratio = TO_XYZ @ rgb / TO_XYZ.sum(1)
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(first: str, second: str) -> float:
    """WCAG 2's contrast ratio, 1 to 21."""
    dark, light = sorted(TO_XYZ[1] @ linear_rgb(colour) for colour in (first, second))
    return (light + 0.05) / (dark + 0.05)


def laid_over(colour: str, ground: str, opacity: float) -> str:
    """What a browser shows of a colour of some opacity on a ground: the mean of the sRGB values, as weighted."""
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * above + (1 - opacity) * below):02X}" for above, below in pairs)


def closest(colours: Sequence[str], matrix: ArrayLike) -> tuple[float, tuple[int, int]]:
    """The smallest distance between two of these colours, and which two, for an eye that sees as the matrix says."""
    seen = [lab(np.clip(np.asarray(matrix) @ linear_rgb(colour), 0, 1)) for colour in colours]
    return min((float(np.linalg.norm(seen[i] - seen[j])), (i, j)) for i, j in combinations(range(len(seen)), 2))


def test_the_yardsticks_measure_what_is_known():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21, abs=1e-3)
    np.testing.assert_allclose(lab(linear_rgb("#FFFFFF")), [100, 0, 0], atol=1e-3)
    np.testing.assert_allclose(lab(linear_rgb("#FF0000")), [53.24, 80.09, 67.20], atol=0.02)
    for _, matrix in VISION.values():  # greys look the same to everyone
        np.testing.assert_allclose(np.sum(matrix, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", VISION)
def test_the_ten_digits_keep_apart_for_every_kind_of_colour_vision(name):
    least, matrix = VISION[name]
    distance, digits = closest(palette.DIGITS, matrix)
    assert len(palette.DIGITS) == 10
    assert distance >= least, f"digits {digits} are {distance:.1f} apart"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", VISION)
def test_a_single_point_of_the_canvas_keeps_its_digits_colour_apart_on_both_pages(name, page):
    said = re.search(r"POINT_OPACITY = ([\d.]+);", (ROOT / "explorer" / "canvas" / "js" / "plane.js").read_text())
    drawn = [laid_over(colour, PAGES[page], float(said[1])) for colour in palette.DIGITS]
    distance, digits = closest(drawn, VISION[name][1])
    assert distance >= 5 * SEEN, f"points of digits {digits} are {distance:.1f} apart"


@pytest.mark.parametrize("page", PAGES)
def test_every_colour_stands_out_on_the_page(page):
    colours = {name: getattr(palette, name) for name in IDEAS} | {str(i): c for i, c in enumerate(palette.DIGITS)}
    faint = {name: round(ratio, 2) for name, c in colours.items() if (ratio := contrast(c, PAGES[page])) < 3}
    assert not faint


def test_white_digits_are_read_on_their_colours():
    assert min(contrast(colour, "#FFFFFF") for colour in palette.DIGITS) >= 3


@pytest.mark.parametrize("mode", PAGES)
def test_text_and_links_are_read_easily(mode):
    theme = THEME[mode]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[ground]) >= 7
        assert contrast(theme["linkColor"], theme[ground]) >= 4.5


@pytest.mark.parametrize(("mode", "tone"), [("light", 0), ("dark", 1)])
def test_what_stands_beside_streamlit_has_its_theme(mode, tone):
    pairs = {"textColor": palette.TEXT, "primaryColor": palette.ACCENT, "secondaryBackgroundColor": palette.GROUND}
    assert {name: tones[tone] for name, tones in pairs.items()} == {name: THEME[mode][name] for name in pairs}
    assert palette.PAPER[tone] == PAGES[mode]
    assert contrast(palette.ACCENT[tone], palette.ON_ACCENT[tone]) >= 4.5
    for ground in (palette.PAPER[tone], palette.GROUND[tone]):
        assert contrast(palette.EDGE[tone], ground) >= 3


@pytest.mark.parametrize(("mode", "tone"), [("light", 0), ("dark", 1)])
def test_code_is_read_easily(mode, tone):
    """On the page with a contrast of 5, which leaves 4.5 on the ground of code: the page with 5 % of the text's colour."""
    for name, tones in palette.IN_CODE.items():
        assert contrast(tones[tone], PAGES[mode]) >= 5, name


def test_every_idea_reaches_css_and_javascript_in_the_same_colour():
    said = dict(re.findall(r"--le-([a-z]+): (#[0-9A-Fa-f]{6});", palette.css()))
    assert said == {name: getattr(palette, name.upper()) for name in palette.IDEAS}


def test_no_colour_is_written_down_a_second_time():
    """Black, white and the middle grey where nothing is known aside, colours stand in palette.py."""
    found = {}
    for top in ("explorer", "lessons", "pages"):
        for path in (ROOT / top).rglob("*"):
            if path.suffix in {".py", ".js", ".css"} and path.name != "palette.py":
                colours = {text.lower() for text in re.findall(r"#[0-9A-Fa-f]{6}\b", path.read_text(encoding="utf-8"))}
                if colours - {"#000000", "#ffffff", "#808080"}:
                    found[path.relative_to(ROOT).as_posix()] = sorted(colours)
    assert found == {}
