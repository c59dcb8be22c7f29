"""Sum or mean? What a reduction in the code of the loss makes of beta, calculated, and trained each way."""

import streamlit as st

from explorer.canvas import replay
from explorer.lesson import papers
from explorer.lesson.pattern import Choice, Lesson
from explorer.models import trained
from explorer.page import figures, state
from explorer.page.pictures import row_html
from lessons.reduction import effective_beta as reduction
from lessons.reduction import figures as reduction_figures
from lessons.reduction import models as reduction_models
from lessons.reduction.effective_beta import ERRORS, KL, RECONSTRUCTION, Sizes
from vae import latent

FAR_ABOVE, ABOUT_ONE, FAR_BELOW = "Far above 1", "About 1", "Far below 1"
TITLES = {"sum": "Summed", "mean": "Averaged", "mended": "Averaged, weight mended"}
PICTURES = 6
BOUNDS = {"reduction_pixels": (1, 1_000_000), "reduction_latents": (1, 10_000), "reduction_batch": (1, 100_000)}
WEIGHT = (0.0001, 10_000.0)
FIELD = 138  # CSS pixels: four beside one another, or two on a phone
load = st.cache_resource(show_spinner=False)(reduction_models.load)


def short(value: float) -> str:
    return f"{value:,.4g}" if value < 1e6 else f"{value:.2e}"


lesson = Lesson(
    "reduction",
    "Your code says \u03b2 = 1. What does it train with?",
    "Sum or mean looks like a matter of taste. <b>Look at \u03b2</b> while you change one reduction at a time.",
)
state.read_link(
    reduction_error=state.one_of(list(ERRORS), "error"),
    reduction_reconstruction=state.one_of(list(RECONSTRUCTION), "reduction"),
    reduction_kl=state.one_of(list(KL), "reduction"),
    reduction_weight=state.number(*WEIGHT),
    **{name: state.whole_number(*bounds) for name, bounds in BOUNDS.items()},
)
state.usual(reduction_error="cross-entropy", reduction_reconstruction="mean", reduction_kl="image", reduction_weight=1.0)
state.usual(reduction_pixels=784, reduction_latents=2, reduction_batch=128)
lesson.predict(
    "A script averages both the cross-entropy and the KL with `.mean()`, for 784 pixels and 2 latents. Its \u03b2 is",
    (ABOUT_ONE, FAR_BELOW, FAR_ABOVE),
)

left, right = st.columns([3, 2], gap="large")
with left:
    error = st.segmented_control(
        "Error of a pixel",
        list(ERRORS),
        key="reduction_error",
        format_func=lambda key: ERRORS[key].name,
        required=True,
        persist_state="session",
    )
    fits, divergences = st.columns(2)
    fit = fits.selectbox(
        "Reconstruction",
        list(RECONSTRUCTION),
        key="reduction_reconstruction",
        format_func=lambda key: RECONSTRUCTION[key].name,
        persist_state="session",
    )
    kl = divergences.selectbox(
        "KL", list(KL), key="reduction_kl", format_func=lambda key: KL[key].name, persist_state="session"
    )
    with st.container(horizontal=True):
        weight = st.number_input("Weight of the KL", *WEIGHT, key="reduction_weight", persist_state="session", width=FIELD)
        pixels, latents, batch = (
            st.number_input(
                title,
                *BOUNDS[f"reduction_{title.lower()}"],
                key=f"reduction_{title.lower()}",
                persist_state="session",
                width=FIELD,
            )
            for title in ("Pixels", "Latents", "Batch")
        )
written = (error or "cross-entropy", fit, kl, weight)
sizes = Sizes(batch, pixels, latents)
beta = reduction.effective_beta(*written, sizes)
mended = reduction.mending_weight(*written[:3], sizes)
with right.container(key="reduction-beta"):
    with st.container(horizontal=True, gap="small"):
        st.metric("\u03b2 that this trains with", short(beta), width="content")
        st.metric(
            "Its loss, against nats per image",
            f"\u00d7 {short(reduction.loss_scale(written[0], fit, sizes))}",
            width="content",
            help="A common factor on both terms: for plain gradient descent part of the learning rate; Adam hardly feels it",
        )
    st.markdown(
        "This is the evidence lower bound."
        if abs(beta - 1) < 1e-9
        else f"For the evidence lower bound, \u03b2 = 1, write a weight of **{short(mended)}**."
    )
    if written[0] == "squared":
        st.markdown(
            f"Squared error with this \u03b2 assumes pixels with a noise of standard deviation **{short(reduction.implied_std(beta))}**, "
            "in units of the pixel range 0 to 1."
        )
with left:
    st.code(reduction.script(*written), language="python", wrap_lines=True)

