"""What fixes a model's architecture, likelihood and prior: a validated record, JSON both ways."""

from dataclasses import asdict, dataclass
from math import prod
from typing import Any, Self

from vae.checks import check_choice, check_integer, check_number, known_fields
from vae.errors import SpecError
from vae.likelihoods import LIKELIHOODS

MAX_LATENT_DIM = 64
KINDS = ("ae", "vae", "gan")
ARCHITECTURES = ("mlp", "conv")
PRIOR_SIZES = {"normal": (0, 0), "vamp": (1, 1_000), "two-level": (1, MAX_LATENT_DIM)}  # name -> least and greatest prior_size


@dataclass(frozen=True)
class ModelSpec:
    """Everything that fixes a model's architecture, likelihood and prior. Validated on creation; JSON both ways.

    kind              "ae" (deterministic code), "vae" (Gaussian posterior), or "gan" (no encoder: what would be its trunk is the
                      discriminator's)
    latent_dim        number of latent dimensions D, 1 to 64
    architecture      "mlp" (widths are layer sizes) or "conv" (widths are channels of layers of stride 2)
    encoder_widths    from the image towards the code
    decoder_widths    from the code towards the image
    likelihood        "bernoulli" (cross-entropy on grey levels) or "gaussian" (squared error scaled by observation_std)
    observation_std   standard deviation of the Gaussian likelihood, in units of the pixel range 0..1; None: learned, one for
                      all pixels (Rybkin et al. 2021)
    image_shape       (C, H, W)
    classes           0, or how many classes there are of which encoder and decoder are told the image's (Sohn et al. 2015)
    prior             of a VAE: "normal", N(0, I); "vamp", a mixture of posteriors (Tomczak & Welling 2018); "two-level", a second
                      layer of latents above the first (vae/priors.py)
    prior_size        pseudo-inputs of a "vamp", latent dimensions of the upper level of a "two-level" prior, 0 for a "normal" one
    """

    kind: str = "vae"
    latent_dim: int = 2
    architecture: str = "mlp"
    encoder_widths: tuple[int, ...] = (192, 96)
    decoder_widths: tuple[int, ...] = (128, 128, 192)
    likelihood: str = "bernoulli"
    observation_std: float | None = 1.0
    image_shape: tuple[int, int, int] = (1, 28, 28)
    classes: int = 0
    prior: str = "normal"
    prior_size: int = 0

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
            if not LIKELIHOODS[self.likelihood].has_std:
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
            self._check_halving()
        self._check_prior()

    def _check_halving(self) -> None:
        for name in ("encoder_widths", "decoder_widths"):
            factor = 2 ** len(getattr(self, name))
            if self.image_shape[1] % factor or self.image_shape[2] % factor:
                raise SpecError(
                    f"{name} has {len(getattr(self, name))} layers that each halve the image; height and width "
                    f"{self.image_shape[1]} x {self.image_shape[2]} must be divisible by {factor}. Use fewer layers."
                )

    def _check_prior(self) -> None:
        check_integer("classes", self.classes, 0, 1_000)
        check_choice("prior", self.prior, PRIOR_SIZES)
        if self.prior != "normal" and self.kind != "vae":
            raise SpecError(f"prior is {self.prior!r}; only a VAE learns one. Set kind to vae or prior to normal.")
        if self.classes and self.kind == "gan":
            raise SpecError(f"classes is {self.classes}; a GAN is told none here. Set classes to 0 or kind to ae or vae.")
        if self.prior == "vamp" and self.classes:
            raise SpecError(
                f"prior is 'vamp' and classes {self.classes}; the posteriors that make up this prior would need a class. "
                "Set classes to 0 or take another prior."
            )
        least, most = PRIOR_SIZES[self.prior]
        check_integer(f"prior_size of a {self.prior!r} prior", self.prior_size, least, most)

    @property
    def pixels(self) -> int:
        """Values in one image, C * H * W."""
        return prod(self.image_shape)

    @property
    def is_plain(self) -> bool:
        """Whether the model needs no class and its prior, if it has one, is N(0, I)."""
        return self.classes == 0 and self.prior == "normal"

    @property
    def title(self) -> str:
        """What kind of model it is in a few words, such as "conditional VAE"."""
        above = {"normal": "", "vamp": " with a VampPrior", "two-level": " of two levels"}[self.prior]
        return f"{'conditional ' if self.classes else ''}{self.kind.upper()}{above}"

    def to_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        return cls(**known_fields(cls, data))
