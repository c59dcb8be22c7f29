"""How it fails: six real runs that went wrong, how to tell each from its numbers, and the one change that mends it."""

import html
from pathlib import Path

import streamlit as st

from explorer.canvas import CanvasState, latent_canvas
from explorer.lesson import papers
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, palette, picker, state
from explorer.page import places as pages
from explorer.page.pictures import row_html
from explorer.training import form as training_form
from explorer.training.curves import PARTS
from lessons.fails import diagnosis
from lessons.fails import figures as fails_figures
from lessons.fails import models as failed_models
from lessons.fails import screen as fails_facts
from lessons.fails.cases import CASES, RIDDLES, Case, memorised_vae, percent
from lessons.fails.diagnosis import Symptoms
from lessons.fails.figures import FAILED, MENDED, Curve
from lessons.fails.models import PAIRS
from vae import data, metrics

NAMES = tuple(case.name for case in CASES.values())
COLOURS = {"reconstruction": palette.RECONSTRUCTION, "kl": palette.KL, "total": palette.TOTAL}
MARKED = {"diverged": 0, "memorised": 2, "collapsed": 3, "over": 3, "under": 5, "dead": 4}  # the column that decides


def keep(report: CanvasState) -> None:
    if report.digit is not None:
        st.session_state.fails_digit = report.digit


def curves(names: dict[str, str], key: str, symptoms: Symptoms) -> None:
    """The three curves of one run or two, named and coloured; the first says how far the axis goes."""
    colours = {"the failed run": FAILED, "the mended run": MENDED}
    drawn = [Curve(title, colours.get(title, FAILED), fails_facts.exhibit(name).history) for title, name in names.items()]
    for part, column in zip(PARTS, st.columns(3, gap="medium"), strict=True):
        with column:
            st.html(f'<p class="le-name" style="--colour:{COLOURS[part]}">{PARTS[part]}</p>')
            fails_figures.draw_curves(drawn, part, f"{key}-{part}", symptoms.constant if part == "reconstruction" else None)


def rows(name: str, remembered: bool) -> str:
    """Test images, what the model makes of them, and draws from the prior, as HTML."""
    count = fails_facts.PICTURES
    originals = [f"test image {i}" for i in range(count)]
    named = [("Test images", data.load("mnist").test.pixels(slice(count)), originals)]
    named.append(("Rebuilt", fails_facts.reconstructions(name), [f"reconstruction of {text}" for text in originals]))
    if remembered:
        alts = [f"training image nearest to the reconstruction of {text}" for text in originals]
        named.append(("Nearest image it has seen", fails_facts.remembered(name), alts))
    named.append(("Prior draws", fails_facts.samples(name), [f"prior draw {i + 1}, decoded" for i in range(count)]))
    return "".join(
        f'<div class="le-named-row"><span>{title}</span>{row_html(pixels, alts)}</div>' for title, pixels, alts in named
    )


def symptom_table(symptoms: dict[str, Symptoms]) -> str:
    """A row for each failure, the number that decides underlined."""
    heads = (
        "Training, nats",
        "Validation, nats",
        "Validation / training",
        "KL, nats",
        "Active units",
        "Codes out of the prior\u2019s reach",
    )
    body = []
    for key, case in CASES.items():
        s = symptoms[PAIRS[key].failed]
        cells = [
            f"{s.training:,.1f}",
            f"{s.validation:,.1f}",
            f"{s.gap:.2f}",
            "none" if s.kl is None else f"{s.kl:,.2f}",
            f"{s.active_units} of {s.latents}",
            percent(s.out_of_reach),
        ]
        cells[MARKED[key]] = f"<b>{cells[MARKED[key]]}</b>"
        body.append(f'<tr><th scope="row">{case.name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>')
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<div class="fa-symptoms" tabindex="0" role="region" aria-label="Symptoms of the six runs"><table class="le-table le-small"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def mend(case: Case) -> None:
    """The change with its comment, and the ways to Train."""
    name, before, after = (html.escape(text) for text in case.change)
    st.html(
        f'<p class="fa-change">{name}: <s>{before}</s> \u2192 <b>{after}</b> &nbsp;<span># {html.escape(case.remark)}</span></p>'
    )
    with st.container(horizontal=True, key="fails-mend"):
        pages.link("train", "Mend it", **training_form.link(case.mended))
        if case.failed:
            pages.link("train", "See it fail", **training_form.link(case.failed))


