"""The shape of latent space: what a posterior's width is for, where prior draws land, shells, arcs and packed spheres."""

import numpy as np
import streamlit as st

from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.models import trained
from explorer.page import figures, palette, pictures, state
from lessons.shape import figures as shape_figures
from lessons.shape import screen as shape_facts
from lessons.shape import shell
from lessons.shape import spread as shape

MODELS = ("mnist-vae-2d", "mnist-vae-2d-beta-4", "mnist-vae-2d-beta-0.25")
OPTIONS = ("It falls: less noise in every code", "It hardly changes", "It grows without end")
USUAL = shape_facts.SPREADS.index(1.0)
DIMENSIONS = (1, 2, 3, 5, 10, 20, 50, 100, 300)
PICTURES = 10
STEPS = 41


def keep(report: dict) -> None:
    """The spread that the browser says, believed only where it makes sense."""
    at = report.get("at")
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < len(shape_facts.SPREADS):
        st.session_state.shape_at = at


lesson = Lesson(
    "shape",
    "Why does a VAE spread each code, where an autoencoder places a point?",
    "Shrink the spread from 1 to 0 and the first turns into the second. <b>Look at the two parts of the loss</b> as you do.",
)
state.read_link(
    shape_at=state.whole_number(0, len(shape_facts.SPREADS) - 1),
    shape_model=state.one_of(list(MODELS), "model"),
    shape_latents=state.whole_number(2, 20),
    shape_dims=state.whole_number(1, DIMENSIONS[-1]),
)
state.usual(shape_at=USUAL, shape_model=MODELS[0], shape_latents=2, shape_dims=20)
if st.session_state.shape_latents not in shape_facts.LATENTS:
    st.session_state.shape_latents = min(shape_facts.LATENTS, key=lambda n: abs(n - st.session_state.shape_latents))
if st.session_state.shape_dims not in DIMENSIONS:
    st.session_state.shape_dims = min(DIMENSIONS, key=lambda n: abs(n - st.session_state.shape_dims))
lesson.predict(
    "Take the trained VAE and shrink every posterior to a point. What happens to the negative ELBO (lower is better)?", OPTIONS
)
picked = st.segmented_control(
    "Model", MODELS, key="shape_model", format_func=trained.label, required=True, persist_state="session"
)
name = picked or MODELS[0]
live_part("shape", key="shape-part", on_report=keep, **shape_facts.live_facts(name, st.session_state.shape_at))
best = shape_facts.best_spread(name)
beta = trained.get(name).settings.beta
chosen = f"The least negative ELBO of all spreads measured is at **{best:g}**" + (
    (
        ", the width that training chose."
        if best == 1
        else "; at 1 are the widths that training chose, on other images than these test digits."
    )
    if beta == 1
    else f"; this model was trained with \u03b2 = {beta:g}, which pays another price for the KL, so its width is not the ELBO\u2019s best."
)
lesson.reveal(
    OPTIONS[2] if shape_facts.grows_without_end(name) else OPTIONS[1],
    "The reconstruction does get better, by a little: it has a floor. But each latent pays \u2212log \u03c3, and **a point has an infinite KL "
    f"to the prior**: it would have to be written down with infinitely many digits. {chosen} An autoencoder pays no KL, so its codes "
    "may be points, anywhere: turn on *Autoencoder\u2019s codes* and *Whole plane*, and see how far out they lie, and what is left between them.",
)

st.subheader("Where do prior draws land?")
st.markdown(
    "A draw from N(0, I) decodes to a digit only if codes are near it. **Look at where each histogram lies**, against the grey outline: the "
    "distances if codes were distributed exactly like the prior. Right of the dashed line is empty space."
)
latents = st.segmented_control("Latents", shape_facts.LATENTS, key="shape_latents", required=True, persist_state="session") or 2
pair = {kind: shape_facts.landing(f"mnist-{kind}-{latents}d", PICTURES) for kind in ("ae", "vae")}
count = len(trained.get(f"mnist-vae-{latents}d").posterior.mean)
left, right = st.columns([1.25, 1], gap="medium")
left.plotly_chart(
    shape_figures.landings(
        {kind: found.distances for kind, found in pair.items()}, shape_facts.ideal_distances(count, latents), pair["vae"].radius
    ),
    key="landings",
    config=figures.CONFIG,
    alt="Distances from prior draws to the nearest code, autoencoder and VAE",
)
for kind, title in (("vae", "VAE"), ("ae", "Autoencoder")):
    right.html(
        f'<p class="le-name le-{kind}">{title}: {pair[kind].empty:.0%} of the draws land in empty space</p>'
        + pictures.row_html(
            pair[kind].images, [f"Prior draw {i + 1} decoded by the {title}" for i in range(PICTURES)], columns=5
        )
    )
