"""The six failures in words: what to notice, what causes it, and the one change that mends it, as settings of the page Train."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

from explorer.training.form import Choice
from lessons.fails.diagnosis import Symptoms
from lessons.fails.models import FEW


@dataclass(frozen=True)
class Case:
    """One failure.

    name    as the field calls it
    notice  what the numbers say, from the symptoms of the failed run and of its mended sibling (HTML)
    reading what the three curves alone give away (Markdown)
    cause   why it happens (HTML)
    change  the setting that mends it: its name, before, after
    remark  why that change and not another
    mended  settings of Train with the change made
    failed  settings of Train that fail like this, None where Train has no such setting
    """

    name: str
    notice: Callable[[Symptoms, Symptoms], str]
    reading: str
    cause: str
    change: tuple[str, str, str]
    remark: str
    mended: Choice
    failed: Choice | None


def percent(share: float | None) -> str:
    """A share as text; "none" where an autoencoder has none."""
    return "none" if share is None else f"{100 * share:.0f} %"


def _collapsed(failed: Symptoms, mended: Symptoms) -> str:
    return (
        f"<b>The KL is {failed.kl:.4f} nats and {failed.active_units} of {failed.latents} latents are active</b>, while the reconstruction, "
        f"{failed.validation:.1f} nats, is that of the mean image, {failed.constant:.1f}. Move over the left plane: the picture never changes. "
        f"The total has settled and looks calm; the other run, at {mended.validation:.1f} + {mended.kl:.1f} nats, shows what was missed."
    )


def _over(failed: Symptoms, mended: Symptoms) -> str:
    return (
        f"<b>The KL, {failed.kl:.2f} nats, is below the {failed.class_entropy:.2f} nats that it takes to tell ten classes apart</b>, so the code "
        f"cannot say which digit it was. Both latents are active and nothing has collapsed; but the reconstruction costs {failed.validation:.0f} "
        f"nats instead of {mended.validation:.0f}, and prior draws are averages of several digits."
    )


def _under(failed: Symptoms, mended: Symptoms) -> str:
    return (
        f"<b>{percent(failed.out_of_reach)} of the codes lie outside the ball that holds 99 % of the prior</b> (with \u03b2 = 1: {percent(mended.out_of_reach)}), "
        f"so draws from the prior hardly ever find them. The reconstruction, {failed.validation:.1f} nats, is even better than the other\u2019s "
        f"{mended.validation:.1f}. It is bought with a KL of {failed.kl:.1f} nats, and the negative ELBO is "
        f"{failed.validation + (failed.kl or 0):.1f} instead of {mended.validation + (mended.kl or 0):.1f}."
    )


def _memorised(failed: Symptoms, mended: Symptoms) -> str:
    return (
        f"<b>Validation costs {failed.gap:.0f} times as much as training: {failed.validation:.0f} against {failed.training:.0f} nats.</b> Even the mean "
        f"image would be better on new digits, at {failed.constant:.0f}. Look at the reconstructions: they are sharp, often of another digit, and close to one of "
        f"the {FEW} images the run was trained on. The other run pays {mended.validation:.0f} and {mended.training:.0f}."
    )


def _diverged(failed: Symptoms, mended: Symptoms) -> str:
    return (
        f"<b>The loss jumps up and down by factors of up to a thousand, then is no number at all</b>, and the run stops. What it kept are the "
        f"weights of the record before: {failed.validation:,.0f} nats where the mean image costs {failed.constant:.0f}. A last record that is "
        "finite is not yet a model. The axes of the curves are logarithmic here."
    )


def _dead(failed: Symptoms, mended: Symptoms) -> str:
    assert failed.kl_per_dim is not None
    carry = sum(nats > 0.1 for nats in failed.kl_per_dim)
    return (
        f"<b>Of {failed.latents} latents {failed.active_units} are active and {carry} carry more than 0.1 nats</b>; the rest say next to nothing: their "
        f"posteriors are the prior, whatever the image. No loss shows it, and the bound is none the worse for it: {failed.validation + (failed.kl or 0):.1f} nats, and "
        f"{mended.validation + (mended.kl or 0):.1f} with {mended.latents} latents. Look at the KL of each latent, not at the sum."
    )


SLOW = Choice(models="vae", seed=3)
LADDER = Choice(models="vae", images=1_000_000)
CASES = {
    "collapsed": Case(
        "Posterior collapse",
        _collapsed,
        "the KL falls to zero and the reconstruction stays on the dotted line, what the mean image costs. The total settles, which says nothing.",
        "\u03b2 is 1 here. Steps ten times too long silenced the decoder\u2019s last hidden layer, and a decoder that is deaf to z leaves the "
        "encoder one thing to save: the KL, which is zero when every posterior is the prior. Too large a \u03b2, or a mean over pixels, ends in the same "
        "place by another way: there z is not worth its price.",
        ("learning rate", "0.1", "0.01"),
        "steps a tenth as long, and the decoder keeps listening; where \u03b2 is the cause, lower \u03b2 or let it rise slowly",
        SLOW,
        Choice(models="vae", rate=0.1, seed=3),
    ),
    "over": Case(
        "Over-regularised",
        _over,
        "the total stands far above the reconstruction although the KL is small: between them lie 16 nats for each nat of KL, so \u03b2 is 16. And the KL "
        "is not zero, and the reconstruction below the dotted line: it has not collapsed.",
        "With \u03b2 = 16 a nat of KL is spent only where it saves at least 16 nats of reconstruction.",
        ("\u03b2", "16", "1"),
        "a nat of KL for a nat of reconstruction: the evidence lower bound",
        LADDER,
        Choice(models="vae", images=1_000_000, beta=16.0),
    ),
    "under": Case(
        "Under-regularised",
        _under,
        "total and reconstruction are nearly one curve although the KL is large and rising: each nat of it weighs a twentieth. From the total alone "
        "the run looks like a good one.",
        "With \u03b2 = 0.05 twenty nats of KL cost as much as one of reconstruction. The posteriors become narrow and move apart, as an "
        "autoencoder\u2019s points do: fine for reconstructing, poor for sampling.",
        ("\u03b2", "0.05", "1"),
        "codes stay where the prior can reach them",
        LADDER,
        Choice(models="vae", images=1_000_000, beta=0.05),
    ),
    "memorised": Case(
        "Memorised",
        _memorised,
        "training and validation part, and validation climbs while training still falls. No other failure does that. There is no KL: it is an autoencoder.",
        f"{FEW} images, seen 1,172 times each by a network of 362,418 weights: it can store them, and nothing taught it what lies between them.",
        ("training images", f"{FEW}", "55,000"),
        "more data; where there are none, stop when the validation loss turns, or take a smaller network. A smaller loss on training images is no help",
        Choice(models="ae", images=300_000),
        None,
    ),
    "diverged": Case(
        "Diverged",
        _diverged,
        "the axes had to become logarithmic, and the curves end after 3,328 of 100,000 images.",
        "Steps a hundred times too long. Each throws the weights farther than the slope it was computed from holds, the next slope is steeper, and so "
        "on until numbers overflow.",
        ("learning rate", "1", "0.01"),
        "resuming from the weights that were kept does not help: they are ruined already. Begin anew with shorter steps",
        SLOW,
        Choice(models="vae", rate=1.0, seed=3),
    ),
    "dead": Case(
        "Dead latents",
        _dead,
        "they cannot. These three are as good as they get: no gap, reconstruction well below the dotted line, a KL of a size that suits it. What is wrong shows "
        "only in the KL of each latent, below in the gallery.",
        "A latent is used only where it saves more reconstruction than its KL costs; noise in the others would disturb the decoder, so it stops "
        "listening to them. Longer training wakes some more. It is harmless for the bound and misleading for whoever reads 64 numbers as a code.",
        ("latents", "64", "10"),
        "as many as are used, and a few to spare: the same bound with a sixth of the numbers",
        Choice(models="vae", latents=10),
        Choice(models="vae", latents=64),
    ),
}
RIDDLES = ("over", "memorised", "collapsed", "under", "diverged", "dead")  # the order in which unnamed runs are shown


def memorised_vae(symptoms: Symptoms) -> str:
    """What a VAE makes of the same few images."""
    return (
        f"A VAE on the same {FEW} images ends no better: {symptoms.training:.0f} nats on them, {symptoms.validation:.0f} on validation images. To name one "
        f"of {FEW} images takes log {FEW} = {log(FEW):.1f} nats, and its KL is {symptoms.kl:.1f}: the prior leaves room enough to learn them by heart."
    )
