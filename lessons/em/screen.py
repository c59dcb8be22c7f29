"""What the lesson from EM to the VAE shows: five runs on scikit-learn's digits, computed once a process, and their pictures."""

import html
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from explorer.page import palette, pictures
from explorer.page.words import Words, fill, inline
from lessons.em import algorithms, likeliest
from lessons.em.algorithms import Step
from lessons.em.figures import LINES, NAMES

STEPS = 60
STARTS = (0, 8, 4, 11)  # seeds from which 60 steps bring EM to the top; from many others its last tenth of a nat takes hundreds
POINTS = 500  # images drawn on each plane
SAME = 0.1  # nats: models this near in likelihood count as the same
SIDE, DOT, REACH = 400, 4, 3.2  # of a plane: pixels across, radius of a dot, from the middle to a side in latent units


digits = st.cache_resource(show_spinner=False)(likeliest.digits)


@st.cache_resource(max_entries=len(STARTS), show_spinner="Running five algorithms, 60 steps each")
def runs(start: int) -> dict[str, list[Step]]:
    """Every algorithm's steps from one common start."""
    centred = digits().centred
    return {
        name: list(run(centred, algorithms.start(centred, STARTS[start]), STEPS)) for name, run in algorithms.ALGORITHMS.items()
    }


def best() -> float:
    """The log-likelihood that scikit-learn's FactorAnalysis reaches on the same data, nats per image."""
    return likeliest.load()


def arrived(start: int) -> set[str]:
    """The algorithms whose last model is as probable as scikit-learn's, to a tenth of a nat."""
    return {name for name, steps in runs(start).items() if steps[-1].log_likelihood > best() - SAME}


def who_arrives(start: int) -> str:
    """The answer to the page's prediction: "all" arrive, all "but-vi", or only "em"."""
    found = arrived(start)
    return "all" if len(found) == len(NAMES) else "but-vi" if len(found) > 1 else "em"


def turn(codes: Tensor, reference: Tensor) -> Tensor:
    """The turn or mirroring (D, D) after which codes (N, D) lie as near as they can to the reference (Schoenemann 1966).

    The likelihood does not see it: with codes z R and loadings W R the model is the same.
    """
    left, _, right = torch.linalg.svd(codes.T @ reference)
    return left @ right


def panels(runs: Mapping[str, Sequence[Step]], step: int, words: Words) -> str:
    """Every algorithm at one step as HTML: how it does E and M, what its model is like, where its codes are."""
    reference = runs["em"][-1].codes
    return f'<div class="em-panels">{"".join(_panel(name, run[step], reference, words) for name, run in runs.items())}</div>'


def _panel(key: str, step: Step, reference: Tensor, words: Words) -> str:
    e, m, said, name = words.items("e-step")[key], words.items("m-step")[key], words.items("panel"), NAMES[key]
    found = digits()
    rotation = turn(step.codes, reference)
    columns = (step.model.loadings @ rotation).T  # (D, P)
    rebuilt = step.codes[0] @ step.model.loadings.T + found.offset
    tiles = [(_signed(found.picture(w)), fill(said["loading"], {"number": i + 1}, "")) for i, w in enumerate(columns)]
    tiles.append((pictures.grey(found.picture(rebuilt))[0], said["rebuilt"]))
    plane = _plane(step.codes @ rotation, found.labels), fill(said["plane"], {"points": POINTS, "name": name}, "")
    numbers = {"evidence": step.log_likelihood, "bound": step.bound}
    lines = [inline(fill(said[what], {"nats": nats}, "")) for what, nats in numbers.items() if nats is not None]
    return (
        f'<section class="em-panel" style="--colour:{LINES[key][0]}" aria-label="{html.escape(name)}"><h2>{html.escape(name)}</h2>'
        f"<p><b>E</b> {html.escape(e)}</p><p><b>M</b> {html.escape(m)}</p>"
        f"{_image('em-plane', *plane)}"
        f'<div class="em-tiles">{"".join(_image("em-tile", *tile) for tile in tiles)}</div>'
        f'<p class="em-numbers">{"<br>".join(lines)}</p></section>'
    )


def _image(kind: str, picture: np.ndarray, alt: str) -> str:
    return f'<img class="{kind}" src="{pictures.data_uri(picture)}" alt="{html.escape(alt)}">'


def _signed(values: np.ndarray) -> np.ndarray:
    """Values (H, W) as colours (H, W, 3): orange above zero, blue below, white at it; the largest magnitude is full colour."""
    share = np.clip(values / max(float(np.abs(values).max()), 1e-9), -1, 1)[..., None]
    above, below = np.array([201, 90, 30]), np.array([42, 120, 189])
    return np.round(255 + np.where(share > 0, share * (above - 255.0), -share * (below - 255.0))).astype(np.uint8)


def _plane(codes: Tensor, labels: Tensor) -> np.ndarray:
    """Codes as dots in the colours of their classes; the frame spans -3.2 to 3.2 on both axes."""
    picture = Image.new("RGBA", (SIDE, SIDE))
    draw = ImageDraw.Draw(picture)
    for line in ((0, SIDE / 2, SIDE, SIDE / 2), (SIDE / 2, 0, SIDE / 2, SIDE)):
        draw.line(line, fill=f"{palette.PRIOR}66")
    spots = ((codes[:POINTS].clamp(-REACH, REACH) / (2 * REACH) + 0.5) * SIDE).tolist()
    for (x, y), label in zip(spots, labels[:POINTS].tolist(), strict=True):
        draw.ellipse((x - DOT, SIDE - y - DOT, x + DOT, SIDE - y + DOT), fill=palette.DIGITS[label])
    return np.asarray(picture)
