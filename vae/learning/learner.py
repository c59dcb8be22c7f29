"""One model in training: its steps and its schedules.

`vae.learning.engine` trains dense autoencoders and VAEs, `vae.learning.gan_stepper` trains GANs; all other models use autograd.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace

import torch
from torch import Tensor

from vae.errors import SpecError
from vae.hardware import CPU, products_in
from vae.learning.engine import ADAM_BETAS, Engine, supports
from vae.learning.gan_stepper import GanStepper
from vae.learning.objectives import training_loss
from vae.learning.settings import TrainingSettings
from vae.model.networks import GAN, Autoencoder, Network

ADAM_MOMENTS = ("exp_avg", "exp_avg_sq")  # torch's names of the running means of the gradient and its square


class Learner:
    """A model on the CPU, its twin on the device, where it is trained and measured, and its current settings.

    batch    images in every step
    compute  number format of the matrix products, torch.bfloat16 or torch.float32
    place    the device; on the CPU the twin is the model itself
    """

    def __init__(self, model: Network, settings: TrainingSettings, batch: int, compute: torch.dtype, place: torch.device = CPU):
        self.model, self.settings, self.batch = model, settings, batch
        self.twin = model if place == CPU else deepcopy(model).to(place)
        self._stepper = _stepper(self.twin, settings, batch, compute)

    def noise_shape(self, progress: float) -> tuple[int, ...]:
        """Of the epsilon of a step after the share `progress` of the budget.

        (B, noise_dim), (K, B, noise_dim) for K importance samples, () for an autoencoder, which needs none.
        """
        if not self.model.spec.traits.draws:
            return ()
        samples, shape = self.settings.samples_at(progress), (self.batch, self.model.noise_dim)
        return (samples, *shape) if samples > 1 else shape

    @property
    def noise_plan(self) -> tuple[float, ...]:
        """What is the same for learners whose noise has the same shape at every step: that shape at the end, and when it begins; () for none."""
        shape = self.noise_shape(1.0)
        return (*shape, self.settings.importance_from) if shape else ()

    @property
    def corruption(self) -> tuple[str, float]:
        """Kind and level of the noise on what the encoder gets."""
        return self.settings.corruption, self.settings.corruption_level

    def step(self, images: Tensor, labels: Tensor, noise: Tensor | None, progress: float, inputs: Tensor | None = None) -> None:
        """Take one step on images (B, P) in the compute format, after the share `progress` of the budget.

        labels (B,) are the classes of the images, for a conditional model; inputs (B, P) are what the encoder gets, if not the images themselves.
        """
        beta, rate = self.settings.beta_at(progress), self.settings.learning_rate_at(progress)
        self._stepper.step(images, labels, noise, beta, rate, inputs)

    def write_back(self) -> None:
        """Copy the trained parameters into the twin and into the model."""
        self._stepper.write_back()
        if self.twin is not self.model:
            self.model.load_state_dict(self.twin.state_dict())

    def weights(self) -> dict[str, Tensor]:
        """A copy of the model's weights, as of the last `write_back`."""
        return {name: value.clone() for name, value in self.model.state_dict().items()}

    def adam(self) -> dict[str, Tensor]:
        """A copy of Adam's moments and step count; empty before the first step."""
        state = self._stepper.optimizer.state_dict()["state"]
        return {f"{i}.{name}": value.to("cpu", copy=True) for i, moments in state.items() for name, value in moments.items()}

    def take_up(self, adam: Mapping[str, Tensor]) -> None:
        """Continue with moments that came from `adam`; SpecError if they are those of another model."""
        optimizer = self._stepper.optimizer
        learned = (parameter for group in optimizer.param_groups for parameter in group["params"])
        shapes = {f"{i}.{name}": p.shape for i, p in enumerate(learned) for name in ADAM_MOMENTS}
        if {name: value.shape for name, value in adam.items() if not name.endswith(".step")} != shapes:
            raise SpecError("Adam's moments are not of this model, so it cannot be resumed with them.")
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in adam.items():
            number, name = key.split(".")
            state.setdefault(int(number), {})[name] = value.clone()
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})

    def changed(self, beta: float | None, learning_rate: float | None) -> TrainingSettings:
        """The settings with another final beta, another peak learning rate, or both; SpecError if a value is out of range.

        A model without a KL keeps its beta.
        """
        settings = self.settings
        if beta is not None and self.model.spec.traits.kl:
            settings = replace(settings, beta=beta)
        return settings if learning_rate is None else replace(settings, learning_rate=learning_rate)


def _stepper(model: Network, settings: TrainingSettings, batch: int, compute: torch.dtype) -> "Engine | GanStepper | Autograd":
    """Choose how to train that model."""
    if isinstance(model, GAN):
        return GanStepper(model, settings)
    assert isinstance(model, Autoencoder)
    if supports(model) and settings.free_bits == 0:
        return Engine(model, batch, compute, settings.weight_decay, settings.importance_samples)
    return Autograd(model, settings)


class Autograd:
    """Steps for any model and objective: autograd and Adam on the model itself, bfloat16 products through autocast."""

    def __init__(self, model: Autoencoder, settings: TrainingSettings):
        self.model, self.settings = model, settings
        self.optimizer = torch.optim.AdamW(
            model.parameters(), lr=0.0, betas=ADAM_BETAS, weight_decay=settings.weight_decay, fused=True
        )

    def step(
        self,
        images: Tensor,
        labels: Tensor,
        noise: Tensor | None,
        beta: float,
        learning_rate: float,
        inputs: Tensor | None = None,
    ) -> None:
        self.optimizer.param_groups[0]["lr"] = learning_rate
        shape = (-1, *self.model.spec.image_shape)
        images, inputs = images.view(shape), None if inputs is None else inputs.view(shape)  # (B, P) -> (B, C, H, W)
        with products_in(images.dtype, images.device):
            loss = training_loss(self.model.given(labels), images, noise, beta, self.settings.free_bits, inputs)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()

    def write_back(self) -> None:
        """Does nothing: the steps change the model itself."""
