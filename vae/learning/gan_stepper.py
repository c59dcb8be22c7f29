"""Training steps of a GAN: one of the discriminator, then one of the generator, with the same fakes."""

import torch
from torch import Tensor

from vae import hardware
from vae.learning.gan_losses import discriminator_loss, generator_loss, gradient_penalty
from vae.learning.settings import TrainingSettings
from vae.model.networks import GAN

GAME_BETAS = (0.5, 0.99)  # a long average of gradients overshoots, because the other player moves too (Radford et al. 2016)
PENALTY_EVERY = (
    4  # steps: it changes slowly and costs as much as the rest of a step (Karras et al. 2020, "lazy regularization")
)


class GanStepper:
    """Adam for both players: one optimiser, with a group of parameters for each."""

    def __init__(self, model: GAN, settings: TrainingSettings):
        self.model, self.settings = model, settings
        self._judge, self._maker = model.discriminator(), list(model.decoder.parameters())
        self._taken: int | None = None  # steps so far
        self.optimizer = torch.optim.AdamW(
            [{"params": self._judge}, {"params": self._maker}],
            lr=0.0,
            betas=GAME_BETAS,
            weight_decay=settings.weight_decay,
            fused=True,
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
        """A step of each player on images (B, P) and the fakes of noise (B, D); a GAN uses neither labels nor beta nor inputs."""
        assert noise is not None
        judge, maker = self.optimizer.param_groups
        judge["lr"], maker["lr"] = learning_rate * self.settings.discriminator_rate, learning_rate
        mixed = hardware.products_in(images.dtype, images.device)
        real = images.float().view(-1, *self.model.spec.image_shape)  # (B, P) -> (B, C, H, W)
        if self._taken is None:  # Adam's own count, so a resumed run penalises at the same steps
            self._taken = int(self.optimizer.state.get(self._judge[0], {}).get("step", 0))
        punished = self.settings.gradient_penalty > 0 and self._taken % PENALTY_EVERY == 0
        self._taken += 1
        real.requires_grad_(punished)
        with mixed:
            fake = self.model.generate(noise).float()
            scores = self.model.score(real).float()
            loss = discriminator_loss(scores, self.model.score(fake.detach()).float())
        if punished:
            loss = loss + 0.5 * PENALTY_EVERY * self.settings.gradient_penalty * gradient_penalty(scores, real)
        self._descend(loss, self._judge)
        with mixed:
            loss = generator_loss(self.model.score(fake).float())
        self._descend(loss, self._maker)

    def _descend(self, loss: Tensor, parameters: list[torch.nn.Parameter]) -> None:
        """One step of Adam on these parameters. Those of the other player have no gradient and stay the same."""
        self.optimizer.zero_grad(set_to_none=True)
        for parameter, slope in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = (
                slope.contiguous()
            )  # the fused Adam assumes this layout; gradients of convolutions may have another
        self.optimizer.step()

    def write_back(self) -> None:
        """Does nothing: the steps change the model itself."""
