"""The specification of a model: a validated record that is read from JSON and written to it."""

from dataclasses import asdict, dataclass
from math import prod
from typing import Any, NamedTuple, Self

from vae.checks import check_choice, check_integer, check_number, known_fields
from vae.errors import SpecError
from vae.model.activations import ACTIVATIONS
from vae.model.kinds import KINDS, Kind
from vae.model.likelihoods import LIKELIHOODS

MAX_LATENT_DIM = 64


class PriorFacts(NamedTuple):
    """Facts about a prior that do not need the prior itself."""

    least: int  # smallest prior_size
    most: int  # largest prior_size
    title: str  # follows the name of the model


PRIOR_FACTS = {
    "normal": PriorFacts(0, 0, ""),
    "vamp": PriorFacts(1, 1_000, " with a VampPrior"),
    "two-level": PriorFacts(1, MAX_LATENT_DIM, " of two levels"),
    "flow": PriorFacts(1, 16, " with a flow as its prior"),
}
WIDTHS = {  # of encoder and decoder, for each architecture
    "mlp": ((192, 96), (128, 128, 192)),
    "conv": ((16, 32), (32, 16)),
}


@dataclass(frozen=True)
class ModelSpec:
    """Architecture, likelihood and prior of a model. It is validated when it is made.

    kind              "ae" (deterministic code), "vae" (Gaussian posterior) or "gan" (no encoder: its trunk belongs to the
                      discriminator)
    latent_dim        number of latent dimensions D, 1 to 64
    architecture      "mlp" (widths are layer sizes) or "conv" (widths are channels of layers of stride 2)
    encoder_widths    from the image to the code; if none are given, the usual ones of the architecture
    decoder_widths    from the code to the image; likewise
    dense_width       of a "conv": units of a dense layer between the convolutions and the code, one on each side; 0 for none
    activation        the nonlinearity between layers: "gelu", "relu" or "tanh" (vae/model/activations.py)
    likelihood        "bernoulli" (cross-entropy on grey levels) or "gaussian" (squared error scaled by observation_std)
    observation_std   standard deviation of the Gaussian likelihood, for pixels from 0 to 1; None: one for all pixels is
                      learned (Rybkin et al. 2021)
    image_shape       (C, H, W)
    classes           number of classes, if encoder and decoder are given the class of each image (Sohn et al. 2015); otherwise 0
    prior             of a VAE: "normal", N(0, I); "vamp", a mixture of posteriors (Tomczak & Welling 2018); "two-level", a second
                      layer of latents above the first; "flow", an invertible network that ends at N(0, I) (vae/model/priors.py)
    prior_size        pseudo-inputs of a "vamp", latent dimensions of the upper level of a "two-level" prior, coupling layers of a
                      "flow", 0 for a "normal" one
    """

    kind: str = "vae"
    latent_dim: int = 2
    architecture: str = "mlp"
    encoder_widths: tuple[int, ...] = ()
    decoder_widths: tuple[int, ...] = ()
    likelihood: str = "bernoulli"
    observation_std: float | None = 1.0
    image_shape: tuple[int, int, int] = (1, 28, 28)
    classes: int = 0
    prior: str = "normal"
    prior_size: int = 0
    activation: str = "gelu"
    dense_width: int = 0

    def __post_init__(self) -> None:
        for name in ("encoder_widths", "decoder_widths", "image_shape"):
            value = getattr(self, name)
            if isinstance(value, list):  # JSON knows no tuples
                object.__setattr__(self, name, tuple(value))
        check_choice("kind", self.kind, KINDS)
        check_integer("latent_dim", self.latent_dim, 1, MAX_LATENT_DIM)
        self._check_layers()
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
        self._check_sizes()
        self._check_prior()

    def _check_layers(self) -> None:
        check_choice("architecture", self.architecture, WIDTHS)
        for name, usual in zip(("encoder_widths", "decoder_widths"), WIDTHS[self.architecture], strict=True):
            if getattr(self, name) == ():
                object.__setattr__(self, name, usual)
        for name, most in (("encoder_widths", 8), ("decoder_widths", 8)):
            widths = getattr(self, name)
            if not isinstance(widths, tuple) or not 1 <= len(widths) <= most:
                raise SpecError(f"{name} is {widths!r}; it must be a list of 1 to {most} layer widths.")
            for width in widths:
                check_integer(f"{name} entry", width, 1, 4096)
        check_integer("dense_width", self.dense_width, 0, 4096)
        if self.dense_width and self.architecture != "conv":
            raise SpecError(
                f"dense_width is {self.dense_width!r}; it is a layer beside convolutions, and all layers of an mlp are dense. "
                "Set it to 0, or architecture to conv."
            )
        check_choice("activation", self.activation, ACTIVATIONS)

    def _check_sizes(self) -> None:
        if self.architecture == "conv":
            self._check_halving()

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
        check_choice("prior", self.prior, PRIOR_FACTS)
        if self.prior != "normal" and not self.traits.kl:
            raise SpecError(f"prior is {self.prior!r}; only a VAE learns one. Set kind to vae or prior to normal.")
        if self.classes and not self.traits.encoder:
            raise SpecError(
                f"classes is {self.classes}; {self.traits.called} cannot use classes. Set classes to 0, or kind to ae or vae."
            )
        if self.prior == "vamp" and self.classes:
            raise SpecError(
                f"prior is 'vamp' and classes {self.classes}; the posteriors that make up this prior would need a class. "
                "Set classes to 0 or take another prior."
            )
        if self.prior == "flow" and self.latent_dim < 2:
            raise SpecError(
                "prior is 'flow' and latent_dim 1; a flow moves one half of the latents by the other. Take 2 or more."
            )
        facts = PRIOR_FACTS[self.prior]
        if self.prior_size and not facts.most:
            raise SpecError(
                f"prior_size is {self.prior_size!r}; a {self.prior!r} prior has none. Set it to 0 or take another prior."
            )
        check_integer(f"prior_size of a {self.prior!r} prior", self.prior_size, facts.least, facts.most)

    @property
    def pixels(self) -> int:
        """Values in one image, C * H * W."""
        return prod(self.image_shape)

    @property
    def traits(self) -> Kind:
        """The facts about its kind of model."""
        return KINDS[self.kind]

    @property
    def title(self) -> str:
        """The kind of model in a few words, such as "conditional VAE"."""
        return f"{'conditional ' if self.classes else ''}{self.traits.label}{PRIOR_FACTS[self.prior].title}"

    def to_json(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        return cls(**known_fields(cls, data))
