"""GAN: a generator with the VAE's decoder that learns from a discriminator, live; beside a VAE that saw as many images; and how it collapses."""

import streamlit as st

from explorer.lesson.lesson import Lesson
from lessons.gan import form, models, run, samples, screen, tables
from lessons.gan.address import ADDRESS
from lessons.shared import classifier
from lessons.shared.screen import judge
from vae.learning import gan_losses
from vae.learning.gan_stepper import GanStepper
from vae.model.networks import GAN

SHOWN = 16  # pictures in a row of the comparison

lesson = Lesson("gan", ADDRESS)
view = run.find(lesson)
with lesson.experiment():
    form.draw(lesson, run.ask, run.leave if view else None)
    shipped = screen.ready()
    if view:
        run.watch(view, lesson.words)
    elif shipped:
        run.board(screen.history("gan"), "shipped", lesson.words)
        lesson.say("shipped", images=models.IMAGES, pictures=64)
        run.draw_pictures(screen.pictures("gan", 64, 1), lesson.words)

if shipped:
    calm, collapsed = shipped.measures["gan"][0], shipped.measures["collapsed"][0]
    numbers = {"covered": collapsed.covered, "effective": collapsed.effective, "frechet": collapsed.frechet}
    beside = {"covered_calm": calm.covered, "frechet_calm": calm.frechet, "confidence": collapsed.confidence}
    if lesson.reveal(screen.ending(collapsed), **numbers, **beside):
        run.board(screen.history("collapsed"), "collapsed", lesson.words)
        run.draw_pictures(screen.pictures("collapsed", 32, 1), lesson.words)
    lesson.say("beside", latents=models.LATENTS, images=models.IMAGES, **models.updates())
    noise = lesson.at["gan_noise"]
    st.button(lesson.words.label("noise"), on_click=lesson.at.set, kwargs={"gan_noise": (noise + 1) % 10_000})
    for name in ("gan", "vae"):
        st.html(f'<p class="le-curve">{screen.named(name, lesson.words.items("models")[name])}</p>')
        run.draw_pictures(screen.pictures(name, 2 * SHOWN, noise), lesson.words, SHOWN)
    lesson.html("measures", tables.qualities(lesson.words))
    defined = {"low": samples.MID[0], "high": samples.MID[1], "features": classifier.FEATURES}
    lesson.caption("qualities", pictures=models.DRAWS, accuracy=judge(classifier.FOLDER)[1], **defined)

lesson.say("asks")
lesson.html("objectives", tables.objectives(lesson.words))
lesson.say("lacks")
losses = (gan_losses.discriminator_loss, gan_losses.generator_loss, gan_losses.gradient_penalty)
lesson.maths(*losses, GanStepper.step, GAN, samples.frechet_distance, samples.effective_classes)
lesson.check()
lesson.end()
