"""Find anomalies: scores of an autoencoder, a VAE and PCA, a threshold to drag, and where likelihood fails."""

import html

import streamlit as st

from explorer.canvas import drawn
from explorer.lesson import papers
from explorer.lesson.live import live_part
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, palette, pictures, state, strokes
from lessons.anomalies import figures as anomaly_figures
from lessons.anomalies import images as anomaly_images
from lessons.anomalies import models as anomaly_models
from lessons.anomalies import scores as anomalies
from lessons.anomalies import screen as anomaly_facts
from lessons.anomalies.images import HELD_OUT, KINDS
from lessons.anomalies.models import NORMALS, SCORES
from lessons.anomalies.screen import GROUPS

OPTIONS = ("The VAE finds them improbable", "About as probable as digits", "The VAE finds them more probable than digits")
TRICKY = "strokes"
ALARM = ' class="le-below"'
WAYS = {"ae": "AE", "vae": "VAE", "pca": "PCA"}


def keep(report: dict) -> None:
    """The threshold that the browser says, believed only where it makes sense."""
    at = report.get("at")
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < anomaly_facts.STEPS:
        st.session_state.anomalies_at = at


def draw(report: dict) -> None:
    """What was drawn on the pad."""
    drawn.hear(report)


lesson = Lesson(
    "anomalies",
    "How does a model tell what it has never seen?",
    f"These models were trained on every digit but {HELD_OUT}. <b>Drag the threshold and look at what slips through</b>, then "
    "change the anomaly and the score: no score finds them all.",
)
kinds = anomaly_facts.kinds()
state.read_link(
    anomalies_kind=state.one_of(kinds, "kind of anomaly"),
    anomalies_score=state.one_of(list(SCORES), "score"),
    anomalies_at=state.whole_number(0, anomaly_facts.STEPS - 1),
)
state.usual(anomalies_kind="held-out", anomalies_score="vae-error", anomalies_at=5)
if st.session_state.anomalies_kind not in kinds:
    st.session_state.anomalies_kind = "held-out"
lesson.predict("Short strokes, hardly any ink, no digit among them. What does the VAE\u2019s likelihood say of them?", OPTIONS)
with st.container(horizontal=True, vertical_alignment="bottom"):
    kind = st.selectbox(
        "Anomaly", kinds, format_func=lambda name: KINDS[name].title, key="anomalies_kind", persist_state="session", width=250
    )
    score = st.selectbox(
        "Score",
        list(SCORES),
        format_func=lambda name: SCORES[name].title,
        key="anomalies_score",
        persist_state="session",
        width=330,
    )
live_part(
    "anomalies", key="anomalies-part", on_report=keep, **anomaly_facts.live_facts(kind, score, st.session_state.anomalies_at)
)
st.caption(
    f"{anomaly_models.NORMAL:,} test digits against {len(anomaly_facts.scores(kind)[score]):,} anomalies; the scale of thresholds comes from as many "
    "validation digits. Underlined in red: mistakes at this threshold. Dashed: what guessing gives. Precision holds for this mix only; among fewer "
    "anomalies it is lower."
)
tricky, nearer = (anomaly_facts.areas(TRICKY)[name]["auroc"] for name in ("elbo", "iwae"))
blank = anomaly_facts.blank()
normal = anomaly_facts.scores(NORMALS)["iwae"]
lesson.reveal(
    OPTIONS[2] if tricky[2] < 0.5 else OPTIONS[0] if tricky[1] > 0.5 else OPTIONS[1],
    f"Ranked by negative ELBO, strokes against digits give an AUROC of **{tricky[0]:.2f}**, where 0.5 would be guessing: most strokes look *less* strange than "
    f"a digit. The importance-weighted bound, which is nearer to the likelihood, gives {nearer[0]:.2f}: the better the estimate, the worse the detector, "
    "for the ELBO was saved by an encoder that had no good posterior for a stroke. By that bound the entirely black image costs "
    f"{blank.scores['iwae']:.0f} nats, a test digit {normal.mean():.0f} on average and {normal.min():.0f} at the least: **black is more probable than every "
    "digit.** A likelihood adds up over pixels, and black ones are cheap; it says how many nats an image costs, not whether it is typical. "
    "Reconstruction error falls into the same hole: an easy image is rebuilt well, whatever it is.",
)

st.subheader("Which score finds what?")
st.markdown(
    "Area under the ROC curve: the chance that an anomaly scores higher than a digit. **Look for numbers below 0.5**, where the score has it backwards, and "
    f"at the first row: a {HELD_OUT} is made of strokes that nine other digits taught. What is lost in rebuilding it tells most; its code lies "
    "among theirs."
)
header = "".join(f'<th colspan="{len(names)}">{group}</th>' for group, names in GROUPS.items())
columns = [name for names in GROUPS.values() for name in names]
titles = {"elbo": "\u2212ELBO", "iwae": f"K = {anomalies.IMPORTANCE_SAMPLES}"}
short = "".join(f"<th>{titles.get(name, WAYS[SCORES[name].way])}</th>" for name in columns)
rows = []
for each in kinds:
    found = anomaly_facts.areas(each)
    best = max(found[name]["auroc"][0] for name in columns)
    cells = []
    for name in columns:
        value, low, high = found[name]["auroc"]
        shown = f"<b>{value:.3f}</b>" if value == best else f"{value:.3f}"
        below = ALARM if high < 0.5 else ""
        cells.append(f"<td{below}>{shown}<br><small>{low:.2f}\u2013{high:.2f}</small></td>")
    rows.append(f"<tr><th>{html.escape(KINDS[each].title)}</th>{''.join(cells)}</tr>")
