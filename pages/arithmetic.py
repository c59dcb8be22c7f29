"""Latent arithmetic: directions from examples, what they do to any digit, and how to see that a direction has nothing behind it."""

import random
from pathlib import Path

import streamlit as st

from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, picker, pictures, state
from lessons.arithmetic import attributes, directions
from lessons.arithmetic import figures as arithmetic_figures
from lessons.arithmetic import screen as arithmetic_facts
from lessons.arithmetic.screen import Question
from lessons.shared.coders import CODERS, LATENTS
from vae import data

WAYS = {
    "thick": "Thick \u2212 thin",
    "slanted": "Slanted \u2212 upright",
    "wide": "Wide \u2212 narrow",
    "digits": "One digit \u2212 another",
    "own": "My own examples",
    "random": "Random \u2212 random",
}
WHAT = {
    "thick": "thick minus thin",
    "slanted": "slanted minus upright",
    "wide": "wide minus narrow",
    "random": "random minus random",
}
MEASURED = {"thick": "thickness", "slanted": "slant", "wide": "width"}
COUNTS = (10, 30, 100, 300)
OPTIONS = ("Nearly all: width is not identity", "About two thirds", "About a third or fewer")
BARRED = "36,64,75,97,114,133,144,301,307,328,510,522"
PLAIN = "0,17,34,60,70,86,111,122,223,254,263,370"
SHOWN = 10


def keep(report: dict) -> None:
    """The strength that the browser says, believed only where it makes sense."""
    strength = report.get("strength")
    if isinstance(strength, int | float) and not isinstance(strength, bool) and -2 <= strength <= 2:
        st.session_state.arith_strength = float(strength)


def another() -> None:
    """Other examples of the same kind."""
    st.session_state.arith_seed = random.randrange(arithmetic_facts.DRAWS)


st.html(Path(arithmetic_facts.__file__).with_name("page.css"))
lesson = Lesson(
    "arithmetic",
    "Can one subtract thin from thick?",
    "The mean code of thick digits minus that of thin ones is a direction; add it to any digit. <b>Look at what changes, what else changes with "
    "it</b>, and whether directions from other samples of the examples do the same.",
)
mnist = data.load("mnist")
last = len(mnist.test) - 1
state.read_link(
    arith_way=state.one_of(list(WAYS), "direction"),
    arith_count=state.whole_number(COUNTS[0], COUNTS[-1]),
    arith_same=state.whole_number(0, 1),
    arith_latents=state.whole_number(2, 20),
    arith_digit=state.whole_number(0, last),
    arith_strength=state.number(-2.0, 2.0),
    arith_plus=state.whole_number(0, 9),
    arith_minus=state.whole_number(0, 9),
    arith_seed=state.whole_number(0, arithmetic_facts.DRAWS - 1),
    arith_with=arithmetic_facts.indices_text,
    arith_without=arithmetic_facts.indices_text,
)
state.usual(
    arith_way="thick",
    arith_count=30,
    arith_same=0,
    arith_latents=10,
    arith_digit=4,
    arith_strength=1.0,
    arith_plus=9,
    arith_minus=4,
    arith_seed=0,
    arith_with=BARRED,
    arith_without=PLAIN,
)
for key, allowed in (("arith_latents", LATENTS), ("arith_count", COUNTS)):
    if st.session_state[key] not in allowed:
        st.session_state[key] = min(allowed, key=lambda n, key=key: abs(n - st.session_state[key]))
st.session_state.arith_same = bool(st.session_state.arith_same)
lesson.predict(
    "Wide minus narrow, from 30 examples each, is added to test digits. How many are still read as the digit they were (VAE, 10 latents)?",
    OPTIONS,
)
way = (
    st.segmented_control(
        "Direction", list(WAYS), key="arith_way", format_func=WAYS.__getitem__, required=True, persist_state="session"
    )
    or "thick"
)
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    latents = (
        st.segmented_control("Numbers in a code", LATENTS, key="arith_latents", required=True, persist_state="session") or 10
    )
    if way == "own":
        st.text_input(
            "With (test images)",
            key="arith_with",
            persist_state="session",
            width=230,
            help="Numbers of test images, parted by commas",
        )
        st.text_input("Without", key="arith_without", persist_state="session", width=230)
    else:
        st.segmented_control("Examples in each group", COUNTS, key="arith_count", required=True, persist_state="session")
        st.button("Draw others", on_click=another, help="Other examples of the same kind")
    if way == "digits":
        st.selectbox("Digit", range(10), key="arith_plus", persist_state="session", width=90)
        others = [label for label in range(10) if label != st.session_state.arith_plus]
        if st.session_state.arith_minus not in others:
            st.session_state.arith_minus = others[0]
        st.selectbox("minus", others, key="arith_minus", persist_state="session", width=90)
    if way in MEASURED:
        st.toggle("Same digits in both", key="arith_same", persist_state="session", help="As many of each digit in both groups")
    digit = picker.pick_digit("arith_digit", "Applied to", mnist)
own: tuple[tuple[int, ...], ...] = ((), ())
if way == "own":
    try:
        own = tuple(arithmetic_facts.read_indices(st.session_state[key]) for key in ("arith_with", "arith_without"))
    except ValueError as error:
        st.warning(str(error))
        own = tuple(arithmetic_facts.read_indices(text) for text in (BARRED, PLAIN))
