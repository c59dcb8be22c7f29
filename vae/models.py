"""The models: an autoencoder, a VAE that adds a log-variance head and sampling to it, and a GAN made of the same parts.

Kingma & Welling 2014, "Auto-Encoding Variational Bayes", section 3 and appendix C; Goodfellow et al. 2014, "Generative Adversarial Nets". Letters for shapes: B batch, C H W image,
D latent dimensions. Images are float32 in [0, 1].
"""

import itertools
from dataclasses import asdict, dataclass, fields
from math import prod
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, nn

from vae.errors import SpecError

MAX_LATENT_DIM = 64
SMALLEST_PIXEL_MEAN = 1e-3  # training means are clamped to [this, 1 - this] before they become output biases


@dataclass(frozen=True)
class ModelSpec:
    """Everything that fixes a model's architecture and likelihood. Validated on creation; JSON both ways.

    kind              "ae" (deterministic code), "vae" (Gaussian posterior, standard normal prior), or "gan" (no encoder: what would be
                      its trunk is the discriminator's)
    latent_dim        number of latent dimensions D, 1 to 64
    architecture      "mlp" (widths are layer sizes) or "conv" (widths are channels of layers of stride 2)
    encoder_widths    from the image towards the code
    decoder_widths    from the code towards the image
    likelihood        "bernoulli" (cross-entropy on grey levels) or "gaussian" (squared error scaled by observation_std)
    observation_std   standard deviation of the Gaussian likelihood, in units of the pixel range 0..1; None: learned, one for
                      all pixels (Rybkin et al. 2021)
    image_shape       (C, H, W)
    """

    kind: str = "vae"
    latent_dim: int = 2
    architecture: str = "mlp"
    encoder_widths: tuple[int, ...] = (192, 96)
    decoder_widths: tuple[int, ...] = (128, 128, 192)
    likelihood: str = "bernoulli"
    observation_std: float | None = 1.0
    image_shape: tuple[int, int, int] = (1, 28, 28)

    def __post_init__(self) -> None:
        for name in ("encoder_widths", "decoder_widths", "image_shape"):
            value = getattr(self, name)
            if isinstance(value, list):  # JSON knows no tuples
                object.__setattr__(self, name, tuple(value))
        check_choice("kind", self.kind, KINDS)
        check_integer("latent_dim", self.latent_dim, 1, MAX_LATENT_DIM)
        check_choice("architecture", self.architecture, ARCHITECTURES)
        for name, most in (("encoder_widths", 8), ("decoder_widths", 8)):
            widths = getattr(self, name)
            if not isinstance(widths, tuple) or not 1 <= len(widths) <= most:
                raise SpecError(f"{name} is {widths!r}; it must be a list of 1 to {most} layer widths.")
            for width in widths:
                check_integer(f"{name} entry", width, 1, 4096)
        check_choice("likelihood", self.likelihood, LIKELIHOODS)
        if self.observation_std is None:
            if self.likelihood != "gaussian":
                raise SpecError(
                    f"observation_std is None, to be learned; a {self.likelihood} likelihood has none. Give a number."
                )
        else:
            check_number("observation_std", self.observation_std, 0.01, 10.0)
        if not isinstance(self.image_shape, tuple) or len(self.image_shape) != 3:
            raise SpecError(f"image_shape is {self.image_shape!r}; it must be three sizes: channels, height, width.")
        for size in self.image_shape:
            check_integer("image_shape entry", size, 1, 256)
        if self.architecture == "conv":
            for name in ("encoder_widths", "decoder_widths"):
                factor = 2 ** len(getattr(self, name))
                if self.image_shape[1] % factor or self.image_shape[2] % factor:
                    raise SpecError(
                        f"{name} has {len(getattr(self, name))} layers that each halve the image; height and width "
                        f"{self.image_shape[1]} x {self.image_shape[2]} must be divisible by {factor}. Use fewer layers."
                    )

    @property
    def pixels(self) -> int:
        """Values in one image, C * H * W."""
        return prod(self.image_shape)

    def to_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        return cls(**known_fields(cls, data))


def known_fields(cls: type, data: Any) -> dict[str, Any]:
    """`data` if it is a JSON object whose keys are fields of that dataclass; else SpecError naming the strangers."""
    if not isinstance(data, dict):
        raise SpecError(f"A {cls.__name__} must be a JSON object, not {type(data).__name__}.")
    strangers = sorted(set(data) - {field.name for field in fields(cls)})
    if strangers:
        raise SpecError(f"A {cls.__name__} has no field {', '.join(strangers)}.")
    return data


