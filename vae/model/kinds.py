"""The kinds of models and their parts. Other code asks for these facts instead of comparing names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """What sets one kind of model apart.

    label          such as "VAE"
    called         the same in a sentence, with its article
    encoder        whether it turns images into codes
    kl             whether codes are distributions, with a KL to the prior
    discriminator  whether it learns from a discriminator instead of by reconstruction
    usual          settings of its default recipe that differ from the defaults of TrainingSettings
    """

    label: str
    called: str
    encoder: bool = True
    kl: bool = False
    discriminator: bool = False
    usual: Mapping[str, Any] = field(default_factory=dict)

    @property
    def draws(self) -> bool:
        """Whether a training step needs random codes or noise on codes."""
        return self.kl or not self.encoder

    @property
    def likelihood(self) -> bool:
        """Whether its loss is the likelihood of pixels."""
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
