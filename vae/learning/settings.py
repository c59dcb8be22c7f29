"""The training settings: a validated record, with the schedules of the learning rate and of the KL weight."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from vae import corruption
from vae.checks import check_choice, check_integer, check_number, known_fields
from vae.errors import SpecError
from vae.model.kinds import Kind

TRAINING_PIXELS = ("grey", "dynamic")
NEEDS = {  # settings that only some models have a use for: the field of Kind that must be true, and how a sentence names it
    "beta": ("kl", "KL"),
    "kl_ramp": ("kl", "KL"),
    "kl_cycles": ("kl", "KL"),
    "importance_samples": ("kl", "importance weights"),
    "importance_from": ("kl", "importance weights"),
    "free_bits": ("kl", "KL"),
    "corruption": ("encoder", "encoder"),
    "corruption_level": ("encoder", "encoder"),
    "pixels": ("likelihood", "likelihood of pixels"),
    "gradient_penalty": ("discriminator", "discriminator"),
    "discriminator_rate": ("discriminator", "discriminator"),
}


@dataclass(frozen=True)
class TrainingSettings:
    """How a model is trained. It is validated when it is made, read from JSON and written to it.

    dataset         name of the data set
    images          the budget: number of training images seen, repeats included
    batch_size      images in each step
    learning_rate   Adam's peak step size
    beta            weight of the KL in the objective
    warmup          share of the budget over which the learning rate rises from zero
    kl_ramp         share of the budget, or of each cycle, over which the KL weight rises from zero to beta
    kl_cycles       parts of the budget, equally long, in each of which the KL weight starts again from zero
    seed            determines the initial weights, the order of the data and the noise
    weight_decay    decoupled from the gradient and scaled by the learning rate (AdamW, Loshchilov & Hutter 2019)
    pixels          "grey" levels as they are, or "dynamic": binary, drawn again at every step: 1 with the probability of the level
    importance_samples  K, samples of z per image: with more than 1 a VAE trains on the importance-weighted bound
    importance_from  share of the budget that is trained on the ELBO first, with one sample an image
    free_bits       nats of KL that a latent dimension may carry, averaged over a batch, before it is pulled to the prior
    corruption      kind of noise on the encoder's input (vae.corruption); the loss compares with the clean image
    corruption_level  strength of that noise: a standard deviation or a share of the pixels
    gradient_penalty   for a GAN: twice the weight of the discriminator's squared slope at real images (vae/learning/gan_losses.py)
    discriminator_rate  for a GAN: the discriminator's step size as a multiple of the generator's
    """

    dataset: str = "mnist"
    images: int = 600_000
    batch_size: int = 256
    learning_rate: float = 1e-2
    beta: float = 1.0
    warmup: float = 0.1
    kl_ramp: float = 0.3
    seed: int = 0
    kl_cycles: int = 1
    weight_decay: float = 0.0
    pixels: str = "grey"
    importance_samples: int = 1
    importance_from: float = 0.0
    free_bits: float = 0.0
    corruption: str = corruption.NONE
    corruption_level: float = 0.0
    gradient_penalty: float = 0.0
    discriminator_rate: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.dataset, str) or not self.dataset:
            raise SpecError(f"dataset is {self.dataset!r}; it must be the name of a data set.")
        check_integer("images", self.images, 1, 1_000_000_000)
        check_integer("batch_size", self.batch_size, 1, 10_000)
        check_number("learning_rate", self.learning_rate, 1e-6, 10.0)
        check_number("beta", self.beta, 0.0, 1000.0)
        check_number("warmup", self.warmup, 0.0, 1.0)
        check_number("kl_ramp", self.kl_ramp, 0.0, 1.0)
        check_integer("kl_cycles", self.kl_cycles, 1, 100)
        check_integer("seed", self.seed, 0, 2**31 - 1)
        check_number("weight_decay", self.weight_decay, 0.0, 10.0)
        check_choice("pixels", self.pixels, TRAINING_PIXELS)
        check_integer("importance_samples", self.importance_samples, 1, 1_000)
        check_number("importance_from", self.importance_from, 0.0, 1.0)
        check_number("free_bits", self.free_bits, 0.0, 100.0)
        corruption.check(self.corruption, self.corruption_level)
        check_number("gradient_penalty", self.gradient_penalty, 0.0, 1000.0)
        check_number("discriminator_rate", self.discriminator_rate, 0.01, 100.0)
        if self.importance_from > 0 and self.importance_samples == 1:
            raise SpecError(
                f"importance_from is {self.importance_from!r} and importance_samples 1; there are no importance weights to begin "
                "with. Set importance_samples to 2 or more, or importance_from to 0."
            )
        if self.importance_samples > 1 and self.free_bits > 0:
            raise SpecError(
                f"free_bits is {self.free_bits!r} and importance_samples {self.importance_samples!r}; the importance-weighted "
                "bound has no KL to free. Set free_bits to 0 or importance_samples to 1."
            )

        if self.kl_cycles > 1 and self.kl_ramp == 0:
            raise SpecError(
                f"kl_cycles is {self.kl_cycles!r} and kl_ramp 0; a weight that does not rise cannot rise again. Set kl_ramp above 0 "
                "or kl_cycles to 1."
            )

    def check_fit(self, kind: Kind) -> None:
        """Raise SpecError if a setting was changed that this kind of model cannot use."""
        for name, usual in self._unfit(kind).items():
            raise SpecError(
                f"{name} is {getattr(self, name)!r}; {kind.called} has no {NEEDS[name][1]}. "
                f"Leave it at {usual!r}, or train another kind of model."
            )

    def fitted(self, kind: Kind) -> Self:
        """The same settings, but with the usual values where this kind of model cannot use a setting."""
        return replace(self, **self._unfit(kind))

    def _unfit(self, kind: Kind) -> dict[str, Any]:
        """The changed settings that this kind of model cannot use, with their usual values."""
        usual = {field.name: field.default for field in fields(self)}
        unneeded = [name for name, (part, _) in NEEDS.items() if not getattr(kind, part)]
        return {name: usual[name] for name in unneeded if getattr(self, name) != usual[name]}

    def learning_rate_at(self, progress: float) -> float:
        """The learning rate after the share `progress` of the budget: a linear warm-up, then lr * (1 - t^2) down to zero.

        t runs from 0 to 1 after the warm-up. The parabola stays high for longer than a cosine, and ends as steeply as a line.
        It gains one to two nats after a second of training, half a nat after two (2-D VAE, validation split).
        """
        if progress < self.warmup:
            return self.learning_rate * progress / self.warmup
        if self.warmup == 1:
            return self.learning_rate
        return self.learning_rate * (1 - ((progress - self.warmup) / (1 - self.warmup)) ** 2)

    def beta_at(self, progress: float) -> float:
        """The weight of the KL after the share `progress` of the budget (Bowman et al. 2016, section 3.1).

        With more than one cycle the rise is repeated in each of M equal parts of the budget, and followed by the full weight (Fu et al. 2019,
        "Cyclical Annealing Schedule: A Simple Approach to Mitigating KL Vanishing", eqs. 6 and 7).
        """
        if self.kl_ramp == 0 or progress >= 1:
            return self.beta
        if self.kl_cycles > 1:
            progress = round(progress * self.kl_cycles, 9) % 1  # rounded: a product near a whole number is meant to be one
        return self.beta * min(1.0, progress / self.kl_ramp)

    def beta_corners(self) -> list[tuple[float, float]]:
        """The corners of the line that `beta_at` follows: shares of the budget, with the weight there.

        Where it falls back to zero there are two, before the fall and after it.
        """
        if self.kl_ramp == 0:
            return [(0.0, self.beta), (1.0, self.beta)]
        of_cycle = ((0.0, 0.0), (self.kl_ramp, self.beta), (1.0, self.beta))
        return [((k + at) / self.kl_cycles, weight) for k in range(self.kl_cycles) for at, weight in of_cycle]

    def samples_at(self, progress: float) -> int:
        """K after the share `progress` of the budget: 1 before `importance_from`.

        More samples make the bound tighter and the encoder's gradient noisier (Rainforth et al. 2018, "Tighter Variational Bounds are Not
        Necessarily Better"), so the ELBO comes first.
        """
        return 1 if progress < self.importance_from else self.importance_samples

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        return cls(**known_fields(cls, data))
