"""The six failures: the one change that mends each, as settings of the page Train. Their words are in words.md, a block for each."""

from typing import NamedTuple

from explorer.training.form import FormValues
from lessons.fails.models import FEW


class Case(NamedTuple):
    """One failure.

    change   the setting that mends it (a line of the words' block setting), before and after
    decides  the symptom that decides
    mended   settings of Train with the change made
    failed   settings of Train that fail like this, None where Train has no such setting
    """

    change: tuple[str, str, str]
    decides: str
    mended: FormValues
    failed: FormValues | None


SLOW = FormValues(models="vae", seed=3)
LADDER = FormValues(models="vae", images=1_000_000)
CASES = {
    "collapsed": Case(("rate", "0.1", "0.01"), "kl", SLOW, FormValues(models="vae", rate=0.1, seed=3)),
    "over": Case(("beta", "16", "1"), "kl", LADDER, FormValues(models="vae", images=1_000_000, beta=16.0)),
    "under": Case(("beta", "0.05", "1"), "out_of_reach", LADDER, FormValues(models="vae", images=1_000_000, beta=0.05)),
    "memorised": Case(("images", f"{FEW}", "55,000"), "gap", FormValues(models="ae", images=300_000), None),
    "diverged": Case(("rate", "1", "0.01"), "training", SLOW, FormValues(models="vae", rate=1.0, seed=3)),
    "dead": Case(
        ("latents", "64", "10"), "active_units", FormValues(models="vae", latents=10), FormValues(models="vae", latents=64)
    ),
}
RIDDLES = ("over", "memorised", "collapsed", "under", "diverged", "dead")  # the order in which unnamed runs are shown
