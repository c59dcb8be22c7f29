"""The table of real files in the lesson on compression, as HTML."""

from collections.abc import Mapping

from lessons.compress import study as compression
from lessons.compress.picture_files import Jpeg
from lessons.compress.quantised import psnr
from lessons.compress.screen import PIXELS, File
from lessons.shared.coders import CODERS

LOSSLESS = {
    "png": "PNG, a file each",
    "gzip": "gzip, a file each",
    "png of all": "PNG, all in one picture",
    "gzip of all": "gzip, all in one file",
    "xz of all": "xz, all in one file",
}


def _row(name: str, size: float, quality: str, once: str) -> str:
    """One file: bytes per image, bits per pixel, what comes back, and what is sent once."""
    return (
        f"<tr><td>{name}</td><td><b>{size:.1f}</b></td><td>{8 * size / PIXELS:.3f}</td><td>{quality}</td><td>{once}</td></tr>"
    )


def table(files: Mapping[str, File], jpeg: Jpeg) -> str:
    """Codes of three coders by kind, the cheapest JPEG that is as good as the best of them, and lossless files."""
    rows = [
        _row(
            f'<span class="le-name" style="--colour:var(--le-{kind}, #6F7782)">{CODERS[kind]}, codes</span>',
            len(each.contents) / compression.CODED,
            f"{each.quality:.1f} dB",
            f"{each.decoder / 1000:,.0f} kB",
        )
        for kind, each in files.items()
    ]
    rows.append(_row(f"JPEG, quality {jpeg.quality}", jpeg.bits / 8, f"{psnr(jpeg.squared_error, PIXELS):.1f} dB", ""))
    shipped = compression.load()["files"]
    rows += [_row(name, shipped[key], "all of it", "") for key, name in LOSSLESS.items()]
    head = (
        "<tr><th>file</th><th>bytes an image</th><th>bits a pixel</th><th>comes back</th><th>decoder and tables, once</th></tr>"
    )
    return f'<table class="le-numbers cp-files"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'
