"""Bring your own images: checked, made small and grey, compressed by three models, and kept private; how many are needed."""

import streamlit as st
from torch import Tensor

from explorer.lesson import papers
from explorer.lesson.pattern import Choice, Lesson
from explorer.page import figures, owners, state
from explorer.page import places as pages
from explorer.runs import jobs
from explorer.runs.store import ImageSet
from explorer.runs.store.image_sets import PREFIX
from explorer.training import form as training_form
from ingest import scale
from lessons.images import few_images
from lessons.images import figures as images_figures
from lessons.images import panel as images_panel
from lessons.images import screen as images_facts
from lessons.images.panel import SET
from vae import data
from vae.errors import VaeError

OPTIONS = (
    "About as good as on its own images",
    "Worse than on its own, and worse than with PCA",
    "Worse than on its own, yet better than with PCA",
)


def own_set(text: str) -> str:
    """A link to images opens them for their owner, and says why it does not for others."""
    try:
        data.load(PREFIX + text)
    except VaeError as error:
        raise ValueError(str(error)) from error
    return text


def train(images: ImageSet, latents: int, budget: int) -> None:
    """Queue a pair on these images, and remember which, to show it on the page Train."""
    try:
        choice = training_form.Choice(latents=latents, images=budget, data=images.dataset)
        st.session_state["images_started"] = jobs.submit(owners.owner(), choice.recipes()).id
    except VaeError as error:
        st.session_state[images_panel.SAID] = str(error)


if started := st.session_state.pop("images_started", None):
    st.switch_page(pages.FOLDER / "train.py", query_params={"run": started})
st.html(images_panel.STYLE)
lesson = Lesson(
    "images",
    "What do these models make of your images, and how many do they need?",
    "Send pictures of your own, or try ours. <b>Look at how far the errors on training images and on unseen images are apart</b>: that gap "
    "is what a model has memorised.",
)
state.read_link(
    **{SET: own_set},
    images_size=state.whole_number(min(few_images.SIZES), max(few_images.SIZES)),
    images_latents=state.whole_number(1, images_facts.MOST_COMPONENTS),
    images_budget=state.whole_number(min(training_form.BUDGETS), max(training_form.BUDGETS)),
)
state.usual(images_size=few_images.SIZES[-1], images_latents=few_images.LATENTS, images_budget=300_000)
for key, steps in (("images_size", few_images.SIZES), ("images_budget", training_form.BUDGETS)):
    st.session_state[key] = min(steps, key=lambda step: abs(step - st.session_state[key]))
lesson.predict(
    "An autoencoder learns from 50 digits for as long as others do from 15,000. How does it reconstruct digits it never saw?",
    OPTIONS,
)
left, right = st.columns([1, 1.45], gap="large")
few = images_facts.few()
with left:
    images_panel.send()
with right:
    size = st.select_slider(
        "Without sending anything: models of MNIST, trained on so many digits",
        few_images.SIZES,
        format_func="{:,}".format,
        key="images_size",
        persist_state="session",
    )
    at = few_images.SIZES.index(size)
    st.html(
        images_panel.rows(
            data.load("mnist").test.pixels(slice(few_images.SHOWN)),
            {kind: (few.errors[kind][at], few.reconstructions[kind][at]) for kind in few_images.MODELS},
            (("vae", "VAE, draws", few.draws[at]), ("", "nearest seen", few.nearest[at])),
        )
    )
    st.caption(
        f"{few_images.LATENTS} numbers an image; every model saw {few_images.IMAGES:,} images, counting repeats. RMSE: root mean squared error of a pixel, "
        "black 0, white 1. Then move the slider to 50, and compare the VAE\u2019s draws with the nearest images it has seen."
    )

