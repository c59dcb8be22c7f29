"""The figure of the lesson from EM to the VAE: five algorithms on one likelihood axis."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.page import palette
from lessons.em.algorithms import Step

HEIGHT = 380
LINES = {
    "EM": (palette.Z, "solid"),
    "Monte Carlo EM": (palette.EPSILON, "dash"),
    "VI": (palette.KL, "solid"),
    "Variational EM": (palette.RECONSTRUCTION, "dashdot"),
    "Amortised VI (a VAE)": (palette.VAE, "solid"),
}


def likelihoods(runs: Mapping[str, Sequence[Step]], shown: int, best: float, bounds: bool) -> go.Figure:
    """Mean log p(x) of each algorithm up to step `shown`, with its ELBO (thin, dotted) if asked for; nats per image."""
    figure = go.Figure()
    steps = len(next(iter(runs.values()))) - 1
    for name, run in runs.items():
        colour, dash = LINES[name]
        seen = list(range(shown + 1))
        figure.add_scatter(
            x=seen,
            y=[run[i].log_likelihood for i in seen],
            mode="lines+markers" if shown == 0 else "lines",
            name=name,
            legendgroup=name,
            line={"color": colour, "width": 2.5, "dash": dash},
            hovertemplate="step %{x}: %{y:.3f} nats<extra>" + name + "</extra>",
        )
        values = [run[i].bound for i in seen]
        if bounds and None not in values:
            figure.add_scatter(
                x=seen,
                y=values,
                mode="lines",
                name=f"{name}, ELBO",
                legendgroup=name,
                showlegend=False,
                line={"color": colour, "width": 1.5, "dash": "dot"},
                hovertemplate="step %{x}: ELBO %{y:.3f} nats<extra>" + name + "</extra>",
            )
    figure.add_scatter(
        x=[0, steps],
        y=[best, best],
        mode="lines",
        name="scikit-learn\u2019s FactorAnalysis",
        line={"color": palette.PRIOR, "width": 1.5},
        hovertemplate="%{y:.3f} nats<extra>scikit-learn</extra>",
    )
    lowest = min(step.log_likelihood for run in runs.values() for step in run)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        dragmode="pan",
        xaxis={"title": "steps (each sees all 1,197 digits)", "range": [-0.5, steps + 0.5]},
        yaxis={"title": "log p(x), nats per image", "range": [lowest - (3 if bounds else 0.6), best + 0.6]},
    )
    return figure
