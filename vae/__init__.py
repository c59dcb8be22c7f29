"""Autoencoders and variational autoencoders in plain torch: data, models, objectives, training, measures.

Arrows run one way: errors -> data -> models -> objectives -> training -> checkpoints, then latent and the
measures: aggregate, probes, bounds, metrics.
Nothing here knows a screen. Importing the package first makes OpenMP's idle threads sleep instead of spin: with
torch's default they take the cores from every other session on the machine.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
