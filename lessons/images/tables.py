"""Rows of pictures as HTML: what models give back, and what was sent. Names that visitors chose are escaped."""

import html
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from torch import Tensor

from explorer.page import pictures
from explorer.page.words import Words
from lessons.images.few_images import Errors
from lessons.images.figures import NAMES

PREVIEW = 8  # images
NO_NUMBERS = "<span></span><span></span>"


def rows(
    words: Words, images: Tensor, results: Mapping[str, tuple[Errors, Tensor] | str], more: Mapping[str, Tensor] | None = None
) -> str:
    """Test images, and for each model what it gives back with its errors, or a sentence in its place; then rows without errors.

    more  a VAE's "draws" and what was "nearest" to them in its training
    """
    names, numbers = words.items("rows"), range(1, len(images) + 1)
    cells = [f"{NO_NUMBERS}<b>{names['seen-error']}</b><b>{names['unseen-error']}</b>"]
    cells.append(_row("", names["unseen"], images, (words.item("pictures", "test", number=i) for i in numbers)))
    for kind, result in results.items():
        name = NAMES[kind]
        if isinstance(result, str):
            cells.append(
                f'<span class="le-name {_class(kind)}">{name}</span><span class="im-wide">{html.escape(result)}</span>'
            )
            continue
        errors, found = result
        said = f"<span>{errors.seen:.3f}</span><span><strong>{errors.unseen:.3f}</strong></span>"
        alts = (words.item("pictures", "reconstruction", model=name, number=i) for i in numbers)
        cells.append(_row(kind, name, found, alts, said))
    for what, found in (more or {}).items():
        alts = (words.item("pictures", "other", row=names[what], number=i) for i in numbers)
        cells.append(_row("vae" if what == "draws" else "", names[what], found, alts))
    return f'<div class="im-rows">{"".join(cells)}</div>'


def beside(words: Words, images: Tensor, kind: str, back: Tensor) -> str:
    """Test images, and below them what a model of that kind gives back."""
    numbers, name = range(1, len(images) + 1), NAMES[kind]
    alts = [words.item("pictures", "test", number=i) for i in numbers]
    of_model = [words.item("pictures", "reconstruction", model=name, number=i) for i in numbers]
    return f'<div class="im-rows im-plain">{_row("", words.item("rows", "unseen"), images, alts, "")}{_row(kind, name, back, of_model, "")}</div>'


def _row(kind: str, name: str, images: Tensor, alts: Iterable[str], numbers: str = NO_NUMBERS) -> str:
    style = f"le-name {_class(kind)}" if kind else "im-name"
    return f'<span class="{style}">{html.escape(name)}</span>{pictures.row_html(images, list(alts))}{numbers}'


def _class(kind: str) -> str:
    return "im-pca" if kind == "pca" else f"le-{kind}"


def preview(words: Words, pixels: np.ndarray, labels: np.ndarray, classes: Sequence[str], exchange: bool) -> str:
    """Some of the images uint8 (N, H, W), evenly spaced, each above the name of its class; with black and white exchanged if so wished."""
    cells = []
    for i in np.unique(np.linspace(0, len(pixels) - 1, PREVIEW).astype(int)):
        name = classes[int(labels[i])] if len(classes) > 1 else ""
        of_class = {"label": name} if name else {}
        alt = words.item("pictures", "preview-class" if name else "preview", number=int(i) + 1, **of_class)
        picture = pictures.data_uri(255 - pixels[i] if exchange else pixels[i])
        caption = f'<figcaption aria-hidden="true">{html.escape(name)}</figcaption>' if name else ""
        cells.append(f'<figure><img class="le-cell" src="{picture}" alt="{html.escape(alt)}">{caption}</figure>')
    return f'<div class="im-preview">{"".join(cells)}</div>'


def listed(sentences: Sequence[str]) -> str:
    """Sentences about images, which may hold names that a visitor chose."""
    return f'<ul class="im-told">{"".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)}</ul>'
