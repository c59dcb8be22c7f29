"""Represent: how many labels codes and pixels need, and what t-SNE shows of many-dimensional codes and what it does not."""

import random
from pathlib import Path

import streamlit as st

from explorer.lesson import papers
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, pictures, state
from lessons.represent import few_labels as represent
from lessons.represent import figures as represent_figures
from lessons.represent import screen as represent_facts
from lessons.represent import tsne as tsne_maps
from lessons.shared.coders import LATENTS

OPTIONS = {"pixels": "Pixels", "pca": "PCA", "ae": "Autoencoder", "vae": "VAE"}
SUBJECTS = {
    "vae": "VAE, 20 latents",
    "ae": "Autoencoder, 20 latents",
    "pca": "PCA, 20 components",
    "noise": "Noise: N(0, I), 20 numbers",
}
ASKED = (10, 100)  # latents and labels of the prediction
SHOWN = 30  # labelled digits on the page


def another() -> None:
    """Another labelled subset."""
    st.session_state.rep_draw = random.randrange(represent_facts.DRAWS)


st.html(Path(represent_facts.__file__).with_name("page.css"))
lesson = Lesson(
    "represent",
    "What are codes good for, when labels are few?",
    "Training saw no label. Now a few digits get one, and a simple classifier learns from their codes alone. <b>Look for how many labels "
    "a representation saves</b>, and at how much the luck of the draw decides.",
)
state.read_link(
    rep_latents=state.whole_number(2, 20),
    rep_count=state.whole_number(10, 300),
    rep_draw=state.whole_number(0, represent_facts.DRAWS - 1),
    rep_classifier=state.one_of(list(represent.CLASSIFIERS), "classifier"),
    rep_map=state.one_of(list(SUBJECTS), "map"),
    rep_perplexity=state.whole_number(2, 100),
)
state.usual(rep_latents=10, rep_count=30, rep_draw=0, rep_classifier="probe", rep_map="vae", rep_perplexity=30)
for key, allowed in (
    ("rep_latents", LATENTS),
    ("rep_count", represent_facts.LIVE_COUNTS),
    ("rep_perplexity", tsne_maps.PERPLEXITIES),
):
    if st.session_state[key] not in allowed:
        st.session_state[key] = min(allowed, key=lambda n, key=key: abs(n - st.session_state[key]))
lesson.predict(
    "100 labels, ten numbers an image: on which features does a linear probe read digits best?", tuple(OPTIONS.values())
)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    count = st.segmented_control(
        "Labelled digits", represent_facts.LIVE_COUNTS, key="rep_count", required=True, persist_state="session"
    )
    st.button("Draw others", on_click=another, help="Other digits get the labels")
    latents = st.segmented_control("Numbers in a code", LATENTS, key="rep_latents", required=True, persist_state="session")
    classifier = st.segmented_control(
        "Classifier",
        list(represent.CLASSIFIERS),
        key="rep_classifier",
        format_func=represent.CLASSIFIERS.__getitem__,
        required=True,
        persist_state="session",
    )
