"""Training steps written by hand, to be fast on one processor core: dense and convolutional autoencoders and VAEs.

Autograd is general: at every step it allocates each result again, casts each weight, and computes a loss that training does not need.
Here the forward and the backward pass write a few matrix products into buffers that are made once (`vae.learning.layers`). All parameters
lie in one vector, so one call of Adam (Kingma & Ba 2015) updates them. If the processor multiplies bfloat16 in hardware, the products use it,
with a copy of the float32 parameters that is refreshed once per step.

The gradients are those of `vae.learning.objectives.objective`; tests compare them with autograd. For one image, with logits or
means l = decoder(z), z = mu + sigma * epsilon and G = d loss / d z:

    Bernoulli   d loss / d l             = sigmoid(l) - x
    Gaussian    d loss / d l             = (l - x) / s^2
    posterior   d loss / d mu            = G + beta * mu
                d loss / d log sigma^2   = G * epsilon * sigma / 2 + beta * (sigma^2 - 1) / 2

With K importance samples (`vae.learning.objectives.doubly_reparameterized`) each sample's gradient in the output is weighted by its share s_k
of the weights, which add up to 1. In z_k the density q is added, with its parameters fixed, and the share counts once more:

    P_k = s_k * (s_k * G_k + s_k * beta * (z_k - epsilon_k / sigma))
    posterior   d loss / d mu            = sum_k P_k
                d loss / d log sigma^2   = sum_k P_k * epsilon_k * sigma / 2

Here z_k is -d log p(z_k) / d z_k of N(0, I). A prior that is learned beside the encoder (`vae.model.priors.FlowPrior`) gives its own by autograd, and
its KL is sampled.

Letters for shapes: B batch, D latent dimensions, P pixels; I and O are a layer's inputs and outputs.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate, pairwise
from math import prod
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vae.learning.layers import Chain, Convolution, Dense, Layer, Transposed
from vae.model.activations import ACTIVATIONS, MODULES
from vae.model.likelihoods import LIKELIHOODS
from vae.model.networks import VAE, Autoencoder
from vae.model.posterior import Posterior

ADAM_BETAS = (0.9, 0.99)
_CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)
_KNOWN_LAYERS = (nn.Flatten, nn.Linear, nn.Unflatten, *MODULES, *_CONVOLUTIONS)


def supports(model: Autoencoder) -> bool:
    """Whether this engine can train the model: an autoencoder or VAE, no classes, prior N(0, I) or a flow, grey images if it has convolutions."""
    layers = (*model.trunk, *model.decoder)
    return (
        type(model) in (Autoencoder, VAE)
        and all(isinstance(layer, _KNOWN_LAYERS) for layer in layers)
        and (model.spec.image_shape[0] == 1 or not any(isinstance(layer, _CONVOLUTIONS) for layer in layers))
        and not model.spec.classes
        and (model.prior.closed_form or model.prior.beside_encoder)
        and model.spec.observation_std is not None
    )


class Engine:
    """Trains a copy of the model's parameters; `write_back` copies them into the model.

    batch    images in every step
    compute  number format of the matrix products, torch.bfloat16 or torch.float32; parameters and Adam are float32
    weight_decay  of AdamW (Loshchilov & Hutter 2019)
    samples  K, the most importance samples an image that a step will bring; it may also bring one
    """

    def __init__(self, model: Autoencoder, batch: int, compute: torch.dtype, weight_decay: float = 0.0, samples: int = 1):
        assert model.spec.observation_std is not None  # `supports` says so
        self.model, self.batch = model, batch
        self._likelihood, self._std = LIKELIHOODS[model.spec.likelihood], model.spec.observation_std
        encoder, decoder = _encoder(model, batch), _decoder(model, batch)
        groups = [*encoder, *decoder]
        self._places = [place for group in groups for place in group.weights] + [
            place for group in groups for place in group.biases
        ]
        self.parameters = nn.Parameter(torch.cat([place.laid() for place in self._places]))
        self.parameters.grad = torch.zeros_like(self.parameters)
        self._of_prior = list(model.prior.parameters())  # of the model itself, not copied
        self.optimizer = torch.optim.AdamW(
            [self.parameters, *self._of_prior], lr=0.0, betas=ADAM_BETAS, weight_decay=weight_decay, fused=True
        )

        self._weights = self.parameters.detach().to(compute)  # in float32 these are views, not copies
        self._gradients = self.parameters.grad.to(compute)
        shapes = [group.shape for group in groups]
        shapes += [(sum(place.tensor.numel() for place in group.biases),) for group in groups]
        weights, gradients = _cut(self._weights, shapes), _cut(self._gradients, shapes)
        n = len(groups)
        tensors = list(zip(weights[:n], weights[n:], gradients[:n], gradients[n:], strict=True))

        def chain(groups: Sequence[_Group], tensors: Sequence[tuple[Tensor, ...]]) -> Chain:
            layers = [group.make(*its) for group, its in zip(groups, tensors, strict=True)]
            return Chain(layers, ACTIVATIONS[model.spec.activation])

        self._encoder = chain(encoder, tensors[: len(encoder)])
        self._decoder = self._decoder_of_samples = chain(decoder, tensors[len(encoder) :])
        if samples > 1:  # the same weights, with room for K times as many codes
            self._decoder_of_samples = chain(_decoder(model, batch * samples), tensors[len(encoder) :])

    def step(
        self,
        images: Tensor,
        labels: Tensor,
        noise: Tensor | None,
        beta: float,
        learning_rate: float,
        inputs: Tensor | None = None,
    ) -> None:
        """One step of Adam. images (B, P) in the compute format; noise (B, D) or (K, B, D) float32, None for an autoencoder.

        inputs (B, P) are what the encoder gets, if not the images themselves. The labels (B,) are not used.
        """
        self.differentiate(images, noise, beta, inputs)
        self.optimizer.param_groups[0]["lr"] = learning_rate
        self.optimizer.step()
        self._weights.copy_(self.parameters.detach())

    @torch.no_grad()
    def differentiate(self, images: Tensor, noise: Tensor | None, beta: float, inputs: Tensor | None = None) -> None:
        """Put the gradient of the batch's mean objective into `parameters.grad`."""
        heads = self._encoder.forward(images if inputs is None else inputs)  # (B, P) -> (B, D), or (B, 2D) for a VAE
        if noise is None:
            slope = self._to_code(heads, images)
        elif noise.dim() == 2:
            slope = self._through_sample(heads, images, noise, beta)
        else:
            slope = self._through_weighted_samples(heads, images, noise, beta)
        self._encoder.backward(slope, to_input=False)
        assert self.parameters.grad is not None
        self.parameters.grad.copy_(self._gradients).mul_(
            1 / self.batch
        )  # one after the other is faster than a product of two formats

    def _to_code(self, z: Tensor, images: Tensor) -> Tensor:
        """Gradient of the reconstruction with respect to the code, (B, D)."""
        return self._decoder.backward(self._error(self._decoder.forward(z), images), to_input=True)

    def _through_sample(self, heads: Tensor, images: Tensor, noise: Tensor, beta: float) -> Tensor:
        """Gradient of the ELBO with respect to mean and log variance, (B, 2D)."""
        mean, log_variance = heads.float().chunk(2, dim=1)  # (B, 2D) -> (B, D), (B, D)
        std = torch.exp(0.5 * log_variance)
        spread = std * noise
        slope = self._to_code((mean + spread).to(heads.dtype), images).float()
        if self._of_prior:  # the KL is sampled
            with torch.enable_grad():
                z = (mean + spread).requires_grad_()
                log_ratio = self.model.prior.log_ratio(Posterior(mean, log_variance), z, noise)
            to_mean = slope + self._prior_slope(z, log_ratio, torch.full_like(log_ratio, beta))
            to_log_variance = (to_mean * spread).sub_(beta).mul_(0.5)
        else:
            to_mean = torch.add(slope, mean, alpha=beta)
            to_log_variance = (slope * spread).add_(std.square_().sub_(1), alpha=beta).mul_(0.5)
        return torch.cat([to_mean, to_log_variance], dim=1).to(heads.dtype)  # (B, D), (B, D) -> (B, 2D)

    def _through_weighted_samples(self, heads: Tensor, images: Tensor, noise: Tensor, beta: float) -> Tensor:
        """Gradient of the importance-weighted bound with respect to mean and log variance, (B, 2D); noise (K, B, D)."""
        mean, log_variance = heads.float().chunk(2, dim=1)  # (B, 2D) -> (B, D), (B, D)
        std = torch.exp(0.5 * log_variance)
        spread = std * noise
        z = mean + spread  # (K, B, D)
        with torch.enable_grad():
            leaf = z.detach().requires_grad_(bool(self._of_prior))
            log_ratio = self.model.prior.log_ratio(Posterior(mean, log_variance), leaf, noise)  # (K, B)
        output = self._decoder_of_samples.forward(z.flatten(0, 1).to(heads.dtype))  # (KB, D) -> (KB, P)
        shares = (-self._nll(output, images) - beta * log_ratio.detach()).softmax(0)  # (K, B)
        error = self._error(output, images).view(*shares.shape, -1).mul_(shares.unsqueeze(-1).to(heads.dtype))
        slope = self._decoder_of_samples.backward(error.flatten(0, 1), to_input=True).float().view_as(z)  # (K, B, D)
        slope = slope + self._prior_slope(leaf, log_ratio, beta * shares) - (beta * shares.unsqueeze(-1)) * noise / std
        slope = slope * shares.unsqueeze(-1)
        return torch.cat([slope.sum(0), (slope * spread).sum(0).mul_(0.5)], dim=1).to(heads.dtype)

    def _prior_slope(self, z: Tensor, log_ratio: Tensor, weights: Tensor) -> Tensor:
        """d sum of weights * log_ratio / d z, of the shape of z; log_ratio and weights (..., B). Sets the gradients of the prior's own parameters."""
        if not self._of_prior:
            return weights.unsqueeze(-1) * z  # of N(0, I)
        to_z, *to_prior = torch.autograd.grad(log_ratio, [z, *self._of_prior], weights)
        for parameter, gradient in zip(self._of_prior, to_prior, strict=True):
            parameter.grad = gradient.div_(self.batch)
        return to_z

    def _error(self, output: Tensor, images: Tensor) -> Tensor:
        """d loss / d l in place of the output l, (B, P) or (KB, P)."""
        return self._likelihood.slope(output, images, self._std)

    def _nll(self, output: Tensor, images: Tensor) -> Tensor:
        """-log p(x|z_k) up to a constant; (KB, P) -> (K, B)."""
        return self._likelihood.quick_nll(output, images, self._std)

    @torch.no_grad()
    def write_back(self) -> None:
        """Copy the trained parameters into the model."""
        sizes = [place.tensor.numel() for place in self._places]
        for place, trained in zip(self._places, self.parameters.detach().split(sizes), strict=True):
            place.take(trained)


