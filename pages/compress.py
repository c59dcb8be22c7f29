"""Compress: codes as files. What rounding and entropy coding cost and keep, the beta ladder in bits, and files as long as the bound."""

import itertools
from pathlib import Path

import streamlit as st

from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, state
from lessons.compress import bits_back, quantised, rans
from lessons.compress import figures as compress_figures
from lessons.compress import screen as compress_facts
from lessons.compress import study as compression
from lessons.compress import table as compress_table
from lessons.compress.quantised import psnr
from lessons.shared import pca
from lessons.shared.coders import CODERS, LATENTS

OPTIONS = ("About 20: a number is a number", "About 40", "About 80", "More than 300")
MEANT = (20, 40, 80, 320)
USUAL = compression.STEPS.index(0.5)


def keep(report: dict) -> None:
    """The step that the browser says, believed only where it makes sense."""
    at = report.get("at")
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < len(compression.STEPS):
        st.session_state.compress_at = at


st.html(Path(compress_facts.__file__).with_name("page.css"))
lesson = Lesson(
    "compress",
    "How many bits does a digit need?",
    "Round every number of its code to a step and write down what is left. <b>Look for where the pictures begin to suffer</b>, and at how "
    "many bits that is.",
)
state.read_link(
    compress_at=state.whole_number(0, len(compression.STEPS) - 1),
    compress_latents=state.whole_number(2, 20),
)
state.usual(compress_at=USUAL, compress_latents=20)
if st.session_state.compress_latents not in LATENTS:
    st.session_state.compress_latents = min(LATENTS, key=lambda n: abs(n - st.session_state.compress_latents))
lesson.predict(
    "An autoencoder keeps 20 numbers an image. How many principal components (PCA) give images back as well, by squared error?",
    OPTIONS,
)
latents = (
    st.segmented_control("Numbers in a code", LATENTS, key="compress_latents", required=True, persist_state="session") or 20
)
at = st.session_state.compress_at
live_part("compress", key="compress-part", on_report=keep, **compress_facts.live_facts(latents, at))
st.caption(
    f"Averages over {compression.CODED:,} test images; bits are \u2212log\u2082 of each symbol\u2019s share among the codes of "
    f"{compression.COUNTED:,} training images. PSNR is 10 log\u2081\u2080 of 1 over the mean squared error: 3 dB more is half the error. A step is "
    "told in average spreads: the standard deviation of the code\u2019s numbers. All JPEGs stand together on one sheet, so that its head is paid once."
)
error, components = compress_facts.match()
nearest = min(MEANT, key=lambda n: abs(n - components))
if lesson.reveal(
    OPTIONS[MEANT.index(nearest)],
    f"**{components} principal components** are needed for the squared error of the autoencoder\u2019s 20 numbers, {error:.2f} per image. PCA is the best "
    "*linear* code there is; digits lie on a surface that is bent, and a network can follow the bend. What the count of numbers does not "
    "say is what a number costs: with a step of half a spread, each takes about three bits, whoever made it.",
):
    st.plotly_chart(
        compress_figures.errors(pca.load().errors.numpy(), compress_facts.errors_of_models(), (error, components)),
        key="errors",
        config=figures.CONFIG,
        alt="Squared error over the numbers in a code: PCA at every size, autoencoders and VAEs at 2, 10 and 20",
    )
    st.caption("10,000 test images, codes not rounded. The dotted line goes from the autoencoder with 20 latents to PCA.")

st.subheader("Real bytes")
files = {kind: compress_facts.file(kind, latents, at) for kind in CODERS}
st.markdown(
    f"The same {compression.CODED:,} test images as files, written now and read back, at the step above ({compression.STEPS[at]:g} average spreads). "
    "**Look at the last column**: a decoder is part of the bargain, as a PNG reader is, but it knows only digits."
)
st.html(compress_table.table(files, compress_facts.nearest_jpeg(max(each.quality for each in files.values()))))
best = files["vae"]
xz = compression.load()["files"]["xz of all"]
even = best.decoder / (xz - len(best.contents) / compression.CODED)
st.caption(
    f"Every file of codes was read back {'symbol for symbol' if all(each.back for each in files.values()) else 'WRONGLY'}. An image alone costs up to eight bytes more, "
    f"the state of the coder. Sending the VAE\u2019s decoder along pays from {even:,.0f} images on, against xz; and that comparison is with a loss on one side "
    "only: PNG, gzip and xz give every grey level back."
)