count, latents, classifier = count or 30, latents or 10, classifier or "probe"
draw = st.session_state.rep_draw
tried = represent_facts.trial(latents, count, draw)
now = {kind: tried.accuracies[kind][classifier] for kind in represent_facts.KINDS}
scores = represent_facts.shipped(classifier, latents)
left, right = st.columns([1, 1.5], gap="medium")
step = max(1, len(tried.labels) // SHOWN)
left.markdown(f"**Your {count} labelled digits**" + (f" (every {step}th shown)" if step > 1 else ""))
left.html(
    pictures.row_html(
        tried.images[::step], [f"A training digit labelled {label}" for label in tried.labels[::step]], columns=10
    )
)
left.html(
    '<table class="le-numbers rp-table"><thead><tr><th>features</th><th>this draw</th><th>on average</th><th>variance between classes</th></tr></thead><tbody>'
    + "".join(
        f'<tr><td><span class="le-name" style="--colour:{represent_figures.COLOURS[kind]}">{represent_facts.NAMES[kind]}</span></td>'
        f"<td><b>{now[kind]:.1%}</b></td><td>{scores[kind][count].mean:.1%} \u00b1 {scores[kind][count].spread:.1%}</td>"
        f"<td>{represent_facts.between(kind, latents):.0%}</td></tr>"
        for kind in represent_facts.KINDS
    )
    + "</tbody></table>"
)
left.caption(
    f"This draw: trained just now, on {represent_facts.TESTED:,} test digits. On average: 10,000 test digits, mean and standard deviation over draws of the labels."
)
right.plotly_chart(
    represent_figures.accuracies(scores, now, count),
    key="accuracies",
    config=figures.CONFIG,
    alt=f"Accuracy of the {represent.CLASSIFIERS[classifier]} over the number of labels, for codes and pixels",
)
right.caption(
    "Bars are one standard deviation over draws of the labelled digits; open circles are your draw. As many labels of each class; "
    f"the {represent.MOST_NEIGHBOURS} nearest vote (fewer, where a class has fewer labels)."
)
winner = represent_facts.best("probe", *ASKED)
few, near, small = (represent_facts.shipped(c, n) for c, n in (("probe", ASKED[0]), ("knn", ASKED[0]), ("probe", 2)))
error = represent_facts.typical_error("probe", *ASKED)
lesson.reveal(
    OPTIONS[winner],
    "Accuracies with 100 labels: "
    + ", ".join(f"{represent_facts.NAMES[kind]} **{few[kind][100].mean:.1%}**" for kind in represent_facts.KINDS)
    + f" (standard errors up to {error:.1%}). **A code that samples well is not therefore a code that separates well.** The KL charges for codes that lie far apart, "
    "so a VAE keeps all classes in one round cloud; an autoencoder may push them apart as it likes. Of the variance of its ten numbers "
    f"{represent_facts.between('ae', 10):.0%} lies between the classes, of the VAE\u2019s {represent_facts.between('vae', 10):.0%}. That is one reason and not the whole: PCA has {represent_facts.between('pca', 10):.0%} and reads worse. "
    f"It is no law: with two latents the VAE is ahead ({small['vae'][100].mean:.1%} against {small['ae'][100].mean:.1%}). And **the more labels, the less it matters**: "
    "with 10,000 and nearest neighbours, "
    + ", ".join(f"{represent_facts.NAMES[kind]} {near[kind][10_000].mean:.1%}" for kind in represent_facts.KINDS)
    + ".",
)

st.subheader("Twenty dimensions on a page")
st.markdown(
    "t-SNE puts points on a plane so that neighbours stay neighbours. The same codes, from two random starts. **Look at what changes between the two maps**, "
    "and with the perplexity: where groups lie, how far apart, how large. The codes are the same."
)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    subject = (
        st.segmented_control(
            "Codes of 1,000 test digits",
            list(SUBJECTS),
            key="rep_map",
            format_func=SUBJECTS.__getitem__,
            required=True,
            persist_state="session",
        )
        or "vae"
    )
    perplexity = (
        st.segmented_control("Perplexity", tsne_maps.PERPLEXITIES, key="rep_perplexity", required=True, persist_state="session")
        or 30
    )
for column, seed, found in zip(
    st.columns(2, gap="medium"), tsne_maps.SEEDS, represent_facts.maps(subject, perplexity), strict=True
):
    column.plotly_chart(
        represent_figures.tsne(found, subject == "noise"),
        key=f"map-{seed}",
        config=figures.CONFIG,
        alt=f"t-SNE map of {SUBJECTS[subject]}, perplexity {perplexity}, start {seed}",
    )
    words = f"Start {seed}. Trustworthiness **{found.trustworthiness:.3f}** (1: all ten neighbours on the map are neighbours in the codes)."
    if subject != "noise":
        words += f" Distances between the ten centres, map against codes: rank correlation **{found.distances:.2f}**; sizes of the groups: **{found.sizes:.2f}**."
    column.caption(words.replace("-", "\u2212"))
(low, high), (least, most) = (tuple(f"{v:.2f}".replace("-", "\u2212") for v in pair) for pair in represent_facts.ranges("vae"))
st.markdown(
    f"Over all eight maps of the VAE\u2019s codes the distances between groups agree with those in the codes by a rank correlation of {low} to {high}, and sizes by {least} to "
    f"{most}, depending on nothing but the perplexity and the start. And **noise, which has no groups, gets them** at a low perplexity: a clump on a map is a "
    "question, and the codes themselves must answer it."
)
lesson.maths(
    "t-SNE makes the chance $q_{ij}$ of being neighbours on the map like the chance $p_{ij}$ in the codes; each $\\sigma_i$ is set so that $p_{\\cdot|i}$ has the "
    "perplexity that was asked for, in sparse and in dense regions alike, and so sizes are lost. Trustworthiness counts the map\u2019s neighbours "
    "$U_k(i)$ that are none in the codes, by how far down they rank, $r(i,j)$:",
    [
        r"\min \mathrm{KL}(P\,\|\,Q), \qquad q_{ij} \propto \left(1 + \|y_i-y_j\|^2\right)^{-1}",
        r"p_{j|i} \propto e^{-\|z_i-z_j\|^2/2\sigma_i^2}, \qquad 2^{H(p_{\cdot|i})} = \text{perplexity}",
        r"T = 1 - \frac{2}{Nk(2N-3k-1)}\sum_i\sum_{j\in U_k(i)}\left(r(i,j)-k\right)",
    ],
    represent.accuracy,
    represent.subset,
    tsne_maps.kept,
)
lesson.check(
    "On a t-SNE map of your codes the 1s lie far from the 0s, and the group of the 1s is the largest. What do you know of the codes?",
    Choice(
        "1s and 0s are the farthest apart",
        "Distances between groups are not kept: they change with the start and the perplexity, as above.",
    ),
    Choice(
        "The 1s vary the most",
        "Sizes are not kept either: every point gets as many neighbours as any other, however near they are.",
    ),
    Choice(
        "Points that are neighbours on the map are mostly neighbours in the codes",
        "That is what t-SNE is made for, and what trustworthiness measures. Everything larger is to be asked of the codes themselves.",
        right=True,
    ),
)
lesson.end(
    papers.TSNE,
    papers.HOW_TO_USE_TSNE,
    papers.TRUSTWORTHINESS,
    papers.LINEAR_PROBES,
    rep_latents=latents,
    rep_count=count,
    rep_draw=draw,
    rep_classifier=classifier,
    rep_map=subject,
    rep_perplexity=perplexity,
)