models = {name: load(name) for name in reduction_models.WAYS}
rungs = replay.rungs()
st.plotly_chart(
    reduction_figures.beta_line(
        [rung.settings.beta for rung in rungs],
        [rung.measures.rate for rung in rungs],
        beta,
        [(TITLES[name], model.way.beta, model.measures.rate) for name, model in models.items()],
    ),
    key="beta-line",
    config=figures.CONFIG,
    alt="KL that is left after training over beta, with the beta of the script",
)
st.caption(
    "MNIST, cross-entropy, 2 latents, test set; each point is a trained model. Where no KL is left, the code says nothing of the image."
)

truth = reduction.effective_beta("cross-entropy", "mean", "mean", 1.0, Sizes(128, 784, 2))
answer = FAR_ABOVE if truth > 10 else FAR_BELOW if truth < 0.1 else ABOUT_ONE
lesson.reveal(
    answer,
    f"\u03b2 is **{truth:g}**. The mean divides the reconstruction by 784 pixels and the KL by only 2 latents, so the KL weighs 784 / 2 "
    "times too much. **The rule: sum over pixels and over latents, then average over images.** Whoever averages over pixels has to "
    "divide the summed KL by the number of pixels as well.",
)

st.subheader("Trained each way")
st.markdown(
    "The same 784-96-2-64-96-784 network, initial weights, batches and noise; one line of the loss differs. Measured afterwards in the same "
    "unit, nats per test image. **Look at what the script prints beside what was learned**: two of the "
    "losses are below 1; one belongs to a model that cannot tell any digit from another, one to a model as good as the first."
)
test = trained.get("mnist-vae-2d").data.test
draws = latent.sample_prior(PICTURES, 2, seed=0)
for column, (name, model) in zip(st.columns(3, gap="medium"), models.items(), strict=True):
    m = model.measures
    column.markdown(f"**{TITLES[name]}**, \u03b2 = {model.way.beta:g}")
    column.code(reduction.script(*model.way.arguments).splitlines()[-1], language="python", wrap_lines=True)
    column.html(
        '<table class="le-table">'
        f"<tr><th>Loss its script prints</th><td>{m.printed_loss:.3f}</td></tr>"
        f"<tr><th>Reconstruction</th><td>{m.reconstruction:.1f} nats</td></tr>"
        f"<tr><th>KL</th><td>{m.kl:.2f} nats</td></tr>"
        f"<tr><th>Negative ELBO</th><td><b>{m.negative_elbo:.1f} nats</b></td></tr></table>"
    )
    codes = latent.encode(model.model, test.pixels(slice(PICTURES))).mean
    originals = [f"test image {i}" for i in range(PICTURES)]
    column.caption("Test images, their reconstructions, and draws from N(0, I) decoded")
    column.html(
        row_html(test.pixels(slice(PICTURES)), originals)
        + row_html(latent.decode(model.model, codes), [f"reconstruction of {text}" for text in originals])
        + row_html(latent.decode(model.model, draws), [f"prior draw {i + 1}, decoded" for i in range(PICTURES)])
    )

lesson.maths(
    "A script that reduces the terms by factors $s_r$ and $s_k$ against the sums within an image, and writes $w$ before the KL, computes",
    [
        r"s_r\,\mathcal R + w\,s_k\,\mathrm{KL} \;=\; s_r\left(\mathcal R + \beta\,\mathrm{KL}\right), \qquad \beta = w\,\frac{s_k}{s_r}",
        r"\texttt{.mean()}\ \text{over all}: \quad s_r = \frac1P, \quad s_k = \frac1D \quad\Rightarrow\quad \beta = w\,\frac{P}{D}",
        r"\frac{\lVert x-m\rVert^2}{2s^2} + \mathrm{KL} \;=\; \frac{1}{s^2}\left(\tfrac12\lVert x-m\rVert^2 + s^2\,\mathrm{KL}\right)",
    ],
    reduction.effective_beta,
    reduction.script_loss,
    reduction_models.train,
)
lesson.check(
    "A paper trains on images of 64 × 64 × 3 values with a mean over them, a KL summed over the latents, and \u201c\u03b2 = 1\u201d. In "
    "nats per image, its \u03b2 is",
    Choice(
        "1, as the paper says",
        "Only if its reconstruction were summed. The number in the code is not the \u03b2 that is trained.",
    ),
    Choice(
        "1 / 12,288", "The other way round: it is the reconstruction that was divided, so the KL counts for more, not less."
    ),
    Choice(
        "12,288",
        "The reconstruction is divided by 12,288 and the KL is not. Compare \u03b2 between papers only after writing both in nats per image.",
        right=True,
    ),
)
lesson.end(
    papers.BETA_VAE,
    papers.CALIBRATED,
    papers.VAE,
    reduction_error=written[0],
    reduction_reconstruction=fit,
    reduction_kl=kl,
    reduction_weight=weight,
    reduction_pixels=pixels,
    reduction_latents=latents,
    reduction_batch=batch,
)
