"""Moments worth seeing early: tiles with what shipped models have decoded, each a link that opens its page on that very thing."""

import html
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from torch import Tensor

from explorer.models.trained import Trained
from explorer.page import pictures, places
from explorer.page.words import Words
from vae.model import latent

COUNT, COLUMNS = 10, 5  # pictures on a tile, and in one of its rows


def way(model: Trained, a: int, b: int) -> Tensor:
    """What a model decodes on the straight way between the codes of two test images: (10, C, H, W)."""
    means = model.posterior.mean
    return latent.decode(model.model, latent.linear(means[a], means[b], COUNT))


@st.cache_data(max_entries=8, show_spinner=False)
def _picture(path: str, link: str, _decoded: Callable[[], Tensor]) -> str:
    return pictures.data_uri(pictures.tile(pictures.grey(_decoded()), COLUMNS))


def tiles(words: Words, shown: Mapping[str, tuple[Mapping[str, Any], Callable[[], Tensor]]]) -> str:
    """All tiles as HTML; `shown` has for each page the parameters of its link, and what gives the ten pictures (10, 1, H, W)."""
    said = {option.key: option for option in words.options("moments")}
    return f'<div class="le-moments">{"".join(_tile(path, words, said[path].text, said[path].why, *shown[path]) for path in shown)}</div>'


def _tile(path: str, words: Words, text: str, why: str, link: Mapping[str, Any], decoded: Callable[[], Tensor]) -> str:
    address = f"{path}?{urlencode(link)}"
    return (
        f'<a href="{html.escape(address)}"><img src="{_picture(path, address, decoded)}" alt="{html.escape(why)}">'
        f"<b>{html.escape(text)}</b><span>{html.escape(places.PLACES[path].title)}</span></a>"
    )