st.html(Path(fails_facts.__file__).with_name("page.css"))
lesson = Lesson(
    "fails",
    "The run has ended. Is the model any good?",
    "Six real runs that are not. <b>Look at the three curves together</b>: what each costs, and what the total makes of them.",
)
state.read_link(
    fails_run=state.whole_number(1, len(RIDDLES)),
    fails_case=state.one_of(list(CASES), "failure"),
    fails_digit=state.whole_number(0, 9_999),
)
state.usual(fails_run=1, fails_case="collapsed", fails_digit=0)
symptoms = failed_models.symptoms()
lesson.predict("Below is one of six runs that failed. Which failure is it?", NAMES)
riddle = RIDDLES[st.session_state.fails_run - 1]
curves({"this run": PAIRS[riddle].failed}, f"riddle-{riddle}", symptoms[PAIRS[riddle].failed])
with st.container(horizontal=True, vertical_alignment="center"):
    st.segmented_control(
        "Run",
        range(1, len(RIDDLES) + 1),
        key="fails_run",
        required=True,
        on_change=lesson.forget,
        persist_state="session",
        width="content",
    )
    st.caption(
        "Full: 1,000 validation images; dashed: 1,000 training images. Dotted: what the mean image costs as the answer to everything."
    )
seen, sibling = (symptoms[name] for name in PAIRS[riddle])
lesson.reveal(
    CASES[diagnosis.diagnose(seen)].name,
    f"{CASES[riddle].notice(seen, sibling)} \n\n**How the curves tell:** {CASES[riddle].reading}".replace("<b>", "**").replace(
        "</b>", "**"
    ),
)

st.subheader("The gallery")
st.markdown(
    "Each failure beside a sibling that differs in what mends it. **Move over either plane**: both models decode that place."
)
key = st.segmented_control(
    "Failure", list(CASES), key="fails_case", format_func=lambda each: CASES[each].name, required=True, persist_state="session"
)
key = key or "collapsed"
case, pair = CASES[key], PAIRS[key]
failed, mended = (fails_facts.exhibit(name) for name in pair)
st.markdown(case.notice(symptoms[pair.failed], symptoms[pair.mended]), unsafe_allow_html=True)
mend(case)
digit = picker.pick_digit("fails_digit", "Digit to follow", data.load("mnist"))
latent_canvas(
    [failed, mended],
    key=f"canvas-fails-{key}",
    position=[subject.posterior.mean[digit].tolist() for subject in (failed, mended)],
    digit=digit,
    layers=("points", "prior", "ellipses"),
    on_change=keep,
)
st.caption(
    "Codes of the 10,000 test images; below: test images, what is rebuilt from them, and draws from N(0, I), decoded. With more than two latents the plane shows the two that carry most. Dotted: N(0, I) at 1, 2 and 3 "
    "standard deviations."
)
for column, subject, title, kind in zip(
    st.columns(2, gap="medium"), (failed, mended), ("Failed", "Mended"), ("bad", "good"), strict=True
):
    column.html(
        f'<p class="le-preset le-{kind}">{title}</p>' + rows(subject.name, remembered=key == "memorised" and kind == "bad")
    )
curves({"the failed run": pair.failed, "the mended run": pair.mended}, f"gallery-{key}", symptoms[pair.failed])
st.html(
    f'<p class="le-legend"><span class="fa-key" style="--colour:{FAILED}"></span>failed<span class="fa-key" style="--colour:{MENDED}"></span>mended; '
    "full: validation, dashed: training, dotted: the mean image</p>"
)
weights = [subject.settings.beta for subject in (failed, mended)]
if weights[0] != weights[1]:
    bounds = [f"{s.validation + (s.kl or 0):.1f}" for s in (symptoms[name] for name in pair)]
    st.caption(
        f"Each total has its own \u03b2 ({weights[0]:g} and {weights[1]:g}), so the two cannot be compared. What can is the negative ELBO, reconstruction "
        f"plus KL: {bounds[0]} and {bounds[1]} nats on validation images."
    )
