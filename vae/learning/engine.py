"""Training steps of a multilayer perceptron, written by hand to be fast on one processor core.

Autograd is general: at every step it allocates each result again, casts each weight, and computes a loss that training does not need.
Here the forward and the backward pass write a few matrix products into buffers that are made once. All parameters lie in one
vector, so one call of Adam (Kingma & Ba 2015) updates them. If the processor multiplies bfloat16 in hardware, the products use it,
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

from collections.abc import Sequence
from itertools import accumulate, pairwise

import torch
from torch import Tensor, nn

from vae.model.likelihoods import LIKELIHOODS
from vae.model.networks import VAE, Autoencoder
from vae.model.posterior import Posterior

ADAM_BETAS = (0.9, 0.99)
_KNOWN_LAYERS = (nn.Flatten, nn.Linear, nn.GELU, nn.Unflatten)


def supports(model: Autoencoder) -> bool:
    """Whether this engine can train the model: an autoencoder or VAE of dense layers with GELU between them, no classes, prior N(0, I) or a flow."""
    known = all(isinstance(layer, _KNOWN_LAYERS) for layer in (*model.trunk, *model.decoder))
    return (
        type(model) in (Autoencoder, VAE)
        and known
        and not model.spec.classes
        and (model.prior.closed_form or model.prior.beside_encoder)
        and model.spec.observation_std is not None
    )


class Engine:
    """Trains a copy of the model's parameters; `write_back` copies them into the model.

    batch    images in every step
    compute  number format of the matrix products, torch.bfloat16 or torch.float32; parameters and Adam are float32
    weight_decay  of AdamW (Loshchilov & Hutter 2019)
    samples  K, importance samples an image, or more than a step will ask for
    """

    def __init__(self, model: Autoencoder, batch: int, compute: torch.dtype, weight_decay: float = 0.0, samples: int = 1):
        assert model.spec.observation_std is not None  # `supports` says so
        self.model, self.batch = model, batch
        self._likelihood, self._std = LIKELIHOODS[model.spec.likelihood], model.spec.observation_std
        heads = [model.mean_head, model.log_variance_head] if isinstance(model, VAE) else [model.mean_head]
        trunk, decoder = ([layer for layer in part if isinstance(layer, nn.Linear)] for part in (model.trunk, model.decoder))
        groups = [*([layer] for layer in trunk), heads, *([layer] for layer in decoder)]  # the heads act as one layer
        self._tensors = [getattr(layer, name) for name in ("weight", "bias") for group in groups for layer in group]
        self.parameters = nn.Parameter(torch.cat([tensor.detach().reshape(-1) for tensor in self._tensors]))
        self.parameters.grad = torch.zeros_like(self.parameters)
        self._of_prior = list(model.prior.parameters())  # of the model itself, not copied
        self.optimizer = torch.optim.AdamW(
            [self.parameters, *self._of_prior], lr=0.0, betas=ADAM_BETAS, weight_decay=weight_decay, fused=True
        )

        self._weights = self.parameters.detach().to(compute)  # in float32 these are views, not copies
        self._gradients = self.parameters.grad.to(compute)
        sizes = [(sum(layer.out_features for layer in group), group[0].in_features) for group in groups]
        rows = [batch] * (len(trunk) + 1) + [batch * samples] * len(decoder)
        layers = [
            _Dense(*tensors)
            for tensors in zip(*_as_layers(self._weights, sizes), *_as_layers(self._gradients, sizes), rows, strict=True)
        ]
        self._encoder, self._decoder = _Chain(layers[: len(trunk) + 1]), _Chain(layers[len(trunk) + 1 :])

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
        torch.mul(self._gradients, 1 / self.batch, out=self.parameters.grad)

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
        output = self._decoder.forward(z.flatten(0, 1).to(heads.dtype))  # (KB, D) -> (KB, P)
        shares = (-self._nll(output, images) - beta * log_ratio.detach()).softmax(0)  # (K, B)
        error = self._error(output, images).view(*shares.shape, -1).mul_(shares.unsqueeze(-1).to(heads.dtype))
        slope = self._decoder.backward(error.flatten(0, 1), to_input=True).float().view_as(z)  # (K, B, D)
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
        sizes = [tensor.numel() for tensor in self._tensors]
        for tensor, trained in zip(self._tensors, self.parameters.detach().split(sizes), strict=True):
            tensor.copy_(trained.view_as(tensor))


def _as_layers(vector: Tensor, sizes: Sequence[tuple[int, int]]) -> tuple[list[Tensor], list[Tensor]]:
    """The parameter vector seen as weights (O, I), one layer after another, then biases (O,)."""
    lengths = [outputs * inputs for outputs, inputs in sizes] + [outputs for outputs, _ in sizes]
    parts = [vector[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]
    weights = [part.view(size) for part, size in zip(parts, sizes, strict=False)]
    return weights, parts[len(sizes) :]


class _Dense:
    """a = h W^T + b for a batch of at most `rows`, with its gradients summed over the batch."""

    def __init__(self, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor, rows: int):
        self.weight, self.bias = weight, bias
        self.weight_gradient, self.bias_gradient = weight_gradient, bias_gradient
        outputs, inputs = weight.shape
        self._room = self.output = weight.new_empty(rows, outputs)
        self._slope = weight.new_empty(rows, inputs)  # gradient with respect to the input

    def forward(self, inputs: Tensor) -> Tensor:
        self.inputs = inputs
        self.output = self._room[: len(inputs)]
        return torch.addmm(self.bias, inputs, self.weight.t(), out=self.output)  # (B, I) -> (B, O)

    def differentiate(self, slope: Tensor) -> None:
        torch.mm(slope.t(), self.inputs, out=self.weight_gradient)  # (O, B) (B, I) -> (O, I)
        torch.sum(slope, 0, out=self.bias_gradient)  # (B, O) -> (O,)

    def backward(self, slope: Tensor) -> Tensor:
        return torch.mm(slope, self.weight, out=self._slope[: len(slope)])  # (B, O) -> (B, I)


class _Chain:
    """Dense layers with GELU(a) = a * Phi(a) in between (Hendrycks & Gimpel 2016)."""

    def __init__(self, layers: list[_Dense]):
        self.layers = layers
        self.active = [torch.empty_like(layer.output) for layer in layers[:-1]]

    def forward(self, inputs: Tensor) -> Tensor:
        for layer, active in zip(self.layers, self.active, strict=False):
            inputs = torch.ops.aten.gelu.out(layer.forward(inputs), out=active[: len(inputs)])
        return self.layers[-1].forward(inputs)

    def backward(self, slope: Tensor, to_input: bool) -> Tensor:
        """Gradient with respect to the output (B, O) -> gradient with respect to the input (B, I), if `to_input`."""
        for layer, before in zip(self.layers[:0:-1], self.layers[-2::-1], strict=True):
            layer.differentiate(slope)
            slope = layer.backward(slope)
            torch.ops.aten.gelu_backward.grad_input(slope, before.output, grad_input=slope)
        self.layers[0].differentiate(slope)
        return self.layers[0].backward(slope) if to_input else slope
