"""The models: an autoencoder; a VAE, which adds a log-variance head, sampling and a choice of prior; and a GAN made of the same parts.

Kingma & Welling 2014, "Auto-Encoding Variational Bayes", section 3 and appendix C; Goodfellow et al. 2014, "Generative Adversarial
Nets". An autoencoder or VAE may be conditional: its encoder and its decoder are given the class of each image (Sohn, Lee & Yan
2015, "Learning Structured Output Representation using Deep Conditional Generative Models"). Letters for shapes: B batch, C H W image, D
latent dimensions, Y classes. Images are float32 in [0, 1].
"""

from typing import Self, Union

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vae.errors import SpecError
from vae.model.architectures import ARCHITECTURES
from vae.model.kinds import ENCODERS
from vae.model.likelihoods import LIKELIHOODS, Spread
from vae.model.posterior import Posterior
from vae.model.priors import PRIORS, Prior, StandardNormal
from vae.model.spec import ModelSpec

SMALLEST_PIXEL_MEAN = 1e-3  # training means are clamped to [this, 1 - this] before they become output biases


class Network(nn.Module):
    """Anything that turns codes into images: what an autoencoder, a VAE and a GAN have in common.

    `prior` is the distribution that codes are drawn from. An autoencoder has not learned one; draws from N(0, I) show what it lacks.
    """

    spec: ModelSpec
    decoder: nn.Sequential
    prior: Prior
    log_std: Tensor  # (), only if the standard deviation of the pixels is learned

    @property
    def noise_dim(self) -> int:
        """How many random numbers one encoding or one draw from the prior needs: D for z, and those of the prior itself."""
        return self.spec.latent_dim + self.prior.extra

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Codes (B, D) -> output parameters (B, C, H, W): logits for Bernoulli, means for Gaussian."""
        if self.spec.classes:
            z = torch.cat([z, self._one_hot(labels, z)], 1)  # (B, D) -> (B, D + Y)
        return self.decoder(z)

    def expected_image(self, parameters: Tensor) -> Tensor:
        """Output parameters -> mean image, within [0, 1]."""
        return LIKELIHOODS[self.spec.likelihood].mean(parameters)

    @property
    def spread(self) -> Spread:
        """The standard deviation of the pixels; if it is learned, its logarithm."""
        return self.log_std if self.spec.observation_std is None else self.spec.observation_std

    def given(self, labels: Tensor | None) -> Union[Self, "Given"]:
        """The model with these classes given, (B,) or () for all images. A model that is not conditional returns itself."""
        if self.spec.classes and labels is not None:
            assert isinstance(self, Autoencoder)
            return Given(self, labels)
        return self

    def _one_hot(self, labels: Tensor | None, like: Tensor) -> Tensor:
        """(B,) or () -> (B, Y). If there are K times as many codes as labels, they are K batches one after another."""
        if labels is None:
            raise ValueError("This model needs the class of every image: use model.given(labels).")
        if labels.dim():
            labels = labels.repeat(len(like) // len(labels))
        return F.one_hot(labels, self.spec.classes).to(like.dtype).expand(len(like), -1)


class Autoencoder(Network):
    """x -> trunk -> mean head -> z -> decoder. `forward` turns images (B, C, H, W) into output parameters."""

    def __init__(self, spec: ModelSpec):
        super().__init__()
        self.spec = spec
        layers = ARCHITECTURES[spec.architecture]
        self.trunk, features = layers.trunk(spec)
        self.mean_head = nn.Linear(features, spec.latent_dim)
        self.decoder = layers.decoder(spec)
        if spec.observation_std is None:
            self.log_std = nn.Parameter(torch.zeros(()))
        self.prior: Prior = StandardNormal(spec)

    def encode(self, images: Tensor, labels: Tensor | None = None) -> Posterior:
        """Images (B, C, H, W) -> a point code: mean (B, D), no variance."""
        images = self._told(images, labels)
        return Posterior(self.mean_head(self.trunk(images)), None)

    def forward(self, images: Tensor, noise: Tensor | None = None, labels: Tensor | None = None) -> tuple[Tensor, Posterior]:
        posterior = self.encode(images, labels)
        return self.decode(posterior.sample(noise), labels), posterior

    def _told(self, images: Tensor, labels: Tensor | None) -> Tensor:
        if not self.spec.classes:
            return images
        return ARCHITECTURES[self.spec.architecture].join(images, self._one_hot(labels, images))


class VAE(Autoencoder):
    """The autoencoder with a second head for log sigma^2. Head and prior are made last, so that one seed gives both kinds the same other weights."""

    def __init__(self, spec: ModelSpec):
        super().__init__(spec)
        self.log_variance_head = nn.Linear(self.mean_head.in_features, spec.latent_dim)
        self.prior = PRIORS[spec.prior](spec, self.encode)

    def encode(self, images: Tensor, labels: Tensor | None = None) -> Posterior:
        """Images (B, C, H, W) -> a diagonal Gaussian: mean (B, D) and log variance (B, D)."""
        images = self._told(images, labels)
        features = self.trunk(images)
        return Posterior(self.mean_head(features), self.log_variance_head(features))


class GAN(Network):
    """z -> decoder -> image, and image -> trunk -> score: a generator, and a discriminator that tells its images from real ones.

    Goodfellow et al. 2014. It has no encoder.
    """

    def __init__(self, spec: ModelSpec):
        super().__init__()
        self.spec = spec
        layers = ARCHITECTURES[spec.architecture]
        self.trunk, features = layers.trunk(spec)
        self.score_head = nn.Linear(features, 1)
        self.decoder = layers.decoder(spec)
        self.prior: Prior = StandardNormal(spec)

    def generate(self, z: Tensor) -> Tensor:
        """Codes (B, D) -> images (B, C, H, W) in [0, 1]."""
        return self.expected_image(self.decode(z))

    def score(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) -> logits (B,) of their being real: D(x) = sigmoid(score)."""
        return self.score_head(self.trunk(images)).squeeze(1)

    def discriminator(self) -> list[nn.Parameter]:
        """The parameters of the discriminator; all others belong to the generator."""
        return [*self.trunk.parameters(), *self.score_head.parameters()]


