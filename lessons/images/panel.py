"""Sending images, looking at what became of them, keeping them, deleting them."""

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st
from torch import Tensor

import ingest
from explorer.models import own_sets
from explorer.page import owners, pictures
from explorer.runs.store import ImageSet, images_rule, store
from ingest.examples import EXAMPLES
from lessons.images import screen as images_facts
from lessons.images.few_images import Errors
from lessons.images.figures import NAMES
from lessons.images.screen import Result
from vae.errors import VaeError

STYLE = Path(__file__).with_name("page.css")
READ = "images_read"  # session-state key: what was sent, by the ids of its files, and what became of it
ROUND = "images_round"  # session-state key: counts up to empty the uploader
SET = "images_set"  # session-state key and name in the link: the images that are shown, ""
SAID = "images_said"  # session-state key: what to tell about the last order
PREVIEW = 24


def send() -> None:
    """The uploader and the examples; what was sent is checked at once and waits to be kept."""
    uploaded = st.file_uploader(
        "Your images: a zip of pictures, .npz, IDX or .csv",
        accept_multiple_files=True,
        key=f"images_upload_{st.session_state.setdefault(ROUND, 0)}",
        help=f"{ingest.FEWEST_IMAGES} to {ingest.MOST_IMAGES:,} images, {ingest.MOST_BYTES / 2**20:.0f} MB at most. Folders in a zip, an array "
        "of labels, a column named label, or a second IDX file become classes. Two files are IDX images and their labels.",
    )
    buttons = st.container(horizontal=True, vertical_alignment="center", gap="small")
    for name in EXAMPLES:
        buttons.button(f"Try: {name}", on_click=_try, args=(name,))
    with buttons.popover("How a file should look"):
        st.markdown(
            "- **zip**: PNG, JPEG, GIF, BMP, WebP or PGM pictures of any size, one folder a class or no folders at all\n"
            "- **.npz**: an array `images` (N \u00d7 height \u00d7 width, or N \u00d7 pixels), and `labels` (N) if there are any\n"
            "- **IDX**: as MNIST\u2019s own files, plain or .gz\n"
            "- **.csv**: a row an image, a column a pixel, a column `label` if there are any"
        )
        for name in EXAMPLES:
            file, contents = images_facts.example(name)
            st.download_button(f"{name}: {file}", contents, file, key=f"images_file_{file}", on_click="ignore")
    if uploaded:
        _look_at(uploaded)
    if said := st.session_state.pop(SAID, None):
        st.error(said)


def _look_at(uploaded: Sequence) -> None:
    ids = tuple(file.file_id for file in uploaded)
    if st.session_state.get(READ, ((), None))[0] != ids:
        with st.spinner("Checking what you sent"):
            st.session_state[READ] = ids, images_facts.read([(file.name, file.getvalue()) for file in uploaded])
    brought = st.session_state[READ][1]
    if isinstance(brought, str):
        st.error(f"This was not read. {brought}")
        return
    exchange = st.toggle(
        "Exchange black and white",
        value=brought.rims_are_bright,
        key=f"images_exchange_{ids[0]}",
        help="MNIST is white on black. On for images that are dark on a bright ground, so that the ground is 0.",
    )
    if exchange:
        brought = ingest.inverted(brought)
    st.html(f'<div class="im-preview">{preview(brought.pixels, brought.labels, brought.classes)}</div>')
    st.html(_told(brought.told))
    name = st.text_input("Name", Path(uploaded[0].name).stem[:60], 60, key=f"images_name_{ids[0]}")
    st.button("Keep these images", type="primary", on_click=_keep, args=(brought, name))


def preview(pixels, labels, classes: Sequence[str]) -> str:
    """The first images, each with its class as its text alternative."""
    alts = [
        f"image {i + 1}" + (f", {classes[int(label)]}" if len(classes) > 1 else "") for i, label in enumerate(labels[:PREVIEW])
    ]
    return pictures.row_html(pixels[:PREVIEW].astype("float32") / 255, alts, 12)


def _told(told: Sequence[str]) -> str:
    return f'<ul class="im-told">{"".join(f"<li>{html.escape(sentence)}</li>" for sentence in told)}</ul>'


def _try(name: str) -> None:
    """Send an example and keep it: by the same way as any file."""
    file, contents = images_facts.example(name)
    brought = images_facts.read([(file, contents)])
    if isinstance(brought, str):
        st.session_state[SAID] = brought
    else:
        _keep(brought, name)


