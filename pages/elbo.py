"""The evidence lower bound: log p(x) split into two parts that trade, exactly; then the gaps of a trained VAE."""

import math

import streamlit as st

from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, picker, state
from lessons.elbo import figures as gap_figures
from lessons.elbo import gaps, linear_gaussian
from lessons.elbo import screen as evidence
from vae import bounds, data

OPTIONS = ("It is largest where q fits best", "It falls as q gets wider", "It does not move")
QS = ("elbo_m1", "elbo_m2", "elbo_s1", "elbo_s2")
TOLERANCE = 1e-6  # nats


def keep(report: dict) -> None:
    """Where the browser says q is, believed only where it makes sense."""
    values = [*_pair(report.get("m")), *_pair(report.get("s"))]
    ranges = [evidence.CENTRE] * 2 + [evidence.WIDTH] * 2
    if len(values) == 4 and all(low <= v <= high for v, (low, high) in zip(values, ranges, strict=True)):
        for name, value in zip(QS, values, strict=True):
            st.session_state[name] = float(value)


def _pair(value: object) -> list[float]:
    ok = isinstance(value, list) and all(isinstance(v, int | float) and math.isfinite(v) for v in value)
    return value if ok else []  # type: ignore[return-value]


lesson = Lesson(
    "elbo",
    "What does a VAE maximise, if it cannot compute log p(x)?",
    "Here is a model in which everything can be computed: probabilistic PCA, fitted to MNIST. <b>Look at the two bars while you drag "
    "q</b>.",
)
mnist = data.load("mnist")
state.read_link(
    elbo_digit=state.whole_number(0, len(mnist.test) - 1),
    elbo_m1=state.number(*evidence.CENTRE),
    elbo_m2=state.number(*evidence.CENTRE),
    elbo_s1=state.number(*evidence.WIDTH),
    elbo_s2=state.number(*evidence.WIDTH),
)
state.usual(elbo_digit=7)
digit = st.session_state.elbo_digit
start = dict(zip(QS, evidence.start(digit), strict=True))
if (
    st.session_state.setdefault("elbo_q_of", digit) != digit
):  # another digit has its posterior elsewhere, so q begins anew there
    st.session_state.update(start, elbo_q_of=digit)
state.usual(**start)
lesson.predict("You drag q about and change its widths. What happens to ELBO + KL(q \u2016 posterior)?", OPTIONS)
picker.pick_digit("elbo_digit", "Digit", mnist)
q = [st.session_state[name] for name in QS]
live_part("elbo", key="elbo-part", on_report=keep, start={"m": q[:2], "s": q[2:]}, **evidence.facts(digit))

sums = evidence.sums(digit, q[:2], q[2:])
still = max(sums) - min(sums) < TOLERANCE
if lesson.reveal(
    OPTIONS[2] if still else OPTIONS[0],
    f"With q at the prior, at the posterior and where you left it, the sum is {sums[0]:.4f}, {sums[1]:.4f} and {sums[2]:.4f} nats: it is "
    "log p(x), and q does not occur in log p(x). So **raising the ELBO over q is the same as moving q towards the posterior**, although "
    "nobody has to know the posterior to do it: neither part of the ELBO mentions it. And since a KL is never negative, the ELBO can "
    "never be above log p(x): a lower bound. Raising it over the *decoder* moves log p(x) itself.",
):
    st.caption(
        "Pixels are continuous in this model, so p(x) is a density and its logarithm may be positive. The evidence is computed without any "
        "q, from the model's own covariance of the pixels."
    )

