"""The table of the lesson on denoising: each denoiser on each noise."""

from collections.abc import Mapping

from explorer.page.tables import Html, table
from lessons.denoise import screen
from lessons.denoise.models import TRAINED_AT
from vae.corruption import NONE


def transfer(kinds: Mapping[str, str], words: Mapping[str, str]) -> Html:
    """PSNR by noise (rows) and denoiser (columns), the best of a row in bold; `kinds` names the noises."""
    rows = []
    for noise, level in TRAINED_AT.items():
        values = [screen.average(noise, way, level) for way in (*TRAINED_AT, "ae", NONE)]
        cells = [Html(f"<b>{value:.1f}</b>" if value == max(values) else f"{value:.1f}") for value in values]
        rows.append([f"{kinds[noise]}, {screen.measured_near(level):g}", *cells])
    head = [words[name] for name in ("measure", *TRAINED_AT, "ae", NONE)]
    return table([head], rows, words["title"])