st.subheader("What a bit buys")
rungs = compress_facts.ladder()
slopes = [(a.beta, b.beta, (b.distortion - a.distortion) / (a.rate - b.rate)) for a, b in itertools.pairwise(rungs)]
st.markdown(
    "\u03b2 is a price: a VAE trained with \u03b2 gives up one bit of rate where that costs fewer than \u03b2 bits of distortion. **Look at how steep the "
    "ladder is**: between two rungs it falls by a slope between their two \u03b2."
)
st.plotly_chart(
    compress_figures.ladder(rungs, {kind: compress_facts.two_numbers_as_files(kind) for kind in ("vae", "ae")}),
    key="ladder",
    config=figures.CONFIG,
    alt="Rate-distortion plane in bits: the beta ladder, and real files of two-number codes",
)
st.caption(
    "Nats over ln 2 are bits. Slopes measured on the test set: "
    + "; ".join(f"from \u03b2 = {low:g} to {high:g}: {slope:.2g}" for low, high, slope in slopes)
    + ". Dotted: two-number codes, rounded and entropy-coded; the VAE\u2019s survive a coarse step, because training shook them with noise. The KL is what a "
    "code costs *if its choice can carry other bits*, which the next section does."
)

st.subheader("A file as long as the bound")
found = compress_facts.lossless()
plain = "; ".join(f"{name} {bits:.0f}" for name, bits in found.plain.items()).replace("png", "PNG")
st.markdown(
    f"Without any loss, now: {compress_facts.LOSSLESS} binary test digits through a VAE with 40 latents, written and read back "
    f"{'pixel for pixel' if found.back else 'WRONGLY'} while the page opened. **Look at how near the file comes to the negative ELBO**, a number that training computes without writing a "
    "single byte."
)
left, middle, right = st.columns(3)
left.metric("Negative ELBO of these images", f"{found.bound:.1f} bits an image")
middle.metric("File, bits back coding", f"{found.net:.1f} bits an image")
right.metric("xz, all in one file", f"{found.plain['xz of all']:.0f} bits an image")
st.caption(
    f"The file starts from random bits, which come back at its end; with them it is {found.whole:.1f} bits an image. Other files of the same pixels, bits an image: "
    f"{plain}. The code is not sent for free, it is *chosen* by bits that must be sent anyway: that gives back \u2212log q(z|x), and the KL is what remains."
)
lesson.maths(
    "Rounding to a step $h$ costs about $h(z) - D\\log_2 h$ bits ($h(z)$ the differential entropy): each halving adds a bit for each of the $D$ "
    "numbers. A symbol with frequency $f$ of $2^n$ turns the message, one large number $x$, into a number $2^n/f$ times as large. Bits back "
    "coding pays",
    [
        r"x \mapsto \lfloor x/f\rfloor\,2^n + s + (x \bmod f)",
        r"-\log_2 p(x|z) - \log_2 p(z) + \log_2 q(z|x)",
        r"\mathbb E_{q}[\,\cdot\,] = \frac{-\mathrm{ELBO}}{\ln 2}\ \text{bits}, \qquad \frac{\mathrm dD}{\mathrm dR} = -\beta",
    ],
    rans.Message,
    quantised.Codec.quantise,
    bits_back.push_image,
    psnr,
)
lesson.check(
    "\u201c784 pixels became 10 numbers, so the file is 78 times smaller.\u201d What is wrong with that?",
    Choice(
        "Nothing: that is the compression rate",
        "Then one number would do for any image: a single real number can hold a library.",
    ),
    Choice(
        "A number has no length",
        "Its length is what rounding and entropy coding leave of it, about three bits here, and it depends on the error one accepts. And the receiver "
        "needs the decoder, half a megabyte.",
        right=True,
    ),
    Choice(
        "The ten numbers must be sent as 32-bit floats, so it is far less",
        "That is what a careless program writes. Most of those bits are noise to the decoder: drag the step and see how few matter.",
    ),
)
lesson.end(
    papers.FIXING_A_BROKEN_ELBO,
    papers.BITS_BACK,
    papers.ANS,
    papers.LEARNED_COMPRESSION,
    papers.PRINCIPAL_COMPONENTS,
    compress_at=st.session_state.compress_at,
    compress_latents=latents,
)