class _Place(NamedTuple):
    """How a tensor of the model lies in the engine's vector: seen in this shape, with its axes in this order."""

    tensor: Tensor
    shape: tuple[int, ...]
    order: tuple[int, ...]

    @property
    def laid_shape(self) -> tuple[int, ...]:
        return tuple(self.shape[axis] for axis in self.order)

    def laid(self) -> Tensor:
        """The tensor as a vector."""
        return self.tensor.detach().view(self.shape).permute(self.order).reshape(-1)

    def take(self, vector: Tensor) -> None:
        """Copy such a vector into the tensor."""
        back = sorted(range(len(self.order)), key=self.order.__getitem__)
        self.tensor.copy_(vector.view(self.laid_shape).permute(back).reshape(self.tensor.shape))


class _Group(NamedTuple):
    """Layers of the model that act as one layer of the engine."""

    make: Callable[..., Layer]  # from weight and bias and their gradients
    weights: list[_Place]
    biases: list[_Place]
    shape: tuple[int, ...]  # of all weights together, in the vector


def _as_is(tensor: Tensor) -> _Place:
    return _Place(tensor, tuple(tensor.shape), tuple(range(tensor.dim())))


def _of_grid(weight: Tensor, grid: tuple[int, int, int]) -> _Place:
    """The weight (O, C * H * W) of a dense layer after convolutions, for inputs with their channels last."""
    return _Place(weight, (len(weight), *grid), (0, 2, 3, 1))