st.subheader("The same sum in a real VAE")
st.markdown(
    "In the shipped VAE with 2 latents no formula gives log p(x), but the latent plane can be added up on a fine grid. So the gap is known "
    "here too, and it has **two causes**. The encoder has to guess q for every image in one go (*amortisation gap*): keep the decoder, and "
    "climb the ELBO for this one image alone. And q is a Gaussian with upright axes (*approximation gap*), which the true posterior need "
    "not be. **Look at where the encoder's q lies on the true posterior**, for a few digits."
)
found = evidence.vae_gaps(digit)
guess, end = found.path[0], found.path[-1]
left, right = st.columns(2, gap="medium")
left.markdown("**The true posterior, shaded, and q over it** (outlines at 2\u03c3)")
left.plotly_chart(
    gap_figures.posterior_plane(found.plane, found.path, found.best),
    key="posterior-plane",
    config=figures.CONFIG,
    alt="The true posterior of this digit on the latent plane, with the encoder's q and the best q",
)
right.markdown("**What is missing from the encoder's ELBO**")
right.plotly_chart(
    gap_figures.losses(found.log_evidence, found.best.elbo, guess.elbo),
    key="losses",
    config=figures.CONFIG,
    alt="The amortisation gap and the approximation gap of this digit",
)
steps = len(found.path) - 1
story = (
    f"For this image log p(x) = {found.log_evidence:.2f} nats. The encoder's q has an ELBO of {guess.elbo:.2f}; {steps} steps of ascent "
    f"from there reach {end.elbo:.2f}"
)
if found.best.elbo > end.elbo + 0.01:
    story += (
        f", and stop on a lesser hill: **the encoder looked in the wrong place**. A q that starts at the posterior's highest peak reaches "
        f"{found.best.elbo:.2f}."
    )
else:
    story += ", the best q found."
right.markdown(story.replace(" -", " \u2212"))
examples = {"A small gap": 3, "A poor guess": 7, "The wrong hill": 6}
with right.container(horizontal=True):
    for name, index in examples.items():
        st.button(name, key=f"elbo-example-{index}", on_click=st.session_state.update, kwargs={"elbo_digit": index})

st.markdown(
    "**Importance weights** win some of it back without touching q: average K weights inside the logarithm, and the bound rises with K "
    "towards log p(x). **Look at how slowly it does where q misses the posterior**: samples that never fall on the hill cannot measure it."
)
st.plotly_chart(
    gap_figures.weighted_bounds(found.bounds, found.log_evidence, found.best.elbo),
    key="weighted",
    config=figures.CONFIG,
    alt="The importance-weighted bound for 1 to 1,000 samples, under log p(x)",
)
st.caption(
    "Bars are two standard errors over repeated draws. The VAE is trained on grey levels, so its log p(x|z) is a cross-entropy and p(x) is "
    "not normalised over images; the identity, the bound and the gaps hold all the same. Cremer, Li and Duvenaud (2018) name the two gaps."
)
lesson.maths(
    "For every $q$ and every $x$. The second form is what is computed and differentiated: it needs the decoder and the prior only.",
    [
        r"\log p(x) = \underbrace{\mathbb E_{q(z)}\!\left[\log\frac{p(x|z)\,p(z)}{q(z)}\right]}_{\mathrm{ELBO}}"
        r" + \mathrm{KL}\left(q(z)\,\|\,p(z|x)\right)",
        r"\mathrm{ELBO} = \mathbb E_{q}[\log p(x|z)] - \mathrm{KL}\left(q(z)\,\|\,p(z)\right)",
        r"\log p(x) \ge \mathbb E\left[\log \frac1K\sum_{k=1}^K w_k\right],\quad w_k = \frac{p(x|z_k)\,p(z_k)}{q(z_k|x)}",
    ],
    linear_gaussian.split_evidence,
    linear_gaussian.log_evidence,
    gaps.integrate,
    bounds.log_likelihoods,
)
lesson.check(
    "A colleague trains only the encoder, with the decoder frozen. The average ELBO rises from \u2212140 to \u2212136 nats. What happened to log p(x)?",
    Choice("It rose by 4 nats", "log p(x) depends on the decoder and the prior, and neither moved."),
    Choice(
        "Nothing: the gap shrank by 4 nats",
        "With the decoder frozen log p(x) is fixed, so what the ELBO won, KL(q \u2016 posterior) lost.",
        right=True,
    ),
    Choice(
        "It cannot be known",
        "log p(x) itself may be unknown, but its change is known: zero, since nothing it depends on changed.",
    ),
)
lesson.end(
    papers.PROBABILISTIC_PCA,
    papers.VAE,
    papers.IWAE,
    papers.INFERENCE_SUBOPTIMALITY,
    elbo_digit=digit,
    **dict(zip(QS, q, strict=True)),
)