def _keep(brought: ingest.Brought, name: str) -> None:
    try:
        kept = store().keep_images(owners.owner(), name, brought.pixels, brought.labels, brought.classes, brought.told)
    except VaeError as error:
        st.session_state[SAID] = str(error)
        return
    st.session_state[SET] = kept.id
    st.session_state[ROUND] += 1
    st.session_state.pop(READ, None)


def choose() -> ImageSet | None:
    """Which of this browser's images are shown; None where there are none."""
    sets = {each.id: each for each in own_sets.listed().values()}
    if not sets:
        return None
    if st.session_state.get(SET) not in sets:
        st.session_state[SET] = next(iter(sets))
    st.subheader("On your images")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Your images", list(sets), key=SET, format_func=lambda each: _title(sets[each]), persist_state="session", width=320
        )
        chosen = sets[st.session_state[SET]]
        with st.popover("Delete"):
            runs = store().runs_on(chosen.id)
            along = f", and with them {runs} run{'s' * (runs > 1)}" if runs else ""
            st.markdown(
                f"The images will be gone{along}. Weights and replays of runs that were trained on them hold pictures of the images, so they go too, "
                "and links to them lead nowhere."
            )
            st.button("Delete for good", type="primary", on_click=_delete, args=(chosen,))
    with st.expander("What was done to them, and for how long they are kept"):
        st.html(_told(chosen.told))
        st.markdown(
            f"They take {chosen.size / 1000:,.0f} kB on the server and are read by this browser and its training runs alone. {images_rule()}"
        )
    return chosen


def going_on(chosen: ImageSet) -> str | None:
    """The id of the newest run on these images that is trained or waits for it."""
    return next((run.id for run in store().runs(chosen.owner) if run.image_set == chosen.id and run.active), None)


def _title(each: ImageSet) -> str:
    return f"{each.name}: {each.count:,} images" + (f", {len(each.classes)} classes" if len(each.classes) > 1 else "")


def _delete(chosen: ImageSet) -> None:
    try:
        store().delete_images(chosen.id, owners.owner())
    except VaeError as error:
        st.session_state[SAID] = str(error)
    images_facts.forget(chosen.id)
    st.session_state.pop(SET, None)


def rows(
    images: Tensor, results: Mapping[str, tuple[Errors, Tensor] | str], more: Sequence[tuple[str, str, Tensor]] = ()
) -> str:
    """Test images, and for each model what it gives back with its errors, or a sentence in its place; then rows without errors.

    more  (kind, name, pictures)
    """
    count = len(images)
    cells = ["<span></span><span></span><b>RMSE on training images</b><b>on unseen images</b>"]
    cells.append(_row("", "unseen", images, [f"test image {i + 1}" for i in range(count)], "<span></span><span></span>"))
    for kind, result in results.items():
        name = NAMES[kind]
        if isinstance(result, str):
            cells.append(f'<span class="le-name {_class(kind)}">{name}</span><span class="im-wide">{result}</span>')
            continue
        errors, pixels = result
        numbers = f"<span>{errors.seen:.3f}</span><span><strong>{errors.unseen:.3f}</strong></span>"
        cells.append(_row(kind, name, pixels, [f"{name}: reconstruction of test image {i + 1}" for i in range(count)], numbers))
    for kind, name, pixels in more:
        cells.append(_row(kind, name, pixels, [f"{name}, {i + 1}" for i in range(count)], "<span></span><span></span>"))
    return f'<div class="im-rows">{"".join(cells)}</div>'


def _row(kind: str, name: str, pixels: Tensor, alts: list[str], numbers: str) -> str:
    style = f"le-name {_class(kind)}" if kind else "im-name"
    return f'<span class="{style}">{html.escape(name)}</span>{pictures.row_html(pixels, alts)}{numbers}'


def _class(kind: str) -> str:
    return "im-pca" if kind == "pca" else f"le-{kind}"


def results_of(found: Mapping[str, Result], otherwise: Callable[[str], str]) -> dict[str, tuple[Errors, Tensor] | str]:
    """Rows for all three models, in the order in which they are compared."""
    return {kind: (found[kind].errors, found[kind].reconstructions) if kind in found else otherwise(kind) for kind in NAMES}
