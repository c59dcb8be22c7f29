"""Moments worth seeing early: tiles with what shipped models have decoded, each a link that opens its page on that very thing."""

import contextlib
import html
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from torch import Tensor

from explorer.models.trained import Trained
from explorer.page import pictures, places
from explorer.page.words import Option, Words
from vae.errors import VaeError
from vae.model import latent

COUNT, COLUMNS = 10, 5  # pictures on a tile, and in one of its rows
Moment = Callable[[], tuple[Mapping[str, Any], Tensor]]  # gives the parameters of a tile's link, and its pictures (10, 1, H, W)


def way(model: Trained, a: int, b: int) -> Tensor:
    """What a model decodes on the straight way between the codes of two test images: (10, C, H, W)."""
    means = model.posterior.mean
    return latent.decode(model.model, latent.linear(means[a], means[b], COUNT))


@st.cache_data(show_spinner=False)
def _drawn(path: str, _moment: Moment) -> tuple[str, str]:
    """Where a tile leads, and its picture as a data URI."""
    link, decoded = _moment()
    return f"{path}?{urlencode(link)}", pictures.data_uri(pictures.tile(pictures.grey(decoded), COLUMNS))


def tiles(words: Words, moments: Mapping[str, Moment]) -> str:
    """Tiles as HTML, one for each path of a page. A tile whose model is missing or damaged is left out; its page says what to do."""
    said = {option.key: option for option in words.options("moments")}
    found = []
    for path, moment in moments.items():
        with contextlib.suppress(VaeError):
            found.append(_tile(path, said[path], *_drawn(path, moment)))
    return f'<div class="le-moments">{"".join(found)}</div>'


def _tile(path: str, said: Option, address: str, picture: str) -> str:
    return (
        f'<a href="{html.escape(address)}"><img src="{picture}" alt="{html.escape(said.why)}">'
        f"<b>{html.escape(said.text)}</b><span>{html.escape(places.PLACES[path].title)}</span></a>"
    )
