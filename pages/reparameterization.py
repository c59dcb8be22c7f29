"""The reparameterization trick: how a gradient gets through a draw, by which estimator, and how widely it scatters."""

from math import log

import numpy as np
import streamlit as st
import torch

from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.models import trained
from explorer.page import figures, picker, state
from lessons.reparameterization import estimators as reparameterization
from lessons.reparameterization import figures as gradient_figures
from lessons.reparameterization import model_gradients, width_outputs
from lessons.reparameterization.estimators import FUNCTIONS
from vae import latent

WAYS = ["direct", "score", "path"]
MU, SIGMA = (-2.0, 3.0), (0.1, 1.5)
DRAWS = 200
TIMES = {1: "Not at all", 5: "About 5 times", 100: "About 100 times", 10_000: "About 10,000 times"}
MODEL = "mnist-vae-2d"


def keep(report: dict) -> None:
    """What the browser says, believed only where it makes sense."""
    for key, name, (low, high) in (("grad_mu", "mu", MU), ("grad_sigma", "sigma", SIGMA)):
        if isinstance(report.get(name), int | float) and low <= report[name] <= high:
            st.session_state[key] = float(report[name])
    for key, name, allowed in (
        ("grad_f", "f", list(FUNCTIONS)),
        ("grad_way", "way", WAYS),
        ("grad_parameter", "parameter", [0, 1]),
    ):
        if report.get(name) in allowed:
            st.session_state[key] = report[name]


def signed(value: float) -> str:
    return f"{value:,.1f}".replace("-", "\u2212")


lesson = Lesson(
    "reparameterization",
    "How does a gradient get through a random draw?",
    "Three ways to take one step. <b>Look where the gradient is blocked</b>, and how widely the estimates scatter around the exact value.",
)
subject = trained.get(MODEL)
state.read_link(
    grad_f=state.one_of(list(FUNCTIONS), "function"),
    grad_way=state.one_of(WAYS, "way"),
    grad_mu=state.number(*MU),
    grad_sigma=state.number(*SIGMA),
    grad_parameter=state.whole_number(0, 1),
    grad_digit=state.whole_number(0, len(subject.data.test) - 1),
)
state.usual(grad_f="square", grad_way="path", grad_mu=0.5, grad_sigma=0.8, grad_parameter=0, grad_digit=0)
lesson.predict(
    "Both estimates are right on average. On a trained VAE, how much wider than the pathwise one does the score function scatter?",
    tuple(TIMES.values()),
)
live_part(
    "reparameterization",
    key="reparameterization-part",
    on_report=keep,
    start={name: st.session_state[f"grad_{name}"] for name in ("f", "way", "mu", "sigma", "parameter")},
)

st.subheader("On the shipped VAE, by autograd")
st.markdown(
    f"A draw taken directly has {'a' if reparameterization.direct_draw_carries_gradient(0.0, 1.0) else 'no'} gradient in torch. Here are "
    f"the other two ways, for one digit's reconstruction, $-\\log p(x \\mid z)$, in its posterior's $\\mu$ and $\\log\\sigma^2$: {DRAWS} draws, one gradient "
    "each. **Look at the spread**: all three estimate the same mean, as well as that many draws can."
)
with st.container(horizontal=True, vertical_alignment="bottom"):
    index = picker.pick_digit("grad_digit", "Digit", subject.data)
noise = latent.sample_prior(DRAWS, 2, seed=0)
found = model_gradients.gradients(subject.model, subject.data.test.pixels(slice(index, index + 1)), noise)
estimators = {"pathwise": found.pathwise, "with a baseline": found.with_baseline, "score function": found.score_function}
ratio = float((found.score_function.std(0) / found.pathwise.std(0)).log().mean().exp())  # geometric mean over all gradients
left, right = st.columns(2, gap="medium")
left.markdown(r"**Single draws of $\partial / \partial \mu_1$**")
left.plotly_chart(
    gradient_figures.spreads(
        {name: values[:, 0, 0].numpy() for name, values in estimators.items()},
        float(found.pathwise[:, 0, 0].mean()),
        "nats per unit of \u03bc1",
    ),
    key="spreads",
    config=figures.CONFIG,
    alt="Single-draw gradient estimates of three estimators",
)
labels = ["\u03bc1", "\u03bc2", "log \u03c31\u00b2", "log \u03c32\u00b2"]
head = "".join(f'<th scope="col">{name}</th>' for name in ("gradient in", *estimators, "KL, exact"))
rows = "".join(
    f'<tr><th scope="row">{label}</th>'
    + "".join(
        f"<td>{signed(float(v[:, k // 2, k % 2].mean()))} \u00b1 {float(v[:, k // 2, k % 2].std()):,.1f}</td>"
        for v in estimators.values()
    )
    + f"<td>{signed(float(found.kl[k // 2, k % 2]))}</td></tr>"
    for k, label in enumerate(labels)
)
right.html(f'<table class="le-table le-small"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')
right.caption(
    "Mean \u00b1 standard deviation of a single draw, nats per unit. The baseline takes off the mean of the other draws' "
    "reconstructions, which changes no mean. The KL is known exactly and needs no draw."
)
lesson.reveal(
    min(TIMES.items(), key=lambda item: abs(log(item[0]) - log(ratio)))[1],
    f"For this digit it is **{ratio:,.0f} times**, so the same precision takes about {float(f'{ratio**2:.1g}'):,.0f} times the draws. The score function knows only how large the loss was, here about "
    f"{float(found.reconstruction.mean()):.0f} nats for any draw, and has to find the direction by chance. The pathwise gradient asks the decoder for the slope at the draw itself. The "
    "price: $f$ must be differentiable. **Try the step**, where every pathwise estimate is 0 and wrong, and the score function is still right.",
)

