"""The steps of a GAN: one of its discriminator, then one of its generator, on the same fakes."""

import torch
from torch import Tensor

from vae.adversarial import discriminator_loss, generator_loss, gradient_penalty
from vae.models import GAN
from vae.settings import TrainingSettings

ADAM_BETAS = (0.5, 0.99)  # a long memory of slopes overshoots, because the other player has moved on (Radford et al. 2016)
PENALTY_EVERY = (
    4  # steps: it changes slowly and costs as much as the rest of a step (Karras et al. 2020, "lazy regularization")
)


class Adversaries:
    """Both players' Adam, in one optimiser with a group of parameters for each."""

    def __init__(self, model: GAN, settings: TrainingSettings):
        self.model, self.settings = model, settings
        self._judge, self._maker = model.discriminator(), list(model.decoder.parameters())
        self.optimizer = torch.optim.AdamW(
            [{"params": self._judge}, {"params": self._maker}],
            lr=0.0,
            betas=ADAM_BETAS,
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
        """A step of each player on images (B, P) and the fakes of noise (B, D); labels, beta and inputs mean nothing to a GAN."""
        assert noise is not None
        judge, maker = self.optimizer.param_groups
        judge["lr"], maker["lr"] = learning_rate * self.settings.discriminator_rate, learning_rate
        mixed = torch.autocast("cpu", dtype=torch.bfloat16, enabled=images.dtype == torch.bfloat16)
        real = images.float().view(-1, *self.model.spec.image_shape)  # (B, P) -> (B, C, H, W)
        punished = self.settings.gradient_penalty > 0 and self._taken() % PENALTY_EVERY == 0
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
        """One step of Adam on these parameters; those of the other player have no gradient, and stay."""
        self.optimizer.zero_grad(set_to_none=True)
        for parameter, slope in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = slope.contiguous()  # a convolution's may lie otherwise, which the fused Adam does not look at
        self.optimizer.step()

    def _taken(self) -> int:
        """Steps so far, as Adam counts them: a resumed run goes on with the same rhythm."""
        return int(self.optimizer.state.get(self._judge[0], {}).get("step", 0))

    def write_back(self) -> None:
        """Nothing to do: the steps change the model itself."""