chosen = images_panel.choose()
if chosen is not None:
    whole = data.load(chosen.dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        latents = st.number_input(
            "Numbers an image", 1, images_facts.MOST_COMPONENTS, key="images_latents", persist_state="session", width=150
        )
        budget = st.select_slider(
            "Budget, images seen",
            training_form.BUDGETS,
            format_func="{:,}".format,
            key="images_budget",
            persist_state="session",
            width=300,
        )
        st.button("Train AE + VAE on these", type="primary", on_click=train, args=(chosen, latents, budget))
    if going := images_panel.going_on(chosen):
        pages.link("train", "A run on these images goes on; watch it", run=going)
    found = {**images_facts.newest(whole, latents), "pca": images_facts.components(whole, latents)}
    more: tuple[tuple[str, str, Tensor], ...] = ()
    if "vae" in found:
        drawn, nearest = images_facts.draws(found["vae"].name, found["vae"].images_seen, whole)
        more = (("vae", "VAE, draws", drawn), ("", "nearest seen", nearest))
    st.html(
        images_panel.rows(
            whole.test.pixels(slice(images_facts.SHOWN)),
            images_panel.results_of(found, lambda kind: f"not trained yet with {latents} number{'s' * (latents > 1)} an image"),
            more,
        )
    )
    st.caption(
        f"{len(whole.train):,} of your images are trained on, {len(whole.validation):,} watched, {len(whole.test):,} kept unseen: a fixed shuffle, classes in "
        "proportion. PCA needs no training, so its row is there at once."
    )
    if {"ae", "vae"} <= found.keys():
        names = {kind: found[kind].name for kind in ("ae", "vae")}
        with st.container(horizontal=True):
            pages.link("explore", "Move through it", model=names["vae"])
            pages.link("compare", "Side by side", **names)
            pages.link("interpolate", "Walk between images", **names)

smallest, largest = ({kind: few.errors[kind][end] for kind in few_images.MODELS} for end in (0, -1))
ae, linear = smallest["ae"], smallest["pca"]
gaps = {kind: [each.unseen - each.seen for each in few.errors[kind]] for kind in few_images.MODELS}
answer = OPTIONS[0] if ae.unseen < 1.5 * ae.seen else OPTIONS[1] if ae.unseen > linear.unseen else OPTIONS[2]
if lesson.reveal(
    answer,
    f"From 50 digits the autoencoder reconstructs its own almost without error ({ae.seen:.4f}) and unseen ones with {ae.unseen:.2f}: it gives back "
    f"digits that it knows. Principal components, which can only add up ten patterns, are off by {linear.unseen:.2f}. **What cannot bend cannot "
    f"memorise.** From {few_images.SIZES[-1]:,} digits it is the other way round: {largest['ae'].unseen:.2f} for the autoencoder, "
    f"{largest['vae'].unseen:.2f} for the VAE, {largest['pca'].unseen:.2f} for PCA.\n\nThe VAE\u2019s noise keeps codes apart and so limits what they can "
    f"memorise: with {few_images.SIZES[2]} digits the gap between seen and unseen is {gaps['vae'][2]:.2f} for the VAE and {gaps['ae'][2]:.2f} for the autoencoder. "
    f"It cannot make up for images that are missing: with 50 digits the gaps are {gaps['vae'][0]:.2f} and {gaps['ae'][0]:.2f}, and the VAE\u2019s draws "
    "are those digits.",
):
    st.plotly_chart(
        images_figures.learning_curves(few_images.SIZES, few.errors, size),
        key="images_curves",
        config=figures.CONFIG,
        alt="Errors on training images and on unseen images over the number of training images, for AE, VAE and PCA",
    )
    st.caption(
        "MNIST, one seed, unseen: 2,000 test images. Look for where the solid lines cross, which is how many images each model needs to be worth "
        "its parameters, and for where solid and dotted meet."
    )
lesson.maths(
    "An image $x$ is shrunk by averaging over areas $A_{ij}$; an error is the root of the mean square over pixels $P$ and images $N$. PCA keeps the $D$ "
    "directions $W$ in which the training images vary most:",
    [
        r"x'_{ij} = \frac{1}{|A_{ij}|}\int_{A_{ij}} x(u)\,du",
        r"\hat{x} = \bar{x} + W W^{\top}(x - \bar{x})",
        r"\mathrm{RMSE} = \sqrt{\tfrac{1}{NP}\textstyle\sum_{n,p} (\hat{x}_{np} - x_{np})^2}",
    ],
    scale.fit,
    few_images.components,
    few_images.rmse,
    data.three_splits,
)
lesson.check(
    "Your autoencoder, trained on 60 photographs, gives each of them back almost perfectly. What does that show?",
    Choice(
        "It has understood what such photographs have in common",
        "It would then do as well on photographs it never saw. Compare those errors first.",
    ),
    Choice(
        "Nothing about other photographs, before unseen ones are tried",
        "With more parameters than numbers to remember, giving back the training images needs no structure at all. Only unseen images tell.",
        right=True,
    ),
    Choice(
        "Its code has too few numbers",
        "Too few numbers would show on the training images themselves, as blur. The code here was large enough to tell 60 images apart.",
    ),
)
lesson.end(
    papers.DOCUMENT_RECOGNITION,
    papers.MEMORISATION,
    papers.AMORTISED_REGULARISATION,
    **({SET: chosen.id} if chosen else {}),
    images_size=size,
    images_latents=st.session_state["images_latents"],
    images_budget=st.session_state["images_budget"],
)
