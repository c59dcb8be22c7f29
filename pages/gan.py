"""GAN: a generator with the VAE's decoder that learns from a discriminator, live; beside the VAE at the same budget; and how it collapses."""

from pathlib import Path

import streamlit as st

from explorer import gan_facts, gan_form, gan_run, gan_tables, jobs, owners, pages, papers, run_view, state
from explorer.lesson import Choice, Lesson
from explorer.run_view import View
from lessons import gan_models, samples
from vae import gan_losses
from vae.errors import CheckpointError, VaeError
from vae.gan_stepper import GanStepper
from vae.models import GAN

RUN = "gan_run"  # session-state key and name in the link: the run that is shown, "" for the one that ships
SUBMIT = "gan_submit"  # session-state key: whether the button asked to train
FILLED = "gan_filled"  # session-state key: the run whose settings the form was given
SHOWN = 16
OPTIONS = ("All ten digits, a little worse", "Only a few of the digits", "Noise that is no digit at all")


def shown() -> View | None:
    """The run that the link or this browser names."""
    if RUN not in st.session_state:
        st.session_state[RUN] = run_view.newest_active(encodes=False) or ""
    view = run_view.look(st.session_state[RUN]) if st.session_state[RUN] else None
    if st.session_state[RUN] and view is None:
        st.warning("There is no such run, or no longer: it may have been deleted.")
    elif view and view.run.encodes:
        st.info("This run trains no GAN.")
        pages.link("train", "Open it there", run=view.run.id)
        view = None
    elif view and st.session_state.get(FILLED) != view.run.id:
        st.session_state[FILLED] = view.run.id
        gan_form.fill(gan_form.of_run(view.run.recipes))
    if view is None:
        st.session_state[RUN] = ""
    return view


def submit(choice: gan_form.Choice) -> None:
    """Queue what the form says, and show it."""
    run = jobs.submit(owners.owner(), choice.recipes())
    st.session_state[RUN] = st.session_state[FILLED] = run.id


st.html(Path(gan_facts.__file__).with_name("gan.css"))
lesson = Lesson(
    "gan",
    "A critic instead of a likelihood: what does a GAN gain, and what does it lose?",
    "The generator is the VAE\u2019s decoder; a discriminator tells its pictures from real ones. <b>Look at the scores</b>: the more the two "
    "histograms overlap, the less the critic can tell.",
)
state.read_link(**{RUN: run_view.run_id}, gan_noise=state.whole_number(0, 9_999))
state.usual(gan_noise=1)
asked = gan_form.read()
view, trouble = None, ""
try:
    if st.session_state.pop(SUBMIT, False):
        submit(asked)
    view = shown()
except VaeError as error:
    trouble = str(error)
lesson.predict(
    "Train it without the discriminator\u2019s gradient penalty (\u03b3 = 0), all else equal. What does it draw in the end?",
    OPTIONS,
)
choice = gan_form.draw(
    lambda: st.session_state.update({SUBMIT: True}), (lambda: st.session_state.update({RUN: ""})) if view else None
)
if trouble:
    st.error(trouble)
shipped = None
try:
    shipped = gan_facts.shipped()
    gan_facts.judge()
except CheckpointError as error:
    st.error(str(error))
if view:
    gan_run.watch(view)
elif shipped:
    gan_run.board(gan_facts.history("gan"), "shipped")
    st.markdown(f"**The GAN that ships**, after {gan_models.IMAGES:,} images: 64 pictures from noise")
    gan_run.draw_pictures(gan_facts.pictures("gan", 64, 1))

