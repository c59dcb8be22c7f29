"""Conditional VAE: the class on one control, style in the latents, and one hand that writes all ten digits."""

import streamlit as st
import torch

from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, pictures, state
from explorer.page.picker import pick_digit
from lessons.conditional import figures as conditional_figures
from lessons.conditional import models as conditional
from lessons.conditional import screen as conditional_facts
from vae import data
from vae.errors import CheckpointError
from vae.models import VAE, Autoencoder

OPTIONS = ("As much as before", "Hardly anything", "More: the codes are sorted better")
HANDS = (1, 4, 61)  # test digits in hands that differ
EDGE = 3.0


def keep(report: dict) -> None:
    """Place and class that the browser says, believed only where they make sense."""
    z, digit = report.get("z"), report.get("digit")
    if isinstance(z, list) and len(z) == 2 and all(isinstance(v, (int, float)) and -EDGE <= v <= EDGE for v in z):
        st.session_state.cvae_z1, st.session_state.cvae_z2 = (float(v) for v in z)
    if isinstance(digit, int) and not isinstance(digit, bool) and 0 <= digit < conditional.CLASSES:
        st.session_state.cvae_class = digit


def take(index: int) -> None:
    """Go to the style of that test digit, and to its class."""
    hand = conditional_facts.hand(index)
    st.session_state.cvae_z1, st.session_state.cvae_z2 = (round(max(-EDGE, min(EDGE, v)), 2) for v in hand.z)
    st.session_state.cvae_class = hand.label


lesson = Lesson(
    "conditional",
    "What is left for the code to say, once the class has been said?",
    "Encoder and decoder are told the digit\u2019s class. <b>Drag the mark and look at the slant, the width and the stroke</b>: they change in "
    "all ten digits at once.",
)
state.read_link(
    cvae_z1=state.number(-EDGE, EDGE),
    cvae_z2=state.number(-EDGE, EDGE),
    cvae_class=state.whole_number(0, conditional.CLASSES - 1),
    cvae_digit=state.whole_number(0, 9_999),
)
state.usual(cvae_z1=0.5, cvae_z2=-0.5, cvae_class=3, cvae_digit=0)
try:
    plain, told = (conditional_facts.shipped(name) for name in ("plain-vae", "conditional-vae"))
except CheckpointError as error:
    st.error(str(error))
    st.stop()
before, after = plain.measures.knn_accuracy, told.measures.knn_accuracy
lesson.predict(
    f"Without the class, ten neighbours of a code name its digit\u2019s class in {before:.0%} of the cases. With the class given, what do codes still say of it?",
    OPTIONS,
)
live_part(
    "conditional",
    key="conditional-part",
    on_report=keep,
    **conditional_facts.live_facts((st.session_state.cvae_z1, st.session_state.cvae_z2), st.session_state.cvae_class),
)
answer = OPTIONS[1] if after < before / 2 else OPTIONS[0] if after < before + 0.05 else OPTIONS[2]
if lesson.reveal(
    answer,
    f"From **{before:.1%}** of the test digits to **{after:.1%}**; a guess among ten would be right in 10 %. Nothing forbids the code to carry the "
    "class. But every nat in it is paid for in the KL, and what the decoder knows already need not be paid for. What stays is what the class does not "
    "tell: slant, width, stroke.",
):
    st.plotly_chart(
        conditional_figures.planes(
            {
                f"{title}: k-NN {shown.measures.knn_accuracy:.1%}": (codes.means, codes.labels)
                for title, shown, codes in (
                    ("plain VAE", plain, conditional_facts.codes("plain-vae")),
                    ("conditional VAE", told, conditional_facts.codes("conditional-vae")),
                )
            }
        ),
        key="conditional-planes",
        config=figures.CONFIG,
        alt="Codes of 1,500 test digits coloured by class: sorted by class in the plain VAE, mixed in the conditional one",
    )
    st.caption(
        "The same 1,500 test digits. Look for colours: left, each class has a region of its own; right, all lie over one another."
    )

st.subheader("Whose hand?")
st.markdown(
    "The encoder reads a style from one digit, and the decoder writes every class in it. **Compare the stroke of each row with its first picture**, a test "
    "digit; the ten after it were never written by anybody."
)
classes = data.load("mnist").classes
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    index = pick_digit("cvae_digit", "Digit", data.load("mnist"))
    st.button("Take this hand above", on_click=take, args=(index,))
for shown in dict.fromkeys((index, *HANDS)):
    hand = conditional_facts.hand(shown)
    alts = [
        f"test digit {shown}, a {classes[hand.label]}",
        *(f"class {name} in the hand of test digit {shown}" for name in classes),
    ]
    st.html(pictures.row_html(torch.cat([hand.image, hand.classes]), alts))

st.subheader("What it is worth")
st.markdown(
    "Both models have layers of the same widths, the same digits in the same order, and 400,000 of them. **Look at the KL**: the code says less. **And at the row "
    "in bold**: with the class charged at log 10 nats, both bound \u2212log p(x) and can be compared."
)
st.html(conditional_facts.table())
st.caption(
    "Grey levels: a cross-entropy, not a log-probability. p(x) = \u03a3 p(y) p(x|y) is at least a tenth of p(x|y), so the conditional bound plus log 10 bounds "
    "\u2212log p(x). Being told the class still gains, for ten narrow tasks are easier than one wide one at this size."
)
lesson.maths(
    "The class $y$, one-hot, is joined to what goes into both networks; the bound is that of $x$ given $y$, and the prior of $z$ does not depend on $y$:",
    [
        r"\log p(x|y) \ge \mathbb{E}_{q(z|x,y)}[\log p(x|z,y)] - \mathrm{KL}(q(z|x,y)\,\|\,p(z))",
        r"-\log p(x) \le -\log p(x|y) + \log 10",
    ],
    VAE.encode,
    Autoencoder.decode,
    conditional.all_classes,
    conditional.joint_bound,
)
lesson.check(
    f"The conditional VAE\u2019s KL is {plain.measures.rate - told.measures.rate:.1f} nats lower than the plain VAE\u2019s. Why?",
    Choice(
        "It was trained on more digits",
        "Both saw the same 400,000, in the same order, from one seed. Only what they are told differs.",
    ),
    Choice(
        "Its code need not say which class it is, and that alone is worth up to log 10 = 2.3 nats",
        "A code that named one of ten classes without fail would carry log 10 nats for it. The plain VAE\u2019s code has to, as well as it can.",
        right=True,
    ),
    Choice(
        "Its prior is wider",
        "Both have N(0, I). A KL falls because posteriors are nearer to it, that is, because they say less.",
    ),
)
lesson.end(
    papers.SEMI_SUPERVISED,
    papers.CVAE,
    papers.VAE,
    cvae_z1=st.session_state.cvae_z1,
    cvae_z2=st.session_state.cvae_z2,
    cvae_class=st.session_state.cvae_class,
    cvae_digit=index,
)
