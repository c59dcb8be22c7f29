"""Figures of the lesson on compression: error over the size of a code, and the beta ladder among real files."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed

COLOURS = {"ae": palette.AE, "vae": palette.VAE, "pca": palette.PCA}


def errors(by_components: np.ndarray, models: Mapping[str, Mapping[int, float]], match: tuple[float, int]) -> go.Figure:
    """Squared error per image over the numbers in a code: PCA at every size (errors (P,)), models {kind: {latents: error}} where they are.

    match  an error, and how many components reach it: the way from one to the other is drawn
    """
    figure = go.Figure()
    shown = by_components[:400]
    figure.add_scatter(
        x=np.arange(1, len(shown) + 1),
        y=shown,
        name="PCA, every size",
        mode="lines",
        line={"color": palette.PCA, "width": 2.5},
        hovertemplate="%{x} components: %{y:.2f}<extra></extra>",
    )
    marks = {"ae": {"symbol": "circle-open", "size": 16, "line": {"width": 3}}, "vae": {"symbol": "diamond", "size": 9}}
    for kind, name in (("ae", "autoencoders"), ("vae", "VAEs")):  # nearly in one place: a ring and what is in it
        figure.add_scatter(
            x=list(models[kind]),
            y=list(models[kind].values()),
            name=name,
            mode="markers",
            marker={"color": COLOURS[kind], **marks[kind]},
            hovertemplate="%{x} latents: %{y:.2f}<extra></extra>",
        )
    error, components = match
    figure.add_scatter(
        x=[20, components, components],
        y=[error, error, 0.9],
        mode="lines",
        line={"color": palette.MARK, "width": 2, "dash": "dot"},
        showlegend=False,
        hoverinfo="skip",
    )
    figure = framed(figure, "numbers in a code", "squared error per image, summed over pixels")
    figure.update_xaxes(type="log", tickvals=[1, 2, 5, 10, 20, 50, 100, 200, 400])
    return figure.update_yaxes(type="log", tickvals=[1, 2, 5, 10, 20, 50], range=[np.log10(0.9), np.log10(60)])


def ladder(rungs: Sequence[tuple[float, float, float]], files: Mapping[str, Sequence[tuple[float, float]]]) -> go.Figure:
    """The beta ladder (beta, rate, distortion), and real files of two-number codes (bits, distortion) by kind; bits per image."""
    betas, rates, distortions = (np.array(values) for values in zip(*rungs, strict=True))
    figure = go.Figure()
    figure.add_scatter(
        x=rates,
        y=distortions,
        text=[f"\u03b2 = {beta:g}" for beta in betas],
        name="VAEs: KL and reconstruction",
        mode="lines+markers+text",
        textposition="bottom center",
        line={"color": palette.KL, "width": 2},
        marker={"size": 9, "color": palette.KL},
        hovertemplate="%{text}: rate %{x:.1f}, distortion %{y:.1f} bits<extra></extra>",
    )
    for kind, name in (("vae", "files of the VAE\u2019s codes"), ("ae", "files of the autoencoder\u2019s codes")):
        bits, distortion = zip(*files[kind], strict=True)
        figure.add_scatter(
            x=bits,
            y=distortion,
            name=name,
            mode="lines+markers",
            line={"color": COLOURS[kind], "width": 2, "dash": "dot"},
            marker={"size": 6},
            hovertemplate="file of %{x:.1f} bits an image: distortion %{y:.1f} bits<extra>" + name + "</extra>",
        )
    low = float(distortions.min())
    figure = framed(figure, "rate, bits per image", "distortion, bits per image")
    return figure.update_xaxes(range=[0, 21]).update_yaxes(range=[low - 12, low + 125])
