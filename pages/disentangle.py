"""Disentangle: shapes whose factors are known, beta-VAEs at several betas, and what each latent has learned."""

from pathlib import Path

import streamlit as st
import torch

from explorer.canvas import CanvasState, latent_canvas
from explorer.lesson import papers
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, palette, picker, state
from lessons.disentangle import figures as disentangle_figures
from lessons.disentangle import mig
from lessons.disentangle import models as disentangle
from lessons.disentangle import screen as facts
from vae import objectives, shapes

OPTIONS = ("At the smallest: the most detail", "In between", "At the largest: the most pressure")
USUAL = "beta-2"
AROUND = 3  # latents shown over the angle: those that it moves most
FAR = 1_000.0  # a code in a link lies within


def keep(report: CanvasState) -> None:
    """Where the hand came to rest: on a test image, or somewhere else."""
    if report.digit is not None:
        st.session_state.dis_image, st.session_state.dis_z = report.digit, ()
    elif report.positions is not None:
        st.session_state.dis_z = tuple(report.positions[0])


st.html(Path(facts.__file__).with_name("page.css"))
lesson = Lesson(
    "disentangle",
    "Does each latent learn one thing?",
    "Shapes differ in five known factors: position across and down, size, angle and kind. <b>Move one slider at a time</b>, and look for "
    "one that changes a single property.",
)
dataset = facts.dataset()
state.read_link(
    dis_model=state.one_of(list(facts.TITLES), "model"),
    dis_image=state.whole_number(0, len(dataset.test) - 1),
    dis_z=state.numbers(disentangle.LATENTS, -FAR, FAR),
    dis_latent=state.whole_number(1, disentangle.LATENTS),
)
state.usual(dis_model=USUAL, dis_image=facts.first_image(), dis_z=(), dis_latent=0)
lesson.predict(
    "\u03b2-VAEs weigh the KL by \u03b2, from 0.5 to 16. At which \u03b2 does each factor best get a latent of its own?",
    OPTIONS,
)
with st.container(horizontal=True, vertical_alignment="bottom"):
    picked = st.segmented_control(
        "Model, 8 latents",
        list(facts.TITLES),
        key="dis_model",
        format_func=facts.TITLES.__getitem__,
        required=True,
        persist_state="session",
    )
    image = picker.pick_digit("dis_image", "Begin at", dataset)
name = picked or USUAL
subject = facts.get(name)
if st.session_state.setdefault("dis_at", (name, image)) != (name, image):  # another model or image: begin at its code
    st.session_state.dis_at, st.session_state.dis_z = (name, image), ()
z = st.session_state.dis_z or tuple(subject.posterior.mean[image].tolist())
latent_canvas(
    [subject],
    key=f"dis-canvas-{name}",
    position=[z],
    digit=None if st.session_state.dis_z else image,
    on_change=keep,
)
colour = palette.KIND[subject.model.spec.kind]
kl = facts.of(name).kl_per_dim
names = [f"z{d + 1}" for d in subject.order]
carried = ["" if kl is None else f"{kl[d]:.1f} nats" for d in subject.order]
known = facts.known(facts.of(name))

st.subheader("What each latent says of each factor")
st.markdown(
    "Latents from the one that carries most"
    + (" (its KL in nats)" if kl is not None else " (by the variance of its code)")
    + ". A number is the share of a factor that this latent alone tells, from 0 to 1: mutual information over the factor\u2019s entropy. "
    "**Look for a column with one high number**: that factor has a latent of its own."
)
strips = disentangle.traversals(subject.model, torch.tensor(z), subject.order, subject.ranges, facts.STEPS)
st.html(
    disentangle_figures.latents_table(
        strips[:, :, 0].numpy(),
        names,
        carried,
        known.shares[subject.order].numpy(),
        mig.gaps(known).numpy(),
        facts.FACTORS,
        colour,
    )
)
st.caption(
    f"The mean of the five gaps is the **mutual information gap** (MIG): **{mig.mig(known):.2f}** for this model. "
    + (
        "Measured on all 25,920 images with the posteriors\u2019 widths, as in the paper that proposed it."
        if subject.is_vae
        else "An autoencoder\u2019s codes are points, so each latent is cut into 20 bins instead."
    )
)

