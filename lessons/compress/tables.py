"""The table of real files in the lesson on compression."""

from collections.abc import Mapping

from explorer.page.tables import Html, table
from explorer.page.words import fill
from lessons.compress import study
from lessons.compress.picture_files import Jpeg
from lessons.compress.screen import PIXELS, CodeFile
from lessons.shared import psnr
from lessons.shared.coders import CODERS


def files(of_codes: Mapping[str, CodeFile], jpeg: Jpeg, words: Mapping[str, str]) -> Html:
    """Codes of three coders by kind, the cheapest JPEG that is as good as the best of them, and lossless files."""
    rows = [
        _row(
            Html(f'<span class="le-name" style="--colour:var(--le-{kind})">{_said(words, "codes", coder=CODERS[kind])}</span>'),
            len(each.contents) / study.CODED,
            f"{each.quality:.1f} dB",
            f"{each.decoder / 1000:,.0f} kB",
        )
        for kind, each in of_codes.items()
    ]
    decibels = psnr.of_error(jpeg.squared_error, PIXELS)
    rows.append(_row(_said(words, "jpeg", quality=jpeg.quality), jpeg.bits / 8, f"{decibels:.1f} dB"))
    rows += [_row(words[name.replace(" ", "-")], size, words["all"]) for name, size in _lossless()]
    head = [words[name] for name in ("file", "bytes", "bits", "back", "once")]
    return table([head], rows, words["title"], "le-numbers cp-files")


def _lossless() -> list[tuple[str, float]]:
    """Bytes per image of the files that lose nothing, by name: a file for each image, and one for all."""
    sizes = study.load()["files"]
    return [(name, sizes[name]) for name in ("png", "gzip", "png of all", "gzip of all", "xz of all")]


def _row(name: str, size: float, quality: str, once: str = "") -> list[str]:
    """One file: bytes per image, bits per pixel, what comes back, and what is sent once."""
    return [name, Html(f"<b>{size:.1f}</b>"), f"{8 * size / PIXELS:.3f}", quality, once]


def _said(words: Mapping[str, str], name: str, **values: object) -> str:
    return fill(words[name], values, "files-table")