def _dense(batch: int, weights: list[_Place], biases: list[_Place]) -> _Group:
    shape = (sum(len(place.tensor) for place in biases), weights[0].tensor.shape[1])
    return _Group(partial(Dense, batch=batch), weights, biases, shape)


def _convolution(layer: nn.Conv2d | nn.ConvTranspose2d, small: tuple[int, int, int]) -> _Group:
    """Filters with their channels last: (O, K, K, I), of a transposed convolution (I, K, K, O)."""
    assert layer.bias is not None
    make = partial(Convolution if isinstance(layer, nn.Conv2d) else Transposed, small=small)
    weight = _Place(layer.weight, tuple(layer.weight.shape), (0, 2, 3, 1))
    return _Group(make, [weight], [_as_is(layer.bias)], weight.laid_shape)


def _encoder(model: Autoencoder, batch: int) -> list[_Group]:
    """The layers from images to codes; the heads act as one. After convolutions they find the channels last."""
    channels, height, width = model.spec.image_shape
    heads = [model.mean_head, model.log_variance_head] if isinstance(model, VAE) else [model.mean_head]
    place, groups = _as_is, []
    for layer in model.trunk:
        if isinstance(layer, nn.Conv2d):
            channels, height, width = layer.out_channels, height // 2, width // 2
            groups.append(_convolution(layer, (batch, height, width)))
            place = partial(_of_grid, grid=(channels, height, width))
        elif isinstance(layer, nn.Linear):
            groups.append(_dense(batch, [place(layer.weight)], [_as_is(layer.bias)]))
            place = _as_is
    return [*groups, _dense(batch, [place(head.weight) for head in heads], [_as_is(head.bias) for head in heads])]