right.caption("The same ten draws, decoded. With codes distributed like the prior, 5 % would count as empty space.")

st.subheader("In many dimensions the mass is on a shell")
st.markdown(
    "The density of N(0, I) is highest at the origin, and yet no draw is ever near it: the room at distance r grows as r to the power D \u2212 1, "
    "and room wins. **Look at the left end of the axis** as you add dimensions, and at where the straight line between two draws goes."
)
dims = st.select_slider("Dimensions", DIMENSIONS, key="shape_dims", persist_state="session")
band = shell.shell(dims)
radius = np.linspace(0, 1.25 * band[1], 241)
left, right = st.columns(2, gap="medium")
left.markdown(f"**Lengths of draws** (99 % between {band[0]:.2f} and {band[1]:.2f})")
left.plotly_chart(
    shape_figures.shell(shape_facts.norms(dims), radius, shell.norm_density(radius, dims), band),
    key="shell",
    config=figures.CONFIG,
    alt="Lengths of draws from the prior in that many dimensions",
)
paths = {way: values.numpy() for way, values in shell.path_norms(*shape_facts.ends(dims), STEPS).items()}
right.markdown("**Two ways from one draw to another** (the band holds 99 % of draws)")
right.plotly_chart(
    shape_figures.walks(paths, band, dims), key="walks", config=figures.CONFIG, alt="Distance from the origin along both ways"
)
right.caption(
    "Two draws in many dimensions are nearly at right angles. Half-way, the straight line is at about 1/\u221a2 of their length: in 50 dimensions "
    "and more, that is where no draw ever is. The arc (spherical interpolation) stays with the draws."
)

st.subheader("Spheres leave room")
st.markdown(
    "A posterior is a ball stretched along the axes, and balls do not fill space: in 8 dimensions even the densest packing of equal balls, proved to be the best, "
    "leaves three quarters empty. **Look at how fast the share falls.** Nothing asks a VAE to leave no room between its "
    "posteriors: what lies there its decoder fills in from the neighbours, and that is where new digits come from."
)
left, right = st.columns([1.25, 1], gap="medium")
left.plotly_chart(
    shape_figures.packing({d: shell.ball_in_cube(d) for d in range(1, 25)}, shell.DENSEST_PACKING),
    key="packing",
    config=figures.CONFIG,
    alt="Share of space inside packed balls over the dimension",
)
right.markdown("**Measured on the VAEs**: prior draws inside the 90 % ellipsoid of at least one of the 10,000 test posteriors")
for size in shape_facts.LATENTS:
    share = shape_facts.filled(size)
    rate = trained.get(f"mnist-vae-{size}d").measures.rate
    right.html(
        f'<p class="le-name" style="--colour:{palette.VAE}">{size} latents: {share:.1%}'
        f"<br><small>KL {rate:.1f} nats: room for about e<sup>{rate:.1f}</sup> = {np.exp(rate):,.0f} posteriors side by side</small></p>"
    )
right.caption(
    "exp(KL) is the volume of the prior over that of a posterior, roughly: how many images a code could tell apart. With 10 latents ten thousand "
    "test images are a handful of it."
)
lesson.maths(
    "For a spread $s$ every width is $s\\,\\sigma$; the KL then grows as $-D\\log s$, without end as $s\\to 0$. Lengths follow the chi "
    "distribution, and a ball fills of its cube:",
    [
        r"\mathrm{KL}_s = \mathrm{KL}_1 + \tfrac{s^2-1}{2}\sum_d \sigma_d^2 - D\log s",
        r"p(|z| = r) \propto r^{D-1} e^{-r^2/2}",
        r"\frac{\pi^{D/2}}{2^D\,\Gamma(D/2+1)}",
    ],
    shape.bound_by_spread,
    shape.filled_share,
    shell.path_norms,
    shell.ball_in_cube,
)
lesson.check(
    "The density of N(0, I) in 100 dimensions is highest at the origin. How likely is a draw within distance 5 of it?",
    Choice(
        "Very likely: that is where the density is highest",
        "Density is chance per volume, and there is almost no volume near the origin.",
    ),
    Choice("About as likely as at distance 10", "At distance 10, the square root of 100, is where nearly all draws are."),
    Choice(
        "Practically never",
        "Draws lie at about \u221a100 = 10, give or take 0.7. A ball of radius 5 is seven standard deviations away.",
        right=True,
    ),
)
lesson.end(
    papers.VAE,
    papers.ELBO_SURGERY,
    papers.SAMPLING_NETWORKS,
    papers.SPHERE_PACKING,
    shape_at=st.session_state.shape_at,
    shape_model=name,
    shape_latents=latents,
    shape_dims=dims,
)
