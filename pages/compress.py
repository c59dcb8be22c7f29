"""Compress: codes as files. What rounding and entropy coding cost and keep, the beta ladder in bits, and files as long as the bound."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from explorer.lesson.live import live_part
from lessons.compress import bits_back, figures, quantised, rans, screen, study, tables
from lessons.compress.address import ADDRESS
from lessons.shared import pca, psnr

lesson = Lesson("compress", ADDRESS)
with lesson.experiment(latents=screen.ASKED):
    with lesson.pickers():
        latents, at = lesson.draw("compress_latents"), lesson.at["compress_at"]
    live_part(
        "compress",
        key="compress-part",
        on_report=lesson.at.hear,
        words=lesson.part(),
        **screen.live_facts(latents, at),
    )
    lesson.caption("measures", coded=study.CODED, counted=study.COUNTED)
matched = screen.match()
if lesson.reveal(screen.answer(matched.components), latents=screen.ASKED, **matched._asdict(), **screen.bits_a_number()):
    marked = matched.error, matched.components
    lesson.chart("errors", figures.errors(pca.load().errors.numpy(), screen.errors_of_models(), marked))
    lesson.caption("errors-note", latents=screen.ASKED)

read_back = lesson.words.items("read-back")
lesson.say("files", coded=study.CODED, step=study.STEPS[at])
files = screen.files(latents, at)
jpeg = screen.nearest_jpeg(max(each.quality for each in files.values()))
st.html(tables.files(files, jpeg, lesson.words.items("files-table")))
whole = all(each.back for each in files.values())
lesson.caption("files-note", back=read_back["symbols" if whole else "wrong"], even=screen.even(files["vae"]))

lesson.say("ladder-says")
two_numbers = {kind: screen.two_numbers_as_files(kind) for kind in ("vae", "ae")}
lesson.chart("ladder", figures.ladder(screen.ladder(), two_numbers))
lesson.caption("slopes", slopes=screen.slopes(lesson.words.items("slope")["between"]))

found = screen.lossless()
lesson.say("lossless", images=screen.LOSSLESS, back=read_back["pixels" if found.back else "wrong"])
shown = {"bound": found.bound, "net": found.net, "xz": found.plain["xz"]}
for column, (name, label) in zip(st.columns(3), lesson.words.items("metrics").items(), strict=True):
    column.metric(label, lesson.words.say("bits", bits=shown[name]))
lesson.caption("lossless-note", whole=found.whole, **found.plain)

lesson.maths(rans.Message, quantised.Codec.quantise, bits_back.push_image, psnr.of_error)
lesson.check(**screen.true_length())
lesson.end()
