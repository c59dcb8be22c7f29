"""Denoise: an autoencoder that was taught to take noise off, beside models that never saw any, PCA and a median filter."""

import html

import streamlit as st

from explorer.canvas import drawn
from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, picker, state, strokes
from explorer.page import places as pages
from lessons.denoise import cleaning as denoise
from lessons.denoise import figures as denoise_figures
from lessons.denoise import models as denoise_models
from lessons.denoise import screen as denoise_facts
from lessons.denoise.screen import KINDS, LEVELS, NAMES, UNITS
from vae import corruption, data, objectives
from vae.corruption import NONE

SOURCES = {"digit": "Test digit", "drawing": "Drawing"}
SAME = "same"
LEARNED = {SAME: "same noise", **KINDS}
OPTIONS = ("It cleans as well as the denoiser", "It takes some noise off", "It leaves the image worse than the noise did")
ASKED = ("gaussian", 0.5)  # the noise of the prediction


def keep(report: dict) -> None:
    """The level and the drawing that the browser says, believed only where they make sense."""
    at = report.get("at")
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < len(LEVELS):
        st.session_state.denoise_level = at
    drawn.hear(report)


lesson = Lesson(
    "denoise",
    "Can a network clean a digit that it has never seen clean?",
    "Drag the noise up and <b>look at the two autoencoders</b>: the same layers, code size, digits and steps. Only one of them was given noisy "
    "images in training, and asked for the clean ones.",
)
mnist = data.load("mnist")
state.read_link(
    denoise_kind=state.one_of(list(KINDS), "kind of noise"),
    denoise_level=state.whole_number(0, len(LEVELS) - 1),
    denoise_learned=state.one_of(list(LEARNED), "denoiser"),
    denoise_digit=state.whole_number(0, len(mnist.test) - 1),
    denoise_source=state.one_of(list(SOURCES), "source of images"),
)
state.usual(denoise_kind="gaussian", denoise_level=10, denoise_learned=SAME, denoise_digit=8, denoise_source="digit")
lesson.predict(
    "Gaussian noise of \u03c3 = 0.5. What does the plain autoencoder do, which never saw noise in training?", OPTIONS
)
with st.container(horizontal=True, vertical_alignment="bottom"):
    kind = (
        st.segmented_control(
            "Noise", list(KINDS), format_func=KINDS.__getitem__, key="denoise_kind", required=True, persist_state="session"
        )
        or "gaussian"
    )
    source = (
        st.segmented_control(
            "Image",
            list(SOURCES),
            format_func=SOURCES.__getitem__,
            key="denoise_source",
            required=True,
            persist_state="session",
        )
        or "digit"
    )
    digit = st.session_state.denoise_digit
    if source == "digit":
        digit = picker.pick_digit("denoise_digit", "Digit", mnist)
    learned = st.selectbox(
        "Denoiser learned",
        list(LEARNED),
        format_func=LEARNED.__getitem__,
        key="denoise_learned",
        persist_state="session",
        width=165,
        help="Three denoising autoencoders ship, each trained on one kind of noise.",
    )
teacher = kind if learned == SAME else learned
drawing = st.session_state.get(strokes.DRAWING) if source == "drawing" else None
image = strokes.image(drawing) if drawing else denoise_facts.of_test(digit)
strip = denoise_facts.strip(image, kind, teacher)
live_part(
    "denoise",
    key="denoise-part",
    on_report=keep,
    strip=strip.uri,
    rows=strip.rows,
    levels=LEVELS.tolist(),
    unit=UNITS[kind],
    at=st.session_state.denoise_level,
    draw=source == "drawing",
    drawing=drawing or (),
)
st.caption(
    ("Draw on the black pad; until you do, the test digit is shown. " if source == "drawing" and not drawing else "")
    + "Every picture is measured against the clean one. PSNR: 10 dB more are a tenth of the squared error. SSIM: 1 is the same image. "
    f"All models and PCA have {denoise_models.LATENTS} latents; the median filter looks at 3 \u00d7 3 pixels. The noise only grows with the level: it "
    "is never drawn anew. Bold: the best of the five."
)
level = float(LEVELS[st.session_state.denoise_level])

noisy, plain, denoiser, vae, pca = (
    denoise_facts.average(ASKED[0], way, ASKED[1]) for way in (NONE, "ae", ASKED[0], "vae", "pca")
)
answer = OPTIONS[2] if plain < noisy else OPTIONS[0] if plain > denoiser - 0.5 else OPTIONS[1]
lesson.reveal(
    answer,
    f"On average over {denoise_models.MEASURED} test digits: noise left in {noisy:.1f} dB, plain autoencoder {plain:.1f} dB, denoising autoencoder "
    f"**{denoiser:.1f} dB**. The bottleneck alone does clean a little: whatever comes out of a decoder is made of strokes it knows. But the "
    "*encoder* takes noise for ink and sends it to a code of another digit. Only training with noise on the input tells it what to ignore. "
    f"Of those that never saw noise on an image **PCA does best, {pca:.1f} dB**: a projection averages the noise away, and cannot take it for a stroke. "
    f"The VAE ({vae:.1f} dB) at least learned with noise on its code, so that near codes mean like images.",
)