def check_choice(name: str, value: Any, allowed) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise SpecError(f"{name} is {value!r}; it must be one of: {', '.join(allowed)}.")


def check_integer(name: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SpecError(f"{name} is {value!r}; it must be a whole number from {low:,} to {high:,}.")


def check_number(name: str, value: Any, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise SpecError(f"{name} is {value!r}; it must be a number from {low:g} to {high:g}.")


class Posterior(NamedTuple):
    """What an encoder says of an image: mean (B, D) and log variance (B, D), or None where the code is a point."""

    mean: Tensor
    log_variance: Tensor | None

    @property
    def std(self) -> Tensor:
        """sigma (B, D); zeros for an autoencoder."""
        return torch.zeros_like(self.mean) if self.log_variance is None else torch.exp(0.5 * self.log_variance)

    def sample(self, noise: Tensor | None = None) -> Tensor:
        """z = mu + sigma * epsilon (Kingma & Welling 2014, eq. 4): differentiable in mu and log sigma^2.

        noise: epsilon (..., B, D), drawn from N(0, I) if not given; an autoencoder ignores it.
        """
        if self.log_variance is None:
            return self.mean
        epsilon = torch.randn_like(self.mean) if noise is None else noise
        return self.mean + self.std * epsilon


def _mlp_trunk(spec: ModelSpec) -> tuple[nn.Sequential, int]:
    sizes = (spec.pixels, *spec.encoder_widths)
    layers: list[nn.Module] = [nn.Flatten()]  # (B, C, H, W) -> (B, CHW)
    for wide, narrow in itertools.pairwise(sizes):
        layers += [nn.Linear(wide, narrow), nn.GELU()]
    return nn.Sequential(*layers), sizes[-1]


def _conv_trunk(spec: ModelSpec) -> tuple[nn.Sequential, int]:
    channels = (spec.image_shape[0], *spec.encoder_widths)
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(channels):
        layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.GELU()]  # height and width halve
    factor = 2 ** len(spec.encoder_widths)
    features = channels[-1] * (spec.image_shape[1] // factor) * (spec.image_shape[2] // factor)
    return nn.Sequential(*layers, nn.Flatten()), features


def _mlp_decoder(spec: ModelSpec) -> nn.Sequential:
    sizes = (spec.latent_dim, *spec.decoder_widths)
    layers: list[nn.Module] = []
    for narrow, wide in itertools.pairwise(sizes):
        layers += [nn.Linear(narrow, wide), nn.GELU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], spec.pixels), nn.Unflatten(1, spec.image_shape))


def _conv_decoder(spec: ModelSpec) -> nn.Sequential:
    factor = 2 ** len(spec.decoder_widths)
    height, width = spec.image_shape[1] // factor, spec.image_shape[2] // factor
    channels = spec.decoder_widths
    layers: list[nn.Module] = [
        nn.Linear(spec.latent_dim, channels[0] * height * width),
        nn.GELU(),
        nn.Unflatten(1, (channels[0], height, width)),
    ]
    for before, after in zip(channels, (*channels[1:], spec.image_shape[0]), strict=True):
        layers += [nn.ConvTranspose2d(before, after, 4, stride=2, padding=1), nn.GELU()]  # height and width double
    return nn.Sequential(*layers[:-1])


class Network(nn.Module):
    """Anything that turns codes into images: what an autoencoder, a VAE and a GAN have in common."""

    spec: ModelSpec
    decoder: nn.Sequential

    def decode(self, z: Tensor) -> Tensor:
        """Codes (B, D) -> output parameters (B, C, H, W): logits for Bernoulli, means for Gaussian."""
        return self.decoder(z)

    def expected_image(self, parameters: Tensor) -> Tensor:
        """Output parameters -> the likelihood's mean image, within [0, 1]."""
        return torch.sigmoid(parameters) if self.spec.likelihood == "bernoulli" else parameters.clamp(0, 1)