digits = (st.session_state.arith_plus, st.session_state.arith_minus)
same = st.session_state.arith_same and way in MEASURED
count = st.session_state.arith_count or 30
question = Question(
    way,
    count if way != "own" else 0,
    same,
    digits if way == "digits" else (9, 4),
    (own[0], own[1]),
    st.session_state.arith_seed if way != "own" else 0,
)
attribute = MEASURED.get(way, "thickness")
what = f"the mean {digits[0]} minus the mean {digits[1]}" if way == "digits" else WHAT.get(way, "with minus without")
live_part(
    "arithmetic",
    key="arithmetic-part",
    on_report=keep,
    **arithmetic_facts.live_facts(latents, question, digit, st.session_state.arith_strength, attribute, what),
)
st.caption(
    "In brackets: the range over the eight samples. Each is the difference of two means, of examples drawn anew with replacement from the same groups. "
    "Where the eight agree, the examples agree."
)
groups = arithmetic_facts.examples(question)
left, right = st.columns(2, gap="medium")
for column, title, images in ((left, "plus", groups.plus), (right, "minus", groups.minus)):
    step = max(1, len(images) // SHOWN)
    column.markdown(f"**Examples, {title}** ({len(images)})")
    column.html(
        pictures.row_html(
            images[::step][:SHOWN], [f"Example {i + 1}, {title}" for i in range(len(images[::step][:SHOWN]))], columns=10
        )
    )
asked = Question("wide", 30)
kept = arithmetic_facts.still_read("vae", 10, asked)
matched = arithmetic_facts.still_read("vae", 10, asked._replace(same=True))
before = arithmetic_facts.still_read("vae", 10, asked, strength=0.0)
lesson.reveal(
    OPTIONS[0 if kept > 0.85 else 1 if kept > 0.5 else 2],
    f"**{kept:.0%}** (before: {before:.0%}; {arithmetic_facts.READ_AGAIN} test digits, a reader with ten nearest neighbours). The widest digits are 0s and 2s and the narrowest "
    "are 1s: **a direction holds everything in which its two groups differ**, and here that is mostly which digit it is. With the same digits in both groups "
    f"({WAYS['wide']}, *Same digits in both*) {matched:.0%} stay what they are. A direction has no name: it is called \u201cwide\u201d by whoever chose the examples.",
)

st.subheader("Does it do what it is called?")
attribute = (
    st.segmented_control(
        "Measured on the decoded images",
        list(attributes.ATTRIBUTES),
        default=attribute,
        key=f"arith-measure-{way}",
        required=True,
    )
    or attribute
)
studies = {kind: arithmetic_facts.study(kind, latents, question, attribute) for kind in CODERS}
st.markdown(
    f"{arithmetic_facts.MOVED} test digits moved along the direction by every coder. **Look at whether the curve rises all the way**, and right, whether two halves of the "
    "examples, which share none, give the same direction: groups that differ in nothing agree about 0."
)
left, right = st.columns(2, gap="medium")
left.plotly_chart(
    arithmetic_figures.effects(studies, attribute, attributes.UNITS[attribute]),
    key="effects",
    config=figures.CONFIG,
    alt=f"Mean {attribute} over the strength of the direction, with the range over bootstrap directions",
)
right.plotly_chart(
    arithmetic_figures.agreement(studies),
    key="agreement",
    config=figures.CONFIG,
    alt="Cosines between directions from two halves of the examples",
)
st.html(arithmetic_figures.table(studies, attribute, attributes.UNITS[attribute], digits))
st.caption(
    f"Bands: the range over {arithmetic_facts.SAMPLES} bootstrap directions. Shuffled: the same examples dealt to the two groups at random, {arithmetic_facts.SHUFFLES} times; "
    "a direction that is longer than nearly all of those has something behind it. For random groups chance decides: draw others, and it is another number."
)
lesson.maths(
    "From $N$ codes with and $N'$ codes without, and the same from resampled examples. Nothing here needs a VAE: for PCA the decoder is linear, and moving the code "
    "adds the same picture to every digit. Thickness is twice the ink over the length of its outline, slant the shear that would make rows and columns "
    "uncorrelated:",
    [
        r"v = \frac1N\sum_{n} z_n - \frac1{N'}\sum_{m} z'_m, \qquad x_t = \mathrm{decode}(z + t\,v)",
        r"\text{thickness} = \frac{2\sum x}{\sum|\nabla x|}, \qquad \tan(\text{slant}) = -\frac{\mathrm{cov}(x,y)}{\mathrm{var}(y)}",
    ],
    directions.direction,
    directions.bootstrap,
    directions.halves,
    attributes.thickness,
    attributes.slant,
)
lesson.check(
    "Someone shows a direction for \u201chonest minus dishonest faces\u201d: a face changes when it is added. What does that prove?",
    Choice(
        "That the model has learned what honesty looks like",
        "Any two groups of examples have a difference, and adding it changes any image: random minus random does.",
    ),
    Choice(
        "Nothing yet: ask whether other samples give the same direction, and what else differs between the groups",
        "First the support (halves, shuffles), then the confounds: light, age, the photographer. Even a well supported direction is only what the groups differ in.",
        right=True,
    ),
    Choice(
        "Nothing, since an autoencoder was used; with a VAE it would",
        "The KL plays no part: directions from an autoencoder and even from PCA do the same, as the curves show.",
    ),
)
link = {"arith_way": way, "arith_latents": latents, "arith_digit": digit, "arith_strength": st.session_state.arith_strength}
if way == "own":
    link |= {"arith_with": st.session_state.arith_with, "arith_without": st.session_state.arith_without}
else:
    link |= {"arith_count": count, "arith_seed": st.session_state.arith_seed}
if way == "digits":
    link |= {"arith_plus": digits[0], "arith_minus": digits[1]}
if way in MEASURED:
    link |= {"arith_same": int(st.session_state.arith_same)}
lesson.end(papers.VECTOR_ARITHMETIC, papers.SAMPLING_NETWORKS, papers.MORPHO_MNIST, papers.BOOTSTRAP, **link)
