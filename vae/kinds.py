"""The kinds of models, and what each has: facts to ask for instead of a kind's name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """What sets one kind of model apart.

    label          such as "VAE"
    called         the same in a sentence, with its article
    encoder        whether it turns images into codes
    kl             whether codes are distributions, with a KL to the prior and a bound on -log p(x)
    discriminator  whether it learns by telling its own images from real ones, rather than by reconstructing
    usual          settings of its default recipe that are not TrainingSettings' own
    """

    label: str
    called: str
    encoder: bool = True
    kl: bool = False
    discriminator: bool = False
    usual: Mapping[str, Any] = field(default_factory=dict)

    @property
    def draws(self) -> bool:
        """Whether a training step draws noise, for codes."""
        return self.kl or not self.encoder

    @property
    def likelihood(self) -> bool:
        """Whether its loss compares pixels, which may then be binary."""
        return not self.discriminator


KINDS = {
    "ae": Kind("AE", "an autoencoder"),
    "vae": Kind("VAE", "a VAE", kl=True),
    "gan": Kind(
        "GAN",
        "a GAN",
        encoder=False,
        discriminator=True,
        usual={"learning_rate": 2e-3, "batch_size": 128, "gradient_penalty": 3.0, "weight_decay": 0.0},
    ),
}
ENCODERS = [name for name, kind in KINDS.items() if kind.encoder]