if shipped:
    calm, collapsed = shipped.measures["gan"][0], shipped.measures["collapsed"][0]
    found = OPTIONS[0] if collapsed.covered == 10 else OPTIONS[1] if collapsed.confidence > 0.8 else OPTIONS[2]
    if lesson.reveal(
        found,
        f"Without the penalty **{collapsed.covered} of 10 classes** are left (with it, {calm.covered}), as few as {collapsed.effective:.1f} evenly drawn "
        f"ones, and the Fr\u00e9chet distance is {collapsed.frechet:.0f} instead of {calm.frechet:.0f}. The classifier is still "
        f"{collapsed.confidence:.0%} sure of what it sees: each picture is a good digit. **Nothing in the generator\u2019s loss asks for variety**: it is an average "
        "over single pictures, and one that fools the discriminator is as good as a thousand that do. The penalty gives the discriminator a curvature of its "
        "own, as in the game of the next page.",
    ):
        gan_run.board(gan_facts.history("collapsed"), "collapsed")
        gan_run.draw_pictures(gan_facts.pictures("collapsed", 32, 1))

    st.subheader("Beside the VAE, at the same budget")
    st.markdown(
        f"The same decoder network with {gan_models.LATENTS} latents, {gan_models.IMAGES:,} images of MNIST each, and the same noise, N(0, I). **Look at the "
        "edges, then at which digits are there.**"
    )
    st.button("Other noise", on_click=lambda: st.session_state.update(gan_noise=(st.session_state.gan_noise + 1) % 10_000))
    for name in ("gan", "vae"):
        st.html(f'<p class="le-curve"><span class="le-name le-{name}">{gan_facts.NAMES[name]}</span></p>')
        gan_run.draw_pictures(gan_facts.pictures(name, 2 * SHOWN, st.session_state.gan_noise), SHOWN)
    st.html(gan_tables.qualities())
    st.caption(f"{gan_tables.legend()} The classifier is right on {gan_facts.judge()[1]:.2%} of the test digits.")
else:
    lesson.reveal(OPTIONS[1], "What ships of this lesson is missing, so nothing was measured here; train it above to see.")

st.subheader("What each objective asks for, and what follows")
st.html(gan_tables.objectives())
st.markdown(
    "**What a GAN lacks.** No encoder: it cannot say which code a given image has, so it cannot reconstruct, compress or compare images. No bound: "
    "there is no number in nats that says how probable a test image is, and none to stop training by. Its two losses are measured against "
    "each other, so neither has to fall while the pictures get better."
)
lesson.maths(
    "Both players\u2019 losses in nats per image, scores as logits, $D = \\sigma(\\mathrm{score})$:",
    [
        r"L_D = -\mathbb E_{x}\left[\log D(x)\right] - \mathbb E_{z}\left[\log(1-D(G(z)))\right]",
        r"L_G = -\mathbb E_{z}\left[\log D(G(z))\right]",
        r"R_1 = \frac{\gamma}{2}\,\mathbb E_{x}\left\|\nabla_x\,\mathrm{score}(x)\right\|^2",
        r"\mathrm{FD} = \|m_1-m_2\|^2 + \mathrm{tr}\left(C_1 + C_2 - 2\,(C_1C_2)^{1/2}\right)",
        r"\text{effective classes} = \exp\Big(-\sum_k p_k\log p_k\Big)",
    ],
    gan_losses.discriminator_loss,
    gan_losses.generator_loss,
    gan_losses.gradient_penalty,
    GanStepper.step,
    GAN,
    samples.frechet_distance,
    samples.effective_classes,
)
lesson.check(
    "A GAN\u2019s pictures are sharper than a VAE\u2019s, and its Fr\u00e9chet distance is smaller. Is its likelihood of test images therefore higher?",
    Choice(
        "Yes: better pictures are more probable",
        "A generator that leaves out one digit can draw perfect pictures and gives that digit no probability at all.",
    ),
    Choice(
        "It cannot be said",
        "A GAN defines no density that could be evaluated: its pictures fill a thin sheet in pixel space. Sharp pictures and high likelihood are different goals, "
        "and each can be had without the other.",
        right=True,
    ),
    Choice("No: it must be lower", "Nothing measured here says so; a GAN gives no number to compare."),
)
link = {RUN: view.run.id} if view else gan_form.values(choice)
lesson.end(
    papers.GAN,
    papers.GAN_CONVERGENCE,
    papers.TWO_TIME_SCALES,
    papers.PRINCIPLED_GAN,
    **link,
    gan_noise=st.session_state.gan_noise,
)
