"""A public demo: an app that strangers use, and what they must not do there. LATENT_EXPLORER_PUBLIC=1 makes an app one.

Who keeps or starts something asks here and refuses it with the sentence below; pages say the same sentence in place of what would be refused.
"""

import os

SETTING = "LATENT_EXPLORER_PUBLIC"
LONGEST_RUN = (
    60.0  # seconds of a typical core (explorer/runs/workload.py): every preset, and a million images of the usual models
)
UNFINISHED = 3  # runs of one browser that wait or are trained
WAITING = 40  # runs of all browsers together that wait

OWN = " On a copy of your own, started with `make run`, it works."
FILES = "This is a public demo: it takes no files." + OWN
PLANS = "This is a public demo: it keeps no plans of yours. Those that ship can be played, alone and on the stage." + OWN
VIEWS = "This is a public demo: it keeps and publishes no views. The address of a page is a link to what you see." + OWN
CLASSES = "This is a public demo: no class can be opened on it." + OWN
NAMES = "This is a public demo: runs have no names here, and go after a while. Take weights and history home to keep them."
LONG = (
    "This is a public demo: a run may take about {most:.0f} seconds of one core, and this one would take {asked:,.0f}. "
    "Train on fewer images, or a smaller model."
)
MANY = f"This is a public demo: {UNFINISHED} runs of one browser may wait or be trained at a time. Wait until one has ended, or stop one."
BUSY = "Many visitors are training on this public demo at the moment. Try again in a few minutes."


def on() -> bool:
    """Whether this app is a public demo; anything but 0 and nothing says so."""
    return os.environ.get(SETTING, "").strip() not in ("", "0")
