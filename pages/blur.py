"""Why averages blur: the best single answer to several possible images, and what a VAE's decoder says where images share a code."""

import html
from pathlib import Path

import streamlit as st

from explorer.lesson import papers
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import palette, picker, pictures, state
from lessons.blur import answers as blur
from lessons.blur import screen as blur_facts
from vae import data

OPTIONS = ("One of the two sharp images", "Their blurred average", "A sharp image half-way between")
SHOWN = 12
SAMPLES = 3
COLOURS = {"squared error": palette.RECONSTRUCTION, "absolute error": palette.EPSILON, "cross-entropy": palette.RECONSTRUCTION}


def section(title: str, pixels, text: str, colour: str = palette.PRIOR) -> str:
    """A titled picture with words under it."""
    image = pictures.row_html(pixels.view(1, 28, 28), [title])
    return f'<section style="--colour:{colour}"><h3>{html.escape(title)}</h3>{image}<p>{text}</p></section>'


def row(*sections: str) -> None:
    st.html(f'<div class="bl-answers">{"".join(sections)}</div>')


st.html(Path(blur_facts.__file__).with_name("page.css"))
lesson = Lesson(
    "blur",
    "Why are a VAE\u2019s digits blurred, when no training image is?",
    "Two sharp images may be the right one, and one answer has to be given. <b>Look at what each loss answers</b>, and at what "
    "answering with a sharp image would cost.",
)
mnist = data.load("mnist")
last = len(mnist.test) - 1
state.read_link(
    blur_a=state.whole_number(0, last),
    blur_b=state.whole_number(0, last),
    blur_digit=state.whole_number(0, last),
    blur_chance=state.number(0.0, 1.0),
)
state.usual(blur_a=4, blur_b=7, blur_digit=8, blur_chance=0.5)
lesson.predict("Both images are equally likely. Which answer has the least expected squared error?", OPTIONS)
with st.container(horizontal=True, vertical_alignment="bottom"):
    first, second = picker.pick_digit("blur_a", "First", mnist), picker.pick_digit("blur_b", "Second", mnist)
    chance = st.slider("Chance of the first", 0.0, 1.0, step=0.05, key="blur_chance", persist_state="session", width=260)
pair = blur_facts.images_of(first, second)
found = blur_facts.answers(pair, chance)
row(
    *(
        section(name, image, f"chance {share:.0%}")
        for name, image, share in zip(blur_facts.SHARP, pair, (chance, 1 - chance), strict=True)
    ),
    *(
        section(
            f"Best under {name}",
            answer.image,
            f"expected loss <b>{answer.cost:.1f}</b> nats<br>answering with the first: {answer.sharp[0]:.1f}<br>"
            f"with the second: {answer.sharp[1]:.1f}",
            COLOURS[name],
        )
        for name, answer in found.items()
    ),
)
st.caption(
    "Losses are sums over pixels, in nats: minus the logarithm of a Gaussian (\u03c3 = 1), of a Laplace and of a Bernoulli likelihood, without "
    "their constants. A sharp image is a dear answer under cross-entropy: it says 0 or 1 with certainty and is punished for every pixel that "
    "turns out otherwise (here levels are kept 10\u207b\u2076 away from 0 and 1, or the loss would be infinite)."
)
even = blur_facts.answers(pair, 0.5)["squared error"]
lesson.reveal(
    OPTIONS[1] if even.cost < min(even.sharp) else OPTIONS[0],
    f"With equal chances the average costs {even.cost:.1f} nats and either sharp image {min(even.sharp):.1f}. **Squared error and cross-entropy "
    "are least at the mean**, pixel by pixel, although nobody ever drew it. **Absolute error is least at the median**: with two images that is "
    "whichever is more likely (at one half all values between are equally good, and the middle is drawn). So the blur is no fault of the network: it is the right answer to the question that "
    "the loss asks, *what is each pixel on average?* A loss that judges pixels one by one never asks whether the whole could have been drawn; the median of two images is one of them, that "
    "of three need not be.",
)