st.html(
    f'<div class="le-wide" role="region" aria-label="AUROC of each score" tabindex="0"><table class="le-numbers"><thead><tr><td></td>{header}</tr><tr><th>AUROC</th>{short}</tr></thead>'
    f"<tbody>{''.join(rows)}</tbody></table></div>"
)
st.caption(
    "Small: the interval of 95 % of 1,000 bootstrap resamples of both sets; it knows nothing of another training of the models. Bold: the best of a row. "
    f"Tinted: the whole interval is below guessing. All have {anomaly_models.LATENTS} latents. Some turned digits are digits: a 0 or an 8 on its side deserves no alarm."
    + ("" if "fashion-mnist" in kinds else " Fashion-MNIST would be one more row; its files are not on this machine.")
)

st.subheader("Where likelihood fails")
st.markdown(
    "Each dot is one image. **Look at how the nats follow the bytes**: what a compressor finds simple, the VAE finds probable, whether it is a digit or "
    "not. Photographs and noise are caught because they are *complicated*; strokes are missed because they are simple. A threshold on the likelihood is a "
    "horizontal line, and no such line parts the digits from the strokes below them."
)
st.plotly_chart(
    anomaly_figures.nats_over_bytes(
        anomaly_facts.dots(), {NORMALS: anomaly_facts.NORMAL_NAME, **{name: each.title for name, each in KINDS.items()}}
    ),
    key="nats-over-bytes",
    config=figures.CONFIG,
    alt="Negative ELBO of images over the bytes that they take after compression",
)
st.markdown(
    "Deep models of photographs do the same: trained on pictures of objects, they find pictures of house numbers, which are simpler, more probable than what they "
    "learned from. Ways out compare the likelihood with something that feels the simplicity too: a compressor\u2019s bytes, another model, or "
    "how the likelihood of typical images is distributed, flagging what is *too* probable as well."
)

st.subheader("Your own anomaly")
st.markdown(
    "Draw a digit, a letter, a face. **Look at what each way gives back**, and at which scores are alarmed: a bar beyond the mark is stranger than 95 % of "
    "the test digits."
)
left, right = st.columns([1, 3], gap="medium")
drawing = st.session_state.get(strokes.DRAWING)
with left:
    live_part("sketch", key="sketch-part", on_report=draw, drawing=drawing or ())
with right:
    if not drawing:
        st.caption("Nothing drawn yet. Arrow keys and Space draw, too.")
    else:
        judged = anomaly_facts.judge(strokes.image(drawing))
        faces = {"Your drawing": (palette.PRIOR, strokes.image(drawing))} | {
            name: (palette.PCA if way == "pca" else palette.KIND[way], judged.rebuilt[way]) for way, name in WAYS.items()
        }
        st.html(
            '<div class="le-faces">'
            + "".join(
                f'<div><p class="le-name" style="--colour:{colour}">{name}</p>{pictures.row_html(image, [name])}</div>'
                for name, (colour, image) in faces.items()
            )
            + "</div>"
        )
        bars = "".join(
            f"<tr><th>{html.escape(SCORES[name].title)}</th><td>{judged.scores[name]:.1f}</td>"
            f'<td><span class="le-track"><span style="width:{100 * share:.1f}%"></span></span></td>'
            f"<td{ALARM if share > 0.95 else ''}>{share:.1%}</td></tr>"
            for name, share in judged.stranger_than.items()
        )
        st.html(
            '<table class="le-numbers le-bars"><thead><tr><th>Score</th><th>value</th><td></td><th>stranger than</th></tr></thead>'
            f"<tbody>{bars}</tbody></table>"
        )

lesson.maths(
    "Every score is higher for stranger images: what an encoder and a decoder (or $D$ principal components) lose, what the VAE\u2019s bound says the image costs, "
    "and how far its code is from the training codes, with mean $m$ and covariance $S$. AUROC is a chance:",
    [
        r"\lVert x - \hat x\rVert^2",
        r"-\mathbb E_{q(z|x)}[\log p(x|z)] + \mathrm{KL}\big(q(z|x)\,\|\,p(z)\big) \;\ge\; -\log p(x)",
        r"-\log\frac1K\sum_{k=1}^K \frac{p(x|z_k)\,p(z_k)}{q(z_k|x)}",
        r"\sqrt{(z-m)^\top S^{-1}(z-m)}",
        r"\mathrm{AUROC} = P(s_{\text{anomaly}} > s_{\text{digit}}) + \tfrac12 P(s_{\text{anomaly}} = s_{\text{digit}})",
    ],
    anomalies.negative_elbo,
    anomalies.Codes,
    anomalies.auroc,
    anomaly_images.short_strokes,
)
lesson.check(
    "A hospital trains a VAE on scans of healthy patients and flags scans with low likelihood. A scanner fault delivers evenly grey images. What happens?",
    Choice(
        "They are flagged: nothing like them was in training",
        "That is what one hopes for. But even images are cheap to describe, so their likelihood can be higher than that of healthy scans: the black image above.",
    ),
    Choice(
        "They may pass: simple images tend to get high likelihoods",
        "So test a detector on simple images too, and flag what is too probable as well as what is too improbable.",
        right=True,
    ),
    Choice(
        "The encoder refuses them, for they have no code",
        "An encoder gives every image a code, and a decoder makes an image of every code. Neither can refuse.",
    ),
)
lesson.end(
    papers.LIKELIHOOD_FAILS,
    papers.INPUT_COMPLEXITY,
    papers.TYPICALITY,
    papers.RECONSTRUCTION_PROBABILITY,
    papers.IWAE,
    anomalies_kind=kind,
    anomalies_score=score,
    anomalies_at=st.session_state.anomalies_at,
)
