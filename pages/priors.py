"""Better priors, deeper models, other losses: relatives of one small VAE at the same size and budget, in one table."""

from math import log

import streamlit as st

from explorer.lesson import papers
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, pictures, state
from lessons.priors import figures as priors_figures
from lessons.priors import relatives, vq
from lessons.priors import screen as priors_facts
from lessons.shared import ssim
from vae.errors import CheckpointError
from vae.priors import TwoLevelPrior, VampPrior

OPTIONS = ("Nothing: the prior was good enough", "It falls by a few nats", "It falls by tens of nats")
FEW, MANY = 0.5, 10.0  # nats between the answers

lesson = Lesson(
    "priors",
    "What changes when the prior, the depth, the loss or the code itself is another?",
    "Seven models with layers of the same widths and the same budget. <b>Look at how well the two clouds cover one another</b>: draws decode to "
    "digits only where there are codes.",
)
state.read_link(priors_model=state.one_of(list(priors_facts.PLANES), "model"))
state.usual(priors_model="vamp")
try:
    plain, vamp, two = (priors_facts.shipped(name) for name in ("plain", "vamp", "two-level"))
    tokens, seeds = priors_facts.tokens(), priors_facts.seeds()
    drawn = {name: priors_facts.samples(name) for name in priors_facts.TITLES}
except CheckpointError as error:
    st.error(str(error))
    st.stop()
lesson.predict(
    f"In place of N(0, I), let the prior be a mixture of the posteriors of 50 learned pictures. What happens to the bound on \u2212log p(x), {priors_facts.weighted('plain'):.0f} nats now?",
    OPTIONS,
)
name = (
    st.segmented_control(
        "Beside the plain VAE",
        priors_facts.PLANES,
        key="priors_model",
        format_func=priors_facts.TITLES.__getitem__,
        required=True,
        persist_state="session",
    )
    or "vamp"
)
st.plotly_chart(
    priors_figures.overlaid(
        {
            priors_facts.TITLES[shown]: (priors_facts.plane(shown).prior, priors_facts.plane(shown).codes)
            for shown in ("plain", name)
        }
    ),
    key="priors-planes",
    config=figures.CONFIG,
    alt=f"Codes of test digits over draws from the prior: the plain VAE and {priors_facts.TITLES[name]}",
)
gain = priors_facts.weighted("plain") - priors_facts.weighted("vamp")
spread = {which: f"{min(values):.1f} to {max(values):.1f}" for which, values in seeds.items()}
if lesson.reveal(
    OPTIONS[0] if gain < FEW else OPTIONS[1] if gain < MANY else OPTIONS[2],
    f"From {priors_facts.weighted('plain'):.1f} to **{priors_facts.weighted('vamp'):.1f}** nats; a second level gives {priors_facts.weighted('two-level'):.1f}. Three "
    f"seeds each put the negative ELBO at {spread['plain']} (plain), {spread['vamp']} (VampPrior) and {spread['two-level']} (two levels). With its encoder held fixed, "
    f"no prior whatever could gain the plain VAE more than KL(q(z) \u2016 p(z)) = **{plain.measures.prior_gap:.2f} nats**; what is gained beyond that comes from training "
    f"together: a prior that goes where the codes are leaves them freer to move. In the VampPrior {vamp.measures.prior_gap:.2f} nats are left.",
):
    st.markdown("**Pictures that make up the VampPrior**, the first twelve of fifty: begun as training digits, then learned")
    st.html(pictures.row_html(priors_facts.pseudo_inputs(), [f"pseudo-input {i + 1}" for i in range(priors_facts.SAMPLES)]))

st.subheader("One table, three currencies")
st.markdown(
    "**Compare only within a group**: a probability of binary pixels, a density of grey ones and a similarity are three different things. The last column alone is the "
    "same measure for all: structural similarity of reconstructions with the grey test digits, 1 for equal ones."
)
st.html(priors_facts.table())
std = priors_facts.shipped("learned-std").measures.std or 1.0
st.caption(
    f"400,000 training digits each, 10,000 test digits; layers 784-128-64 and 64-128-784; two latents, tokens excepted. The learned \u03c3 is {std:.2f}: with \u03c3 = 1 "
    f"the squared error counts {std**-2:.0f} times less against the KL, which is why its codes say so little."
)

