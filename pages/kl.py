"""What the KL does: one latent's Gaussian, the three parts of its KL, where each pulls, and what a trained VAE pays."""

import streamlit as st

from explorer import figures, kl_figures, papers, state, trained
from explorer.lesson import Choice, Lesson
from explorer.live import live_part
from lessons import kl_history, kl_parts
from vae import posterior

MU, LOG_SIGMA = (-3.0, 3.0), (-2.5, 1.0)
POINTS = 2_000  # test images drawn on the map
ENDS = {
    ("home", "home"): "It settles as N(0, 1), as before",
    ("home", "zero"): "It shrinks to a point at 0",
    ("home", "infinity"): "It widens without end",
    ("stays", "zero"): "It shrinks where it stands",
}


def keep(report: dict) -> None:
    """What the browser says of the Gaussian, believed only where it makes sense."""
    for key, name, (low, high) in (("kl_mu", "mu", MU), ("kl_log_sigma", "log_sigma", LOG_SIGMA)):
        value = report.get(name)
        if isinstance(value, int | float) and low <= value <= high:
            st.session_state[key] = float(value)
    if isinstance(report.get("on"), list):
        st.session_state.kl_parts = tuple(part for part in kl_parts.PARTS if part in report["on"])


lesson = Lesson(
    "kl",
    "The KL is one number; what does it do to a latent?",
    "It has three parts, and each pulls on one thing. <b>Look for which part holds what</b>: drag the Gaussian, let go, and switch "
    "parts off.",
)
state.read_link(
    kl_mu=state.number(*MU),
    kl_log_sigma=state.number(*LOG_SIGMA),
    kl_parts=state.some_of(kl_parts.PARTS, "part"),
    kl_model=state.one_of(list(kl_history.TRACED), "model"),
)
state.usual(kl_mu=1.5, kl_log_sigma=-0.693, kl_parts=kl_parts.PARTS, kl_model=kl_history.TRACED[0])
lesson.predict("Switch off \u2212log \u03c3 and let go. Where does the Gaussian end?", tuple(ENDS.values()))
live_part(
    "kl",
    key="kl-part",
    on_report=keep,
    start={"mu": st.session_state.kl_mu, "log_sigma": st.session_state.kl_log_sigma, "on": st.session_state.kl_parts},
)
lesson.reveal(
    ENDS[kl_parts.destination(("mean", "width"))],
    "$\\mu^2/2$ pulls the centre to 0 and $(\\sigma^2-1)/2$ narrows the width; only $-\\log\\sigma$ pushes back. Over $\\log\\sigma$ its slope is the same "
    "$-1$ at every width, while that of the other, $\\sigma^2$, fades as the width shrinks: **they balance at $\\sigma = 1$ and nowhere else**. Without "
    "$\\mu^2/2$ the centre stays where it is; without $(\\sigma^2-1)/2$ the width grows without end.",
)

st.subheader("The same parts, measured on a trained VAE")
st.markdown(
    "Averages over the 10,000 test images, in nats per image. **Look for what is left when the first two parts meet**: they nearly "
    "cancel, and what the KL charges is $-\\log\\sigma$, the price of a narrow posterior."
)
choice = st.segmented_control(
    "Model", kl_history.TRACED, key="kl_model", format_func=trained.label, required=True, persist_state="session"
)
name = choice or kl_history.TRACED[0]
subject = trained.get(name)
parts = kl_parts.measured(subject.posterior).numpy()
history = kl_history.load()[name]
left, right = st.columns(2, gap="medium")
left.markdown("**For each latent**")
left.plotly_chart(
    kl_figures.by_latent(parts, subject.order), key="by-latent", config=figures.CONFIG, alt="Parts of the KL for each latent"
)
right.markdown("**Over its training**, summed over the latents")
right.plotly_chart(
    kl_figures.over_training(history.images_seen, history.parts.sum(2).numpy()),
    key="over-training",
    config=figures.CONFIG,
    alt="Parts of the KL over images seen in training",
)
right.caption(
    f"The run repeated from its seed. It ended at a KL of {history.parts[-1].sum():.2f} nats; the weights that ship have "
    f"{parts.sum():.2f}. First, while the weight of the KL still rises, the centres fly apart; then it calls them back, and the widths carry the code."
)
left.markdown(f"**{POINTS:,} test images on the map of the KL**")
d = left.selectbox("Latent", subject.order, key=f"kl-latent-{name}", format_func=lambda i: f"z{i + 1}", width=110)
left.plotly_chart(
    kl_figures.landscape(subject.posterior.mean[:POINTS, d].numpy(), subject.posterior.std[:POINTS, d].numpy()),
    key="landscape",
    config=figures.CONFIG,
    alt="Posterior mean and width of test images over lines of equal KL",
)
centres, widths, both, whole = (f"{v:.2f}".replace("-", "\u2212") for v in (*parts.sum(1)[:2], parts[:2].sum(), parts.sum()))
right.markdown(
    f"**Why they cancel.** Summed over the latents, $\\mu^2/2$ is {centres} nats and $(\\sigma^2-1)/2$ is {widths} nats. The "
    "average of $\\mu^2 + \\sigma^2$ over all images is the second moment of the **aggregate posterior**, all codes together; where it "
    f"matches the prior's, it is 1, and the two parts add up to 0. Here they add up to {both} nats, of a KL of "
    f"{whole} nats.\n\nThe images themselves do not stand at the cross of the prior: the reconstruction pulls each one away, "
    "to a centre of its own and a width that keeps it apart from its neighbours. The KL decides how far that may go."
)

lesson.maths(
    "Per latent, with the encoder giving $\\mu$ and $\\log\\sigma^2$ (here shown over $\\log\\sigma$, half of it):",
    [
        r"\mathrm{KL}\left(\mathcal N(\mu,\sigma^2)\,\|\,\mathcal N(0,1)\right)"
        r"= \frac{\mu^2}{2} + \frac{\sigma^2-1}{2} - \log\sigma",
        r"\frac{\partial}{\partial\mu} = \mu, \qquad \frac{\partial}{\partial\log\sigma} = \sigma^2 - 1",
    ],
    posterior.kl_parts,
    kl_parts.slopes,
    kl_parts.descend,
)
lesson.check(
    "In some VAE the KL of one latent is 0 nats for every image. What does the decoder learn from that latent?",
    Choice(
        "Everything, in standard form",
        "A KL of 0 means the posterior is N(0, 1) for every image: the draw is the same noise for all.",
    ),
    Choice(
        "Which class the image has", "Even that would need posteriors that differ between images, and those have a KL above 0."
    ),
    Choice(
        "Nothing about the image",
        "The posterior is the prior whatever the image is. Averaged over images, the KL is at least the information that the "
        "latent carries about the image: no KL, no information.",
        right=True,
    ),
)
lesson.end(
    papers.VAE,
    papers.ELBO_SURGERY,
    papers.DONT_BLAME,
    kl_mu=st.session_state.kl_mu,
    kl_log_sigma=st.session_state.kl_log_sigma,
    kl_parts=st.session_state.kl_parts,
    kl_model=name,
)