if key == "dead":
    st.plotly_chart(
        fails_figures.latents(symptoms[pair.failed].kl_per_dim or (), symptoms[pair.mended].kl_per_dim or ()),
        key="fails-latents",
        config=figures.CONFIG,
        alt="KL of each latent, of the run with 64 latents and of the run with 10",
    )
    st.caption("Validation images; dotted: 0.1 nats. Look at how few bars there are, and that they are the same in both runs.")
stopped = failed_models.stopped(pair.failed)
if stopped:
    st.markdown(f"What the run said at its end: *{stopped}*")
words = case.cause
if key == "collapsed":
    silent, units = fails_facts.silent(pair.failed)
    other, _ = fails_facts.silent(pair.mended)
    words += f" {silent} of its {units} units give the same output wherever z is; in the mended run, {other}."
if key == "memorised":
    words += " " + memorised_vae(symptoms[failed_models.SAME_IMAGES])
st.markdown(f"**Why.** {words}")

st.subheader("Diagnosis by numbers")
st.markdown(
    "Ask in this order; the first yes is the answer.\n\n"
    f"1. **Diverged?** The training loss is no number, or above {diagnosis.EXPLODED:g} times that of the mean image.\n"
    f"2. **Memorised?** Validation costs more than {diagnosis.GAP:g} times as much as training.\n"
    f"3. **Collapsed?** The KL is below {diagnosis.SILENT:g} nats.\n"
    f"4. **Over-regularised?** The KL is below the entropy of what the code should tell, here {seen.class_entropy:.2f} nats for the class.\n"
    f"5. **Under-regularised?** More than {percent(diagnosis.OUT_OF_REACH)} of the codes lie where the prior has 1 %.\n"
    "6. **Dead latents?** Fewer than half of the units are active.\n\n"
    "The thresholds are a matter of taste, the order is not: a diverged or memorising model makes every later question meaningless."
)
st.html(symptom_table(symptoms))
st.caption(
    "5,000 validation images, and as many of the training images as the run has seen, up to 5,000. Underlined: the number that decides."
)

lesson.maths(
    "What a code can say of an image, and so of its class $y$, is bounded by the KL; and what an answer that ignores the image costs at least is "
    "known. In a linear VAE with Gaussian likelihood the active latents can be counted beforehand: one for each eigenvalue $\\lambda$ of "
    "the data\u2019s covariance above $\\beta$ times the noise variance $s^2$, as far as the latents reach.",
    [
        r"I(y;z) \le I(x;z) \le \mathbb E_x\,\mathrm{KL}\left(q(z|x)\,\|\,p(z)\right)",
        r"\arg\min_m \mathbb E_x\left[-\log p(x|m)\right] = \mathbb E[x]",
        r"A_d = \mathrm{Var}_x\left(\mathbb E_{q(z|x)}[z_d]\right) > 0.01",
        r"\#\text{active} = \left|\{i : \lambda_i > \beta s^2\}\right|",
    ],
    diagnosis.diagnose,
    diagnosis.examine,
    diagnosis.constant_cost,
    metrics.active_units,
)
lesson.check(
    "A VAE with 32 latents ends at 206 nats on training and on validation images; its KL is 0.03 nats, and its loss fell smoothly and stays "
    "where it is. What do you do?",
    Choice(
        "Train longer",
        "The KL is at its minimum and the reconstruction at that of a constant answer: next to no slope is left that leads away.",
    ),
    Choice(
        "Get more training images",
        "That mends a gap between training and validation, and there is none: it is equally bad on both.",
    ),
    Choice(
        "Add latents",
        "None of the 32 carries anything. More of them would carry nothing, too.",
    ),
    Choice(
        "Begin anew with a lower weight on the KL, or shorter steps",
        "It has collapsed: the KL is near zero, and the answer is the mean image. First make sure that the loss sums over pixels; then lower \u03b2, "
        "or let it rise slowly, or shorten the steps.",
        right=True,
    ),
)
lesson.end(
    papers.DONT_BLAME,
    papers.SENTENCES,
    papers.IWAE,
    papers.FIXING_ELBO,
    papers.ASSOCIATIVE_MEMORY,
    fails_run=st.session_state.fails_run,
    fails_case=key,
    fails_digit=digit,
)
