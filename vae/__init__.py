"""Autoencoders and variational autoencoders in plain torch: data, models, objectives, training, measures.

Arrows run one way, as pyproject.toml declares: data -> model -> learning -> measuring -> checkpoints. Nothing here knows a screen.

Import this package before torch: it makes OpenMP's idle threads sleep instead of spin. With torch's default they take the cores from
everything else on the machine.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