st.subheader("On the real model")
st.markdown(
    "A posterior has a width, so neighbouring training images share codes. For a fixed encoder the **best of all decoders** can be written "
    "down: at every code it answers with the average of the images that share it, each weighted by its share. **Look at how near the trained "
    "decoder comes**, and at where it is unsure."
)
digit = picker.pick_digit("blur_digit", "Digit", mnist)
code = blur_facts.code(digit, SHOWN)
unsure = blur.pixel_std(code.decoded)
row(
    section("A test digit", code.digit, "its code is the mean of its posterior"),
    section(
        "The decoder\u2019s answer", code.decoded, f"<b>{code.cost:.1f}</b> nats on the images that share the code", palette.VAE
    ),
    section(
        "The ideal answer",
        code.ideal,
        f"<b>{code.least:.1f}</b> nats, the least possible; grey levels differ by {code.distance:.3f} on average",
        palette.RECONSTRUCTION,
    ),
    section(
        "Where it is unsure", 2 * unsure, f"\u221a(m(1 \u2212 m)), up to {float(unsure.max()):.2f}; white is 0.5", palette.SIGMA
    ),
)
st.markdown(
    f"**About {code.count:.0f} of 20,000 training images share this code.** The {SHOWN} with the largest shares: each is sharp, and none is the "
    "answer."
)
st.html(
    pictures.row_html(code.sharers.view(-1, 1, 28, 28), [f"Training image {i + 1} that shares the code" for i in range(SHOWN)])
)

st.caption(
    "Of the whole training set nearly three times as many share it. Try digits at the rim of the plane, too: where only one or two images "
    "share a code, the ideal answer is close to one of them, and a decoder that gave it would have memorised it."
)

st.subheader("The mean is not a sample")
std = blur_facts.observation_std()
st.markdown(
    "What is shown as \u201cthe VAE\u2019s image\u201d is the *mean* of p(x|z). **Look at what p(x|z) itself draws**: every pixel is decided by itself, "
    "so a draw is the mean with noise on it, not a sharper digit. Only a likelihood that ties pixels together, or more latents, so that fewer "
    "images share a code, sharpens the picture."
)
draws = blur.sample_pixels(code.decoded, SAMPLES, seed=1)
noisy = blur.sample_gaussian(code.decoded, std, 1, seed=1)
row(
    section("The mean", code.decoded, f"entropy {float(blur.entropy(code.decoded[None])):.1f} nats"),
    *(section(f"Bernoulli draw {i + 1}", draw, "each pixel 0 or 1", palette.Z) for i, draw in enumerate(draws)),
    section("Gaussian draw", noisy[0], f"\u03c3 = {std:.2f}, the best fit to test digits", palette.EPSILON),
)
lesson.maths(
    "For images $x_k$ with chances $c_k$; and for a fixed encoder, over training images $x_n$:",
    [
        r"\arg\min_m \sum_k c_k (x_k - m)^2 = \arg\min_m -\sum_k c_k\left[x_k\log m + (1-x_k)\log(1-m)\right] = \sum_k c_k x_k",
        r"\arg\min_m \sum_k c_k |x_k - m| = \mathrm{median}",
        r"m^*(z) = \frac{\sum_n q(z|x_n)\,x_n}{\sum_n q(z|x_n)}",
    ],
    blur.mean_image,
    blur.median_image,
    blur.shares,
    blur.ideal_decoder,
)
lesson.check(
    "You train a decoder ten times as large on the same 2-D codes. What happens to the blur?",
    Choice(
        "It goes away: capacity was missing", "The ideal decoder has all the capacity there is, and it is blurred: see above."
    ),
    Choice(
        "It stays, down to that of the ideal decoder",
        "Where several images share a code the average is the best answer. Only codes that tell images apart, or another loss, change that.",
        right=True,
    ),
    Choice(
        "It gets worse",
        "A larger decoder comes nearer to the ideal average; on training images it cannot be worse than a smaller one.",
    ),
)
lesson.end(
    papers.VAE,
    papers.CALIBRATED,
    papers.AUTOENCODING_BEYOND_PIXELS,
    blur_a=first,
    blur_b=second,
    blur_chance=chance,
    blur_digit=digit,
)
