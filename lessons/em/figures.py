"""The figure of the lesson from EM to the VAE: five algorithms on one likelihood axis."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from explorer.page import palette
from explorer.page.figures import framed
from lessons.em.algorithms import Step

HEIGHT = 380
LINES = {
    "em": (palette.Z, "solid"),
    "monte_carlo_em": (palette.EPSILON, "dash"),
    "vi": (palette.KL, "solid"),
    "variational_em": (palette.RECONSTRUCTION, "dashdot"),
    "vae": (palette.VAE, "solid"),
}
NAMES = {
    "em": "EM",
    "monte_carlo_em": "Monte Carlo EM",
    "vi": "VI",
    "variational_em": "Variational EM",
    "vae": "Amortised VI (a VAE)",
}


def likelihoods(runs: Mapping[str, Sequence[Step]], shown: int, best: float, bounds: bool) -> go.Figure:
    """Mean log p(x) of each algorithm up to step `shown`, with its ELBO (thin, dotted) if asked for; nats per image."""
    figure = go.Figure()
    steps = len(next(iter(runs.values()))) - 1
    for key, run in runs.items():
        name, (colour, dash) = NAMES[key], LINES[key]
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
    figure = framed(figure, "steps (each sees all 1,197 digits)", "log p(x), nats per image", HEIGHT)
    return figure.update_xaxes(range=[-0.5, steps + 0.5]).update_yaxes(range=[lowest - (3 if bounds else 0.6), best + 0.6])