st.subheader("Standard deviation or log variance?")
st.markdown(
    "The encoder's output is any real number; a width is not. **Look at the left end**, where a VAE's widths are: the slope of the KL in "
    "$\\sigma$ grows without bound, in $\\log\\sigma^2$ it never falls below \u22121/2."
)
widths = subject.posterior.std
sigma = torch.logspace(-2.2, 0.4, 120, dtype=torch.float64)
left, right = st.columns([3, 2], gap="medium")
left.plotly_chart(
    gradient_figures.slopes(
        sigma.numpy(),
        {name: width_outputs.slope(name, width_outputs.output_of(name, sigma)).numpy() for name in width_outputs.OUTPUTS},
        tuple(np.quantile(widths.numpy(), [0.05, 0.95])),
    ),
    key="slopes",
    config=figures.CONFIG,
    alt="Slope of the KL over the width, for two meanings of the encoder's output",
)
low, middle = np.quantile(widths.numpy(), [0.01, 0.5])
pull, safe_pull = signed(low - 1 / low), f"{(low**2 - 1) / 2:.2f}".replace("-", "\u2212")
lost = 100 * width_outputs.share_within_a_step(widths, 0.01)
right.markdown(
    f"- Half of the {widths.numel():,} test widths of the shipped VAE are below {middle:.3f}, one in a hundred below {low:.3f}.\n"
    f"- There the KL pulls with a slope of **{pull}** if the output is $\\sigma$, and of **{safe_pull}** if it is $\\log\\sigma^2$.\n"
    f"- An optimiser's step of 0.01 downwards would take **{lost:.1f}\u00a0%** of these widths to zero or below: the logarithm of what is left is "
    "not a number, and neither is anything after it.\n"
    "- As $\\log\\sigma^2$ the same step changes any width by 0.5\u00a0%, and no output is forbidden."
)
left.caption("Shaded: where 90 % of the VAE's widths are.")

lesson.maths(
    "For $z \\sim q_\\phi = \\mathcal N(\\mu, \\sigma^2)$ and $z = \\mu + \\sigma\\varepsilon$, $\\varepsilon \\sim \\mathcal N(0, 1)$:",
    [
        r"\nabla_\phi\, \mathbb E_{q_\phi}[f(z)] = \mathbb E_{q_\phi}\left[f(z)\, \nabla_\phi \log q_\phi(z)\right]",
        r"\nabla_\phi\, \mathbb E_{q_\phi}[f(z)] = \mathbb E_{\varepsilon}\left[f'(z)\, \nabla_\phi z\right]",
        r"\frac{\partial z}{\partial \mu} = 1, \qquad \frac{\partial z}{\partial \log\sigma} = \sigma\varepsilon",
    ],
    reparameterization.direct_draw_carries_gradient,
    reparameterization.score_function,
    reparameterization.pathwise,
    model_gradients.gradients,
)
lesson.check(
    "In one training step, what does the trick make deterministic?",
    Choice(
        "The noise: \u03b5 is fixed once and used for ever",
        "\u03b5 is drawn afresh at every step; freezing it here only lets you watch.",
    ),
    Choice(
        "The way from \u03bc and \u03c3 to z, once \u03b5 is drawn",
        "The randomness has become an input. What is left is a differentiable function, and gradients pass through it as through any layer.",
        right=True,
    ),
    Choice(
        "The code: z becomes the mean \u03bc",
        "z is still a random draw from N(\u03bc, \u03c3\u00b2); only how it is computed has changed.",
    ),
)
lesson.end(
    papers.VAE,
    papers.STOCHASTIC_BACKPROPAGATION,
    papers.REINFORCE,
    papers.MONTE_CARLO_GRADIENTS,
    **{f"grad_{name}": st.session_state[f"grad_{name}"] for name in ("f", "way", "mu", "sigma", "parameter", "digit")},
)