class Given:
    """A conditional model together with the classes of the images. It is used like any other model: objectives and measures need no labels.

    labels: (B,), one for each image (codes may be K such batches one after another), or (), one class for all.
    """

    def __init__(self, model: Autoencoder, labels: Tensor):
        self.model, self.labels = model, labels
        self.spec, self.prior, self.noise_dim = model.spec, model.prior, model.noise_dim
        self.expected_image = model.expected_image

    @property
    def spread(self) -> Spread:
        return self.model.spread

    def encode(self, images: Tensor) -> Posterior:
        return self.model.encode(images, self.labels)

    def decode(self, z: Tensor) -> Tensor:
        return self.model.decode(z, self.labels)

    def given(self, labels: Tensor | None) -> Union[Autoencoder, "Given"]:
        """The same model with other classes given; unchanged without labels."""
        return self if labels is None else self.model.given(labels)

    def eval(self) -> Self:
        self.model.eval()
        return self

    def __call__(self, images: Tensor, noise: Tensor | None = None) -> tuple[Tensor, Posterior]:
        return self.model(images, noise, self.labels)


AnyModel = Autoencoder | Given
# The class of each kind in vae/model/kinds.py.
NETWORK_OF: dict[str, type[Network]] = {"ae": Autoencoder, "vae": VAE, "gan": GAN}


def build_network(spec: ModelSpec, seed: int = 0, mean_image: Tensor | None = None) -> Network:
    """A freshly initialised model, the same for the same seed; torch's global random state is left alone.

    mean_image: the training set's mean (C, H, W) in [0, 1]. The output bias then starts at the value that gives this mean (for
    Bernoulli its logit), so that training need not begin by learning where the background is. A convolutional decoder has one
    output bias per channel, which starts at the mean of the channel.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = NETWORK_OF[spec.kind](spec)
    if mean_image is not None:
        bias = [layer for layer in model.decoder if isinstance(layer, (nn.Linear, nn.ConvTranspose2d))][-1].bias
        assert bias is not None
        target = mean_image if bias.numel() == mean_image.numel() else mean_image.mean(dim=(1, 2))
        target = target.reshape(-1).clamp(SMALLEST_PIXEL_MEAN, 1 - SMALLEST_PIXEL_MEAN)
        with torch.no_grad():
            bias.copy_(LIKELIHOODS[spec.likelihood].output_of_mean(target))
    return model


def build(spec: ModelSpec, seed: int = 0, mean_image: Tensor | None = None) -> Autoencoder:
    """A freshly initialised model with an encoder; SpecError if that kind has none."""
    return with_encoder(build_network(spec, seed, mean_image))


def with_encoder(model: Network) -> Autoencoder:
    """The model itself; SpecError if it has no encoder."""
    if not isinstance(model, Autoencoder):
        raise SpecError(f"A {model.spec.traits.label} has no encoder. Choose one of: {', '.join(ENCODERS)}.")
    return model


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