class Autoencoder(Network):
    """x -> trunk -> mean head -> z -> decoder. `forward` takes images (B, C, H, W) and gives the output parameters."""

    def __init__(self, spec: ModelSpec):
        super().__init__()
        self.spec = spec
        make_trunk, make_decoder = ARCHITECTURES[spec.architecture]
        self.trunk, features = make_trunk(spec)
        self.mean_head = nn.Linear(features, spec.latent_dim)
        self.decoder = make_decoder(spec)
        if spec.observation_std is None:
            self.log_std = nn.Parameter(torch.zeros(()))

    def encode(self, images: Tensor) -> Posterior:
        """Images (B, C, H, W) -> a point code: mean (B, D), no variance."""
        return Posterior(self.mean_head(self.trunk(images)), None)

    def forward(self, images: Tensor, noise: Tensor | None = None) -> tuple[Tensor, Posterior]:
        posterior = self.encode(images)
        return self.decode(posterior.sample(noise)), posterior


class VAE(Autoencoder):
    """The autoencoder with a second head for log sigma^2. The head is made last: for one seed, all else is equal."""

    def __init__(self, spec: ModelSpec):
        super().__init__(spec)
        self.log_variance_head = nn.Linear(self.mean_head.in_features, spec.latent_dim)

    def encode(self, images: Tensor) -> Posterior:
        """Images (B, C, H, W) -> a diagonal Gaussian: mean (B, D) and log variance (B, D)."""
        features = self.trunk(images)
        return Posterior(self.mean_head(features), self.log_variance_head(features))


class GAN(Network):
    """z -> decoder -> image, and image -> trunk -> score: a generator, and a discriminator that tells its images from real ones.

    Goodfellow et al. 2014. There is no way from an image to a code.
    """

    def __init__(self, spec: ModelSpec):
        super().__init__()
        self.spec = spec
        make_trunk, make_decoder = ARCHITECTURES[spec.architecture]
        self.trunk, features = make_trunk(spec)
        self.score_head = nn.Linear(features, 1)
        self.decoder = make_decoder(spec)

    def generate(self, z: Tensor) -> Tensor:
        """Codes (B, D) -> images (B, C, H, W) in [0, 1]."""
        return self.expected_image(self.decode(z))

    def score(self, images: Tensor) -> Tensor:
        """Images (B, C, H, W) -> logits (B,) of their being real: D(x) = sigmoid(score)."""
        return self.score_head(self.trunk(images)).squeeze(1)

    def discriminator(self) -> list[nn.Parameter]:
        """The parameters of the player that scores; all others are the generator's."""
        return [*self.trunk.parameters(), *self.score_head.parameters()]


MODELS: dict[str, type[Autoencoder]] = {"ae": Autoencoder, "vae": VAE}
KINDS: dict[str, type[Network]] = {**MODELS, "gan": GAN}
ARCHITECTURES = {"mlp": (_mlp_trunk, _mlp_decoder), "conv": (_conv_trunk, _conv_decoder)}
LIKELIHOODS = ("bernoulli", "gaussian")


def build_network(spec: ModelSpec, seed: int = 0, mean_image: Tensor | None = None) -> Network:
    """A freshly initialised model, the same for the same seed; torch's global random state is left alone.

    mean_image: the training set's mean (C, H, W) in [0, 1]. The output bias then starts at what that mean needs (its logit for
    Bernoulli), so that training does not spend its first seconds learning where the background is. A convolutional decoder
    has one output bias a channel, and takes the channel's mean.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = KINDS[spec.kind](spec)
    if mean_image is not None:
        bias = [layer for layer in model.decoder if isinstance(layer, (nn.Linear, nn.ConvTranspose2d))][-1].bias
        assert bias is not None
        target = mean_image if bias.numel() == mean_image.numel() else mean_image.mean(dim=(1, 2))
        target = target.reshape(-1).clamp(SMALLEST_PIXEL_MEAN, 1 - SMALLEST_PIXEL_MEAN)
        with torch.no_grad():
            bias.copy_(torch.logit(target) if spec.likelihood == "bernoulli" else target)
    return model


def build(spec: ModelSpec, seed: int = 0, mean_image: Tensor | None = None) -> Autoencoder:
    """A fresh model that has an encoder, as `build_network` makes it; SpecError for one that has none."""
    model = build_network(spec, seed, mean_image)
    if not isinstance(model, Autoencoder):
        raise SpecError(f"A {spec.kind.upper()} has no encoder. Choose one of: {', '.join(MODELS)}.")
    return model


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