def _decoder(model: Autoencoder, batch: int) -> list[_Group]:
    """The layers from codes to images. What comes before a transposed convolution has the channels last."""
    groups: list[_Group] = []
    before = None
    for layer in model.decoder:
        if isinstance(layer, nn.Linear):
            groups.append(_dense(batch, [_as_is(layer.weight)], [_as_is(layer.bias)]))
            before = layer
        elif isinstance(layer, nn.Unflatten) and layer is not model.decoder[-1]:
            assert before is not None
            grid = tuple(layer.unflattened_size)
            _, height, width = grid
            weight = _Place(before.weight, (*grid, before.in_features), (1, 2, 0, 3))
            groups[-1] = _dense(batch, [weight], [_Place(before.bias, grid, (1, 2, 0))])
        elif isinstance(layer, nn.ConvTranspose2d):
            groups.append(_convolution(layer, (batch, height, width)))
            height, width = 2 * height, 2 * width
    return groups


def _cut(vector: Tensor, shapes: Sequence[tuple[int, ...]]) -> list[Tensor]:
    """The vector seen as tensors of these shapes, one after another."""
    ends = list(accumulate((prod(shape) for shape in shapes), initial=0))
    return [vector[start:end].view(shape) for (start, end), shape in zip(pairwise(ends), shapes, strict=True)]