betas = list(disentangle.BETAS)
paper, binned = facts.by_beta("information"), facts.by_beta("binned")  # (betas, seeds, F)
gap, gap_binned = paper.mean(2), binned.mean(2)  # (betas, seeds)
ae, pca = facts.baseline("ae").mean(1), facts.baseline("pca").mean(1)
best = int(gap.mean(1).argmax())
if lesson.reveal(
    OPTIONS[0] if best == 0 else OPTIONS[2] if best == len(betas) - 1 else OPTIONS[1],
    f"The gap is widest at **\u03b2 = {betas[best]:g}**: {gap[best].mean():.2f} on average over three seeds, against {gap[0].mean():.2f} at \u03b2 = "
    f"{betas[0]:g} and {gap[-1].mean():.2f} at \u03b2 = {betas[-1]:g}. A posterior can be wide or narrow along the axes only, and the KL makes narrow ones dear: "
    "**it is cheapest to give each direction that matters to the pixels an axis of its own**. With little weight on the KL that hardly counts, and factors "
    "stay mixed; with too much, latents fall silent one after another, and what is not said cannot be kept apart. An autoencoder has no reason to prefer any axes, "
    f"and a turned code is as good to it: {ae.mean():.2f} by the measure of bins, where \u03b2 = {betas[best]:g} has {gap_binned[best].mean():.2f} and "
    f"principal components {pca.mean():.2f}.",
):
    left, right = st.columns(2, gap="medium")
    left.markdown("**The gap over \u03b2**, a dot for each seed")
    left.plotly_chart(
        disentangle_figures.gap_over_beta(
            betas, gap.numpy(), gap_binned.numpy(), {"PCA": (palette.PCA, pca.numpy()), "AE": (palette.AE, ae.numpy())}
        ),
        key="gap-over-beta",
        config=figures.CONFIG,
        alt="Mutual information gap of VAEs over beta, of autoencoders and of principal components",
    )
    right.markdown("**Factor by factor**, with the posteriors\u2019 widths")
    right.plotly_chart(
        disentangle_figures.gap_of_each(betas, paper.mean(1).numpy(), facts.FACTORS),
        key="gap-of-each",
        config=figures.CONFIG,
        alt="Gap of each of the five factors over beta",
    )
    widest = int((gap.max(1).values - gap.min(1).values).argmax())
    st.markdown(
        f"**Seeds differ.** At \u03b2 = {betas[widest]:g} the same data, network and \u03b2 gave gaps from {gap[widest].min():.2f} to "
        f"{gap[widest].max():.2f}; the models shown are those of the first seed. In a study of more than ten thousand models (Locatello et al. 2019) seed and settings mattered more than the method, and "
        "no score that does without the factors told good from bad. Theory agrees: for every model whose code is disentangled there is another, "
        "under which the images are as probable, whose code is not."
    )

st.subheader("What one latent has learned")
st.markdown(
    "Its mean at each value of each factor, averaged over all else. **Look for one steep line among flat ones.** Beside it, the three latents "
    "that the angle of a triangle moves most: look for lines that come back to where they began."
)
if not 1 <= st.session_state.dis_latent <= disentangle.LATENTS:
    st.session_state.dis_latent = subject.order[0] + 1