st.subheader("Draws from each model\u2019s own prior")
st.markdown("Nothing was chosen. **Look for shapes that are no digit**, and for how sharp the strokes are.")
for shown, images in drawn.items():
    title, row = st.columns([1, 6.5], vertical_alignment="center", gap="small")
    title.html(f'<p class="le-name le-vae">{priors_facts.TITLES[shown]}</p>')
    row.html(
        pictures.row_html(images, [f"{priors_facts.TITLES[shown]}: prior draw {i + 1}" for i in range(priors_facts.SAMPLES)])
    )

st.subheader("Codes made of tokens")
m = tokens.measures
st.markdown(
    f"Here the code is {vq.TOKENS} tokens, each one of {vq.WORDS} learned vectors: room for {vq.TOKENS} \u00d7 log {vq.WORDS} = {vq.TOKENS * log(vq.WORDS):.1f} nats, where the plain VAE\u2019s two latents carry {plain.measures.kl:.1f}. So its row in the table is a bound like the "
    f"others, but for a larger code. The codebook is used (perplexity {m.perplexity:.1f} of {vq.WORDS}). Drawn each by itself, tokens cost {m.independent:.1f} nats; a small "
    f"recurrent network that reads the earlier ones needs **{m.tokens:.1f}**. **Look at what that difference is in pictures.**"
)
for words, images in (("each token by itself", priors_facts.loose_tokens()), ("one after another", drawn["vq"])):
    title, row = st.columns([1, 6.5], vertical_alignment="center", gap="small")
    title.html(f'<p class="le-name le-vae">{words}</p>')
    row.html(pictures.row_html(images, [f"tokens drawn {words}: picture {i + 1}" for i in range(priors_facts.SAMPLES)]))
st.caption(
    "First compress, then learn a prior over the codes: that is the plan of today\u2019s image models. With tokens and a transformer they write pictures as a language model writes text; "
    "with continuous codes and a diffusion model as the prior they are latent diffusion."
)
lesson.maths(
    "Every prior says what an encoding costs, $\\log q(z|x) - \\log p(z)$, and the bound is the same for all. A mixture of posteriors; a second level $u$; a learned width; and tokens, "
    "where $p(x) \\ge p(x|c)\\,p(c)$:",
    [
        r"p(z) = \tfrac1M \textstyle\sum_m q(z|u_m)",
        r"\log q(z|x) - \log p(z|u) + \log q(u|z) - \log p(u)",
        r"-\log p(x) \le -\log p(x|c) - \textstyle\sum_l \log p(c_l|c_{<l})",
        r"\mathrm{loss} = w\,(1 - \mathrm{SSIM}) + \mathrm{KL}",
    ],
    VampPrior.log_prob,
    TwoLevelPrior._levels,
    vq.quantise,
    ssim.ssim,
    relatives.prior_gap,
)
similar = priors_facts.similar().measures
loss = ssim.WEIGHT * (1 - similar.ssim) + similar.kl
lesson.check(
    f"On test digits the SSIM loss of the model that was trained on it is about {loss:.0f}; the plain VAE\u2019s negative ELBO is {plain.measures.negative_elbo:.0f}. Is the first the better model of the digits?",
    Choice(
        "Yes: its loss is the lower one",
        "Its loss is in units of its own, and its weight is a choice: with another weight it would be any number.",
    ),
    Choice(
        "That cannot be said: its loss is no bound on \u2212log p(x)",
        "exp(\u2212loss) is not normalised over images, so it gives no image a probability. Only a measure that all share can compare them.",
        right=True,
    ),
    Choice(
        "No: its reconstructions are the worst",
        f"By structural similarity, what it was trained for, they are better than the plain VAE\u2019s: {similar.ssim:.2f} against {plain.measures.ssim:.2f}.",
    ),
)
lesson.end(
    papers.VAMP,
    papers.STOCHASTIC_BACKPROPAGATION,
    papers.IWAE,
    papers.CALIBRATED,
    papers.SSIM,
    papers.VQ_VAE,
    papers.ELBO_SURGERY,
    priors_model=name,
)
