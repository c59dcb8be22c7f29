"""From EM to the VAE: five algorithms on one model, one data set and one likelihood axis, step by step."""

from pathlib import Path

import streamlit as st

from explorer.lesson import papers
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, state
from lessons.em import algorithms as em
from lessons.em import factor_analysis
from lessons.em import figures as em_figures
from lessons.em import screen as em_facts

OPTIONS = ("Only EM: the others are approximations", "All but VI", "All five")


def go(change: int) -> None:
    st.session_state.em_step = min(max(st.session_state.em_step + change, 0), em_facts.STEPS)


st.html(Path(em_figures.__file__).with_name("page.css"))
lesson = Lesson(
    "em",
    "Is a VAE something new, or the EM algorithm with a network in it?",
    "Five algorithms begin with the same linear model (factor analysis, 2 latents) on 1,197 real digits. <b>Look at what differs between "
    "the panels</b>: who answers E, the question where the codes are, and how, if at all, M is answered, the question which model.",
)
state.read_link(em_step=state.whole_number(0, em_facts.STEPS), em_start=state.whole_number(0, len(em_facts.STARTS) - 1))
state.usual(em_step=0, em_start=0)
lesson.predict("Which of them end with the model that scikit-learn\u2019s FactorAnalysis finds?", OPTIONS)
with st.container(horizontal=True, vertical_alignment="bottom"):
    st.button("One step", on_click=go, args=(1,), type="primary", disabled=st.session_state.em_step == em_facts.STEPS)
    st.button("Five steps", on_click=go, args=(5,), disabled=st.session_state.em_step == em_facts.STEPS)
    st.button("Back to the start", on_click=go, args=(-em_facts.STEPS,), disabled=st.session_state.em_step == 0)
    step = st.slider("Step", 0, em_facts.STEPS, key="em_step", persist_state="session", width=260)
    begin = st.selectbox(
        "Start from",
        range(len(em_facts.STARTS)),
        key="em_start",
        format_func=lambda i: f"pair of digits {i + 1}",
        persist_state="session",
        width=170,
        help="All five begin with the same two digits as loadings. From these four, 60 steps are enough; EM can be much slower",
    )
runs = em_facts.runs(begin)
reference = runs["EM"][-1].codes
panels = "".join(
    em_facts.panel(name, run[step], reference).replace(
        "<section ", f'<section style="--colour:{em_figures.LINES[name][0]}" ', 1
    )
    for name, run in runs.items()
)
st.html(f'<div class="em-panels">{panels}</div>')
st.caption(
    "Each plane shows the mean codes of 500 digits in the colours of their classes, from \u22123.2 to 3.2 on both axes, turned to lie alike: "
    "the likelihood does not see how the plane is turned. Below: the two loadings (orange adds ink, blue takes it away) and the first "
    "digit, rebuilt from its code. log p(x) is exact for all of them, a mean in nats per image."
)
bounds = st.toggle("Show each algorithm\u2019s ELBO (dotted)", key="em_bounds", persist_state="session")
st.plotly_chart(
    em_figures.likelihoods(runs, step, em_facts.best(), bounds),
    key="likelihoods",
    config=figures.CONFIG,
    alt="Log-likelihood of the five algorithms over their steps",
)
arrived = em_facts.arrived(begin)
ends = ", ".join(f"{name} {run[-1].log_likelihood:.2f}".replace("-", "\u2212") for name, run in runs.items())
answer = OPTIONS[2] if len(arrived) == len(runs) else OPTIONS[1] if len(arrived) > 1 else OPTIONS[0]
lesson.reveal(
    answer,
    f"After {em_facts.STEPS} steps: {ends}; scikit-learn {em_facts.best():.2f}.".replace(" -", " \u2212")
    + " All that learn climb the same hill and reach the same top, but for the noise of those that draw samples, because each of them raises a **lower bound** on log p(x) "
    "and makes it touch. EM touches it with the true posterior at every step, chains with samples of that posterior, on average. A diagonal Gaussian can "
    "touch it here too, once the model has turned its axes to suit. The **VAE** replaces a posterior kept for every image by one encoder: here "
    "that costs nothing, since the true posterior mean *is* a linear function of the image and its covariance the same for all. VI by itself answers E and never asks M: its bound "
    "rises, its model stays.",
)
st.markdown(
    "**What changes when the decoder bends?** With a network for a decoder, EM\u2019s E has no closed form, a chain for every image is too slow, "
    "and so is a Gaussian for every image. What is left is the last column: an encoder that answers at once, trained together with the "
    "decoder by noisy gradients of the same bound. That is the VAE."
)
lesson.maths(
    "One bound, raised by turns: over $q$ with the model fixed (E), over the model $\\theta$ with $q$ fixed (M).",
    [
        r"\log p_\theta(x) = \mathcal L(q,\theta) + \mathrm{KL}\left(q(z)\,\|\,p_\theta(z|x)\right)",
        r"\text{E:}\quad q \leftarrow \arg\max_{q\in\mathcal Q} \mathcal L(q,\theta) \qquad \text{M:}\quad \theta \leftarrow \arg\max_\theta \mathcal L(q,\theta)",
        r"\text{VAE:}\quad q(z) = \mathcal N\left(\mu_\phi(x), \sigma_\phi^2(x)\right),\quad (\phi,\theta) \leftarrow (\phi,\theta) + \eta\,\widehat\nabla_{\phi,\theta}\,\mathcal L",
    ],
    em.expectation_maximisation,
    em.sampled_moments,
    em.coordinate_ascent,
    em.amortised_inference,
    factor_analysis.maximise,
)
lesson.check(
    "A VAE\u2019s encoder is thrown away after training. What is lost?",
    Choice(
        "The model: without it log p(x) changes",
        "log p(x) belongs to the decoder and the prior. The encoder never was part of the model.",
    ),
    Choice(
        "Only the quick answer to where a code is",
        "The encoder is the E-step, learned. The posterior of any image is still defined, and MCMC or a q of its own could find it, slowly.",
        right=True,
    ),
    Choice("Sampling new images", "New images come from prior draws through the decoder; no encoder takes part."),
)
lesson.end(
    papers.EM,
    papers.MONTE_CARLO_EM,
    papers.VARIATIONAL_METHODS,
    papers.VIEW_OF_EM,
    papers.VAE,
    em_step=step,
    em_start=begin,
)