latent = st.selectbox(
    "Latent",
    [d + 1 for d in subject.order],
    key="dis_latent",
    format_func=lambda d: f"z{d}",
    persist_state="session",
    width=110,
)
responses = [values[:, latent - 1].numpy() for values in facts.responses(name)]
turning = facts.triangles(name)
moved = turning.std(0).argsort(descending=True)[:AROUND].tolist()
left, right = st.columns(2, gap="medium")
left.plotly_chart(
    disentangle_figures.answers(responses, facts.FACTORS, f"z{latent}"),
    key="answers",
    config=figures.CONFIG,
    alt=f"Mean of latent z{latent} over the values of each factor",
)
right.plotly_chart(
    disentangle_figures.around(
        shapes.FACTORS[disentangle.ANGLE].values, turning[:, moved].numpy(), [f"z{d + 1}" for d in moved]
    ),
    key="around",
    config=figures.CONFIG,
    alt="Mean of each latent over the angle of triangles",
)
st.subheader("What does not come out")
shown = facts.of(USUAL)
alone = shown.known("of_triangles")
assert alone is not None
mean_kind, most_kind = paper[..., disentangle.KIND].mean(1).max(), facts.known(shown).shares[:, disentangle.KIND]
st.markdown(
    f"- **The angle.** In no VAE here has it a gap above {float(paper[..., disentangle.ANGLE].max()):.2f}. A circle fits on no line: turned by 330\u00b0 and "
    "by 0\u00b0 a triangle looks nearly the same, and a single number cannot have both far apart and close together, so several latents share it, in waves, as a "
    "cosine and a sine would. What is more, a square turned by 90\u00b0 *is* the same image, and an ellipse turned by 180\u00b0: part of the factor is not in the "
    f"picture. Among triangles alone, where all of it is, the best latent of \u03b2 = 2 tells {float(alone.shares[:, disentangle.ANGLE].max()):.2f} of it.\n"
    f"- **The kind.** Its widest gap, averaged over seeds, is {float(mean_kind):.2f}. It is one of three names, and a Gaussian prior has no room for names; "
    f"with \u03b2 = 2 it is spread over several latents, together with the angle (shares {', '.join(f'{v:.2f}' for v in most_kind.sort(descending=True).values[:4].tolist())}).\n"
    "- **Certainty.** That place and size come out is luck that was helped along: here factors are independent, each combination is equally frequent, and "
    "what matters to the pixels happens to be what we call factors. Nothing in the objective knows our names for things."
)
lesson.maths(
    "The objective with the KL weighed, and how much latent $z_j$ says of factor $v_k$: the posteriors of all $N$ images are averaged, once over all and once "
    "over those with the same $v_k$, at draws $z_j\\sim q(z_j|x_n)$. The gap is between the two latents that say most, over the factor\u2019s entropy.",
    [
        r"\mathcal L = \mathbb E_q[-\log p(x|z)] + \beta\,\mathrm{KL}\left(q(z|x)\,\|\,p(z)\right)",
        r"I(z_j;v_k) = \mathbb E\left[\log \sum_n q(z_j|x_n)\,p(n|v_k)\right] - \mathbb E\left[\log \tfrac1N\sum_n q(z_j|x_n)\right]",
        r"\mathrm{MIG} = \frac1K\sum_k \frac{1}{H(v_k)}\left(I(z_{(1)};v_k) - I(z_{(2)};v_k)\right)",
    ],
    objectives.objective,
    mig.posterior_information,
    mig.binned_information,
    mig.gaps,
)
lesson.check(
    "A model keeps the position (x, y) of a shape as (x + y)/\u221a2 in z1 and (x \u2212 y)/\u221a2 in z2, exactly. What is its gap for these two factors?",
    Choice(
        "1: nothing about the position is lost",
        "Nothing is lost, but the gap asks another question: z1 and z2 tell as much of x, so the first has no lead over the second.",
    ),
    Choice(
        "About 0",
        "Both latents tell as much of x as of y. The code is as good as any to a decoder, and disentangled to none of us.",
        right=True,
    ),
    Choice(
        "1/\u221a2, as the axes are turned by 45\u00b0",
        "The gap compares how much is told, not directions: two equal amounts differ by 0.",
    ),
)
lesson.end(
    papers.BETA_VAE,
    papers.MUTUAL_INFORMATION_GAP,
    papers.CHALLENGING_DISENTANGLEMENT,
    papers.PCA_DIRECTIONS,
    dis_model=name,
    dis_image=image,
    dis_latent=latent,
    **({"dis_z": st.session_state.dis_z} if st.session_state.dis_z else {}),
)