st.subheader("Who wins at which noise?")
st.markdown(
    "Means over test digits, with two standard errors. **Look at where lines cross, and switch the noise above.** With the weakest Gaussian noise "
    "nothing beats leaving it in. With salt and pepper on a tenth of the pixels the median filter wins, untrained: it is made for few wrong pixels "
    "among right ones, and lost once they are many. And a denoiser does what it learned at its own level "
    f"({', '.join(f'{KINDS[k].lower()} {v:g}' for k, v in denoise_models.LEARNED.items())}) whatever it is given: where masking takes a tenth of the "
    "pixels, the plain autoencoder beats the one that learned to paint back a half."
)
told = denoise_facts.curves()
by_way = told["curves"][kind]
means = {way: by_way[teacher if way == "dae" else way] for way in ("dae", "ae", "vae", "pca", "median", NONE)}
for column, (measure, axis, unit) in zip(
    st.columns(2, gap="medium"), (("psnr", "PSNR, decibels", " dB"), ("ssim", "SSIM", "")), strict=True
):
    column.plotly_chart(
        denoise_figures.over_level(
            told["levels"], {way: values[measure] for way, values in means.items()}, NAMES, level, axis, unit
        ),
        key=f"denoise-{measure}",
        config=figures.CONFIG,
        alt=f"{axis} of each way to clean {KINDS[kind].lower()} noise over its level",
    )
st.caption(
    f"{told['images']} test digits, the same noise for every way; higher is better. The errors are over digits, for one training of each model. "
    "SSIM asks for structure: an even grey veil costs little of it, scattered pixels on the black ground cost much."
)

st.subheader("A denoiser knows the noise it was shown")
st.markdown(
    "Each denoiser on each noise, at the measured level nearest to the one it was taught at. **Look along a row**: the best one is the one that knows this noise, and masking, which "
    "only ever takes ink away, teaches a model to add ink, where salt and pepper needs it removed."
)
columns = (*KINDS, "ae", NONE)
heads = [*(f"learned on {KINDS[k].lower()}" for k in KINDS), "plain AE", "noise left in"]
rows = []
for noise, strength in denoise_models.LEARNED.items():
    values = [denoise_facts.average(noise, way, strength) for way in columns]
    cells = "".join(f"<td><b>{v:.1f}</b></td>" if v == max(values) else f"<td>{v:.1f}</td>" for v in values)
    rows.append(f"<tr><th>{KINDS[noise]}, {denoise_facts.measured_near(strength):g}</th>{cells}</tr>")
st.html(
    '<div class="le-wide" role="region" aria-label="Each denoiser on each noise" tabindex="0"><table class="le-numbers"><thead><tr><th>PSNR, dB</th>'
    + "".join(f"<th>{html.escape(head)}</th>" for head in heads)
    + f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
)
st.markdown(
    "**Train one live**: the preset *Denoising* on the page Train teaches an autoencoder and a VAE to clean, while you watch their pictures. Under *More "
    "settings* there you choose noise and level."
)
pages.link("train", "Set one up", latents="20", noise=kind, level="0.5")

lesson.maths(
    "The encoder gets $\\tilde x$, drawn anew at every step; the loss asks for $x$. Among all answers to $\\tilde x$ the one with the least expected "
    "squared error (and cross-entropy) is the mean of the clean images that could be behind it, so a good denoiser has learned the "
    "distribution of the data, not a copy of its input. For Gaussian noise that mean is a step up the log-density:",
    [
        r"\min_{\theta,\phi}\; \mathbb E_{x}\,\mathbb E_{\tilde x\sim C(\tilde x|x)}\left[-\log p_\theta\big(x \mid f_\phi(\tilde x)\big)\right]",
        r"\tilde x = x + \sigma\epsilon:\quad \mathbb E[x\mid\tilde x] = \tilde x + \sigma^2\,\nabla_{\tilde x}\log p(\tilde x)",
        r"\mathrm{PSNR} = -10\log_{10}\tfrac1P\sum_i(\hat x_i - x_i)^2",
        r"\mathrm{SSIM} = \frac{(2\mu_{\hat x}\mu_x + c_1)(2\sigma_{\hat x x} + c_2)}{(\mu_{\hat x}^2+\mu_x^2+c_1)(\sigma_{\hat x}^2+\sigma_x^2+c_2)}",
    ],
    corruption.corrupt,
    objectives.objective,
    denoise.psnr,
    denoise.ssim,
)
lesson.check(
    "You train a denoiser as above, but compare its output with the noisy input instead of the clean image. What does it learn?",
    Choice(
        "To clean, only more slowly",
        "Its loss would be least if it gave the noise back; nothing in it prefers the clean image, but for what does not fit through the code.",
    ),
    Choice(
        "To copy its input as well as its code allows",
        "Then it is a plain autoencoder of noisy images: what little it cleans, the bottleneck cleans. The clean target is what makes it a denoiser.",
        right=True,
    ),
    Choice(
        "Nothing: noise cannot be predicted",
        "Noise cannot, but most of a noisy digit is a digit, and its strokes can be copied through the code.",
    ),
)
lesson.end(
    papers.DENOISING,
    papers.STACKED_DENOISING,
    papers.DENOISING_VAE,
    papers.DENOISER_IS_SCORE,
    papers.SSIM,
    denoise_kind=kind,
    denoise_level=st.session_state.denoise_level,
    denoise_learned=learned,
    denoise_digit=digit,
    denoise_source=source,
)
