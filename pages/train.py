"""Train: a model of one's own, its losses and its pictures while it learns."""

import streamlit as st

from explorer import curves, jobs, pages, trained, training_form
from vae import checkpoints
from vae.errors import VaeError

st.title("Train")
st.html(
    '<p class="le-lead">Train a model on this computer and watch both terms of its objective. <b>Look at the KL first</b>: its weight '
    "starts at zero, so the model spends freely on its code, and is then taught to save; the reconstruction falls all the while.</p>"
)
form, view = st.columns([1, 2.6], gap="medium")
job: jobs.Job | None = st.session_state.get(trained.JOB)
busy = job is not None and job.active

with form:
    choice = training_form.draw(disabled=busy)
    with st.container(horizontal=True):
        start = st.button("Start training", type="primary", disabled=busy)
        stop = st.button("Stop", disabled=not busy)
if start:
    try:
        st.session_state[trained.JOB] = jobs.submit(trained.next_name(), choice.recipe())
    except VaeError as error:
        form.error(str(error))
        st.stop()
    st.rerun()
if stop and job:
    job.stop()


def orient() -> None:
    example = trained.get("mnist-vae-2d")
    st.write(f"Nothing trained yet in this session. For orientation, the run that made the shipped **{example.label}**:")
    curves.losses(example.history)


@st.fragment(run_every=1.0 if busy else None)
def watch(job: jobs.Job) -> None:
    st.progress(job.progress, curves.status(job))
    if job.records:
        curves.losses(job.records)
        curves.pictures(job)
    if busy and not job.active:
        st.rerun()


with view:
    if job is None:
        orient()  # outside the fragment, which would show a traceback where this model is damaged
    else:
        watch(job)
    if job is not None and not job.active:
        if job.error:
            st.error(job.error)
        subject = trained.own().get(job.name)
        if subject is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                contents = checkpoints.files(subject.checkpoint, subject.history)
                st.download_button(
                    "Download model (.zip)", checkpoints.archive(job.name, contents), f"{job.name}.zip", on_click="ignore"
                )
                st.caption("Weights as safetensors, spec and history as JSON.")
            st.write(f"**{subject.label}** can now be picked on every page of this session.")
            pages.link("explore", "Move through it")
